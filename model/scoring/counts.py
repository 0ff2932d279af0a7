"""N-gram occurrences to counts, and counts to TF-IDF sums, as scikit-learn's ``sublinear_tf`` with the l2 norm.

A sparse matrix is kept as plain arrays. Importing scipy.sparse takes longer than loading a model, and its calls take
longer than scoring a sentence.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.scoring.ngrams import Occurrences

_INT32_BITS = 31  # bits of a non-negative int32


class SparseCounts(NamedTuple):
    """A sparse matrix of n-gram counts: one entry for each row and column whose count is not 0.

    Attributes:
        rows: The row of each entry, ascending.
        columns: The column (the n-gram) of each entry, ascending within a row.
        counts: How often the n-gram occurs in the row.

    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    counts: NDArray[np.intp]


def count_ngrams(occurrences: Occurrences, width: int) -> SparseCounts:
    """Count how often each n-gram occurs in each row.

    Args:
        occurrences: The n-grams found.
        width: The number of columns.

    >>> found = Occurrences(columns=np.array([2, 0, 2, 1]), rows=np.array([0, 0, 0, 1]))
    >>> [values.tolist() for values in count_ngrams(found, width=3)]
    [[0, 0, 1], [0, 2, 1], [1, 2, 1]]

    """
    return _count_runs(_sort_keys(occurrences, width), width)


def count_repeated_ngrams(occurrences: Occurrences, width: int) -> SparseCounts:
    """Count like :func:`count_ngrams`, but return only counts above 1, which are few.

    >>> found = Occurrences(columns=np.array([2, 0, 2, 1]), rows=np.array([0, 0, 0, 1]))
    >>> [values.tolist() for values in count_repeated_ngrams(found, width=3)]
    [[0], [2], [2]]

    """
    keys = _sort_keys(occurrences, width)
    repetitions = keys.take(np.flatnonzero(keys[1:] == keys[:-1]))  # every occurrence but the first of its n-gram
    repeated = _count_runs(repetitions, width)
    return repeated._replace(counts=repeated.counts + 1)


def sublinear_tf(counts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the term frequency 1 + log(count) of each count."""
    frequencies: NDArray[np.float64] = np.log(counts)
    frequencies += 1
    return frequencies


def sum_by_row(values: NDArray[np.float64], rows: NDArray[Any], number: int) -> NDArray[np.float64]:
    """Add up the values of each row.

    Args:
        values: Numbers, or vectors along the first axis.
        rows: The row of each value, ascending.
        number: The number of rows; a row without values gets 0.

    Returns:
        The sums, of shape (number, ...).

    >>> sum_by_row(np.array([1.0, 2.0, 4.0]), rows=np.array([0, 0, 2]), number=3).tolist()
    [3.0, 0.0, 4.0]

    """
    result = np.zeros((number, *values.shape[1:]))
    if len(rows):
        starts = _find_run_starts(rows)
        result[rows.take(starts)] = np.add.reduceat(values, starts, axis=0)
    return result


def _sort_keys(occurrences: Occurrences, width: int) -> NDArray[Any]:
    """Return one sorted number for each occurrence: the row in the upper bits, the column in the lower ones."""
    columns, rows = occurrences
    shift = width.bit_length()
    needs_int64 = len(rows) and int(rows[-1]) >> (_INT32_BITS - shift)
    keys: NDArray[Any] = rows.astype(np.int64 if needs_int64 else np.int32)  # int32 is sorted in half the time
    keys <<= shift
    keys |= columns
    keys.sort()
    return keys


def _count_runs(keys: NDArray[Any], width: int) -> SparseCounts:
    """Count equal keys, which are sorted, and split each key into row and column again."""
    starts = _find_run_starts(keys)
    distinct = keys.take(starts).astype(np.intp)
    shift = width.bit_length()
    return SparseCounts(distinct >> shift, distinct & ((1 << shift) - 1), np.diff(starts, append=len(keys)))


def _find_run_starts(ascending: NDArray[Any]) -> NDArray[np.intp]:
    """Return the index at which each run of equal values starts: [5, 5, 7] -> [0, 2]."""
    is_start = np.empty(len(ascending), dtype=np.bool_)
    is_start[:1] = True
    np.not_equal(ascending[1:], ascending[:-1], out=is_start[1:])
    return np.flatnonzero(is_start)
