"""Text to sentence spans: Punkt with this project's own parameters, within paragraphs.

Punkt (Kiss and Strunk 2006, https://doi.org/10.1162/coli.2006.32.4.485) decides whether a dot ends a sentence. The
rules around it are news's: a paragraph always ends a sentence, a closing quotation mark stays with its sentence, a
title never ends one ("Gen. Will Marsh"), and none begins in lower case after a quoted question ("Why?" he asked).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Protocol

from model.lexicon import read_sections, read_text
from model.punkt import QuickPunkt
from model.punkt_rules import PunktParameters
from model.records import Span

_LINE_BREAKS = "\r\n\v\f\x85\u2028\u2029"
_SEPARATORS = "\x1c\x1d\x1e"  # break a line for ``str.splitlines``, but not here
_OPEN_ENDS = ("?", "!", "…", "..", *"\"'”’»)]")  # a lower-case word may still go on from here
_NOT_BLANK = re.compile(r"\S")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_BEFORE_WORD = re.compile(r"[\s(\[\"'“‘«]")
_INITIALS = re.compile(r"(?:[A-Z]\.){1,2}[A-Z]")  # "K.C. Maurer"
_LONGEST_INITIALS = len("A.B.C")
_DATE_LINE = re.compile(r"\w+day, [A-Z][a-z]+ \d{1,2}, \d{4}(?= [A-Z])")  # "Monday, May 4, 2015 On Friday, ..."
# A caption glued to the sentence after it, without a full stop: "Ann Lee of the Greens In the north, she won ...".
# Each word begins with its letter, not with what it must stand after, for ``re`` then skips to these letters.
_GLUED_WORDS = "|".join(rf"{word[0]}(?<=\w\s.){word[1:]}" for word in ("In", "On", "At", "After", "During"))
_GLUED = re.compile(rf"(?:{_GLUED_WORDS}) (?:the|a|an|his|her|their) (?=(?:[\w,'’-]+ ){{5}})")
_SIGNATURE = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){1,3}(?<!\.)")  # a bare name under a quotation
_UNSIGNED = '.?!"”)'  # how nearly all paragraphs end, and no name does
_MAX_WRAP = 120  # code points; no hard-wrapped text has longer lines


class SpanFinder(Protocol):
    """Finds the sentences of a paragraph, as NLTK's Punkt and the project's own do."""

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of each sentence in order."""


class Segmenter:
    """Splits text into sentences; immutable once made, so safe under threads."""

    def __init__(
        self,
        parameters: PunktParameters,
        never_final: frozenset[str],
        before_number: frozenset[str],
        punkt: SpanFinder | None = None,
    ) -> None:
        """Take what Punkt has learned and what is on the lists.

        Args:
            parameters: Punkt's parameters.
            never_final: Abbreviations, in lower case without their full stop, that end no sentence.
            before_number: Words that end no sentence where a number follows: "No. 5".
            punkt: What finds sentences by these parameters; by default the project's own.

        """
        self._punkt = punkt or QuickPunkt(parameters)
        self._abbreviations = parameters.abbrev_types
        self._never_final = never_final
        self._before_number = before_number
        self._width = max((_LONGEST_INITIALS, *map(len, never_final | before_number))) + 1

    def spans(self, text: str) -> list[Span]:
        """Return the sentences of ``text`` as spans in order; only white space lies between and around them."""
        return [
            Span(paragraph_start + start, paragraph_start + end)
            for paragraph_start, paragraph_end in _paragraphs(text)
            for start, end in self._sentences(text[paragraph_start:paragraph_end])
        ]

    def _sentences(self, paragraph: str) -> Iterator[tuple[int, int]]:
        start, first_word = None, 0
        for begin, end in self._pieces(paragraph):
            if start is None:
                start, first_word = begin, _first_word(paragraph, begin)
            if end < len(paragraph) and self._goes_on(paragraph, start, end, wordless=end <= first_word):
                continue
            sentence = paragraph[start:end]
            start += len(sentence) - len(sentence.lstrip())
            yield start, start + len(sentence.strip())
            start = None

    def _pieces(self, paragraph: str) -> Iterator[tuple[int, int]]:
        """Return what Punkt takes for sentences, parted further where a date line or caption lacks its full stop."""
        pieces = self._punkt.spans(paragraph)
        if _GLUED.search(paragraph) or _DATE_LINE.match(paragraph):
            return _parted(paragraph, pieces)
        return pieces

    def _goes_on(self, paragraph: str, start: int, end: int, *, wordless: bool) -> bool:
        """Tell whether the sentence that seems to end at ``end`` in fact carries on into the text after it."""
        next_start = _next_start(paragraph, end)
        following = paragraph[next_start : next_start + 1]
        if not following:
            return False
        if following.islower():
            return paragraph.endswith(_OPEN_ENDS, start, end)
        if wordless or (paragraph[-1] not in _UNSIGNED and _SIGNATURE.fullmatch(paragraph, next_start)):
            return True
        return paragraph[end - 1] == "." and self._is_never_final(paragraph, start, end - 1, following)

    def _is_never_final(self, paragraph: str, start: int, stop: int, following: str) -> bool:
        """Tell whether the word before the full stop at ``stop`` ends no sentence, by what is on the lists."""
        if stop - start > self._width:
            start = stop - self._width  # a word cut off here is longer than any listed one
        word = paragraph[start:stop].rpartition(" ")[2]
        if not word.isalpha():
            word = _BEFORE_WORD.split(word)[-1]
            if _INITIALS.fullmatch(word) and word.lower() not in self._abbreviations:
                return True
        abbreviation = word.lower()
        return abbreviation in self._never_final or (following.isdigit() and abbreviation in self._before_number)


@cache
def default_segmenter() -> Segmenter:
    """Return the segmenter with the project's own parameters, loaded once."""
    return make_segmenter()


def make_segmenter(punkt: SpanFinder | None = None) -> Segmenter:
    """Return a segmenter with the project's own parameters and lists, around the Punkt given or the project's own."""
    curated = read_sections("abbreviations.txt")
    return Segmenter(punkt_parameters(), frozenset(curated["never-final"]), frozenset(curated["before-number"]), punkt)


def punkt_parameters() -> PunktParameters:
    """Return Punkt's parameters: those learned from the corpus, and the curated abbreviations."""
    learned = json.loads(read_text("punkt.json"))
    curated = read_sections("abbreviations.txt")
    return PunktParameters(
        abbrev_types=frozenset((*learned["abbrev_types"], *curated["never-final"], *curated["may-end"])),
        collocations=frozenset((first, second) for first, second in learned["collocations"]),
        sent_starters=frozenset(learned["sent_starters"]),
        ortho_context=Counter(learned["ortho_context"]),
    )


def paragraph_spans(text: str) -> list[Span]:
    r"""Return the paragraphs of ``text``: its lines, but for blocks that were hard-wrapped, which are whole.

    >>> paragraph_spans("One.\nTwo.")
    [Span(start=0, end=4), Span(start=5, end=9)]
    """
    return [Span(start, end) for start, end in _paragraphs(text)]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    for block in _blocks(text):
        if len(block) > 1 and _is_hard_wrapped([text[start:end].rstrip() for start, end in block]):
            yield block[0][0], block[-1][1]
        else:
            yield from block


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the runs of lines that are not blank, each line as its start and its end before the line break."""
    for separator in _SEPARATORS:
        text = text.replace(separator, " ")
    block: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        if not line.isspace():
            block.append((start, start + len(line.rstrip(_LINE_BREAKS))))
        elif block:
            yield block
            block = []
        start += len(line)
    if block:
        yield block


def _is_hard_wrapped(lines: list[str]) -> bool:
    """Tell whether a block's lines were broken for width: no line had room for the next one's first word."""
    if len(lines) == 2 and not lines[1][0].islower():
        return False
    width = max(map(len, lines))
    fills = (len(line) + 1 + len(after.split(maxsplit=1)[0]) > width for line, after in pairwise(lines))
    return width <= _MAX_WRAP and all(fills)


def _parted(paragraph: str, pieces: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for begin, end in pieces:
        cuts = {start - 1 for start in _glued(paragraph, begin, end)}
        if begin == 0 and (date := _DATE_LINE.match(paragraph, 0, end)):
            cuts.add(date.end())
        for cut in sorted(cuts):
            yield begin, cut
            begin = cut + 1
        yield begin, end


def _glued(paragraph: str, begin: int, end: int) -> Iterator[int]:
    """Yield where in a piece of text a sentence is glued to what is before it, outside quotations."""
    straight = curly = 0  # quotation marks that are open, counted on from match to match
    for match in _GLUED.finditer(paragraph, begin, end):
        start = match.start()
        straight += paragraph.count('"', begin, start)
        curly += paragraph.count("“", begin, start) - paragraph.count("”", begin, start)
        if straight % 2 == 0 and curly <= 0:
            yield start
        begin = start


def _first_word(text: str, start: int) -> int:
    """Return where the first word begins: nearly always at ``start``, which needs no search."""
    return start if text[start : start + 1].isalnum() else _position(_ALPHANUMERIC, text, start)


def _next_start(text: str, end: int) -> int:
    """Return where text goes on after ``end``: nearly always a space further, which needs no search."""
    if text[end] == " " and not text[end + 1 : end + 2].isspace():
        return end + 1
    return _position(_NOT_BLANK, text, end)


def _position(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text, start)
    return match.start() if match else len(text)
