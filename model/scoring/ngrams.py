"""N-grams found as columns of a vocabulary: within tokens, or of several words.

A finder knows a token by its codes: what it needs of the token to find n-grams in texts that hold it.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from model.scoring.key_table import KeyTable

WHOLE_TOKENS: Final = r"\S+"  # the token pattern by which a white-space token is a word
_INT32: Final = "i"
_USUAL: Final = 40  # characters; how longer tokens are cut is not remembered


class Occurrences(NamedTuple):
    """N-grams of several texts, as often as they occur.

    Attributes:
        columns: The column of each.
        texts: The number of the text that each occurs in, in order.

    """

    columns: NDArray[np.int32]
    texts: NDArray[Any]


class TokenNgrams:
    """Finds n-grams that lie within a token: those of characters, and words one by one."""

    def __init__(self, vocabulary: Mapping[str, int], cut: Callable[[str], Iterable[str]]) -> None:
        """Take the columns of the n-grams, and what cuts a token into them."""
        self._column = vocabulary.get
        self._cut = cut

    def code(self, token: str) -> bytes:
        """Return the columns of a token's n-grams, as int32."""
        columns = map(self._column, self._cut(token))
        return array(_INT32, [column for column in columns if column is not None]).tobytes()

    def find(self, codes: NDArray[np.int32], texts: NDArray[Any]) -> Occurrences:
        """Return the occurrences of the vocabulary's n-grams, given the codes of the texts' tokens, in order."""
        return Occurrences(codes, texts)


class WordNgrams:
    """Finds n-grams of several words, where no word holds or depends on white space.

    Words are numbered, and so are n-grams of several words, by keys made of the number of all but the last word
    and of the last word's number. Beginnings of longer n-grams are numbered, too, if only for that.
    """

    def __init__(
        self, vocabulary: Mapping[str, int], sizes: tuple[int, int], tokenize: Callable[[str], list[str]]
    ) -> None:
        """Take the columns of the n-grams, their sizes, and what parts a token into words."""
        split = [name.split(" ") for name in vocabulary]
        words = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(split)))}
        other = len(words)
        self._base = len(words) + 1
        self._numbers: list[KeyTable] = []
        starts, numbers = list(words), words
        self._columns = [_columns(starts, vocabulary if sizes[0] == 1 else {})]
        for size in range(2, sizes[1] + 1):
            starts = list(dict.fromkeys(" ".join(ngram[:size]) for ngram in split if len(ngram) >= size))
            parted = (start.rpartition(" ") for start in starts)
            keys = np.array([numbers[before] * self._base + words[last] for before, _, last in parted], dtype=np.int64)
            numbers = {start: number for number, start in enumerate(starts)}
            self._numbers.append(KeyTable(keys))
            self._columns.append(_columns(starts, vocabulary if sizes[0] <= size else {}))
        self._tokenize = tokenize
        self._number = lambda word: words.get(word, other)

    def code(self, token: str) -> bytes:
        """Return the numbers of a token's words, as int32."""
        return array(_INT32, map(self._number, self._tokenize(token))).tobytes()

    def find(self, codes: NDArray[np.int32], texts: NDArray[Any]) -> Occurrences:
        """Return the occurrences of the vocabulary's n-grams, given the codes of the texts' tokens, in order."""
        found = np.full((len(codes), len(self._columns)), -1, dtype=np.int32)  # by first word and size
        found[:, 0] = self._columns[0].take(codes)
        numbers = codes.astype(np.int64)
        for size, table in enumerate(self._numbers, 1):
            numbers = table.find(numbers[:-1] * self._base + codes[size:])
            numbers[texts[:-size] != texts[size:]] = -1  # no n-gram crosses from text to text
            found[: len(numbers), size] = self._columns[size].take(numbers)
        known = np.flatnonzero(found >= 0)
        return Occurrences(found.take(known), texts.take(known // found.shape[1]))


def _columns(starts: Iterable[str], columns: Mapping[str, int]) -> NDArray[np.int32]:
    """Return the column of each, -1 for those that have none and, at the end, for what is not found."""
    return np.array([*(columns.get(start, -1) for start in starts), -1], dtype=np.int32)


def _whole(token: str) -> list[str]:
    return [token]


NgramFinder: TypeAlias = TokenNgrams | WordNgrams


def ngram_finder(
    vocabulary: Mapping[str, int], analyzer: str, sizes: tuple[int, int], token_pattern: str
) -> NgramFinder:
    """Return what finds the n-grams of a vocabulary, given as scikit-learn's ``TfidfVectorizer`` has them.

    Args:
        vocabulary: The n-grams with their columns.
        analyzer: "word" or "char_wb".
        sizes: Shortest and longest n-gram.
        token_pattern: What a word is.

    """
    if analyzer == "char_wb":
        return TokenNgrams(vocabulary, character_cutter(*sizes))
    tokenize = _whole if token_pattern == WHOLE_TOKENS else re.compile(token_pattern).findall
    if sizes == (1, 1):
        return TokenNgrams(vocabulary, tokenize)
    return WordNgrams(vocabulary, sizes, tokenize)


def character_cutter(shortest: int, longest: int) -> Callable[[str], Iterable[str]]:
    """Return what cuts a token into n-grams of characters, as ``analyzer="char_wb"`` does."""

    def cut(token: str) -> Iterable[str]:
        padded = f" {token} "
        slices = _slices if len(token) <= _USUAL else _slices.__wrapped__
        return map(padded.__getitem__, slices(len(padded), shortest, longest))

    return cut


@lru_cache(maxsize=256)
def _slices(length: int, shortest: int, longest: int) -> list[slice]:
    """Return what cuts a padded word into n-grams; one that is shorter than the shortest n-gram is one itself."""
    sizes = range(shortest, max(shortest, min(longest, length)) + 1)
    return [slice(start, start + size) for size in sizes for start in range(max(length - size, 0) + 1)]
