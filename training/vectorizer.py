"""A ``TfidfVectorizer`` that is several times faster and gives the same results."""

import operator
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from model.scoring.counts import SparseCounts, count_ngrams, sublinear_tf, sum_by_row
from model.scoring.ngrams import TokenNgrams, make_character_cutter, make_ngram_finder
from model.scoring.tokens import TextEncoder

_CHUNK = 1024  # documents; few enough for the processor's cache, and for their n-grams to be sorted as int32 numbers


class MemoTfidfVectorizer(TfidfVectorizer):  # type: ignore[misc]
    """``TfidfVectorizer`` with the same parameters, fitted attributes and output, which keeps the n-grams of tokens.

    It is faster for ``char_wb``, and for words whose ``token_pattern`` neither matches white space nor looks across it;
    the caller has to know that. With any other option scikit-learn's own code runs.
    """

    def transform(self, raw_documents: Iterable[str]) -> sparse.csr_matrix:
        """Return the TF-IDF matrix of shape (documents, features), its indices sorted."""
        check_is_fitted(self)
        documents = raw_documents if isinstance(raw_documents, str) else list(raw_documents)
        if isinstance(documents, str) or not documents or not self.is_separable:
            return super().transform(documents)  # which also raises the right error for a wrong argument
        chunks = []
        for number, found in self._count_by_chunk(documents, self.encoder, len(self.vocabulary_)):
            values = sublinear_tf(found.counts) * self.idf_.take(found.columns)
            values /= np.sqrt(sum_by_row(values * values, found.rows, number)).take(found.rows)
            chunks.append(_make_matrix(found, values, (number, len(self.vocabulary_))))
        return sparse.vstack(chunks, format="csr")

    def _count_vocab(self, raw_documents: Iterable[str], fixed_vocab: bool) -> tuple[dict[str, int], sparse.csr_matrix]:
        """Return the vocabulary and the counts to fit on; for ``char_wb`` they come from the tokens."""
        documents, cut = list(raw_documents), make_character_cutter(*self.ngram_range)
        ngrams: dict[str, None] = {}
        if not fixed_vocab and self.analyzer == "char_wb" and self.is_separable:
            tokens = dict.fromkeys(chain.from_iterable(map(self._split_tokens, documents)))
            ngrams = dict.fromkeys(chain.from_iterable(map(cut, tokens)))
        if not ngrams:  # scikit-learn raises the error for an empty vocabulary
            return super()._count_vocab(documents, fixed_vocab)  # type: ignore[no-any-return]
        vocabulary = {ngram: column for column, ngram in enumerate(ngrams)}
        encoder = TextEncoder([TokenNgrams(vocabulary, cut)])
        chunks = [
            _make_matrix(found, found.counts.astype(self.dtype), (number, len(vocabulary)))
            for number, found in self._count_by_chunk(documents, encoder, len(vocabulary))
        ]
        return vocabulary, sparse.vstack(chunks, format="csr")

    def _count_by_chunk(
        self, documents: Sequence[str], encoder: TextEncoder, width: int
    ) -> Iterator[tuple[int, SparseCounts]]:
        """Yield, for each chunk of documents, how many documents it has and the counts of their n-grams."""
        (finder,) = encoder.finders
        for start in range(0, len(documents), _CHUNK):
            encoded = encoder.encode(list(map(self._split_tokens, documents[start : start + _CHUNK])))
            number = len(encoded.token_ids.starts) - 1
            rows = np.repeat(np.arange(number), np.diff(encoded.token_ids.starts))
            codes, rows = encoded.codes.gather(encoded.token_ids.values, rows)
            yield number, count_ngrams(finder.find(codes, rows), width)

    def _split_tokens(self, document: str) -> list[str]:
        text: str = self.decode(document)
        return (text.lower() if self.lowercase else text).split()

    @property
    def is_separable(self) -> bool:
        """Whether, with these options, the n-grams of a text follow from its white-space tokens."""
        unset = (self.preprocessor, self.strip_accents, self.tokenizer, self.stop_words)
        return (
            all(option is None for option in unset)
            and (self.input, self.norm, self.dtype) == ("content", "l2", np.float64)
            and (self.use_idf, self.sublinear_tf, self.binary) == (True, True, False)
            and self.analyzer in ("char_wb", "word")
        )

    @property
    def encoder(self) -> TextEncoder:
        """The encoder for the fitted vocabulary; it keeps tokens, and fitting again makes a new one."""
        made_for = (self.vocabulary_, self.analyzer, self.ngram_range, self.token_pattern)
        kept: tuple[tuple[object, ...], TextEncoder] | None = self.__dict__.get("_kept")
        if kept is None or not all(map(operator.is_, kept[0], made_for)):
            kept = self._kept = made_for, TextEncoder([make_ngram_finder(*made_for)])
        return kept[1]

    def __getstate__(self) -> dict[str, Any]:
        """Leave the encoder out of pickles: it is large and quickly made again."""
        return {name: value for name, value in super().__getstate__().items() if name != "_kept"}


def _make_matrix(found: SparseCounts, values: NDArray[np.float64], shape: tuple[int, int]) -> sparse.csr_matrix:
    """Return the sparse matrix with a value for each entry of the counts."""
    starts = found.rows.searchsorted(np.arange(shape[0] + 1))
    return sparse.csr_matrix((values, found.columns, starts), shape=shape)
