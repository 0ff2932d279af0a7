"""Sentence ends within a paragraph that Punkt does not see."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from model.acronyms import opens_sentence
from model.lexicon import read_sections
from model.paragraphs import BULLETS

_WINDOW = 80  # code points around a mark that are looked at, so that time grows with the length of the text alone

_DATE_LINE = re.compile(r"\w+day, [A-Z][a-z]+ \d{1,2}, \d{4}(?= [A-Z])")  # "Monday, May 4, 2015 On Friday, ..."
_CAPITAL = r"[^\W\d_a-z]"
# A caption glued to the sentence after it, without a full stop: "Ann Lee of the Greens In the north, she won ...".
_AFTER_CAPTION = r" (?:the|a|an|his|her|their) (?=(?:[\w,'’-]+ ){5})(?P<caption>)"
_CAPTIONS = {word[0]: rf"(?<=\w\s.){word[1:]}{_AFTER_CAPTION}" for word in ("In", "On", "A(?:t|fter)", "During")}
# A mark without white space after it: "died.[1] The", "“We lost.”- Carver", "on Monday.Firefighters", "over.”The".
_ACRONYM = r"(?P<acronym>[A-Za-z]\.)(?= [\"“‘]?[A-Z])"  # "moved to the U.S. Carver said"
_NOTE = r"(?P<note>(?:\[\d{1,3}\]){1,5})(?=\s)"
_QUOTE_DASH = rf"(?P<dash>[\"”])(?=[—–―-]+ ?{_CAPITAL})"
_NO_SPACE = rf"[”’»)\]]{{0,2}}(?P<straight>\")?(?=[“‘(]?(?P<letter>{_CAPITAL}))"
_CLOSELY_FOLLOWED = rf"(?! )(?:{_NOTE}|{_QUOTE_DASH}|{_NO_SPACE})"
_AFTER_COLON = r" (?:(?<=[A-Z]: )(?P<turn>)|(?P<list>)(?=\(?[1a](?:\.\)|[.)])\s))"
# By the mark or letter that each begins with, to which ``re`` skips.
_HIDDEN = {
    first: re.compile(re.escape(first) + rest)
    for first, rest in {
        ".": rf"(?! )(?:{_ACRONYM}|{_NOTE}|{_QUOTE_DASH}|{_NO_SPACE})",
        "?": _CLOSELY_FOLLOWED,
        "!": _CLOSELY_FOLLOWED,
        ":": _AFTER_COLON,
        "…": rf"(?P<ellipsis>[\"”’»)\]]?)(?= [\"“‘]?{_CAPITAL})",
        **_CAPTIONS,
    }.items()
}
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘”’»)\]]*$")
# The word after, if it goes on as running text does and not as in "System.Out.println".
_WORD_AFTER = re.compile(
    r"[^\W_a-z](?:[^\W_A-Z]+(?:[A-Z][^\W_A-Z]+)?|[^\W_a-z]+|(?<=[IA])(?=\s)|(?=['’][^\W_a-z]))"
    r"(?=[\s,’'”\"-]|[.?!:;…](?:[\s”\"]|$)|$)"
)
_ENDINGS_OF_NAMES = frozenset(read_sections("boundaries.txt")["name-endings"])
_ADDRESS = re.compile(r"://|[@/\\_=&]|www\.", re.IGNORECASE)

_ITEM_NUMBER = r"(?P<open>\(?)(?P<number>\d{1,2}|[a-z])(?P<close>\.\)|[.)])"
_STARTS_LIST = f"(0123456789a{BULLETS}"
_LIST_ITEM = re.compile(rf"(?<!\S){_ITEM_NUMBER}(?=\s[\"“‘]?{_CAPITAL})")
_BULLET = re.compile(rf"(?<=\s)[{BULLETS}](?=\s?[\w\"“‘(])")
_TURN = re.compile(r"(?:[.?!…”\")\]—]|--) (?P<name>[A-Z][A-Z.'’-]+[A-Z .,'’()-]*): $")

MayEnd = Callable[[str, str], bool]


def patterns_of_hidden_ends(text: str) -> list[re.Pattern[str]]:
    """Return the patterns that find anything in a text: few do in most, and its paragraphs need no others."""
    return [pattern for first, pattern in _HIDDEN.items() if first in text and pattern.search(text)]


def hidden_ends(paragraph: str, patterns: Sequence[re.Pattern[str]], may_end: MayEnd) -> dict[int, bool]:
    """Return where sentences end though Punkt may not see it, and whether they do so for sure.

    After an acronym, an ellipsis or a quotation with a dash that is not sure: the words around it must decide.

    Args:
        paragraph: The text.
        patterns: What :func:`patterns_of_hidden_ends` returns for the text of which the paragraph is a part.
        may_end: Tells whether a sentence may end after the word given first, where the word given second follows its
            full stop without white space.

    """
    ends: dict[int, bool] = {}
    matches = [match for pattern in patterns for match in pattern.finditer(paragraph)] if patterns else []
    if matches:
        quotes = _Quotes(paragraph)
        for match in sorted(matches, key=re.Match.start):
            _add_end(ends, paragraph, match, quotes, may_end)
        starts = (match.end() for match in matches if match.lastgroup == "list")
        ends |= dict.fromkeys(_list_items(paragraph, next(starts, len(paragraph))), True)
    if date := _DATE_LINE.match(paragraph):
        ends[date.end()] = True
    start = 0 if not paragraph[0].isspace() else len(paragraph) - len(paragraph.lstrip())
    if paragraph[start] in _STARTS_LIST:
        ends |= dict.fromkeys(chain(_list_items(paragraph, start), _bullets(paragraph, start)), True)
    return ends


class _Quotes:
    """Tells of the quotation marks of a text; each place asked for must stand after the one before."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._counted = self._straight = self._curly = 0
        self._mark, self._opened = -1, False  # the straight mark last looked at

    def is_inside(self, place: int) -> bool:
        """Tell whether a quotation is open at a place."""
        between = (self._counted, place)
        self._straight += self._text.count('"', *between)
        self._curly += self._text.count("“", *between) - self._text.count("”", *between)
        self._counted = place
        return self._straight % 2 == 1 or self._curly > 0

    def opens(self, mark: int) -> bool:
        """Tell whether the straight quotation mark at a place opens a quotation: if the one before it closed one.

        White space shows which the one before did; to count them all would go wrong after the first that is missing.
        """
        before = self._text.rfind('"', self._mark + 1, mark)
        if before >= 0:
            self._opened = before == 0 or self._text[before - 1] in " \n\t\xa0([—–-"
        self._mark, self._opened = mark, not self._opened
        return self._opened


def _add_end(ends: dict[int, bool], paragraph: str, match: re.Match[str], quotes: _Quotes, may_end: MayEnd) -> None:
    """Add the ends of sentences that a match of the expression for all of them tells of."""
    kind, end = match.lastgroup, match.end()
    if kind == "caption":
        if not quotes.is_inside(match.start()):
            ends[match.start()] = True
    elif kind in ("acronym", "dash", "ellipsis"):
        ends[end] = False
    elif kind == "note":
        ends[end] = True
    elif kind == "turn":
        window = max(0, end - _WINDOW)
        if turn := _TURN.search(paragraph[window:end]):
            ends[window + turn.start("name")] = True
    elif kind != "list":
        if match["straight"] and quotes.opens(end - 1):
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


def _bullets(paragraph: str, start: int) -> Iterator[int]:
    """Yield where bullets stand in a paragraph, if one is at ``start``."""
    if paragraph[start] in BULLETS:
        yield from (match.start() for match in _BULLET.finditer(paragraph, start))
