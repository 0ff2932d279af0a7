"""Names in a sentence: runs of capitalised words, parted into what describes and what names."""

import re
from typing import NamedTuple

from model.attribution import lexicon
from model.attribution.phrases import AUXILIARY, CLAUSE, DETERMINER, PREPOSITION, PRONOUN, ROLES, TIME
from model.attribution.tokens import LOWER_OF, NAMED, Tokens
from model.token_cache import TokenMemo

_LINKS = lexicon.name_words("link")
_ORGANISATION_LINKS = frozenset(("of", "for", "on", "against", "&", "and", "the"))
_ARTICLES = frozenset(("the", "a", "an"))
_ORGANISATIONS = lexicon.name_words("organisation")
_TITLES = lexicon.titles()
_DESCRIBING = ROLES | frozenset(_TITLES)
_ROLE_SURNAMES = lexicon.name_words("role-surname")
_GENDERS = lexicon.genders()
_FAMILY = lexicon.name_words("family")
_COUNTRIES = lexicon.countries() | lexicon.name_words("place")
_PREFIXED = re.compile(r"(?:[aeu]l|as|ad|ar|an|at|az|ash|bin|ben|[dl]|o|abu)[-'’][A-Z].*")  # "al-Rashidi", "d'Anjou"
_PREFIX = re.compile(r"^(?:[aeu]l|as|ad|ar|an|at|az|ash)-(\w.+)")
_ACRONYM = re.compile(r"(?:[A-Z]\.){3,}|(?:U\.[SKN]|E\.U)\.?|[A-Z]{2,5}")
_INITIAL = re.compile(r"[A-Z]\.")
_NOT_NAMES = TIME | lexicon.name_words("never")
_STARTERS = lexicon.words("starter")
_INSIDE = frozenset(",&'’-/")  # after these marks a capital does not open a sentence
_DESCRIPTION_STOPS = CLAUSE | AUXILIARY | PRONOUN | TIME | PREPOSITION | frozenset(lexicon.verbs())
_SUFFIXES = lexicon.name_words("suffix")
_PORTFOLIOS = lexicon.name_words("portfolio")
_APOSTROPHES = frozenset("'’")
_OWNING = _APOSTROPHES | {"'s"}
_JOINING = _LINKS | _ORGANISATION_LINKS | _OWNING  # words that may stand within a name
_MEDIA = lexicon.name_words("media")
_SMALL = PREPOSITION | {"the", "our", "a"}
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
        group: Whether it can only name a body: "Doctors Without Borders".
        office: The last word before the name, in lower case, where it is an office: "minister".

    """

    titles: int
    words: tuple[str, ...]
    text: str
    lower: str
    key: str
    keys: frozenset[str]
    gender: str
    person: bool
    group: bool = False
    office: str = ""


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
    for index in tokens.capitals:
        if index < stop or not (words[index][0].isupper() or lower[index][0] == NAMED or _is_prefixed(words[index])):
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
    if lower in _NOT_NAMES:
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
        word = words[stop]
        if word != lower[stop] and (word[0].isupper() or lower[stop][0] == NAMED or _is_prefixed(word)):
            if lower[stop] in _NOT_NAMES:
                break
            stop += 1
        elif lower[stop] in _JOINING and (step := _step(tokens, start, stop)):
            stop += step
        else:
            break
    return min(stop, count)


def _step(tokens: Tokens, start: int, stop: int) -> int:
    """Return how many tokens a joining word carries the run from ``start`` beyond ``stop``: 0 where it ends there."""
    lower = tokens.lower[stop]
    if lower in _LINKS:
        link = stop + 1
        while tokens.lower[link] in _LINKS:  # "van der", "bin al"
            link += 1
        if _is_upper(tokens, link) or (link < len(tokens) and _is_prefixed(tokens.words[link])):
            return link + 1 - stop
    if lower in _OWNING:
        if lower in _APOSTROPHES and _owns_body(tokens, stop):
            return 2
        return _institution_end(tokens, start, stop) - stop
    if lower in _ORGANISATION_LINKS and _goes_on(tokens, start, stop):
        return 2 if _is_upper(tokens, stop + 1) else 3
    return 0


def _owns_body(tokens: Tokens, apostrophe: int) -> bool:
    """Tell whether a plural's apostrophe stands inside a body's name: "the Shipowners' League"."""
    plural = tokens.lower[apostrophe - 1][-1] == "s"
    return plural and _is_upper(tokens, apostrophe + 1) and tokens.lower[apostrophe + 1] in _ORGANISATIONS


def _institution_end(tokens: Tokens, start: int, apostrophe: int) -> int:
    """Return where the institution ends that a country owns: "Serbia's Interior Ministry", but not its minister.

    Return ``apostrophe`` where the name before it is no country's or no institution follows.
    """
    if " ".join(tokens.words[start:apostrophe]).lower() not in _COUNTRIES:
        return apostrophe
    stop = apostrophe + 1
    while stop < len(tokens) and tokens.lower[stop] not in _NOT_NAMES:
        joins = stop > apostrophe + 1 and tokens.lower[stop] == "and" and _is_upper(tokens, stop + 1)
        if not (_is_upper(tokens, stop) or joins):
            break
        stop += 1
    named = tokens.lower[apostrophe + 1 : stop]
    if not named or _ORGANISATIONS.isdisjoint(named) or named[-1] in _MEDIA:
        return apostrophe
    form = _FORMS[" ".join(tokens.words[apostrophe + 1 : stop])]
    return stop if form and not form.titles and not form.person else apostrophe


def _is_prefixed(word: str) -> bool:
    """Tell whether a word is a name with a small prefix: "al-Rashidi"."""
    return ("-" in word or "'" in word or "’" in word) and _PREFIXED.fullmatch(word) is not None


def _is_upper(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and tokens.words[index][0].isupper()


def form_of(text: str) -> Form | None:
    """Return what a name says by itself, given as its words with spaces between; None where it names nobody."""
    return _FORMS[text]


def _is_organisation(tokens: Tokens, start: int, stop: int) -> bool:
    return not _ORGANISATIONS.isdisjoint(tokens.lower[start:stop])


def _goes_on(tokens: Tokens, start: int, link: int) -> bool:
    """Tell whether a body's name goes on after a link: "Ministry of [the] Interior", "of Faith and Law"."""
    word = tokens.lower[link]
    if word == "&" and _is_upper(tokens, link + 1):
        return True
    if tokens.lower[link + 1] in TIME:  # "the Security Council on Friday"
        return False
    if word == "and" and tokens.lower[start - 1] == "the" and start and _joins_body(tokens, start, link):
        return True
    if word == "the" or not _is_organisation(tokens, start, link):
        return False
    if word == "and":
        inside = tokens.lower[start:link]
        subjects = ("of" in inside or "for" in inside) and tokens.lower[link - 1] not in _ORGANISATIONS
        return subjects and _is_upper(tokens, link + 1)
    if _is_upper(tokens, link + 1):
        return True
    return word != "&" and tokens.lower[link + 1] in _ARTICLES and _is_upper(tokens, link + 2)


def _joins_body(tokens: Tokens, start: int, conjunction: int) -> bool:
    """Tell whether "and" stands inside a body's name: "the Food and Drug Administration"."""
    stop = conjunction + 1
    while _is_upper(tokens, stop):
        stop += 1
    before = tokens.lower[start:conjunction]
    if stop == conjunction + 1 or tokens.lower[stop - 1] not in _ORGANISATIONS or not _ORGANISATIONS.isdisjoint(before):
        return False
    return _DESCRIBING.isdisjoint(before) and not lexicon.known(" ".join(tokens.words[start:conjunction]))


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
    if len(run) > 2 and not _SMALL.isdisjoint(lower) and _is_group(run, lower):
        whole = _join(lower)
        return Form(0, run, _join(run), whole, whole, _keys(run, lower, False) | {whole}, "", False, group=True)
    first, nobody = _first_naming(run, lower)
    if nobody and lower[-1] in _TITLES and _ORGANISATIONS.isdisjoint(lower):
        return None
    words, naming = run[first:], lower[first:]
    person = not nobody and (first > 0 or 2 <= len(words) <= _LONGEST_PERSON) and _is_personal(words, naming)
    gender = next((_TITLES[word] for word in lower[:first] if word in _TITLES), "")
    if person and not gender:
        gender = _gender(naming)
    name, whole = _join(words), _join(naming)
    keys = _keys(words, naming, person)
    key = naming[-1] if person else whole
    office = lower[first - 1] if first and lower[first - 1] not in _TITLES else ""
    return Form(first, words, name, whole, key, keys | {key, whole}, gender, person, office=office)


def _join(words: tuple[str, ...]) -> str:
    return " ".join(words).replace(" '", "'").replace(" ’", "’") if len(words) > 1 else words[0]


def _is_group(run: tuple[str, ...], lower: tuple[str, ...]) -> bool:
    """Tell whether small words make a run a body's name: "Doctors Without Borders", "Save the Children"."""
    for index in range(1, len(run) - 1):
        if lower[index] in _SMALL:
            return _ORGANISATIONS.isdisjoint(lower[:index])
    return False


def _first_naming(run: tuple[str, ...], lower: tuple[str, ...]) -> tuple[int, bool]:
    """Return where the name begins after its titles, offices and acronyms; and whether the run names nobody."""
    last = len(run) - 1
    if last and lower[last] in _ROLE_SURNAMES and _is_given(run, lower, last - 1):  # "James Baker"
        last -= 1
    while last >= 0 and lower[last] not in _DESCRIBING:
        last -= 1
    if last < 0:
        acronym = len(run) > 2 and lower[1] in _GENDERS and _ACRONYM.fullmatch(run[0]) and not run[1].isupper()
        return (1 if acronym else 0), False
    following = lower[last + 1] if last + 1 < len(run) else ""
    staff = following == "staff" and lower[last] == "general"
    if (following in _ORGANISATIONS or staff) and last + 2 == len(run):  # "National Police Service"
        return 0, False
    if not following or following in _ORGANISATION_LINKS or (following in _LINKS and last + 2 >= len(run)):
        return 0, True
    return last + 1, False


def _is_given(run: tuple[str, ...], lower: tuple[str, ...], index: int) -> bool:
    """Tell whether a given name stands there, or one and an initial: "James", "James A."."""
    if index and _INITIAL.fullmatch(run[index]):
        index -= 1
    return lower[index] in _GENDERS


def _gender(lower: tuple[str, ...]) -> str:
    """Return the pronoun of who bears a name: by its given name, which may come last ("Orban Viktor")."""
    if lower[0] in _FAMILY and len(lower) > 1 and lower[0] not in _GENDERS:
        return _GENDERS.get(lower[-1], "") if len(lower) == 2 else ""
    return _GENDERS.get(lower[0], "")


def _keys(words: tuple[str, ...], lower: tuple[str, ...], person: bool) -> frozenset[str]:
    """Return what later mentions may call a name but its surname or all of it."""
    if person:
        return _keys_of_person(lower)
    if len(words) == 1:
        return frozenset(_PREFIX.findall(lower[0]))
    owner = next((i for i, word in enumerate(lower) if word in _OWNING), -1)
    if 0 <= owner < len(words) - 1 and " ".join(lower[:owner]) in _COUNTRIES:  # "Serbia's Interior Ministry"
        words, lower = words[owner + 1 :], lower[owner + 1 :]
        return _keys(words, lower, False) | {_join(lower)}
    acronym = "".join(word[0] for word in words if word[0].isupper()).lower()
    return frozenset((acronym, " ".join(lower[:-1])) if lower[-1] in _SUFFIXES else (acronym,))


def _keys_of_person(lower: tuple[str, ...]) -> frozenset[str]:
    """Return a family name that comes first, a surname with its particles, and one without its prefix."""
    keys = []
    if len(lower) in (2, 3) and (lower[0] not in _GENDERS or lower[0] in _FAMILY):
        keys.append(lower[0])
    particle = next((i for i in range(1, len(lower) - 1) if lower[i] in _LINKS), 0)
    if particle:
        keys.append(" ".join(lower[particle:]))
    return frozenset(keys + _PREFIX.findall(lower[-1]))


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
