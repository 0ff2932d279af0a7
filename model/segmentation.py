"""Text to sentence spans: Punkt with this project's own parameters, within paragraphs.

Punkt (Kiss and Strunk 2006, https://doi.org/10.1162/coli.2006.32.4.485) decides whether a dot ends a sentence. The
rules around it are news's: a paragraph always ends a sentence, a closing quotation mark stays with its sentence, a
title never ends one ("Gen. Will Marsh"), none begins in lower case after a quoted question ("Why?" he asked), and the
number of an item belongs to it. Other modules hold the longer rules: where Punkt sees no end (boundaries), acronyms
(acronyms) and who spoke (quotation_ends).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from model.acronyms import ACRONYM, AcronymEnds, People, opens_sentence
from model.boundaries import hidden_ends, patterns_of_hidden_ends
from model.invisible import has_invisible, original_offsets, remove_invisible
from model.lexicon import read_sections, read_text
from model.paragraphs import BULLETS, paragraph_spans
from model.punkt import QuickPunkt
from model.punkt_rules import PunktParameters, PunktRules
from model.quotation_ends import tells_who_spoke
from model.records import Span

_OPEN_ENDS = ("?", "!", "…", "..", *"\"'”’»)]")  # a lower-case word may still go on from here
_CLOSING_QUOTES = "\"'”’»"
_BEFORE_CLOSING = frozenset("?!….—–-")  # ends the words of a quotation that a comma does not end
_DASHES = "—–-"
_DASH = re.compile(r"(?:[—–]|--|(?P<hyphen>-))\s*")
_LONGEST_SIGNATURE = 80  # code points: "- Ruth Abel, mayor of Leeds"
_NOT_BLANK = re.compile(r"\S")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_BEFORE_WORD = re.compile(r"[\s(\[\"'“‘«]")
_LONGEST_ACRONYM = len("U.N.E.S.C.O")
_SIGNATURE = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){1,3}(?<!\.)")  # a bare name under a quotation
_UNSIGNED = '.?!"”)'  # how nearly all paragraphs end, and no name does
# What numbers an item and belongs to it: "1.", "(b)", "• 9.", "IV.", "Step 2.", "Q.".
_ITEM_NUMBER = re.compile(
    rf"(?:[{BULLETS}*–-]\s?)?\(?(?:\d{{1,3}}(?:\.\d{{1,2}}){{0,2}}|[A-Za-z]|[IVXivx]{{1,5}})(?:\.\)|[.)])"
    r"|(?:Act|Article|Chapter|Day|Item|Lesson|No\.|Part|Phase|Point|Question|Round|Rule|Section|Stage|Step|Tip)"
    r" (?:\d{1,3}|[IVX]{1,5}|[A-Z]|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)[.)]"
)
_LONGEST_ITEM_NUMBER = len("Question Three.")
_SPACED_DOTS = re.compile(r"(?:[ \xa0]\.)+(?=[\s\"”’')]|$)")
_MAY_BEGIN = f"@*―{_DASHES}"  # even without white space before it, a sentence may begin with it
_GOES_ON = ",;"  # begins no sentence
_BLANKS = " \xa0"
_ELLIPSIS = 3  # dots
_LONGEST_SPACED_DOTS = 16  # code points that are looked at
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_LONGEST_WORD = 40  # code points that are looked at
_IN_WORDS = re.compile(r"['’-]")  # "week-long", "mayor's"
_IN_NUMBERS = re.compile(r"[%$€£¥,.:–-]")  # "$3.5", "4%", "2-1"


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
        self._rules = PunktRules(parameters)
        self._acronyms = AcronymEnds(parameters)
        self._abbreviations = parameters.abbrev_types
        self._never_final = never_final
        self._before_number = before_number
        self._width = max((_LONGEST_ACRONYM, *map(len, never_final | before_number))) + 1

    def spans(self, text: str) -> list[Span]:
        """Return the sentences of ``text`` as spans in order.

        Only white space and invisible characters lie between and around them.
        """
        if has_invisible(text):
            offsets = original_offsets(text)
            return [Span(offsets[s.start], offsets[s.end - 1] + 1) for s in self.spans(remove_invisible(text))]
        patterns, people = patterns_of_hidden_ends(text), People(text)
        return [
            Span(paragraph_start + start, paragraph_start + end)
            for paragraph_start, paragraph_end in paragraph_spans(text)
            for start, end in self._sentences(text[paragraph_start:paragraph_end], patterns, people)
        ]

    def _sentences(self, paragraph: str, patterns: list[re.Pattern[str]], people: People) -> Iterator[tuple[int, int]]:
        hidden = hidden_ends(paragraph, patterns, self._may_end)
        pieces = self._punkt.spans(paragraph)
        start, first_word, length = -1, 0, len(paragraph.rstrip())
        for begin, end in _split(pieces, sorted(hidden)) if hidden else pieces:
            if start < 0:
                start = begin if not paragraph[begin].isspace() else _next_start(paragraph, begin)
                first_word = start if paragraph[start].isalnum() else _position(_ALPHANUMERIC, paragraph, start)
            if end < length:
                if end <= first_word or (
                    end - start <= _LONGEST_ITEM_NUMBER and _is_item_number(paragraph, start, end)
                ):
                    continue
                if not (hidden and hidden.get(end)) and self._goes_on(paragraph, start, end, people):
                    continue
            yield start, end if not paragraph[end - 1].isspace() else start + len(paragraph[start:end].rstrip())
            start = -1

    def _goes_on(self, paragraph: str, start: int, end: int, people: People) -> bool:
        """Tell whether the sentence that seems to end at ``end`` in fact carries on into the text after it."""
        next_start = _next_start(paragraph, end)
        following, last = paragraph[next_start], paragraph[end - 1]
        if last == "." and (following == "." or paragraph[end - 2] in _BLANKS):
            return self._goes_on_after_dots(paragraph, start, end, next_start)
        if not following.isupper():
            if following in _GOES_ON or (next_start == end and following not in _MAY_BEGIN):
                return True
            if following.islower():
                return paragraph.endswith(_OPEN_ENDS, start, end) or (
                    last == "." and ACRONYM.fullmatch(self._word_before(paragraph, start, end - 1)) is not None
                )
        if paragraph[-1] not in _UNSIGNED and _SIGNATURE.fullmatch(paragraph, next_start):
            return True
        if last == ".":
            word = self._word_before(paragraph, start, end - 1)
            abbreviation = word.lower()
            if abbreviation in self._never_final:
                return True
            if "." in word and ACRONYM.fullmatch(word):
                return not self._acronyms.is_end(paragraph, start, end - 1, next_start, people)
            return following.isdigit() and abbreviation in self._before_number
        if last == "…":
            return not self._begins_sentence(paragraph, next_start)
        return last in _CLOSING_QUOTES and _goes_on_after_quotation(paragraph, end, next_start)

    def _word_before(self, paragraph: str, start: int, stop: int) -> str:
        """Return the word before the full stop at ``stop``, or the end of a word longer than any listed one."""
        if stop - start > self._width:
            start = stop - self._width
        word = paragraph[start:stop].rpartition(" ")[2]
        return word if word.isalpha() else _BEFORE_WORD.split(word)[-1]

    def _goes_on_after_dots(self, paragraph: str, start: int, end: int, next_start: int) -> bool:
        """Tell whether a sentence goes on after spaced dots (". . ."), or into them.

        Of four, one is a full stop; with three, the next word decides, as after "...".
        """
        if paragraph[next_start] == ".":
            dots = _SPACED_DOTS.match(paragraph, end)
            if dots is None:
                return False
            after = _next_start(paragraph, dots.end()) if dots.end() < len(paragraph) else dots.end()
            is_full_stop = paragraph[end - 2] not in _BLANKS and len(dots.group()) >= len(" . . .")
            return not (is_full_stop and paragraph[after : after + 1].isupper())
        tail = paragraph[max(start, end - _LONGEST_SPACED_DOTS) : end]
        count = tail.count(".", len(tail.rstrip(f".{_BLANKS}")))
        if count < _ELLIPSIS:
            return False
        return paragraph[next_start].islower() or (
            count == _ELLIPSIS and not self._begins_sentence(paragraph, next_start)
        )

    def _begins_sentence(self, paragraph: str, start: int) -> bool:
        """Tell whether the word at ``start``, after an opening mark or none, is capitalised only at a beginning."""
        match = _WORD.search(paragraph, start, start + _LONGEST_WORD)
        word = match.group() if match else "I"
        return word != "I" and (opens_sentence(word) or self._rules.begins_sentence(word))

    def _may_end(self, word: str, following: str) -> bool:
        """Tell whether a sentence may end after a word whose full stop the following word joins without a space."""
        bare = word.lower()
        if bare in self._never_final or word.endswith(".") or opens_sentence(word):
            return False
        if bare not in self._abbreviations and (_IN_NUMBERS.sub("", word).isdigit() or _is_long(word)):
            return True
        return len(word) > 1 and opens_sentence(following)


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


def _goes_on_after_quotation(paragraph: str, end: int, next_start: int) -> bool:
    """Tell whether a sentence goes on after the closing quotation mark before ``end``.

    It does with a dash ("... hold!” — Colonel Abel"), or where words say who spoke: “Will it reopen?” Nora Fitch asked.
    """
    if dash := _DASH.match(paragraph, next_start):
        word = _WORD.match(paragraph, dash.end())
        if word is None or opens_sentence(word.group()):
            return False
        is_signature = len(paragraph) - dash.end() <= _LONGEST_SIGNATURE
        return dash["hyphen"] is None or is_signature or tells_who_spoke(paragraph, dash.end())
    mark = paragraph[max(0, end - 4) : end].rstrip(_CLOSING_QUOTES)[-1:]
    return mark in _BEFORE_CLOSING and tells_who_spoke(paragraph, next_start, briefly=mark == ".")


def _is_item_number(paragraph: str, start: int, end: int) -> bool:
    return _ITEM_NUMBER.fullmatch(paragraph, start, end) is not None


def _is_long(word: str) -> bool:
    """Tell whether a word is too long for an abbreviation that no list has."""
    letters = _IN_WORDS.sub("", word)
    return letters.isalpha() and (len(letters) > len("Wm") or (len(letters) == len("go") and word.islower()))


def _split(pieces: Iterator[tuple[int, int]], ends: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the pieces, each split at those of the ends, which are sorted, that stand inside it."""
    coming = iter([*ends, -1])
    cut = next(coming)
    for begin, end in pieces:
        while 0 <= cut < end:
            if cut > begin:
                yield begin, cut
                begin = cut
            cut = next(coming)
        yield begin, end


def _next_start(text: str, end: int) -> int:
    """Return where text goes on after ``end``: nearly always a space further, which needs no search."""
    if text[end] == " " and not text[end + 1 : end + 2].isspace():
        return end + 1
    return _position(_NOT_BLANK, text, end)


def _position(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text, start)
    return match.start() if match else len(text)
