"""Texts to the columns of their n-grams; what a white-space token contributes is computed once and remembered.

No n-gram of ``char_wb`` crosses white space, and no token of this project's word patterns does either. So a text's
n-grams are those of its white-space tokens, one after the other; only word n-grams of several words are looked up anew.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from model.memo import LONGEST, TokenMemo

_INT32: Final = "i"


class Occurrences(NamedTuple):
    """N-grams of several texts by column, as often as they occur; those of text i end before ``ends[i]``, unordered."""

    columns: NDArray[np.int32]
    ends: NDArray[np.intp]


def encode(texts: Iterable[str], lowercase: bool, memos: Sequence[TokenMemo[bytes]]) -> list[list[bytes]]:
    """Return, for each memo, the codes of every text's white-space tokens, joined.

    Text by text, since tokens that are dropped at once never leave the processor's cache.
    """
    codes: list[list[bytes]] = [[] for _ in memos]
    steps = [(memo.__getitem__, of_memo.append) for memo, of_memo in zip(memos, codes, strict=True)]
    for text in map(str.lower, texts) if lowercase else texts:
        tokens = text.split()
        for code, add in steps:
            add(b"".join(map(code, tokens)))
    return codes


class TokenNgrams:
    """Finds n-grams that lie within a token: those of characters, and words one by one."""

    def __init__(self, vocabulary: Mapping[str, int], cut: Callable[[str], Iterable[str]]) -> None:
        """Take the columns of the n-grams, and what cuts a token into them."""
        column = vocabulary.get
        self.memo = TokenMemo(lambda token: _coded(found for found in map(column, cut(token)) if found is not None))

    def find(self, codes: Sequence[bytes]) -> Occurrences:
        """Return the occurrences of the vocabulary's n-grams in texts that :func:`encode` has encoded."""
        return Occurrences(np.frombuffer(b"".join(codes), dtype=np.int32), np.cumsum(_lengths(codes)))


class WordNgrams:
    """Finds n-grams of several words, where no word holds or depends on white space.

    Words are numbered, and so are n-grams of several words: ``keys`` are made of the number of all but the last word
    and of the last word's number. Beginnings of longer n-grams are numbered, too, if only for that.
    """

    def __init__(
        self, vocabulary: Mapping[str, int], sizes: tuple[int, int], tokenize: Callable[[str], list[str]]
    ) -> None:
        split = [name.split(" ") for name in vocabulary]
        words = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(split)))}
        other = len(words)
        self._base = len(words) + 1
        self._keys: list[NDArray[np.int64]] = []
        starts, numbers = list(words), words
        self._columns = [_columns(starts, vocabulary if sizes[0] == 1 else {})]
        for size in range(2, sizes[1] + 1):
            starts = list(dict.fromkeys(" ".join(ngram[:size]) for ngram in split if len(ngram) >= size))
            parted = (start.rpartition(" ") for start in starts)
            keys = np.array([numbers[before] * self._base + words[last] for before, _, last in parted], dtype=np.int64)
            order = np.argsort(keys)
            starts = [starts[i] for i in order]
            numbers = {start: number for number, start in enumerate(starts)}
            self._keys.append(np.append(keys[order], -1))
            self._columns.append(_columns(starts, vocabulary if sizes[0] <= size else {}))
        self.memo = TokenMemo(lambda token: _coded(words.get(word, other) for word in tokenize(token)))
        self._gap = np.array([other], dtype=np.int32).tobytes()  # put after each text, so that no n-gram crosses

    def find(self, codes: Sequence[bytes]) -> Occurrences:
        """Return the occurrences of the vocabulary's n-grams in texts that :func:`encode` has encoded."""
        words = np.frombuffer(self._gap.join([*codes, b""]), dtype=np.int32)
        found = np.full((len(words), len(self._columns)), -1, dtype=np.int32)
        found[:, 0] = self._columns[0][words]
        numbers = words.astype(np.int64)
        for size, keys in enumerate(self._keys, 1):
            numbers = _look_up(keys, numbers[:-1] * self._base + words[size:])
            found[: len(numbers), size] = self._columns[size][numbers]
        known = found >= 0
        before = np.concatenate([[0], np.cumsum(known.sum(axis=1))])
        return Occurrences(found[known], before[np.cumsum(_lengths(codes) + 1)])


def _coded(codes: Iterable[int]) -> bytes:
    """Return codes as bytes of int32: such are joined, and read by numpy, at no cost."""
    return array(_INT32, codes).tobytes()


def _columns(starts: Iterable[str], columns: Mapping[str, int]) -> NDArray[np.int32]:
    """Return the column of each, -1 for those that have none and, at the end, for what is not found."""
    return np.array([*(columns.get(start, -1) for start in starts), -1], dtype=np.int32)


def _look_up(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of keys in a sorted table that ends in a key no one wants, where all others are found."""
    positions = np.searchsorted(keys[:-1], wanted).astype(np.int64, copy=False)
    positions[keys[positions] != wanted] = len(keys) - 1
    return positions


def _lengths(codes: Sequence[bytes]) -> NDArray[np.intp]:
    return np.fromiter(map(len, codes), dtype=np.intp, count=len(codes)) // np.dtype(np.int32).itemsize


NgramFinder: TypeAlias = TokenNgrams | WordNgrams


def ngram_finder(
    vocabulary: Mapping[str, int], analyzer: str, sizes: tuple[int, int], token_pattern: str
) -> NgramFinder:
    """Return what finds the n-grams of a vocabulary, given as scikit-learn's ``TfidfVectorizer`` has them."""
    if analyzer == "char_wb":
        return TokenNgrams(vocabulary, character_cutter(*sizes))
    tokenize = re.compile(token_pattern).findall
    return TokenNgrams(vocabulary, tokenize) if sizes == (1, 1) else WordNgrams(vocabulary, sizes, tokenize)


def character_cutter(shortest: int, longest: int) -> Callable[[str], Iterable[str]]:
    """Return what cuts a token into n-grams of characters, as ``analyzer="char_wb"`` does."""

    def cut(token: str) -> Iterable[str]:
        padded = f" {token} "
        slices = _slices if len(token) <= LONGEST else _slices.__wrapped__
        return map(padded.__getitem__, slices(len(padded), shortest, longest))

    return cut


@lru_cache(maxsize=256)
def _slices(length: int, shortest: int, longest: int) -> list[slice]:
    """Return what cuts a padded word into n-grams; one that is shorter than the shortest n-gram is one itself."""
    sizes = range(shortest, max(shortest, min(longest, length)) + 1)
    return [slice(start, start + size) for size in sizes for start in range(max(length - size, 0) + 1)]
