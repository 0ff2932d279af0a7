"""Sentence ends within a paragraph that Punkt does not see."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

from model.acronyms import opens_sentence
from model.lexicon import read_sections
from model.paragraphs import BULLETS

_WINDOW = 80  # code points around a mark that are looked at, so that time grows with the length of the text alone

_DATE_LINE = re.compile(r"\w+day, [A-Z][a-z]+ \d{1,2}, \d{4}(?= [A-Z])")  # "Monday, May 4, 2015 On Friday, ..."
# A caption glued to the sentence after it, without a full stop: "Ann Lee of the Greens In the north, she won ...".
# Each pattern begins with a letter, not with what it must stand after, for ``re`` then skips fast to this letter.
_GLUED = [
    re.compile(rf"{word[0]}(?<=\w\s.){word[1:]} (?:the|a|an|his|her|their) (?=(?:[\w,'’-]+ ){{5}})")
    for word in ("In", "On", "A(?:t|fter)", "During")
]

# A mark without white space after it: "on Monday.Firefighters", "over.”The", "said.“We", "died.[1] The". Each
# mark has a pattern of its own, since ``re`` skips fast to a character that is given alone.
_CAPITAL = r"[^\W\d_a-z]"
_NO_SPACE = (
    r"(?:(?P<note>(?:\[\d{1,3}\]){1,5})(?=\s)"
    rf"|(?P<dash>[\"”])(?=[—–―-]+ ?{_CAPITAL})"
    rf"|[”’»)\]]{{0,2}}(?P<straight>\")?(?=[“‘(]?(?P<letter>{_CAPITAL})))"
)
# The first pattern finds as well where a sentence may end after an acronym: "moved to the U.S. Carver said".
_AFTER_FULL_STOP = re.compile(rf"\.(?:(?P<acronym>[A-Za-z]\.)(?= [\"“‘]?[A-Z])|{_NO_SPACE})")
_AFTER_MARK = {mark: re.compile(rf"[{mark}]{_NO_SPACE}") for mark in "?!"}
_DECIDED_BY_KIND = {"acronym": False, "dash": False, "note": True}  # whether it ends a sentence for sure
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘”’»)\]]*$")
# The word after, if it goes on as running text does and not as in "System.Out.println".
_WORD_AFTER = re.compile(
    r"[^\W_a-z](?:[^\W_A-Z]+(?:[^\W_a-z][^\W_A-Z]+)?|[^\W_a-z]+|(?<=[IA])(?=\s)|(?=['’][^\W_a-z]))"
    r"(?=[\s,’'”\"-]|[.?!:;…](?:[\s”\"]|$)|$)"
)
_ENDINGS_OF_NAMES = frozenset(read_sections("boundaries.txt")["name-endings"])
_ADDRESS = re.compile(r"://|[@/\\_=&]|www\.", re.IGNORECASE)

_ITEM_NUMBER = r"(?P<open>\(?)(?P<number>\d{1,2}|[a-z])(?P<close>\.\)|[.)])"
_STARTS_LIST = f"(0123456789a{BULLETS}"
_LIST_AFTER_COLON = re.compile(r":\s\(?[1a](?:\.\)|[.)])\s")
_LIST_ITEM = re.compile(rf"(?<!\S){_ITEM_NUMBER}(?=\s[\"“‘]?{_CAPITAL})")
_BULLET = re.compile(rf"(?<=\s)[{BULLETS}](?=\s?[\w\"“‘(])")
_TURN = re.compile(r"(?:[.?!…”\")\]—]|--) (?P<name>[A-Z][A-Z.'’-]+[A-Z .,'’()-]*): $")

_AFTER_ELLIPSIS = re.compile(rf"…[\"”’»)\]]?(?= [\"“‘]?{_CAPITAL})")

MayEnd = Callable[[str, str], bool]


def hidden_ends(paragraph: str, may_end: MayEnd) -> dict[int, bool]:
    """Return where sentences end though Punkt may not see it, and whether they do so for sure.

    After an acronym or an ellipsis that is not sure: the words around it must decide.

    Args:
        paragraph: The text.
        may_end: Tells whether a sentence may end after the word given first, where the word given second follows its
            full stop without white space.

    """
    ends = {match.end(): False for match in _AFTER_ELLIPSIS.finditer(paragraph)} if "…" in paragraph else {}
    _add_ends_without_space(ends, paragraph, _AFTER_FULL_STOP, may_end)
    for mark, pattern in _AFTER_MARK.items():
        if mark in paragraph:
            _add_ends_without_space(ends, paragraph, pattern, may_end)
    for end in _captions(paragraph):
        ends[end] = True
    if date := _DATE_LINE.match(paragraph):
        ends[date.end()] = True
    first = paragraph[:_WINDOW].lstrip()[:1]
    if first in _STARTS_LIST:
        for end in chain(_list_items(paragraph, paragraph.index(first)), _bullets(paragraph)):
            ends[end] = True
    if ":" in paragraph:
        for end in _after_colons(paragraph):
            ends[end] = True
    return ends


def _captions(paragraph: str) -> Iterator[int]:
    """Yield where a sentence is glued to the caption before it, outside quotations."""
    straight = curly = begin = 0  # quotation marks that are open, counted on from match to match
    for start in sorted(match.start() for pattern in _GLUED for match in pattern.finditer(paragraph)):
        straight += paragraph.count('"', begin, start)
        curly += paragraph.count("“", begin, start) - paragraph.count("”", begin, start)
        if straight % 2 == 0 and curly <= 0:
            yield start
        begin = start


def _add_ends_without_space(ends: dict[int, bool], paragraph: str, pattern: re.Pattern[str], may_end: MayEnd) -> None:
    straight = begin = 0  # straight quotation marks, counted on from match to match
    for match in pattern.finditer(paragraph):
        end = match.end()
        if match.lastgroup in _DECIDED_BY_KIND:
            ends[end] = _DECIDED_BY_KIND[match.lastgroup]
            continue
        if match["straight"]:
            straight += paragraph.count('"', begin, end)
            begin = end
            if straight % 2:  # it opens a quotation
                end -= 1
        if _is_end_without_space(paragraph, match.start(), end, match.start("letter"), may_end):
            ends[end] = True


def _is_end_without_space(paragraph: str, mark: int, end: int, letter: int, may_end: MayEnd) -> bool:
    """Tell whether a sentence ends at ``end``, its mark being at ``mark`` and the next word beginning at ``letter``."""
    after = _WORD_AFTER.match(paragraph, letter)
    if after is None or after.group().lower() in _ENDINGS_OF_NAMES:
        return False
    before = paragraph[max(0, mark - _WINDOW) : mark]
    token = before[before.rfind(" ") + 1 :]
    if _ADDRESS.search(token) or _ADDRESS.search(paragraph, letter, after.end()):
        return False
    word = _WORD_BEFORE.search(before)
    bare = word.group() if word else ""
    if not bare:
        return end > mark + 1 or before[-1:] in '”’"»)]'  # a closing mark before it or after it
    if paragraph[mark] == "!" and bare[0].isupper():
        return opens_sentence(after.group())  # not in "Yahoo!News"
    if paragraph[mark] != ".":
        return len(bare) > 1
    if bare.isdigit() and not before[: -len(bare)].strip(" .?!)"):
        return False  # "1.Close the mine": the number of an item
    return may_end(bare, after.group())


def _list_items(paragraph: str, start: int) -> Iterator[int]:
    """Yield where the items of a list begin whose first is at ``start``: "1. Rents rose 2. Wages fell"."""
    first = _LIST_ITEM.match(paragraph, start)
    if first is None:
        return
    style, expected = first.group("open", "close"), first["number"]
    begins: list[int] = []
    for item in _LIST_ITEM.finditer(paragraph, start):
        if item["number"] == expected and item.group("open", "close") == style:
            begins.append(item.start())
            expected = str(int(expected) + 1) if expected.isdigit() else chr(ord(expected) + 1)
    if len(begins) > 1:
        yield from begins


def _bullets(paragraph: str) -> Iterator[int]:
    """Yield where bullets stand in a paragraph that begins with one."""
    if paragraph.lstrip()[0] in BULLETS:
        yield from (match.start() for match in _BULLET.finditer(paragraph))


def _after_colons(paragraph: str) -> Iterator[int]:
    """Yield where a list begins after a colon, with its items, and the turns of a transcript.

    In the middle of a paragraph, a turn begins after a sentence's mark: "... in May. OTTO BRANDT: I will.".
    """
    listed = False
    colon = paragraph.find(":")
    while colon > 0:
        if not listed and _LIST_AFTER_COLON.match(paragraph, colon):
            listed = True
            yield from _list_items(paragraph, colon + 2)
        window = max(0, colon - _WINDOW)
        if paragraph[colon - 1].isupper() and (turn := _TURN.search(paragraph[window : colon + 2])):
            yield window + turn.start("name")
        colon = paragraph.find(":", colon + 1)
