"""Computes probabilities from n-grams: the fitted pipeline's own figures, without its sparse matrices.

Each feature (an n-gram in a block) has a row of terms: what one occurrence adds to each label's logit. With
``sublinear_tf``, c occurrences count 1 + log c times, not c times. Most features occur once. So the terms of all
occurrences are added up first, and what is too much is then taken off for the few features that occur repeatedly.
The terms of n-grams within a token are added up only once for each token (:mod:`model.scoring.tokens`).

A sentence has one row for each block of features: with n sentences, block b of sentence s is row ``b * n + s``.
For the sentence "Said he said" and a block of single words:

    occurrences           said, he, said
    sum of their terms    2 * terms["said"] + terms["he"]
    correction            (1 + log 2 - 2) * terms["said"]
    logits                intercepts + (sum + correction) / length of the block's TF-IDF vector
"""

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.features import Fields
from model.scoring.counts import SparseCounts, count_ngrams, count_repeated_ngrams, sublinear_tf, sum_by_row
from model.scoring.ngrams import NgramFinder, Occurrences, TokenNgrams, make_ngram_finder
from model.scoring.tokens import TextEncoder
from model.scoring.weights import Weights

CHUNK = 512  # sentences at a time: many enough for numpy to be fast, few enough for the processor's cache


class Scorer:
    """``predict_proba`` of the fitted pipeline whose weights it is given.

    A block's logits are divided by the length of its TF-IDF vector, where scikit-learn divides the vector itself, and
    sums are taken in another order: both change a probability by rounding only. Threads may share a scorer.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.classes = weights.classes
        self._sources = [_Source(block.field, block.lowercase) for block in weights.blocks]
        self._encoder = TextEncoder(_make_finders(weights), weights.terms)

    def probabilities(self, sentences: Sequence[Fields]) -> NDArray[np.float64]:
        """Return probabilities of shape (sentences, classes), columns in the order of ``classes``."""
        logits = np.empty((len(sentences), len(self.classes)))
        for start in range(0, len(sentences), CHUNK):
            logits[start : start + CHUNK] = self._logits(sentences[start : start + CHUNK])
        return _softmax(logits)

    def contributions(self, sentence: Fields, label: int) -> dict[int, float]:
        """Return what each feature of a sentence adds to the logit of class number ``label``, by column."""
        occurrences, _ = self._find_ngrams([sentence])
        found = count_ngrams(occurrences, len(self.weights.terms))
        terms = self.weights.terms.take(found.columns, axis=0)
        frequencies = sublinear_tf(found.counts)
        squared_lengths = sum_by_row(terms[:, -1] * frequencies**2, found.rows, len(self._encoder.finders))
        shares = terms[:, label] * frequencies / np.sqrt(squared_lengths).take(found.rows)
        return dict(zip(found.columns.tolist(), shares.tolist(), strict=True))

    def _logits(self, sentences: Sequence[Fields]) -> NDArray[np.float64]:
        occurrences, sums = self._find_ngrams(sentences)
        repeated = count_repeated_ngrams(occurrences, len(self.weights.terms))
        sums += sum_by_row(self._correct_repeated(repeated), repeated.rows, len(sums))
        squared_lengths = sums[:, -1:]
        squared_lengths[squared_lengths == 0] = 1  # a block without a known n-gram adds 0
        by_block = sums[:, :-1] / np.sqrt(squared_lengths)
        logits: NDArray[np.float64] = by_block.reshape(-1, len(sentences), len(self.classes)).sum(axis=0)
        logits += self.weights.intercepts
        return logits

    def _find_ngrams(self, sentences: Sequence[Fields]) -> tuple[Occurrences, NDArray[np.float64]]:
        """Return the n-grams in every row, and the sum of their terms, of shape (blocks * sentences, classes + 1)."""
        blocks, number = len(self._encoder.finders), len(self._encoder.finders) * len(sentences)
        texts, text_rows = _list_texts(sentences, self._sources)
        encoded = self._encoder.encode(texts)
        token_ids, rows = encoded.token_ids.gather(text_rows.texts, text_rows.rows)
        places = token_ids * blocks + rows // len(sentences)  # the token's codes and sums for the row's block
        sums = sum_by_row(encoded.sums.take(places, axis=0), rows, number)
        codes, rows = encoded.codes.gather(places, rows)
        bounds = rows.searchsorted(np.arange(blocks + 1, dtype=np.int32) * np.int32(len(sentences)))
        found = []
        for finder, (start, end) in zip(self._encoder.finders, pairwise(bounds), strict=True):
            found.append(finder.find(codes[start:end], rows[start:end]))
            if not isinstance(finder, TokenNgrams):  # whose sums the encoder has
                sums += sum_by_row(self.weights.terms.take(found[-1].columns, axis=0), found[-1].rows, number)
        return Occurrences(*map(np.concatenate, zip(*found, strict=True))), sums

    def _correct_repeated(self, repeated: SparseCounts) -> NDArray[np.float64]:
        """Return what to add to the sums for features with a count above 1, of shape (features, classes + 1).

        The sums count such a feature ``count`` times. It should count 1 + log(count) times, and in the squared length
        the square of this.
        """
        frequencies, counts = sublinear_tf(repeated.counts)[:, np.newaxis], repeated.counts[:, np.newaxis]
        terms = self.weights.terms.take(repeated.columns, axis=0)
        terms[:, :-1] *= frequencies - counts
        terms[:, -1:] *= frequencies**2 - counts
        return terms


class _Source(NamedTuple):
    """What a block reads: a field. With ``lowercase`` it is running text, without it a list of features."""

    field: str
    lowercase: bool


class _TextRows(NamedTuple):
    """Which row reads which text, as pairs; a row may read several texts, and several rows the same text."""

    texts: NDArray[np.intp]
    rows: NDArray[np.int32]


def _make_finders(weights: Weights) -> list[NgramFinder]:
    finders = []
    for block, columns in weights.list_blocks():
        vocabulary = dict(zip(block.names, columns, strict=True))
        finders.append(make_ngram_finder(vocabulary, block.analyzer, block.ngrams, block.token_pattern))
    return finders


def _list_texts(sentences: Sequence[Fields], sources: Sequence[_Source]) -> tuple[list[Sequence[str]], _TextRows]:
    """Return every text that the sources read, as tokens, and the rows that read it; a source for each block.

    A sentence is a text of its own and of its neighbours: it is listed once, and split into tokens once.
    """
    by_field = dict(zip(Fields._fields, zip(*sentences, strict=True), strict=True))
    values = {source: by_field[source.field] for source in sources}
    running = {source: list(_flatten(field)) for source, field in values.items() if source.lowercase}
    text_ids = {text: i for i, text in enumerate(dict.fromkeys(chain.from_iterable(running.values())))}
    texts: list[Sequence[str]] = list(map(str.split, map(str.lower, text_ids)))
    read = {
        source: _TextRows(
            np.fromiter(map(text_ids.__getitem__, field), dtype=np.intp), _number_sentences(values[source])
        )
        for source, field in running.items()
    }
    for source, field in values.items():
        if not source.lowercase:
            every = np.arange(len(sentences), dtype=np.int32)
            read[source] = _TextRows(np.arange(len(texts), len(texts) + len(sentences)), every)
            texts += field
    return texts, _join_blocks([read[source] for source in sources], len(sentences))


def _join_blocks(blocks: Sequence[_TextRows], sentences: int) -> _TextRows:
    """Put the pairs of all blocks, whose rows are sentence numbers, together, block b's rows from ``b * sentences``."""
    rows = np.concatenate([block.rows + np.int32(i * sentences) for i, block in enumerate(blocks)])
    return _TextRows(np.concatenate([block.texts for block in blocks]), rows)


def _flatten(field: Sequence[str | tuple[str, ...]]) -> Iterable[str]:
    """Return the texts of a field of all sentences; each sentence has one text there, or a tuple of texts."""
    return field if isinstance(field[0], str) else chain.from_iterable(field)  # type: ignore[return-value]


def _number_sentences(field: Sequence[str | tuple[str, ...]]) -> NDArray[np.int32]:
    """Return the number of the sentence that each of the field's texts belongs to."""
    numbers = np.arange(len(field), dtype=np.int32)
    return numbers if isinstance(field[0], str) else np.repeat(numbers, list(map(len, field)))


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.exp(logits - logits.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    return odds
