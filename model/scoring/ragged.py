"""Rows of different lengths in one array: what stands for a sparse matrix where numpy alone has to do."""

from collections.abc import Sequence, Sized
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Ragged(NamedTuple):
    """Rows of values, one after the other: row i is ``values[starts[i]:starts[i + 1]]``."""

    values: NDArray[Any]
    starts: NDArray[np.intp]

    def gather(self, rows: NDArray[np.intp], owners: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the values of rows, which may recur, and with each value the owner of its row.

        >>> ragged = Ragged(np.array([7, 8, 9], np.int32), np.array([0, 2, 3]))
        >>> ragged.gather(np.array([1, 0]), np.array([4, 5]))
        (array([9, 7, 8], dtype=int32), array([4, 5, 5]))
        """
        first = self.starts.take(rows)
        lengths = self.starts.take(rows + 1) - first
        first -= np.cumsum(lengths) - lengths
        places = np.repeat(first, lengths)
        places += np.arange(len(places))
        return self.values.take(places), np.repeat(owners, lengths)


def starts_of(rows: Sequence[Sized]) -> NDArray[np.intp]:
    """Return where each of the rows starts once they are put together, and where the last ends."""
    starts = np.zeros(len(rows) + 1, dtype=np.intp)
    starts[1:] = list(map(len, rows))
    return np.cumsum(starts, out=starts)


class Growing:
    """An array that grows at its end; what was taken of it before stays as it is, so threads can go on reading."""

    def __init__(self, width: int | None = None, dtype: Any = np.int32) -> None:  # noqa: ANN401 -- numpy's own
        """Begin with no rows, each a number or, given a width, so many."""
        self._rows = np.empty(1024 if width is None else (1024, width), dtype=dtype)
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
    """Ragged rows that grow at their end."""

    def __init__(self) -> None:
        self._values, self._starts = Growing(), Growing(dtype=np.intp)
        self._starts.extend(np.zeros(1, dtype=np.intp))

    def extend(self, rows: Sequence[bytes]) -> Ragged:
        """Add rows of int32 at the end, and return them by themselves."""
        values = np.frombuffer(b"".join(rows), dtype=np.int32)
        added = Ragged(values, starts_of(rows) // values.itemsize)
        self._starts.extend(added.starts[1:] + len(self._values))
        self._values.extend(added.values)
        return added

    @property
    def ragged(self) -> Ragged:
        """The rows so far."""
        return Ragged(self._values.array, self._starts.array)
