"""Whether a sentence ends after an acronym with full stops: not in "U.N. Secretary-General", but in "the U.S. He said".

Where a person's name follows, the sentence ends if it has its verb: "She moved to the U.S. Abel said no" is two
sentences, "The former head of the F.B.I. Ruth Abel was fired" is one.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise, takewhile

from model.attribution import lexicon
from model.lexicon import read_sections
from model.punkt_rules import PunktParameters, PunktRules

ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")  # without its last full stop
_WORD = re.compile(r"[\w'’-]+(?:\.[\w'’-]+)*\.?")
_BEFORE, _AFTER = 200, 100  # code points around an acronym that are looked at, so that time grows with the text alone
_LINKS = (["and"], ["for"], ["of"])  # inside names: "Health and Human Services"
_LONGEST_NAME = 3  # words
_HALVES_OF_DAY = frozenset(("a.m", "p.m"))
_WITH_ARTICLE = frozenset(("e.u", "u.k", "u.n", "u.s"))  # without "the" before them, they describe the next word
_PERSONAL_TITLES = frozenset(("dr.", "miss", "mr", "mr.", "mrs", "mrs.", "ms", "ms."))
_NO_TITLES = frozenset(("police",))  # role nouns that stand before no name
_SUBJECTS = frozenset(("he", "i", "it", "she", "they", "we", "who"))  # a verb follows each
_PAST = frozenset(read_sections("boundaries.txt")["past"])
_NAMED = re.compile(r"(?<![\w'’-])([^\W\d_a-z][\w'’-]+\.?)(?: [A-Z]\.)? (?=([^\W\d_a-z][\w’-]+))")


@cache
def _openers() -> frozenset[str]:
    classes = ("clause", "determiner", "linking", "preposition", "pronoun")
    return frozenset().union(*map(lexicon.words, classes))


def opens_sentence(word: str) -> bool:
    """Tell whether a word is one that is capitalised only where a sentence begins.

    >>> opens_sentence("The"), opens_sentence("Senate"), opens_sentence("WHO")
    (True, False, False)
    """
    return word.istitle() and word.lower() in _openers()


class People:
    """Who is named in a text, found when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._surnames: frozenset[str] | None = None

    def surnames(self) -> frozenset[str]:
        """Return what may be surnames: the second of two capitalised words, unless it is a noun of bodies or offices.

        >>> People("Nell Carver met the Defense Department.").surnames()
        frozenset({'Carver'})
        """
        if self._surnames is None:
            found = _NAMED.findall(self._text)
            self._surnames = frozenset(last for first, last in found if not (opens_sentence(first) or _is_common(last)))
        return self._surnames


class AcronymEnds:
    """Decides by given parameters of Punkt; immutable, so safe under threads."""

    def __init__(self, parameters: PunktParameters) -> None:
        self._rules = PunktRules(parameters)
        self._listed = parameters.abbrev_types
        self._starters = parameters.sent_starters

    def is_end(self, text: str, start: int, stop: int, next_start: int, people: People) -> bool:
        """Tell whether a sentence ends with the full stop at ``stop``.

        Args:
            text: The paragraph.
            start: Where the sentence begins.
            stop: Where the last full stop of the acronym stands.
            next_start: Where the text goes on.
            people: Who is named in the document.

        """
        *before, acronym = _WORD.findall(text, max(start, stop - _BEFORE), stop)
        if not before or (len(before) == 1 and before[0].lower() in lexicon.words("determiner")):
            return False  # "The U.S." is no sentence
        after = _WORD.findall(text, next_start, next_start + _AFTER)
        if not after or opens_sentence(after[0]):
            return bool(after)
        if not text[next_start].isupper():
            return False
        if after[0].lower() in _PERSONAL_TITLES:
            return _has_verb(before)
        return self._ends_before_name(before, acronym.lower(), after, people)

    def _ends_before_name(self, before: Sequence[str], acronym: str, after: Sequence[str], people: People) -> bool:
        begins = after[0].lower() in self._starters or self._rules.begins_sentence(after[0])
        if acronym in _HALVES_OF_DAY:
            return begins
        run = list(takewhile(_is_capitalised, after))
        if any(map(_is_title, run)) or after[len(run) : len(run) + 1] in _LINKS:
            return False
        if acronym in _WITH_ARTICLE and "the" not in (word.lower() for word in before[-3:]):
            return False
        if acronym in self._listed or before[-1].lower() == "the":
            if self._is_person(run, people):
                return _has_verb(before) and not (len(run) > 1 and _is_office(before))
            if len(run) == 1 and run[0].lower() in lexicon.words("starter") and _has_verb(before):
                return True
        return begins and (len(run) == 1 or after[0].lower() in self._starters)

    def _is_person(self, run: Sequence[str], people: People) -> bool:
        if len(run) == 1:
            return re.sub("['’]s$", "", run[0]) in people.surnames()
        return len(run) <= _LONGEST_NAME and run[0].lower() in lexicon.genders()


def _is_capitalised(word: str) -> bool:
    return word[0].isupper()


def _is_common(word: str) -> bool:
    """Tell whether a capitalised word is a noun for a body or an office, and so no surname."""
    lower = word.lower()
    return lower in lexicon.roles() or lower in lexicon.name_words("organisation") or lower in lexicon.words("time")


def _is_title(word: str) -> bool:
    """Tell whether a capitalised word is what one person is called by office: "Envoy", "Secretary-General"."""
    nouns = word.lower().split("-")
    return any(noun in _titles() for noun in nouns)


@cache
def _titles() -> frozenset[str]:
    roles = lexicon.roles()
    plurals = {lexicon.plural(noun) for noun in roles if lexicon.plural(noun) != noun}
    return frozenset(roles) - plurals - _NO_TITLES


def _is_office(before: Sequence[str]) -> bool:
    """Tell whether the words before an acronym end in an office: "the former head of the"."""
    return len(before) > 2 and before[-2] == "of" and before[-1] == "the" and before[-3].lower() in lexicon.roles()


def _has_verb(words: Sequence[str]) -> bool:
    """Tell whether the words of a sentence that has begun seem to hold its verb."""
    return any(_is_verb(word.lower(), before.lower()) for before, word in pairwise(("", *words)))


def _is_verb(word: str, before: str) -> bool:
    if word in _PAST or word in _SUBJECTS or word in lexicon.words("auxiliary"):
        return True
    reporting = lexicon.verbs().get(word)
    past = word.endswith("ed") or (reporting is not None and reporting.form == "past")
    return past and before not in lexicon.words("determiner")
