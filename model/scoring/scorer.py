"""Probabilities straight from the texts' n-grams: the pipeline's own figures without the cost of its matrices.

With ``sublinear_tf``, a feature that occurs c times counts (1 + log c) times. Most occur once: so the terms of all
occurrences are added up, those within a token once for all texts that hold it, and then those that occur repeatedly in
a text are put right.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.features import Fields
from model.scoring.counts import Counts, count, count_repeated, frequencies, sums
from model.scoring.ngrams import Occurrences, TokenNgrams, ngram_finder
from model.scoring.tokens import Encoder
from model.scoring.weights import Weights

CHUNK = 512  # rows at a time: many enough for numpy, few enough for the processor's cache


class Scorer:
    """``predict_proba`` of the fitted pipeline whose weights it is given.

    The norm of a block is divided out of its logits rather than out of its values, and sums are taken in another order:
    both change a probability by rounding only. Safe to share between threads.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.classes = weights.classes
        self._sources = [_Source(block.field, block.lowercase) for block in weights.blocks]
        finders = [
            ngram_finder(
                dict(zip(block.names, columns, strict=True)), block.analyzer, block.ngrams, block.token_pattern
            )
            for block, columns in weights.columns()
        ]
        self._encoder = Encoder(finders, weights.terms)

    def probabilities(self, rows: Sequence[Fields]) -> NDArray[np.float64]:
        """Return probabilities of shape (rows, classes), columns in the order of ``classes``."""
        logits = np.empty((len(rows), len(self.classes)))
        for start in range(0, len(rows), CHUNK):
            logits[start : start + CHUNK] = self._logits(rows[start : start + CHUNK])
        return _softmax(logits)

    def contributions(self, row: Fields, label: int) -> dict[int, float]:
        """Return what each feature of one sentence adds to the logit of the class ``label``, by column."""
        occurrences, _ = self._find([row])
        found = count(occurrences, len(self.weights.terms))
        terms = self.weights.terms.take(found.columns, axis=0)
        weights = frequencies(found.counts)
        squares = sums(terms[:, -1] * weights**2, found.texts, len(self._encoder.finders))
        shares = terms[:, label] * weights / np.sqrt(squares).take(found.texts)
        return dict(zip(found.columns.tolist(), shares.tolist(), strict=True))

    def _logits(self, rows: Sequence[Fields]) -> NDArray[np.float64]:
        occurrences, by_block = self._find(rows)
        repeated = count_repeated(occurrences, len(self.weights.terms))
        by_block += sums(self._surplus(repeated), repeated.texts, len(by_block))
        squares = by_block[:, -1:]
        squares[squares == 0] = 1  # nothing was found
        by_block = by_block[:, :-1] / np.sqrt(squares)
        logits: NDArray[np.float64] = by_block.reshape(-1, len(rows), len(self.classes)).sum(axis=0)
        logits += self.weights.intercepts
        return logits

    def _find(self, rows: Sequence[Fields]) -> tuple[Occurrences, NDArray[np.float64]]:
        """Return the n-grams of every row's blocks, as of a text each, and the sums of their terms.

        Texts are numbered by block, then by row; sums are of shape (blocks * rows, classes + 1).
        """
        texts, held = _texts(rows, self._sources)
        encoded = self._encoder.encode(texts)
        blocks, number = len(self._encoder.finders), len(self._encoder.finders) * len(rows)
        chosen = np.concatenate([held[source].texts for source in self._sources])
        owners = np.concatenate([held[source].rows + np.int32(i * len(rows)) for i, source in enumerate(self._sources)])
        tokens, owners = encoded.texts.gather(chosen, owners)
        places = tokens * blocks + owners // len(rows)
        total = sums(encoded.sums.take(places, axis=0), owners, number)
        codes, owners = encoded.codes.gather(places, owners)
        starts = owners.searchsorted(np.arange(blocks + 1, dtype=np.int32) * np.int32(len(rows)))
        found = []
        for finder, (start, end) in zip(self._encoder.finders, pairwise(starts), strict=True):
            found.append(finder.find(codes[start:end], owners[start:end]))
            if not isinstance(finder, TokenNgrams):
                total += sums(self.weights.terms.take(found[-1].columns, axis=0), found[-1].texts, number)
        return Occurrences(*map(np.concatenate, zip(*found, strict=True))), total

    def _surplus(self, repeated: Counts) -> NDArray[np.float64]:
        """Return what is to be added to the sums for features that occur repeatedly, of shape (features, classes + 1).

        A feature counts 1 + log(count) times rather than count times, in the square of the length the square of this.
        """
        weights, counts = frequencies(repeated.counts)[:, np.newaxis], repeated.counts[:, np.newaxis]
        terms = self.weights.terms.take(repeated.columns, axis=0)
        terms[:, :-1] *= weights - counts
        terms[:, -1:] *= weights**2 - counts
        return terms


class _Source(NamedTuple):
    """What a block reads: a field, and whether it is running text, in lower case; else it is features."""

    field: str
    lowercase: bool


class _Held(NamedTuple):
    """Which texts the rows of a source hold, one or several each: numbers of texts, and the row of each."""

    texts: NDArray[np.intp]
    rows: NDArray[np.int32]


def _texts(rows: Sequence[Fields], sources: Sequence[_Source]) -> tuple[list[Sequence[str]], Mapping[_Source, _Held]]:
    """Return the texts that rows hold for some sources, as tokens, and which row holds which."""
    columns = dict(zip(Fields._fields, zip(*rows, strict=True), strict=True))
    values = {source: columns[source.field] for source in sources}
    flat = {source: list(_flat(of_rows)) for source, of_rows in values.items() if source.lowercase}
    # A sentence is a text of its own and of its neighbours; each is parted once.
    number = {text: i for i, text in enumerate(dict.fromkeys(chain.from_iterable(flat.values())))}
    texts: list[Sequence[str]] = list(map(str.split, map(str.lower, number)))
    held = {
        source: _Held(np.fromiter(map(number.__getitem__, of_rows), dtype=np.intp), _owners(values[source]))
        for source, of_rows in flat.items()
    }
    for source, of_rows in values.items():
        if not source.lowercase:
            held[source] = _Held(np.arange(len(texts), len(texts) + len(rows)), np.arange(len(rows), dtype=np.int32))
            texts += of_rows
    return texts, held


def _flat(values: Sequence[str | tuple[str, ...]]) -> Iterable[str]:
    """Return the texts of a field, of which each row has one or several."""
    return values if isinstance(values[0], str) else chain.from_iterable(values)  # type: ignore[return-value]


def _owners(values: Sequence[str | tuple[str, ...]]) -> NDArray[np.int32]:
    """Return the row that each of the texts belongs to."""
    rows = np.arange(len(values), dtype=np.int32)
    return rows if isinstance(values[0], str) else np.repeat(rows, list(map(len, values)))


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.exp(logits - logits.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    return odds
