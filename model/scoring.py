"""Probabilities straight from the texts' n-grams: the pipeline's own figures without the cost of its matrices."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.pipeline import Pipeline

from model.context import Fields
from model.ngrams import Occurrences
from model.vectorizers import MemoTfidfVectorizer, count, norms, weigh

CHUNK = 2048  # rows in one matrix of about 10 MB


class Scorer:
    """``pipeline.predict_proba`` for a fitted pipeline of :func:`model.pipeline.build_pipeline`.

    All blocks share one matrix, whose rows are sentences by block. The norm of a row is divided out of its logits
    rather than out of its values, and its indices are not sorted: neither changes a probability by more than rounding.
    Safe to share between threads.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        union, classifier = pipeline.named_steps["features"], pipeline.named_steps["classifier"]
        (calibrated,) = classifier.calibrated_classifiers_
        self._blocks = [(block.named_steps["select"].field, _vectorizer(block)) for _, block in union.transformer_list]
        vectorizers = [vectorizer for _, vectorizer in self._blocks]
        self._offsets = np.cumsum([0, *(len(v.vocabulary_) for v in vectorizers)], dtype=np.int32)
        self._idf = np.concatenate([v.idf_ for v in vectorizers])
        self._weights = np.array([union.transformer_weights[name] for name, _ in union.transformer_list])
        self._coefficients = np.ascontiguousarray(calibrated.estimator.coef_.T)  # no copy: it stays memory-mapped
        self._intercepts = calibrated.estimator.intercept_
        self._beta = float(calibrated.calibrators[0].beta_)  # the inverse temperature
        self.classes: NDArray[np.str_] = classifier.classes_

    def probabilities(self, rows: Sequence[Fields]) -> NDArray[np.float64]:
        """Return probabilities of shape (rows, classes), columns in the order of ``classes``."""
        logits = np.empty((len(rows), len(self.classes)))
        for start in range(0, len(rows), CHUNK):
            logits[start : start + CHUNK] = self._logits(rows[start : start + CHUNK])
        probabilities: NDArray[np.float64] = softmax(self._beta * logits, axis=1)
        return probabilities

    def _logits(self, rows: Sequence[Fields]) -> NDArray[np.float64]:
        matrix = count(self._find(rows), len(self._idf))
        weigh(matrix, self._idf)
        by_block = (matrix @ self._coefficients) / norms(matrix)[:, np.newaxis]
        by_block = by_block.reshape(len(self._blocks), len(rows), len(self.classes))
        logits: NDArray[np.float64] = self._intercepts + np.tensordot(self._weights, by_block, axes=1)
        return logits

    def _find(self, rows: Sequence[Fields]) -> Occurrences:
        """Return the n-grams of every block's texts, one block after the other, by column of the pipeline."""
        columns, ends, before = [], [], 0
        tokens: dict[tuple[str, bool], list[list[str]]] = {}
        for (field, vectorizer), offset in zip(self._blocks, self._offsets[:-1], strict=True):
            key = (field, vectorizer.lowercase)
            if key not in tokens:
                tokens[key] = vectorizer.split([getattr(row, field) for row in rows])
            found = vectorizer.finder.find(tokens[key])
            columns.append(found.columns + offset)
            ends.append(found.ends + before)
            before += len(found.columns)
        return Occurrences(np.concatenate(columns), np.concatenate(ends))


def _vectorizer(block: Pipeline) -> MemoTfidfVectorizer:
    vectorizer = block.named_steps["tfidf"]
    if not isinstance(vectorizer, MemoTfidfVectorizer) or not vectorizer.is_separable:
        raise TypeError(f"only a MemoTfidfVectorizer with separable options can be scored, not {vectorizer}")
    return vectorizer
