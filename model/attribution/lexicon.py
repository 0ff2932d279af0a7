"""The lexicons of attribution, read once and laid out for look-up."""

from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

from model.lexicon import read_sections, read_text
from model.records import Role

Form = Literal["base", "third", "past", "participle", "ing"]
_VOWELS = "aeiou"
_ACRONYM = 3  # letters; a longer one may be written like a name ("Nato")


class Verb(NamedTuple):
    """A form of a reporting verb.

    Attributes:
        lemma: Its base form.
        strength: How strongly it attributes: a section of reporting.txt.
        form: Which form it is.
        particles: Those of which it needs one in order to attribute ("point out"); empty where it needs none.

    """

    lemma: str
    strength: str
    form: Form
    particles: frozenset[str]


class Idioms(NamedTuple):
    """The idioms of speech that a form of a verb begins.

    Attributes:
        first: The words of which one follows the verb in each of them.
        listed: By the words that follow the verb: what it is with them.

    """

    first: frozenset[str]
    listed: dict[tuple[str, ...], Verb]


class WellKnown(NamedTuple):
    """A person or body whom copy names without describing."""

    descriptor: str
    role: Role
    acronym: bool


@cache
def words(section: str) -> frozenset[str]:
    """Return a class of function words, such as "auxiliary"."""
    return frozenset(read_sections("function-words.txt")[section])


@cache
def reporting_words(section: str) -> frozenset[str]:
    """Return a class of the words of reporting, such as "transitive" verbs; its file tells what each class is."""
    return frozenset(read_sections("reporting.txt")[section])


@cache
def name_words(section: str) -> frozenset[str]:
    """Return a class of the words that stand inside names, such as "organisation"."""
    return frozenset(read_sections("names.txt")[section])


@cache
def description_words(section: str) -> frozenset[str]:
    """Return a class of the words that tell a described person's part, such as "former"."""
    return frozenset(read_sections("descriptions.txt")[section])


@cache
def titles() -> dict[str, str]:
    """Return titles ("Mrs") with the pronoun of who bears them; "" where they do not tell."""
    sections = {"he": "title-he", "she": "title-she", "": "title"}
    return {title: pronoun for pronoun, section in sections.items() for title in name_words(section)}


@cache
def verbs() -> dict[str, Verb]:
    """Return every form of every reporting verb."""
    sections = read_sections("reporting.txt")
    needed = _particles(sections["particle"])
    forms: dict[str, Verb] = {}
    for strength in ("belief", "weak", "act", "speech", "say"):  # the stronger reading overwrites
        for lemma in sections[strength]:
            for form, kind in _conjugated(lemma):
                forms[form] = Verb(lemma, strength, kind, needed.get(lemma, frozenset()))
    return forms


@cache
def idioms() -> dict[str, Idioms]:
    """Return by form of a verb the words that make it an act of speech, "doubt" of "cast", with that act."""
    forms: dict[str, dict[tuple[str, ...], Verb]] = {}
    for entry in read_sections("reporting.txt")["idiom"]:
        lemma, rest = entry.split(":", 1)
        words = tuple(rest.split())
        for form, kind in _conjugated(lemma):
            forms.setdefault(form, {}).setdefault(words, Verb(f"{lemma} {words[0]}", "act", kind, frozenset()))
    return {form: Idioms(frozenset(words[0] for words in listed), listed) for form, listed in forms.items()}


@cache
def literal() -> dict[str, frozenset[str]]:
    """Return by verb the objects with which it is no verb of speech: "taxi" of "hail"."""
    return _particles(read_sections("reporting.txt")["literal"])


def _conjugated(lemma: str) -> list[tuple[str, Form]]:
    given = _irregular().get(lemma)
    if given is None:
        return _regular(lemma)
    return (_regular(lemma) if "lled," in given else []) + _listed(given)  # "signaled" is as good as "signalled"


@cache
def _irregular() -> dict[str, str]:
    return dict(entry.split(":", 1) for entry in read_sections("reporting.txt")["irregular"])


@cache
def roles() -> dict[str, Role]:
    """Return role nouns (and phrases of two words) with the role they speak of."""
    nouns: dict[str, Role] = {}
    for role, listed in read_sections("roles.txt").items():
        for noun in listed:
            nouns[noun] = role  # type: ignore[assignment]
            nouns.setdefault(plural(noun), role)  # type: ignore[arg-type]
    return nouns


@cache
def genders() -> dict[str, str]:
    """Return given names with the pronoun that stands for them, "he" or "she"."""
    sections = read_sections("first-names.txt")
    both = set(sections["he"]) & set(sections["she"])
    return {name: pronoun for pronoun, names in sections.items() for name in names if name not in both}


@cache
def well_known() -> dict[str, WellKnown]:
    """Return well-known names, in lower case, with descriptor and role."""
    known = {}
    for line in read_text("well-known.tsv").splitlines():
        if line and not line.startswith("#"):
            names, role, descriptor = line.split("\t")
            for name in names.split("|"):
                known[name.lower()] = WellKnown(descriptor, role, name.isupper())  # type: ignore[arg-type]
    return known


def known(name: str) -> WellKnown | None:
    """Return what is generally known of a name; short acronyms match in capitals only (WHO is not "who")."""
    bare = name.removeprefix("the ").removeprefix("The ")
    found = well_known().get(bare.lower())
    return None if found and len(bare) <= _ACRONYM and found.acronym and not bare.isupper() else found


def is_well_known_speaker(name: str) -> bool:
    """Tell whether a name is a well-known person's or body's, not a country's, which may also be a heading."""
    found = known(name)
    return found is not None and found.descriptor != "government"


@cache
def well_known_bodies() -> frozenset[str]:
    """Return the well-known names, in lower case, that are no person's."""
    bodies = name_words("organisation") | name_words("body")
    return frozenset(name for name, entry in well_known().items() if entry.descriptor.split()[-1] in bodies)


@cache
def countries() -> frozenset[str]:
    """Return the well-known names, in lower case, that stand for a government: countries and capitals."""
    return frozenset(name for name, entry in well_known().items() if entry.descriptor == "government")


@cache
def well_known_people() -> frozenset[str]:
    """Return the surnames, in lower case, under which well-known people are listed: "putin", of "Vladimir Putin"."""
    people: set[str] = set()
    for line in read_text("well-known.tsv").splitlines():
        full, *others = line.split("\t")[0].lower().split("|")
        words = full.split()
        if len(words) > 1 and full not in well_known_bodies() and name_words("organisation").isdisjoint(words):
            people.update(other for other in others if other in words[1:])
    return frozenset(people) - well_known_bodies()


def _particles(entries: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the particles that verbs such as "point" (out) need in order to attribute."""
    needed: dict[str, set[str]] = {}
    for entry in entries:
        verb, particle = entry.split(":", 1)
        needed.setdefault(verb, set()).add(particle)
    return {verb: frozenset(listed) for verb, listed in needed.items()}


def plural(noun: str) -> str:
    """Return a noun's regular plural; a noun that ends in "s" as it stands.

    >>> plural("spokesman"), plural("agency"), plural("coach")
    ('spokesmen', 'agencies', 'coaches')
    """
    if noun.endswith("man"):
        return noun[:-3] + "men"
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun if noun.endswith("s") else noun + ("es" if noun.endswith(("sh", "ch", "x")) else "s")


def _listed(given: str) -> list[tuple[str, Form]]:
    base, third, past, ing, *participle = given.split(",")
    return [
        (participle[0] if participle else past, "participle"),
        (base, "base"),
        (past, "past"),  # "read": the past is by far the commoner
        (third, "third"),
        (ing, "ing"),
    ]


def _regular(lemma: str) -> list[tuple[str, Form]]:
    """Conjugate a regular verb."""
    stem = lemma.removesuffix("e")
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        third, past = lemma[:-1] + "ies", lemma[:-1] + "ied"
    else:
        third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x")) else "s")
        past = stem + "ed"
    ing = (lemma if lemma.endswith("ee") else stem) + "ing"
    return [(past, "past"), (lemma, "base"), (third, "third"), (ing, "ing")]
