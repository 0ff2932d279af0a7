"""Occurrences of n-grams to TF-IDF, as scikit-learn weighs them with ``sublinear_tf`` and the l2 norm.

Plain arrays stand for a sparse matrix in rows: importing scipy.sparse takes longer than loading a model, and its calls
longer than scoring a sentence.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.scoring.ngrams import Occurrences

_NARROW = 31  # bits of a number that is not negative


class Counts(NamedTuple):
    """How often n-grams occur in texts.

    Attributes:
        texts: The number of the text, in order.
        columns: The n-gram's column, in order within each text.
        counts: How often it occurs there.

    """

    texts: NDArray[np.intp]
    columns: NDArray[np.intp]
    counts: NDArray[np.intp]


def count(occurrences: Occurrences, width: int) -> Counts:
    """Return how often each of ``width`` columns occurs in each text, where it occurs at all."""
    return _counted(_sorted_keys(occurrences, width), width)


def count_repeated(occurrences: Occurrences, width: int) -> Counts:
    """Return the same only where a column occurs more than once in a text, as few do."""
    keys = _sorted_keys(occurrences, width)
    again = keys.take(np.flatnonzero(keys[1:] == keys[:-1]))
    repeated = _counted(again, width)
    return repeated._replace(counts=repeated.counts + 1)


def frequencies(counts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return 1 + log(count) of each."""
    result: NDArray[np.float64] = np.log(counts)
    result += 1
    return result


def sums(values: NDArray[np.float64], texts: NDArray[Any], number: int) -> NDArray[np.float64]:
    """Return the sum of each text's values over the first axis; ``texts`` are in order, below ``number``."""
    result = np.zeros((number, *values.shape[1:]))
    if len(texts):
        starts = _starts(texts)
        result[texts.take(starts)] = np.add.reduceat(values, starts, axis=0)
    return result


def _sorted_keys(occurrences: Occurrences, width: int) -> NDArray[Any]:
    """Return each occurrence as one number, made of text and column, in order."""
    columns, texts = occurrences
    shift = width.bit_length()
    wide = len(texts) and int(texts[-1]) >> (_NARROW - shift)
    keys: NDArray[Any] = texts.astype(np.int64 if wide else np.int32)  # the narrow ones are sorted in half the time
    keys <<= shift
    keys |= columns
    keys.sort()
    return keys


def _counted(keys: NDArray[Any], width: int) -> Counts:
    starts = _starts(keys)
    keys_once = keys.take(starts).astype(np.intp)
    shift = width.bit_length()
    return Counts(keys_once >> shift, keys_once & ((1 << shift) - 1), np.diff(starts, append=len(keys)))


def _starts(ordered: NDArray[Any]) -> NDArray[np.intp]:
    """Return where each run of equal values starts."""
    differ = np.empty(len(ordered), dtype=np.bool_)
    differ[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=differ[1:])
    return np.flatnonzero(differ)
