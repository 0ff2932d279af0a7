"""Finds the n-grams of a vocabulary in texts, and says which column of the TF-IDF matrix each of them has.

There are two kinds of n-grams: those that lie within a token (character n-grams and single words), and those of several
words. A finder encodes a token once, as a few int32 numbers: its codes. To search texts it needs only the codes of
their tokens. For the vocabulary {"the": 0, "end": 1, "the end": 2} and the text "The end", in lower case:

    tokens    the, end
    codes     0 (the word "the"), 1 (the word "end")
    columns   0, 2, 1
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

WHOLE_TOKENS: Final = r"\S+"  # the token pattern by which every white-space token is a word
_INT32: Final = "i"
_CACHED_LENGTH: Final = 40  # characters; slices for longer tokens are not kept in memory

Cutter: TypeAlias = Callable[[str], Iterable[str]]


class Occurrences(NamedTuple):
    """The n-grams found in several rows of text, one entry for each occurrence.

    Attributes:
        columns: The column of the n-gram.
        rows: The row it occurs in, ascending.

    """

    columns: NDArray[np.int32]
    rows: NDArray[Any]


class TokenNgrams:
    """Finds n-grams that lie within a token: character n-grams, or single words.

    The codes of a token are the columns of its n-grams.

    >>> finder = TokenNgrams({"sa": 0, "id": 1}, cut=lambda token: [token[:2], token[2:]])
    >>> np.frombuffer(finder.encode_token("said"), np.int32).tolist()
    [0, 1]
    """

    def __init__(self, vocabulary: Mapping[str, int], cut: Cutter) -> None:
        """Take the columns of the n-grams, and the function that cuts a token into n-grams."""
        self._column = vocabulary.get
        self._cut = cut

    def encode_token(self, token: str) -> bytes:
        """Return the token's codes as the bytes of int32 numbers."""
        columns = map(self._column, self._cut(token))
        return array(_INT32, [column for column in columns if column is not None]).tobytes()

    def find(self, codes: NDArray[np.int32], rows: NDArray[Any]) -> Occurrences:
        """Return the occurrences of the vocabulary's n-grams, given the codes of all tokens and their rows."""
        return Occurrences(codes, rows)


class WordNgrams:
    """Finds n-grams of several words; no word may hold white space or depend on it.

    The codes of a token are the ids of its words. N-grams of two or more words have ids, too: an n-gram is looked up by
    the id of all its words but the last, and the id of the last word. The beginnings of longer n-grams ("the end" of
    "the end of") have an id even where they are not in the vocabulary themselves.

    >>> finder = WordNgrams({"the": 0, "end": 1, "the end": 2}, sizes=(1, 2), tokenize=str.split)
    >>> codes = np.frombuffer(finder.encode_token("the") + finder.encode_token("end"), np.int32)
    >>> finder.find(codes, rows=np.array([0, 0])).columns.tolist()
    [0, 2, 1]
    """

    def __init__(
        self, vocabulary: Mapping[str, int], sizes: tuple[int, int], tokenize: Callable[[str], list[str]]
    ) -> None:
        """Take the n-grams' columns, their shortest and longest size, and what finds the words of a token."""
        ngrams = [ngram.split(" ") for ngram in vocabulary]
        word_ids = {word: i for i, word in enumerate(dict.fromkeys(chain.from_iterable(ngrams)))}
        unknown = len(word_ids)
        self._base = len(word_ids) + 1
        self._ids_by_key: list[KeyTable] = []  # for two words, three words, ...
        beginnings, ids = list(word_ids), word_ids
        self._columns = [_list_columns(beginnings, vocabulary if sizes[0] == 1 else {})]  # for one word, two words, ...
        for size in range(2, sizes[1] + 1):
            beginnings = list(dict.fromkeys(" ".join(ngram[:size]) for ngram in ngrams if len(ngram) >= size))
            pairs = (beginning.rpartition(" ") for beginning in beginnings)
            keys = np.array([ids[before] * self._base + word_ids[last] for before, _, last in pairs], dtype=np.int64)
            ids = {beginning: i for i, beginning in enumerate(beginnings)}
            self._ids_by_key.append(KeyTable(keys))
            self._columns.append(_list_columns(beginnings, vocabulary if sizes[0] <= size else {}))
        self._tokenize = tokenize
        self._word_id = lambda word: word_ids.get(word, unknown)

    def encode_token(self, token: str) -> bytes:
        """Return the token's codes as the bytes of int32 numbers."""
        return array(_INT32, map(self._word_id, self._tokenize(token))).tobytes()

    def find(self, codes: NDArray[np.int32], rows: NDArray[Any]) -> Occurrences:
        """Return the occurrences of the vocabulary's n-grams, given the codes of all tokens and their rows."""
        columns = np.full((len(codes), len(self._columns)), -1, dtype=np.int32)  # by first word and size
        columns[:, 0] = self._columns[0].take(codes)
        ids = codes.astype(np.int64)
        for size, table in enumerate(self._ids_by_key, 1):
            ids = table.find(ids[:-1] * self._base + codes[size:])
            ids[rows[:-size] != rows[size:]] = -1  # no n-gram goes from one row into the next
            columns[: len(ids), size] = self._columns[size].take(ids)
        known = np.flatnonzero(columns >= 0)
        return Occurrences(columns.take(known), rows.take(known // columns.shape[1]))


NgramFinder: TypeAlias = TokenNgrams | WordNgrams


def make_ngram_finder(
    vocabulary: Mapping[str, int], analyzer: str, sizes: tuple[int, int], token_pattern: str
) -> NgramFinder:
    """Return a finder of the n-grams that scikit-learn's ``TfidfVectorizer`` finds with the same options.

    Args:
        vocabulary: The n-grams with their columns.
        analyzer: "word" or "char_wb".
        sizes: Shortest and longest n-gram.
        token_pattern: The regular expression of a word; "char_wb" does not use it.

    """
    if analyzer == "char_wb":
        return TokenNgrams(vocabulary, make_character_cutter(*sizes))
    tokenize = _keep_whole if token_pattern == WHOLE_TOKENS else re.compile(token_pattern).findall
    if sizes == (1, 1):
        return TokenNgrams(vocabulary, tokenize)
    return WordNgrams(vocabulary, sizes, tokenize)


def make_character_cutter(shortest: int, longest: int) -> Cutter:
    """Return a function that cuts a token into character n-grams as ``analyzer="char_wb"`` does.

    >>> list(make_character_cutter(2, 3)("no"))
    [' n', 'no', 'o ', ' no', 'no ']
    """

    def cut(token: str) -> Iterable[str]:
        padded = f" {token} "
        slices = _list_slices if len(token) <= _CACHED_LENGTH else _list_slices.__wrapped__
        return map(padded.__getitem__, slices(len(padded), shortest, longest))

    return cut


@lru_cache(maxsize=256)
def _list_slices(length: int, shortest: int, longest: int) -> list[slice]:
    """Return the slices that cut a padded token into n-grams; a token below the shortest size is one n-gram."""
    sizes = range(shortest, max(shortest, min(longest, length)) + 1)
    return [slice(start, start + size) for size in sizes for start in range(max(length - size, 0) + 1)]


def _list_columns(ngrams: Iterable[str], columns: Mapping[str, int]) -> NDArray[np.int32]:
    """Return the column of each n-gram, -1 for one without a column; the last entry, -1, is that of the id -1."""
    return np.array([*(columns.get(ngram, -1) for ngram in ngrams), -1], dtype=np.int32)


def _keep_whole(token: str) -> list[str]:
    return [token]
