"""Rows of different lengths in one array; numpy has no such type of its own."""

from collections.abc import Sequence, Sized
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FIRST_CAPACITY = 1024  # rows


class Ragged(NamedTuple):
    """Rows of values, one after the other: row i is ``values[starts[i]:starts[i + 1]]``.

    [[7, 8], [9]] has the values [7, 8, 9] and the starts [0, 2, 3].
    """

    values: NDArray[Any]
    starts: NDArray[np.intp]

    def gather(self, rows: NDArray[np.intp], tags: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the values of the chosen rows, one row after the other, and each value's tag.

        Args:
            rows: The rows to take; a row may be taken several times.
            tags: A number for each of the rows; all values of a row get it.

        >>> ragged = Ragged(np.array([7, 8, 9], np.int32), np.array([0, 2, 3]))
        >>> ragged.gather(rows=np.array([1, 0]), tags=np.array([4, 5]))
        (array([9, 7, 8], dtype=int32), array([4, 5, 5]))

        """
        first = self.starts.take(rows)
        lengths = self.starts.take(rows + 1) - first
        first -= np.cumsum(lengths) - lengths
        places = np.repeat(first, lengths)
        places += np.arange(len(places))
        return self.values.take(places), np.repeat(tags, lengths)


def compute_starts(rows: Sequence[Sized]) -> NDArray[np.intp]:
    """Return where each row starts once all are put into one array, and last where the last row ends.

    >>> compute_starts(["ab", "c"]).tolist()
    [0, 2, 3]
    """
    starts = np.zeros(len(rows) + 1, dtype=np.intp)
    starts[1:] = list(map(len, rows))
    return np.cumsum(starts, out=starts)


class GrowingArray:
    """An array that grows at its end.

    Parts taken from it earlier never change, so other threads can go on reading them.
    """

    def __init__(self, width: int | None = None, dtype: Any = np.int32) -> None:  # noqa: ANN401 -- numpy's own
        """Begin with no rows. A row is a number or, with ``width``, that many numbers."""
        self._rows = np.empty(_FIRST_CAPACITY if width is None else (_FIRST_CAPACITY, width), dtype=dtype)
        self._used = 0

    def extend(self, rows: NDArray[Any]) -> None:
        """Add rows at the end."""
        end = self._used + len(rows)
        if end > len(self._rows):
            grown = np.empty((2 * end, *self._rows.shape[1:]), dtype=self._rows.dtype)
            grown[: self._used] = self._rows[: self._used]
            self._rows = grown
        self._rows[self._used : end] = rows
        self._used = end

    def __len__(self) -> int:
        return self._used

    @property
    def array(self) -> NDArray[Any]:
        """The rows so far."""
        return self._rows[: self._used]


class GrowingRagged:
    """Ragged rows of int32 that grow at their end."""

    def __init__(self) -> None:
        self._values, self._starts = GrowingArray(), GrowingArray(dtype=np.intp)
        self._starts.extend(np.zeros(1, dtype=np.intp))

    def extend(self, rows: Sequence[bytes]) -> Ragged:
        """Add rows, given as the bytes of int32 numbers; return the added rows alone."""
        values = np.frombuffer(b"".join(rows), dtype=np.int32)
        added = Ragged(values, compute_starts(rows) // values.itemsize)
        self._starts.extend(added.starts[1:] + len(self._values))
        self._values.extend(added.values)
        return added

    @property
    def ragged(self) -> Ragged:
        """The rows so far."""
        return Ragged(self._values.array, self._starts.array)
