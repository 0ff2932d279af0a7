"""One tokenisation for the whole of attribution: words with their lower-case form and whether they are quoted."""

import operator
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import chain, compress

from model.attribution.quotations import Quotation
from model.token_cache import TokenMemo

# Dotted titles and initials are whole, a possessive 's is a token of its own, and so is every mark. None holds, or
# depends on, what lies beyond white space.
_TOKEN = re.compile(
    r"(?:[A-Z]\.)+(?:[A-Z]\b)?|(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sens?|Reps?|Del|Det|Insp|Supt|Cmdr|Brig|Cllr|Amb|Gov|Gen|Lt|Col|Maj|Sgt|Capt|Adm|St|Rev|Hon|Jr|Sr)\."
    r"|(?:Inc|Corp|Co|Ltd)\."
    r"|['’]s\b|\w+(?:(?:[-.&/]|['’](?!s\b))\w+)*|[^\w\s]"
)


def _lower(word: str) -> str:
    lower = word.lower().replace("’", "'")
    return word if lower == word else lower  # the same string is quicker to compare


_BEYOND = ("",) * 3
NAMED = "ª"  # begins the lower-case form of a common word that is part of a name here; counts as a letter
_Marks = dict[str, tuple[int, int]]  # by mark: the token of the last one found, and the offset after it
_MAY_JOIN = "'’"  # marks that may also stand within a token

LOWER_OF: TokenMemo[str] = TokenMemo(_lower)  # remembered strings have their hashes with them


def _split(piece: str) -> tuple[str, ...]:
    """Return the tokens of what stands between white space, each followed by its lower-case form."""
    if piece.isalpha():
        return piece, _lower(piece)
    pairs: list[str] = []
    for word in _TOKEN.findall(piece):
        pairs += word, LOWER_OF[word]
    return tuple(pairs)


# Tuples of text are nothing that the garbage collector looks through.
_TOKENS_OF: TokenMemo[tuple[str, ...]] = TokenMemo(_split)


@dataclass(slots=True)
class Tokens:
    """The tokens of a sentence, as aligned sequences of what the garbage collector need not look through.

    Attributes:
        sentence: The sentence.
        words: As written.
        lower: In lower case, with straight apostrophes; then a few times "", for whoever looks before the first token
            (at -1) or after the last. A word that is a name here and a common word elsewhere ("Theresa May") has
            :data:`NAMED` before it.
        quoted: For each 1 where it stands inside a quotation, else 0.

    """

    sentence: str
    words: tuple[str, ...]
    lower: tuple[str, ...]
    quoted: bytes
    _starts: list[int] | None = field(default=None, compare=False, repr=False)
    _capitals: tuple[int, ...] | None = field(default=None, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def starts(self) -> list[int]:
        """Offset of each in the sentence, in code points; found when first asked for, as few sentences need all."""
        return self._starts_to(len(self.words))

    @property
    def capitals(self) -> tuple[int, ...]:
        """Indices of the words with a capital in them, and of those marked as part of a name."""
        if self._capitals is None:
            self._capitals = tuple(compress(range(len(self.words)), map(operator.ne, self.words, self.lower)))
        return self._capitals

    def mark_name(self, *indices: int) -> None:
        """Mark words as part of a name, whatever they are elsewhere."""
        if not indices:
            return
        lower = list(self.lower)
        for index in indices:
            if not lower[index].startswith(NAMED):
                lower[index] = NAMED + lower[index]
        self.lower, self._capitals = tuple(lower), None

    def text(self, start: int, stop: int) -> str:
        """Return the words ``start`` to ``stop`` (exclusive) as the sentence has them."""
        if start >= stop:
            return ""
        if stop - start == 1:
            return self.words[start]
        starts = self._starts_to(stop)
        return self.sentence[starts[start] : starts[stop - 1] + len(self.words[stop - 1])]

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """Return the offsets in the sentence of the words ``start`` to ``stop`` (exclusive, above ``start``)."""
        if self._starts is None and 2 * stop > len(self.words):
            return self._span_from_end(start, stop)
        starts = self._starts_to(stop)
        return starts[start], starts[stop - 1] + len(self.words[stop - 1])

    def _span_from_end(self, start: int, stop: int) -> tuple[int, int]:
        """Return the same, counted from the end of the sentence, where a source often stands: "..., he said"."""
        sentence, begin, end = self.sentence, len(self.sentence), 0
        for index in range(len(self.words) - 1, start - 1, -1):
            begin = sentence.rindex(self.words[index], 0, begin)
            if index == stop - 1:
                end = begin + len(self.words[index])
        return begin, end

    def _starts_to(self, stop: int) -> list[int]:
        """Return the offsets of the tokens up to ``stop`` at least."""
        if self._starts is None:
            self._starts = []
        starts, words, sentence = self._starts, self.words, self.sentence
        if len(starts) >= stop:
            return starts
        add, end = starts.append, starts[-1] + len(words[len(starts) - 1]) if starts else 0
        only_spaces = sentence.isprintable()  # as no other white space is
        for word in words[len(starts) : stop]:  # only white space lies between
            if only_spaces:
                while sentence[end] == " ":
                    end += 1
            else:
                end = sentence.index(word, end)
            add(end)
            end += len(word)
        return starts


def tokenize(sentence: str, quotation: Quotation) -> Tokens:
    """Split a sentence into tokens; the marks of a quotation count as quoted."""
    pairs = tuple(chain.from_iterable(map(_TOKENS_OF.__getitem__, sentence.split())))
    words = pairs[::2]
    tokens = Tokens(sentence, words, pairs[1::2] + _BEYOND, bytes(len(words)))
    if quotation.ranges:
        tokens.quoted = _quoted(tokens, quotation)
    return tokens


def _quoted(tokens: Tokens, quotation: Quotation) -> bytes:
    quoted, count = bytearray(len(tokens)), len(tokens)
    marks: _Marks = {}
    for start, end in quotation.ranges:
        first = _count_before(tokens, start, start, marks) if start else 0
        last = _count_before(tokens, end, end - 1, marks) if end < len(tokens.sentence) else count
        quoted[first:last] = b"\1" * (last - first)
    return bytes(quoted)


def _count_before(tokens: Tokens, offset: int, place: int, marks: _Marks) -> int:
    """Return how many tokens start before an offset, at or right after the place of a quotation mark."""
    sentence, mark = tokens.sentence, tokens.sentence[place]
    if mark in _MAY_JOIN:
        return bisect_left(tokens.starts, offset)
    index, after = marks.get(mark, (-1, 0))
    for _ in range(sentence.count(mark, after, place) + 1):  # the n-th in the sentence is the n-th among the tokens
        index = tokens.words.index(mark, index + 1)
    marks[mark] = index, place + 1
    return index + offset - place
