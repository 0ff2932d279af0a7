"""Probabilities straight from the texts' n-grams: the pipeline's own figures without the cost of its matrices."""

from collections.abc import Sequence
from itertools import chain, groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.context import Fields
from model.ngrams import NgramFinder, Occurrences, encode, ngram_finder
from model.tfidf import count, normalize, norms, weigh
from model.weights import Weights

CHUNK = 2048  # rows in one matrix of about 10 MB
_KEPT = 16_000_000  # bytes that the process keeps for matrices


class Scorer:
    """``predict_proba`` of the fitted pipeline whose weights it is given.

    All blocks share one matrix, whose rows are sentences by block. The norm of a row is divided out of its logits
    rather than out of its values, and its indices are not sorted: neither changes a probability by more than rounding.
    Safe to share between threads.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.classes = weights.classes
        blocks = _blocks(weights)
        # glibc returns large arrays to the system, to fetch their pages anew for the next matrix, but for those not
        # larger than the largest it has freed. This one is never touched, so it takes no memory itself.
        np.empty(_KEPT, dtype=np.uint8)
        self._groups = [list(group) for _, group in groupby(sorted(blocks, key=_Block.shares), key=_Block.shares)]

    def probabilities(self, rows: Sequence[Fields]) -> NDArray[np.float64]:
        """Return probabilities of shape (rows, classes), columns in the order of ``classes``."""
        logits = np.empty((len(rows), len(self.classes)))
        for start in range(0, len(rows), CHUNK):
            logits[start : start + CHUNK] = self._logits(rows[start : start + CHUNK])
        return _softmax(logits)

    def features(self, row: Fields) -> sparse.csr_matrix:
        """Return the features of one sentence, of shape (blocks, features), each row of unit length or empty."""
        matrix = self._weighed([row])
        normalize(matrix)
        return matrix

    def _logits(self, rows: Sequence[Fields]) -> NDArray[np.float64]:
        matrix = self._weighed(rows)
        by_block = (matrix @ self.weights.coefficients) / norms(matrix)[:, np.newaxis]
        by_block = by_block.reshape(-1, len(rows), len(self.classes))
        logits: NDArray[np.float64] = self.weights.intercepts + by_block.sum(axis=0)
        return logits

    def _weighed(self, rows: Sequence[Fields]) -> sparse.csr_matrix:
        matrix = count(self._find(rows), len(self.weights.idf))
        weigh(matrix, self.weights.idf)
        return matrix

    def _find(self, rows: Sequence[Fields]) -> Occurrences:
        """Return the n-grams of every block's texts, one block after the other, by column of all blocks."""
        columns, ends, before = [], [], 0
        for blocks in self._groups:
            for block, codes in zip(blocks, _encode(rows, blocks), strict=True):
                found = block.finder.find(codes)
                columns.append(found.columns + block.offset)
                ends.append(found.ends + before)
                before += len(found.columns)
        return Occurrences(np.concatenate(columns), np.concatenate(ends))


def _encode(rows: Sequence[Fields], blocks: Sequence["_Block"]) -> list[list[bytes]]:
    """Return the codes of each row for each of the blocks, which share their texts.

    A sentence is a text of its own and of its neighbours; each text is encoded once, for all blocks.
    """
    values = [list(map(attrgetter(block.field), rows)) for block in blocks]
    lowercase, memos = blocks[0].lowercase, [block.finder.memo for block in blocks]
    if len(blocks) == 1 and isinstance(values[0][0], str):
        texts = list(dict.fromkeys(values[0]))
        (codes,) = encode(texts, lowercase, memos)
        return [list(map(dict(zip(texts, codes, strict=True)).__getitem__, values[0]))]
    several = [[(value,) if isinstance(value, str) else value for value in of_block] for of_block in values]
    texts = list(dict.fromkeys(chain.from_iterable(chain.from_iterable(several))))
    code_of = [dict(zip(texts, codes, strict=True)).__getitem__ for codes in encode(texts, lowercase, memos)]
    return [[b"".join(map(code, value)) for value in of_block] for of_block, code in zip(several, code_of, strict=True)]


class _Block(NamedTuple):
    """What finds the features of a block: the field it reads, how, and its first column."""

    field: str
    lowercase: bool
    finder: NgramFinder
    offset: np.int32

    def shares(self) -> tuple[bool, str]:
        """Return what blocks that share their texts have in common: all of running text do, of features each field."""
        return self.lowercase, "" if self.lowercase else self.field


def _blocks(weights: Weights) -> list[_Block]:
    return [
        _Block(
            block.field,
            block.lowercase,
            ngram_finder(block.vocabulary, block.analyzer, block.ngrams, block.token_pattern),
            np.int32(columns.start),
        )
        for block, columns in weights.columns()
    ]


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.exp(logits - logits.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    return odds
