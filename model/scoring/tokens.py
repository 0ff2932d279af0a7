"""Encodes texts as the ids of their white-space tokens. What a token contributes is computed once and kept.

News uses most of its words again and again. N-grams of ``char_wb`` never cross white space, and the words of this
project's token patterns do not either. So the n-grams of a text follow from its white-space tokens. For one finder:

    texts       [["said", "he", "said"], ["he"]]
    token ids   said 0, he 1
    token_ids   [[0, 1, 0], [1]]
    codes       [codes of "said", codes of "he"]
"""

from collections.abc import Sequence
from itertools import chain
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.scoring.counts import sum_by_row
from model.scoring.ngrams import NgramFinder, TokenNgrams
from model.scoring.ragged import GrowingArray, GrowingRagged, Ragged, compute_starts

# A table with this many tokens, or this many codes (4 bytes each), is full: the next call begins a new one.
MAX_TOKENS: Final = 65_536
MAX_CODES: Final = 4_000_000


class EncodedTexts(NamedTuple):
    """Texts as token ids, and what is known of each token.

    With n finders, what finder f knows of token t is in row ``t * n + f`` of ``codes`` and ``sums``.

    Attributes:
        token_ids: The ids of each text's tokens, a row for each text.
        codes: The token's codes for the finder.
        sums: The sums of the terms (see :class:`model.scoring.weights.Weights`) of the n-grams that the finder finds
            within the token, of shape (tokens * n, terms).

    """

    token_ids: Ragged
    codes: Ragged
    sums: NDArray[np.float64]


class TextEncoder:
    """Encodes texts for several n-gram finders and keeps what it knows of tokens.

    Its memory is bounded. Threads may share it.

    Attributes:
        finders: The finders.
        table: The tokens it knows.

    """

    def __init__(self, finders: Sequence[NgramFinder], terms: NDArray[np.float64] | None = None) -> None:
        """Take the finders and, where sums are wanted, the terms of all columns, of shape (columns, terms)."""
        self.finders = finders
        self._terms = terms
        self.table = TokenTable(finders, terms)

    def encode(self, texts: Sequence[Sequence[str]]) -> EncodedTexts:
        """Encode texts, each given as its white-space tokens."""
        table = self.table  # another thread may replace it meanwhile
        if table.is_full:
            table = self.table = TokenTable(self.finders, self._terms)
        token_ids = np.fromiter(map(table.__getitem__, chain.from_iterable(texts)), dtype=np.intp)
        return EncodedTexts(Ragged(token_ids, compute_starts(texts)), *table.read())


class TokenTable(dict[str, int]):
    """The ids of tokens, given in the order in which they are first looked up, with each finder's codes and sums."""

    def __init__(self, finders: Sequence[NgramFinder], terms: NDArray[np.float64] | None) -> None:
        super().__init__()
        self._finders = finders
        self._terms = np.empty((0, 0)) if terms is None else terms
        self._has_sums = np.array([terms is not None and isinstance(finder, TokenNgrams) for finder in finders])
        self._lock = Lock()
        self._new: list[bytes] = []  # codes that are not in the arrays yet
        self._codes = GrowingRagged()
        self._sums = GrowingArray(self._terms.shape[1], np.float64)

    def __missing__(self, token: str) -> int:
        with self._lock:
            token_id = self.get(token)  # another thread may have added it meanwhile
            if token_id is None:
                self._new += [finder.encode_token(token) for finder in self._finders]
                token_id = self[token] = len(self)
        return token_id

    @property
    def is_full(self) -> bool:
        """Whether further texts need a new table."""
        return len(self) >= MAX_TOKENS or len(self._codes.ragged.values) >= MAX_CODES

    def read(self) -> tuple[Ragged, NDArray[np.float64]]:
        """Return codes and sums of every token that has an id."""
        with self._lock:
            if self._new:
                codes = self._codes.extend(self._new)
                self._sums.extend(self._sum_terms(codes))
                self._new = []
            return self._codes.ragged, self._sums.array

    def _sum_terms(self, codes: Ragged) -> NDArray[np.float64]:
        """Return the sum of terms for each row of codes; 0 where the codes are word ids, not columns."""
        number = len(codes.starts) - 1
        rows_with_sums = np.flatnonzero(np.resize(self._has_sums, number))
        columns, rows = codes.gather(rows_with_sums, rows_with_sums)
        return sum_by_row(self._terms.take(columns, axis=0), rows, number)
