"""What a source speaks as, judged by its descriptions."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from model.attribution import lexicon
from model.attribution.descriptions import PARTY, is_body_noun
from model.attribution.phrases import PREPOSITION, QUANTITY
from model.records import Role

_MARKS = ",.()'’\"“”‘:;"
_FORMER = lexicon.description_words("former")
_RUNNING = lexicon.description_words("running")
_ACADEMIC = lexicon.description_words("academic")
_DIRECTING = lexicon.description_words("directing")
_SPEAKING = lexicon.description_words("speaking")
_PARTIES = lexicon.description_words("party")
_POLITICAL = lexicon.description_words("political")
_INDEFINITE = frozenset(("a", "an", "one"))
_COUNSEL = lexicon.description_words("counsel")
_POSSESSIVE = lexicon.description_words("possessive")
_CUT = PREPOSITION | {"who", "whose", "which", "that"}
_AFFILIATED = frozenset(("of", "from", "with"))
_GOVERNMENTAL = lexicon.description_words("governmental")
_SERVED = lexicon.description_words("served")
_ENTERING = lexicon.description_words("entering")
_MEDIA = lexicon.name_words("media")
_PRESIDING = lexicon.description_words("presiding")
_TEACHING = lexicon.description_words("teaching")
_NOWADAYS = lexicon.description_words("nowadays")
_TITLES = lexicon.titles()
_CARRIERS = lexicon.reporting_words("carrier")
_DEEDS: dict[Role, frozenset[str]] = {
    "analyst": lexicon.description_words("who-analyst"),
    "official": lexicon.description_words("who-official"),
    "private": lexicon.description_words("who-private"),
}
_SMALL_BUSINESSES = lexicon.description_words("small-business")
_BODIES = lexicon.name_words("organisation") | lexicon.name_words("body")


def role_of(descriptors: Sequence[str], name: str, *, body: bool = False) -> Role:
    """Return what a source speaks as: by its descriptions, else by its name and its being a body.

    >>> role_of(["a former foreign minister"], "Ann Lee")
    'analyst'
    """
    for descriptor in by_weight(descriptors):
        role = _role_of_phrase(descriptor) or (None if body else _role_of_trade(descriptor))
        if role:
            return role
    known = lexicon.known(name)
    if known:
        return known.role
    return _role_of_phrase(name) or ("official" if body else _body_role(name))


def by_weight(descriptors: Sequence[str]) -> list[str]:
    """Return descriptions in order, but bare titles ("Dr", "Ms") and parties ("Republican") after all that say more."""
    return sorted(descriptors, key=_says_little) if len(descriptors) > 1 else list(descriptors)


@lru_cache(maxsize=4096)
def _says_little(descriptor: str) -> bool:
    """Tell whether a description is no more than a title or a party."""
    return is_title(descriptor) or is_party(descriptor)


@lru_cache(maxsize=4096)
def is_party(descriptor: str) -> bool:
    """Tell whether a description is no more than a party: "Republican"."""
    return all(word.strip(_MARKS) in _PARTIES for word in descriptor.lower().split())


@lru_cache(maxsize=4096)
def _role_of_trade(descriptor: str) -> Role | None:
    """Return "private" for who is described by a trade that no list names: "a harpsichord tuner", "a man from Erie"."""
    words = [word.strip(_MARKS) for word in descriptor.split()]
    if words[0].lower() not in _INDEFINITE or len(words) < 2:
        return None
    cut = next((i for i, word in enumerate(words) if word.lower() in _CUT), len(words))
    noun = words[cut - 1]
    if not noun.islower() or not noun.isalpha() or noun in _POLITICAL or noun in _BODIES or is_body_noun(noun):
        return None
    return "private"


@lru_cache(maxsize=4096)
def is_title(descriptor: str) -> bool:
    """Tell whether a description is no more than a title: "Prof. Dame"."""
    return all(f"{word.strip(_MARKS)}." in _TITLES or word in _TITLES for word in descriptor.lower().split())


def _body_role(name: str) -> Role:
    """Return "official" for what by its form is a body's name, "media" for a newspaper's."""
    words = name.lower().split()
    if len(words) > 1 and words[-1] in _MEDIA:
        return "media"
    return "unknown" if _BODIES.isdisjoint(words) else "official"


@lru_cache(maxsize=4096)
def _role_of_phrase(phrase: str) -> Role | None:
    """Return what a description makes its bearer; None where it does not tell."""
    raw = phrase.lower().replace("’", "'").split()
    words = [word.strip(_MARKS).removesuffix("'s") for word in raw]
    if not words:
        return None
    if words[0] in _NOWADAYS and len(words) > 1:
        raw, words = raw[1:], words[1:]
    if not _FORMER.isdisjoint(words) or words[0].startswith("ex-"):
        return _role_of_former(words)
    if words[0] == "who":
        return _by_deed(words)
    if words[0] == "representing":  # a lawyer's client
        return "official"
    if words[0] == "whose" and words[1:2] in (["house"], ["home"]):
        return "private"
    if words[0] == "at" or (words[0] in _AFFILIATED and _is_academic(words)):  # "Ann Lee at Acme", not its spokesman
        return "analyst"
    if any(PARTY.match(word) for word in words):
        return "official"
    role, noun = _by_noun(words)
    if role == "media" and noun in _CARRIERS:
        role = _owner_role(raw, noun) or role
    if noun in _COUNSEL:
        return "official" if _has_client(raw, words, noun) else "analyst"
    if role == "analyst" and _is_governmental(words):
        return "official"
    if role == "official" and noun in _DIRECTING and _is_academic(words):
        presides = noun in _PRESIDING and not _TEACHING.isdisjoint(words)
        return "official" if presides else "analyst"
    return role


def _role_of_former(words: Sequence[str]) -> Role:
    """Return what "former" makes of somebody: one who knows, unless it says so of another or of a plain trade."""
    cut = next((i for i, word in enumerate(words) if i and word in _CUT), len(words))
    role, noun = _by_noun(words[:cut])
    if _FORMER.isdisjoint(words[:cut]) and not words[0].startswith("ex-"):  # "a spokesman for the former king"
        if role == "private" or noun.startswith("spokes"):
            return role or "analyst"
    elif role == "private" and "retired" in words[:cut]:
        return role
    return "analyst" if _RUNNING.isdisjoint(words) else "official"


def _by_noun(words: Sequence[str]) -> tuple[Role | None, str]:
    """Return the role of the last role noun before the first preposition, else of the first after it; and the noun."""
    roles = lexicon.roles()
    if words[-1] in roles and "of" in words[1:] and words[words.index("of", 1) - 1] in _BODIES:
        return roles[words[-1]], words[-1]  # "University of Turku historian"
    cut = next((i for i, word in enumerate(words) if i and word in _CUT and not _counts(words, i)), len(words))
    if 0 < cut < len(words):  # "clerk of", "veteran of"
        role = roles.get(f"{words[cut - 1]} {words[cut]}")
        if role:
            return role, words[cut - 1]
    for part in (reversed(range(cut)), iter(range(cut, len(words)))):
        for i in part:
            role = roles.get(f"{words[i - 1]} {words[i]}" if i else "") or roles.get(words[i])
            if role:
                return role, words[i]
    return None, ""


def _owner_role(raw: Sequence[str], carrier: str) -> Role | None:
    """Return the role of whose statement it is: "the ministry's statement", "a letter from the union"."""
    words = [word.strip(_MARKS) for word in raw]
    at = words.index(carrier)
    before = " ".join(raw[:at]).rstrip("'s").rstrip("'")
    owner = before if raw[at - 1].endswith(("'s", "s'")) and at else " ".join(words[at + 2 :])
    known = lexicon.known(owner)
    role = _role_of_phrase(owner) or (known.role if known else None)
    return role if role == "official" else None


def _counts(words: Sequence[str], preposition: int) -> bool:
    """Tell whether what stands before "of" only counts: "a group of farmers"."""
    return words[preposition] == "of" and words[preposition - 1] in QUANTITY


def _by_deed(words: Sequence[str]) -> Role | None:
    """Read "who teaches law at the university", "who leads the union", "who was ambassador to Rome"."""
    if words[1:2] and words[1] in _SERVED:
        role, _ = _by_noun([word for word in words[1:] if word != "as"])
        return role if role != "official" or not _ENTERING.isdisjoint(words) else "analyst"
    if "used" in words[1:2]:
        return "analyst"
    for index, word in enumerate(words[1:], 1):
        for role, deeds in _DEEDS.items():
            if word in deeds:
                if role == "official" and _head(words[index + 1 :]) in _SMALL_BUSINESSES:
                    return "private"
                return "analyst" if role == "official" and _is_academic(words) else role
    return None


def _head(words: Sequence[str]) -> str:
    """Return the noun of a phrase, the last word before its first preposition; "" where there is none."""
    cut = next((i for i, word in enumerate(words) if word in _CUT), len(words))
    return words[cut - 1] if cut else ""


def _is_academic(words: Sequence[str]) -> bool:
    return not _ACADEMIC.isdisjoint(words) and _SPEAKING.isdisjoint(words)


def _is_governmental(words: Sequence[str]) -> bool:
    return any(word in _GOVERNMENTAL or f"{left} {word}" in _GOVERNMENTAL for left, word in pairwise(["", *words]))


def _has_client(raw: Sequence[str], words: Sequence[str], counsel: str) -> bool:
    """Tell whether a lawyer is somebody's: "his lawyer", "Guidry's lawyer", "the lawyer for the heirs"."""
    at = words.index(counsel)
    owned = any(word in _POSSESSIVE or word.endswith(("'s", "s'")) for word in raw[:at])
    return owned or "for" in words[at + 1 : at + 2] or "representing" in words
