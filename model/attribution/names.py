"""Names in a sentence: runs of capitalised words, parted into what describes and what names."""

import operator
from itertools import compress
from typing import NamedTuple

from model.attribution import lexicon
from model.attribution.phrases import AUXILIARY, CLAUSE, DETERMINER, PREPOSITION, PRONOUN, ROLES, TIME, is_surname
from model.attribution.tokens import LOWER_OF, Tokens
from model.token_cache import TokenMemo

_LINKS = lexicon.name_words("link")
_ORGANISATION_LINKS = frozenset(("of", "for", "on", "against", "&", "and", "the"))
_ARTICLES = frozenset(("the", "a", "an"))
_ORGANISATIONS = lexicon.name_words("organisation")
_TITLES = lexicon.titles()
_DESCRIBING = ROLES | frozenset(_TITLES)
_GENDERS = lexicon.genders()
_NOT_NAMES = TIME | lexicon.name_words("never")
_STARTERS = lexicon.words("starter")
_INSIDE = frozenset(",&'’-/")  # after these marks a capital does not open a sentence
_DESCRIPTION_STOPS = CLAUSE | AUXILIARY | PRONOUN | TIME | PREPOSITION | frozenset(lexicon.verbs())
_SUFFIXES = lexicon.name_words("suffix")
_PORTFOLIOS = lexicon.name_words("portfolio")
_APOSTROPHES = frozenset("'’")
_JOINING = _LINKS | _ORGANISATION_LINKS | _APOSTROPHES  # words that may stand within a name
_DOUBTFUL = _NOT_NAMES | _STARTERS
_OF_OFFICE = _PORTFOLIOS | {"of", "and"}
_BEFORE_NAME = ROLES | {"'s"}  # what ends a description
_LONGEST_DESCRIPTION = 10  # tokens before a name
_LONGEST_PERSON = 5  # words


class Form(NamedTuple):
    """What a run of capitalised words says by itself: how many titles it opens with, and what the rest names.

    Attributes:
        titles: How many of its words are titles.
        words: The naming words.
        text: The name as one string.
        lower: The same in lower case.
        key: What later mentions share with it, in lower case: a person's surname, the whole of anything else.
        keys: All that later mentions may call it, in lower case: surname, acronym, a company's name without "Corp.".
        gender: "he", "she" or "".
        person: Whether it names a person, as far as its form shows.

    """

    titles: int
    words: tuple[str, ...]
    text: str
    lower: str
    key: str
    keys: frozenset[str]
    gender: str
    person: bool


class Name(NamedTuple):
    """A name found in a sentence.

    Attributes:
        start: Index of its first token, titles aside.
        stop: Index after its last token.
        described: Index where the words that describe it begin (title, office, nationality); ``start`` where none do.
        form: What its words say.

    """

    start: int
    stop: int
    described: int
    form: Form


def find_names(tokens: Tokens) -> list[Name]:
    """Return the names of a sentence in order."""
    names: list[Name] = []
    stop = 0
    words, lower = tokens.words, tokens.lower
    for index in compress(range(len(words)), map(operator.ne, words, lower)):
        if index < stop or not words[index][0].isupper():
            continue
        if lower[index] in _DOUBTFUL and not _begins(tokens, index):
            continue
        stop = _run_end(tokens, index)
        name = _split(tokens, index, stop)
        if name:
            names.append(name)
    return names


def _begins(tokens: Tokens, index: int) -> bool:
    """Tell whether a capitalised word that need not be a name begins one, rather than only a sentence."""
    lower = tokens.lower[index]
    if lower in _NOT_NAMES and not is_surname(tokens, index):
        return False
    if lower not in _STARTERS:
        return True
    return index > 0 and (tokens.words[index - 1][0].isalnum() or tokens.words[index - 1] in _INSIDE)


def _run_end(tokens: Tokens, start: int) -> int:
    """Return the index after the run of capitalised words that begins at ``start``."""
    words, lower = tokens.words, tokens.lower
    count = len(words)
    stop = start + 1
    while stop < count:
        if words[stop][0].isupper() and (lower[stop] not in _NOT_NAMES or is_surname(tokens, stop)):
            stop += 1
        elif lower[stop] in _JOINING and (step := _step(tokens, start, stop)):
            stop += step
        else:
            break
    return min(stop, count)


def _step(tokens: Tokens, start: int, stop: int) -> int:
    """Return how many tokens a joining word carries the run from ``start`` beyond ``stop``: 0 where it ends there."""
    lower = tokens.lower[stop]
    if lower in _LINKS and _is_upper(tokens, stop + 1):
        return 2
    if lower in _APOSTROPHES and _owns_body(tokens, stop):
        return 2
    if lower in _ORGANISATION_LINKS and _goes_on(tokens, start, stop):
        return 2 if _is_upper(tokens, stop + 1) else 3
    return 0


def _owns_body(tokens: Tokens, apostrophe: int) -> bool:
    """Tell whether a plural's apostrophe stands inside a body's name: "the Shipowners' League"."""
    plural = tokens.lower[apostrophe - 1][-1] == "s"
    return plural and _is_upper(tokens, apostrophe + 1) and tokens.lower[apostrophe + 1] in _ORGANISATIONS


def _is_upper(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and tokens.words[index][0].isupper()


def _is_organisation(tokens: Tokens, start: int, stop: int) -> bool:
    return not _ORGANISATIONS.isdisjoint(tokens.lower[start:stop])


def _goes_on(tokens: Tokens, start: int, link: int) -> bool:
    """Tell whether a body's name goes on after a link: "Ministry of [the] Interior", "of Faith and Law"."""
    word = tokens.lower[link]
    if word == "the" or not _is_organisation(tokens, start, link):
        return False
    if word == "and":
        inside = tokens.lower[start:link]
        subjects = ("of" in inside or "for" in inside) and tokens.lower[link - 1] not in _ORGANISATIONS
        return subjects and _is_upper(tokens, link + 1)
    if _is_upper(tokens, link + 1):
        return True
    return word != "&" and tokens.lower[link + 1] in _ARTICLES and _is_upper(tokens, link + 2)


def _split(tokens: Tokens, start: int, stop: int) -> Name | None:
    """Part a run into description ("Foreign Minister", "Mr") and name; None where it holds no name."""
    before = tokens.lower[start - 1] if start else ""
    office = _office_before(tokens, start) if before in _OF_OFFICE else start
    described = office < start or before in _BEFORE_NAME
    if office < start:
        start = _after_portfolio(tokens, start, stop)
    form = _FORMS[tokens.words[start] if stop == start + 1 else " ".join(tokens.words[start:stop])]
    if form is None:
        return None
    first = start + form.titles
    if described and (form.person or form.titles or _is_owned(tokens, start)):
        return Name(first, stop, _described_from(tokens, office), form)
    return Name(first, stop, start, form)


def _form(text: str) -> Form | None:
    run = tuple(text.split(" "))
    lower = tuple(map(LOWER_OF.__getitem__, run))
    last = len(run) - 1
    while last >= 0 and lower[last] not in _DESCRIBING:
        last -= 1
    first = 0
    if last >= 0:
        if last + 1 < len(run) and lower[last + 1] not in _LINKS and lower[last + 1] not in _ORGANISATION_LINKS:
            first = last + 1
        elif last == len(run) - 1 and lower[last] in _TITLES and _ORGANISATIONS.isdisjoint(lower):
            return None
    words = run[first:]
    nobody = last >= 0 and not first  # "Foreign Minister", with nobody's name
    person = not nobody and (first > 0 or 2 <= len(words) <= _LONGEST_PERSON) and _is_personal(words, lower[first:])
    gender = next((_TITLES[word] for word in lower[:first] if word in _TITLES), "")
    if person and not gender:
        gender = _GENDERS.get(lower[first], "")
    name = " ".join(words).replace(" '", "'").replace(" ’", "’") if len(words) > 1 else words[0]
    key = lower[-1] if person else name.lower()
    return Form(first, words, name, name.lower(), key, _keys(words, person) | {key, name.lower()}, gender, person)


def _keys(words: tuple[str, ...], person: bool) -> frozenset[str]:
    """Return what later mentions may call a name but its surname or all of it."""
    lower = [word.lower() for word in words]
    if person:
        surname_first = len(words) in (2, 3) and lower[0] not in _GENDERS
        return frozenset(lower[:1] if surname_first else ())
    if len(words) == 1:
        return frozenset()
    acronym = "".join(word[0] for word in words if word[0].isupper()).lower()
    return frozenset((acronym, " ".join(lower[:-1])) if lower[-1] in _SUFFIXES else (acronym,))


_FORMS: TokenMemo[Form | None] = TokenMemo(_form)  # by the words of a run


def _office_before(tokens: Tokens, start: int) -> int:
    """Return where "of" stands in "secretary of [state] Ann Lee", if an office stands before it; else ``start``."""
    lower = tokens.lower
    index = start - 1
    while index > 0 and (lower[index] in _PORTFOLIOS or lower[index] == "and"):
        index -= 1
    return index if index > 0 and lower[index] == "of" and lower[index - 1] in ROLES else start


def _after_portfolio(tokens: Tokens, start: int, stop: int) -> int:
    """Return where the name begins in "Minister of [Health and Welfare Ann Lee]"; ``start`` where no name follows."""
    index = start
    while index < stop and (tokens.lower[index] in _PORTFOLIOS or tokens.lower[index] == "and"):
        index += 1
    return index if index < stop else start


def _is_personal(words: tuple[str, ...], lower: tuple[str, ...]) -> bool:
    """Tell whether the form of a name is a person's: neither a body's, nor an acronym, nor with figures."""
    acronym = len(words) == 1 and len(words[0]) > 1 and words[0].isupper()
    if acronym or not _ORGANISATIONS.isdisjoint(lower) or not all(word[0].isalpha() for word in words):
        return False
    return " ".join(words).lower() not in lexicon.well_known_bodies()


def _is_owned(tokens: Tokens, start: int) -> bool:
    """Tell whether a body stands before a name: "the central bank's Lee"."""
    return start > 1 and tokens.lower[start - 1] == "'s" and tokens.lower[start - 2] in _ORGANISATIONS


def _described_from(tokens: Tokens, start: int) -> int:
    """Return where the description before a name begins: "the Kremlin's chief spokesman [Dmitry Peskov]"."""
    lower = tokens.lower
    index = start
    if _is_owned(tokens, index):
        index -= 1
    elif index == 0 or lower[index - 1] not in ROLES or tokens.quoted[index - 1] != tokens.quoted[start]:
        return start
    while index > 0 and start - index <= _LONGEST_DESCRIPTION:
        if lower[index - 1] == "of" and index > 1 and lower[index - 2] in _ORGANISATIONS:  # "University of Turku"
            index -= 2
        elif _describes(tokens, index - 1):
            index -= 1
        else:
            break
        if lower[index] in DETERMINER and tokens.lower[index - 1] != "of":
            break
    return index


def _describes(tokens: Tokens, index: int) -> bool:
    word = tokens.lower[index]
    return word not in _DESCRIPTION_STOPS and (tokens.words[index][0].isalnum() or word == "'s")
