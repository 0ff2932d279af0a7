"""Occurrences of n-grams to TF-IDF, as scikit-learn weighs them with ``sublinear_tf`` and the l2 norm."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.ngrams import Occurrences


def count(occurrences: Occurrences, width: int) -> sparse.csr_matrix:
    """Return how often each column occurs in each text, of shape (texts, width), indices not sorted.

    Adding a matrix, be it empty, adds up what is in the same place, in linear time.
    """
    shape = len(occurrences.ends), width
    starts = np.concatenate([[0], occurrences.ends])
    ones = np.ones(len(occurrences.columns))
    repeated = sparse.csr_matrix((ones, occurrences.columns, starts), shape=shape)
    return repeated + sparse.csr_matrix(shape)


def weigh(counts: sparse.csr_matrix, weights: NDArray[np.float64]) -> None:
    """Turn counts into (1 + log(count)) * weight of the column, in place."""
    values = counts.data
    np.log(values, out=values)
    values += 1
    values *= weights.take(counts.indices)  # several times faster than by brackets


def norms(matrix: sparse.csr_matrix) -> NDArray[np.float64]:
    """Return the Euclidean norm of each row, 1 for empty ones."""
    starts = matrix.indptr[:-1]
    filled = starts < matrix.indptr[1:]
    result = np.ones(len(starts))
    if filled.any():
        result[filled] = np.sqrt(np.add.reduceat(matrix.data**2, starts[filled]))
    return result


def normalize(matrix: sparse.csr_matrix) -> None:
    """Give each row unit length, in place."""
    matrix.data /= np.repeat(norms(matrix), np.diff(matrix.indptr))
