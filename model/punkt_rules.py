r"""Punkt's rules for whether a full stop ends a sentence, decision by decision as NLTK's ``PunktSentenceTokenizer``.

NLTK is what learns the parameters, and what tests compare every decision with; importing it takes longer, and more
memory, than all else that is needed to label a text, since it brings scikit-learn along.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

# How a word has been written, as bits of ``ortho_context``: at the beginning or in the middle of a sentence, or where
# that is unknown, with an upper-case or a lower-case first letter.
_MIDDLE_UPPER: Final = 1 << 2
_BEGINNING_LOWER: Final = 1 << 4
_UPPER: Final = 1 << 1 | _MIDDLE_UPPER | 1 << 3
_LOWER: Final = _BEGINNING_LOWER | 1 << 5 | 1 << 6

BLANK, BLACK = r"[^\S\x1c-\x1f]", r"[\S\x1c-\x1f]"  # white space is what NLTK's expressions take for it
NOT_IN_WORD = r"""[?!)";}\]*:@'({\[‘’“”«»]"""
_SEVERAL = rf"-{{2,}}|\.{{2,}}|(?:\.{BLANK}){{2,}}\."
_TOKEN = re.compile(
    rf"""{_SEVERAL}|(?=[^("`{{\[:;&#*@)}}\]\-,]){BLACK}+?(?={BLANK}|$|{NOT_IN_WORD}|{_SEVERAL}"""
    rf"""|,(?=$|{BLANK}|{NOT_IN_WORD}|{_SEVERAL}))|{BLACK}"""
)
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*")
_PUNCTUATION = frozenset(";:,.!?")
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class PunktParameters:
    """What Punkt learns, by NLTK's names.

    Attributes:
        abbrev_types: Abbreviations in lower case, without the last full stop.
        collocations: Pairs of words parted by a full stop that ends no sentence.
        sent_starters: Words that often begin sentences.
        ortho_context: How words have been written, as bits.

    """

    abbrev_types: Set[str] = frozenset()
    collocations: Set[tuple[str, str]] = frozenset()
    sent_starters: Set[str] = frozenset()
    ortho_context: Counter[str] = field(default_factory=Counter)


class _Token(NamedTuple):
    """A token with the verdict on it alone: ends a sentence, is an abbreviation or dots, or neither."""

    text: str
    type: str  # in lower case, figures as "##number##"
    ends: bool
    short: bool

    @property
    def type_alone(self) -> str:
        """The type without the full stop that ends the sentence."""
        return _without_stop(self.type) if self.ends else self.type


class PunktRules:
    """Decides with given parameters; immutable, so safe under threads."""

    def __init__(self, parameters: PunktParameters) -> None:
        self._parameters = parameters

    def contains_end(self, text: str) -> bool:
        """Tell whether a sentence ends in ``text``, before its last token."""
        return any(self._ends_before(token, following) for token, following in pairwise(self._tokens(text)))

    def _tokens(self, text: str) -> Iterator[_Token]:
        for line in text.split("\n"):
            if line.strip():
                yield from map(self._judged, _TOKEN.findall(line))

    def _judged(self, text: str) -> _Token:
        small = text.lower()
        type_ = "##number##" if _NUMBER.fullmatch(small) else small
        if text in (".", "?", "!"):
            return _Token(text, type_, ends=True, short=False)
        if text.endswith(".."):
            return _Token(text, type_, ends=False, short=not text.strip("."))
        if not text.endswith("."):
            return _Token(text, type_, ends=False, short=False)
        listed, bare = self._parameters.abbrev_types, small[:-1]
        short = bare in listed or bare.rpartition("-")[2] in listed
        return _Token(text, type_, ends=not short, short=short)

    def _ends_before(self, token: _Token, following: _Token) -> bool:
        """Return the verdict on a token given the next one."""
        if not token.text.endswith("."):
            return token.ends
        parameters, type_, next_type = self._parameters, _without_stop(token.type), following.type_alone
        if (type_, next_type) in parameters.collocations:
            return False
        initial = len(token.text) == 2 and _is_letter(token.text[0])
        starts = self._starts(following)
        capital = following.text[0].isupper()
        if token.short and not initial and (starts or (capital and next_type in parameters.sent_starters)):
            return True
        if initial or type_ == "##number##":
            always_capital = not parameters.ortho_context[next_type] & _LOWER
            if starts is False or (starts is None and initial and capital and always_capital):
                return False
        return token.ends

    def _starts(self, token: _Token) -> bool | None:
        """Tell by how a word is usually written whether it begins a sentence here; None where that does not tell."""
        if token.text in _PUNCTUATION:
            return False
        written = self._parameters.ortho_context[token.type_alone]
        if token.text[0].isupper() and written & _LOWER and not written & _MIDDLE_UPPER:
            return True
        if token.text[0].islower() and (written & _UPPER or not written & _BEGINNING_LOWER):
            return False
        return None


def _without_stop(type_: str) -> str:
    return type_[:-1] if len(type_) > 1 and type_.endswith(".") else type_


def _is_letter(character: str) -> bool:
    r"""Tell whether a character is what NLTK's expressions take for a letter, ``[^\W\d]``."""
    category = unicodedata.category(character)
    cased = character.isupper() or character.islower()  # letters in circles are symbols
    return category[0] in "LM" or category in ("Nl", "Pc") or cased or character in _JOINERS
