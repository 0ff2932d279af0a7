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

from model.lexicon import read_sections, read_text
from model.punkt import QuickPunkt
from model.punkt_rules import PunktParameters
from model.records import Span

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_LAST_WORD = re.compile(r"([^\s(\[\"'“‘«]+)\.$")
_ENDS_OPENLY = re.compile(r"(?:[?!…]|\.\.|[\"'”’»)\]])$")  # a lower-case word may still go on from here
_BLANKS = re.compile(r"\s*")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_INITIALS = re.compile(r"(?:[A-Z]\.){1,2}[A-Z]")  # "K.C. Maurer"
_DATE_LINE = re.compile(r"\w+day, [A-Z][a-z]+ \d{1,2}, \d{4}(?= [A-Z])")  # "Monday, May 4, 2015 On Friday, ..."
# A caption glued to the sentence after it, without a full stop: "Ann Lee of the Greens In the north, she won ...".
_GLUED = re.compile(r"(?:In|On|At|After|During) (?:the|a|an|his|her|their) (?=(?:[\w,'’-]+ ){5})")
_GLUE = re.compile(r"\w\s")
_SIGNATURE = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){1,3}(?<!\.)")  # a bare name under a quotation
_MAX_WRAP = 120  # code points; no hard-wrapped text has longer lines


class Segmenter:
    """Splits text into sentences; immutable once made, so safe under threads."""

    def __init__(self, parameters: PunktParameters, never_final: frozenset[str], before_number: frozenset[str]) -> None:
        self._punkt = QuickPunkt(parameters)
        self._abbreviations = parameters.abbrev_types
        self._never_final = never_final
        self._before_number = before_number

    def spans(self, text: str) -> list[Span]:
        """Return the sentences of ``text`` as spans in order; only white space lies between and around them."""
        return [span for paragraph in paragraph_spans(text) for span in self._sentences(text, paragraph)]

    def _sentences(self, text: str, paragraph: Span) -> Iterator[Span]:
        inner = text[paragraph.start : paragraph.end]
        start = None
        for begin, end in self._pieces(inner):
            start = begin if start is None else start
            if end < len(inner) and self._goes_on(inner[start:end], inner, end):
                continue
            sentence = inner[start:end]
            start += len(sentence) - len(sentence.lstrip())
            yield Span(paragraph.start + start, paragraph.start + start + len(sentence.strip()))
            start = None

    def _pieces(self, paragraph: str) -> Iterator[tuple[int, int]]:
        """Yield what Punkt takes for sentences, parted further where a date line or caption lacks its full stop."""
        for begin, end in self._punkt.spans(paragraph):
            piece = paragraph[begin:end]
            starts = [match.start() for match in _GLUED.finditer(piece)]
            cuts = [start - 1 for start in starts if _GLUE.match(piece, start - 2) and not _in_quotation(piece, start)]
            if begin == 0 and (date := _DATE_LINE.match(piece)):
                cuts.insert(0, date.end())
            for cut in cuts:
                yield begin, begin + cut
                begin += cut + 1
            yield begin, end

    def _goes_on(self, sentence: str, paragraph: str, end: int) -> bool:
        """Tell whether the sentence that seems to end at ``end`` in fact carries on into the text after it."""
        next_start = _BLANKS.match(paragraph, end).end()  # type: ignore[union-attr]  # it always matches
        following = paragraph[next_start : next_start + 1]
        if not following:
            return False
        if following.islower():
            return bool(_ENDS_OPENLY.search(sentence[-2:]))
        if not _ALPHANUMERIC.search(sentence) or _SIGNATURE.fullmatch(paragraph, next_start):
            return True
        word = _LAST_WORD.search(sentence.rsplit(maxsplit=1)[-1])
        return word is not None and self._is_never_final(word[1], following)

    def _is_never_final(self, word: str, following: str) -> bool:
        abbreviation = word.lower()
        if _INITIALS.fullmatch(word) and abbreviation not in self._abbreviations:
            return True
        return abbreviation in self._never_final or (abbreviation in self._before_number and following.isdigit())


@cache
def default_segmenter() -> Segmenter:
    """Return the segmenter with the project's own parameters, loaded once."""
    curated = read_sections("abbreviations.txt")
    return Segmenter(punkt_parameters(), frozenset(curated["never-final"]), frozenset(curated["before-number"]))


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
    paragraphs: list[Span] = []
    block: list[Span] = []
    for line in [*_lines(text), None]:
        if line is not None and text[line.start : line.end].strip():
            block.append(line)
        elif block:
            wrapped = _is_hard_wrapped([text[line.start : line.end].rstrip() for line in block])
            paragraphs += [Span(block[0].start, block[-1].end)] if wrapped else block
            block = []
    return paragraphs


def _in_quotation(text: str, position: int) -> bool:
    before = text[:position]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for match in _LINE_END.finditer(text):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, len(text))


def _is_hard_wrapped(lines: list[str]) -> bool:
    """Tell whether a block's lines were broken for width: no line had room for the next one's first word."""
    if len(lines) < 2 or (len(lines) == 2 and not lines[1][0].islower()):
        return False
    width = max(map(len, lines))
    fills = (len(line) + 1 + len(after.split(maxsplit=1)[0]) > width for line, after in pairwise(lines))
    return width <= _MAX_WRAP and all(fills)
