r"""Punkt's rules for whether a full stop ends a sentence, decision by decision as NLTK's ``PunktSentenceTokenizer``.

NLTK is what learns the parameters, and what tests compare every decision with; importing it takes longer, and more
memory, than all else that is needed to label a text, since it brings scikit-learn along.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

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
_MARKS = ".?!"
_NUMBER_TYPE = "##number##"
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


class PunktRules:
    """Decides with given parameters; immutable, so safe under threads."""

    def __init__(self, parameters: PunktParameters) -> None:
        self._parameters = parameters

    def contains_end(self, text: str) -> bool:
        """Tell whether a sentence ends in ``text``, before its last token."""
        tokens = [token for line in text.split("\n") if line.strip() for token in _TOKEN.findall(line)]
        return any(self._ends_before(token, following) for token, following in pairwise(tokens) if token[-1] in _MARKS)

    def begins_sentence(self, word: str) -> bool:
        """Tell whether a capitalised word is one that running text capitalises at the start of a sentence alone."""
        return self._starts(word, _type(word)) is True

    def _ends_before(self, token: str, following: str) -> bool:
        """Tell whether a sentence ends between two tokens, of which the first ends in a mark."""
        if token[-1] != ".":
            return len(token) == 1
        parameters, type_, next_type = self._parameters, _without_stop(_type(token)), self._type_alone(following)
        if (type_, next_type) in parameters.collocations:
            return False
        short = self._is_short(token)
        initial = len(token) == 2 and _is_letter(token[0])
        starts = self._starts(following, next_type)
        capital = following[0].isupper()
        if short and not initial and (starts or (capital and next_type in parameters.sent_starters)):
            return True
        if initial or type_ == _NUMBER_TYPE:
            always_capital = not parameters.ortho_context[next_type] & _LOWER
            if starts is False or (starts is None and initial and capital and always_capital):
                return False
        return not short

    def _is_short(self, token: str) -> bool:
        """Tell whether a token with a full stop at its end is an abbreviation or dots, and so ends no sentence."""
        if token.endswith(".."):
            return True
        listed, bare = self._parameters.abbrev_types, token[:-1].lower()
        return bare in listed or bare.rpartition("-")[2] in listed

    def _type_alone(self, token: str) -> str:
        """Return a token's type, without the full stop where that ends the sentence."""
        type_ = _type(token)
        return _without_stop(type_) if token[-1] == "." and not self._is_short(token) else type_

    def _starts(self, token: str, type_: str) -> bool | None:
        """Tell by how a word is usually written whether it begins a sentence here; None where that does not tell."""
        if token in _PUNCTUATION:
            return False
        written = self._parameters.ortho_context[type_]
        if token[0].isupper() and written & _LOWER and not written & _MIDDLE_UPPER:
            return True
        if token[0].islower() and (written & _UPPER or not written & _BEGINNING_LOWER):
            return False
        return None


def _type(token: str) -> str:
    return token.lower() if token[0].isalpha() or not _NUMBER.fullmatch(token) else _NUMBER_TYPE


def _without_stop(type_: str) -> str:
    return type_[:-1] if len(type_) > 1 and type_.endswith(".") else type_


def _is_letter(character: str) -> bool:
    r"""Tell whether a character is what NLTK's expressions take for a letter, ``[^\W\d]``."""
    category = unicodedata.category(character)
    cased = character.isupper() or character.islower()  # letters in circles are symbols
    return category[0] in "LM" or category in ("Nl", "Pc") or cased or character in _JOINERS
