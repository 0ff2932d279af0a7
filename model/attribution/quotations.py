"""Which parts of each sentence are quoted, across the sentences of a document.

Straight marks are oriented by the white space around them. A quotation left open at a sentence's end carries on only if
the next mark of its kind in the document closes one: a plain running state would, after one missing mark, swallow the
rest of the article.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_ASCII_MARKS = ('"', "`", ",,")
_SURE_MARKS = (*_ASCII_MARKS, *"“”„«»‘‹›‚")
# An apostrophe within a word is none: "it's", "Lee's". What begins with one character is searched for fastest.
_LONE = {mark: re.compile(rf"{mark}(?:(?<!\w{mark})|(?![^\W_]))") for mark in "'’"}
_MARKS = re.compile(r"''|``|,,(?=\w)|[\"“”„«»‘’'‹›‚]")
_CARRIES = 8  # sentences a quotation may run on
_DOUBLE = frozenset('"“”„«»')
_BEFORE_OPENING = frozenset(" \t\n\r\xa0([{—–-/\u2009\u202f")


class Mark(NamedTuple):
    """A quotation mark: where it stands, its family (" for all doubles, ' for singles) and whether it opens."""

    position: int
    family: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Quotation:
    """What of a sentence is quoted.

    Attributes:
        ranges: Quoted parts as offsets into the sentence, with their marks, in order.
        continues: The sentence begins inside a quotation that an earlier sentence opened.
        runs_on: The sentence ends inside a quotation that a later one closes.

    """

    ranges: tuple[tuple[int, int], ...] = ()
    continues: bool = False
    runs_on: bool = False


UNQUOTED = Quotation()


def find_quotations(sentences: Sequence[str]) -> list[Quotation]:
    """Return the quotations of each sentence of a document, in order."""
    marks = list(map(_marks, sentences))
    if not any(marks):
        return [UNQUOTED] * len(sentences)
    found: list[Quotation] = []
    family: str | None = None  # of the quotation that is open as a sentence begins
    for index, sentence in enumerate(sentences):
        if family is None and not marks[index]:
            found.append(UNQUOTED)
            continue
        ranges, still_open = _ranges(sentence, marks[index], family)
        runs_on = still_open is not None and _closes_later(marks, index, still_open)
        if still_open is not None and not runs_on and ranges and family is None:
            ranges = _without_stray(ranges, sentence)
        found.append(Quotation(tuple(ranges), family is not None, runs_on))
        family = still_open if runs_on else None
    return found


def _ranges(sentence: str, marks: Sequence[Mark], family: str | None) -> tuple[list[tuple[int, int]], str | None]:
    """Return the quoted ranges, and the family of a quotation still open at the end."""
    ranges = []
    start = 0
    for mark in marks:
        if family is None:
            if mark.opens:
                start, family = mark.position, mark.family
        elif mark.family == family and not mark.opens:
            ranges.append((start, mark.position + 1))
            family = None
    if family is not None and start < len(sentence):
        ranges.append((start, len(sentence)))
    return ranges, family


def _without_stray(ranges: list[tuple[int, int]], sentence: str) -> list[tuple[int, int]]:
    """Keep a last, unclosed range only where it is a sentence of speech, not a mark somebody left over."""
    start, _ = ranges[-1]
    return ranges if len(sentence) - start > 20 else ranges[:-1]


def _closes_later(marks: Sequence[Sequence[Mark]], index: int, family: str) -> bool:
    """Tell whether the next mark of the family closes; each paragraph of a long quotation opens with one of its own."""
    for later in marks[index + 1 : index + 1 + _CARRIES]:
        for mark in later:
            if mark.family == family and not (mark.opens and mark.position == 0):
                return not mark.opens
    return False


def _marks(sentence: str) -> Sequence[Mark]:
    if not _may_quote(sentence):
        return ()
    marks: list[Mark] = []
    for match in _MARKS.finditer(sentence):
        position, mark = match.start(), match[0]
        before = sentence[position - 1] if position else " "
        after = sentence[position + len(mark) : position + len(mark) + 1] or " "
        if mark in '"“':
            opens = (before in _BEFORE_OPENING or before in "'‘") and not (mark == '"' and after.isspace())
            marks.append(Mark(position, '"', opens or (mark == "“" and after.isalnum())))
        elif mark in "'‘’‚":
            if mark == "‘" or not (before.isalnum() and after.isalnum()):  # in "it's" it is none
                marks += _single(position, mark, before, after)
        else:
            marks.append(_double(position, mark, before, after))
    return marks


def _may_quote(sentence: str) -> bool:
    for mark in _ASCII_MARKS if sentence.isascii() else _SURE_MARKS:  # each is sought faster than one of several
        if mark in sentence:
            return True
    return any(mark in sentence and pattern.search(sentence) for mark, pattern in _LONE.items())


def _double(position: int, mark: str, before: str, after: str) -> Mark:
    """Return a mark that stands for double ones, but for the straight one."""
    if mark == ",,":  # ,,typewritten''
        return Mark(position, '"', opens=True)
    if len(mark) == 2:  # ''typewritten'' or ``TeX''
        opens = mark == "``" or (before in _BEFORE_OPENING and not after.isspace())
        return Mark(position if opens else position + 1, '"', opens)
    if mark == "„":
        return Mark(position, '"', opens=True)
    if mark == "”":  # copy pasted from elsewhere may use one curly mark for both ends
        return Mark(position, '"', opens=before.isspace() and not after.isspace())
    # French « this », German »this«, and the same with single marks
    family = '"' if mark in "«»" else "'"
    if mark in "«‹":
        return Mark(position, family, opens=before in _BEFORE_OPENING or after.isalnum())
    return Mark(position, family, opens=before in _BEFORE_OPENING and after.isalnum())


def _single(position: int, mark: str, before: str, after: str) -> Iterator[Mark]:
    """Yield a single mark where it can be one of quotation: apostrophes inside and before words are none."""
    if mark == "‚":  # German ‚this‘
        yield Mark(position, "'", opens=True)
    elif mark == "‘" and not (before in _BEFORE_OPENING or before in _DOUBLE) and not after.isalnum():
        yield Mark(position, "'", opens=False)
    elif mark == "‘" or (mark == "'" and (before in _BEFORE_OPENING or before == '"') and after.isalpha()):
        if after.isalpha() or after in "[(…":
            yield Mark(position, "'", opens=True)
    elif before in ".,!?…;" or _may_close(before, after):
        yield Mark(position, "'", opens=False)


def _may_close(before: str, after: str) -> bool:
    """Tell whether a single mark after a word may close a quotation; after "s" it may be a possessive."""
    return before.isalpha() and not after.isalnum() and (before != "s" or after != " ")
