"""Probabilities straight from the texts' n-grams: the pipeline's own figures without the cost of its matrices."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.pipeline import FeatureUnion, Pipeline

from model.context import Fields
from model.ngrams import Occurrences, encode
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
        blocks = _blocks(union)
        self._idf = np.concatenate([block.vectorizer.idf_ for block in blocks])
        self._fields = [list(group) for _, group in groupby(sorted(blocks, key=_Block.reads), key=_Block.reads)]
        self._weights = np.array([block.weight for group in self._fields for block in group])
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
        by_block = by_block.reshape(len(self._weights), len(rows), len(self.classes))
        logits: NDArray[np.float64] = self._intercepts + np.tensordot(self._weights, by_block, axes=1)
        return logits

    def _find(self, rows: Sequence[Fields]) -> Occurrences:
        """Return the n-grams of every block's texts, one block after the other, by column of the pipeline."""
        columns, ends, before = [], [], 0
        for blocks in self._fields:
            field, lowercase = blocks[0].reads()
            texts = (getattr(row, field) for row in rows)
            finders = [block.vectorizer.finder for block in blocks]
            codes = encode(map(str.lower, texts) if lowercase else texts, [finder.memo for finder in finders])
            for block, finder, of_block in zip(blocks, finders, codes, strict=True):
                found = finder.find(of_block)
                columns.append(found.columns + block.offset)
                ends.append(found.ends + before)
                before += len(found.columns)
        return Occurrences(np.concatenate(columns), np.concatenate(ends))


class _Block(NamedTuple):
    """A block of the pipeline: the field it reads, its vectoriser, its weight and its first column."""

    field: str
    vectorizer: MemoTfidfVectorizer
    weight: float
    offset: np.int32

    def reads(self) -> tuple[str, bool]:
        """Return what it reads: blocks of which this is the same share their tokens."""
        return self.field, self.vectorizer.lowercase


def _blocks(union: FeatureUnion) -> list[_Block]:
    blocks: list[_Block] = []
    offset = 0
    for name, steps in union.transformer_list:
        selector, vectorizer = steps.named_steps["select"], steps.named_steps["tfidf"]
        if not isinstance(vectorizer, MemoTfidfVectorizer) or not vectorizer.is_separable:
            raise TypeError(f"only a MemoTfidfVectorizer with separable options can be scored, not {vectorizer}")
        blocks.append(_Block(selector.field, vectorizer, union.transformer_weights[name], np.int32(offset)))
        offset += len(vectorizer.vocabulary_)
    return blocks
