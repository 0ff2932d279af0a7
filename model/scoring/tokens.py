"""Texts as numbers of their white-space tokens; what a token contributes is computed once and remembered.

News says most of its words over and over. No n-gram of ``char_wb`` crosses white space, and no token of this project's
word patterns does either: so a text's n-grams are those of its white-space tokens.
"""

from collections.abc import Sequence
from itertools import chain
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.scoring.counts import sums
from model.scoring.ngrams import NgramFinder, TokenNgrams
from model.scoring.ragged import Growing, GrowingRagged, Ragged, starts_of

# A table that has numbered so many tokens, or holds so many codes of theirs (of 4 bytes), is not filled further.
TOKENS: Final = 65_536
CODES: Final = 4_000_000


class Encoded(NamedTuple):
    """Texts by the tokens they hold. What finder f of n finders has of token t stands in row ``t * n + f``.

    Attributes:
        texts: The numbers of each text's tokens.
        codes: The codes by which a finder knows a token.
        sums: The sums of the terms of the n-grams that a finder finds within a token, of shape (rows, terms).

    """

    texts: Ragged
    codes: Ragged
    sums: NDArray[np.float64]


class Encoder:
    """Encodes texts for some finders of n-grams, remembering tokens; of bounded size, and safe to share by threads.

    Attributes:
        finders: The finders.
        table: The tokens it remembers.

    """

    def __init__(self, finders: Sequence[NgramFinder], terms: NDArray[np.float64] | None = None) -> None:
        """Take the finders, and what each of the columns they find adds to sums, of shape (columns, terms)."""
        self.finders = finders
        self._terms = terms
        self.table = TokenTable(finders, terms)

    def encode(self, texts: Sequence[Sequence[str]]) -> Encoded:
        """Return texts, given as their white-space tokens, by the tokens they hold."""
        table = self.table  # another thread may put a new one in its place meanwhile
        if table.is_full:
            table = self.table = TokenTable(self.finders, self._terms)
        numbers = np.fromiter(map(table.__getitem__, chain.from_iterable(texts)), dtype=np.intp)
        return Encoded(Ragged(numbers, starts_of(texts)), *table.known())


class TokenTable(dict[str, int]):
    """Numbers tokens as they are met, and holds what each finder has of them."""

    def __init__(self, finders: Sequence[NgramFinder], terms: NDArray[np.float64] | None) -> None:
        super().__init__()
        self._finders = finders
        self._terms = np.empty((0, 0)) if terms is None else terms
        self._within = np.array([terms is not None and isinstance(finder, TokenNgrams) for finder in finders])
        self._lock = Lock()
        self._new: list[bytes] = []  # codes that the arrays do not hold yet
        self._codes = GrowingRagged()
        self._sums = Growing(self._terms.shape[1], np.float64)

    def __missing__(self, token: str) -> int:
        with self._lock:
            number = self.get(token)  # another thread may have met it meanwhile
            if number is None:
                self._new += [finder.code(token) for finder in self._finders]
                number = self[token] = len(self)
        return number

    @property
    def is_full(self) -> bool:
        """Whether no further texts should be encoded with it."""
        return len(self) >= TOKENS or len(self._codes.ragged.values) >= CODES

    def known(self) -> tuple[Ragged, NDArray[np.float64]]:
        """Return codes and sums of every token numbered by now."""
        with self._lock:
            if self._new:
                codes = self._codes.extend(self._new)
                self._sums.extend(self._sums_of(codes))
                self._new = []
            return self._codes.ragged, self._sums.array

    def _sums_of(self, codes: Ragged) -> NDArray[np.float64]:
        """Return the sum of each row's terms, where they are columns."""
        rows = len(codes.starts) - 1
        within = np.flatnonzero(np.resize(self._within, rows))
        columns, owners = codes.gather(within, within)
        return sums(self._terms.take(columns, axis=0), owners, rows)
