"""The article's memory: who has been named, how they are described, and who a surname or pronoun stands for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from model.attribution import lexicon
from model.attribution.names import Name
from model.attribution.tokens import Tokens
from model.records import Role

_LONGEST_APPOSITION = 16  # tokens
_STOPS = frozenset(".;:?!—–")


@dataclass(slots=True)
class Entity:
    """Somebody or something an article names.

    Attributes:
        name: The fullest form so far.
        person: Whether it is a person.
        gender: "he", "she" or "".
        descriptors: The article's descriptions of it, in order, without repeats.
        seen: Indices of the sentences that name it, in order.

    """

    name: str
    person: bool
    gender: str = ""
    descriptors: list[str] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)

    def describe(self, descriptor: str) -> None:
        """Add a description, unless it is empty or known."""
        if descriptor and descriptor not in self.descriptors:
            self.descriptors.append(descriptor)


class Memory:
    """The entities of one article, filled before any sentence is resolved: descriptions that come late count."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Entity]] = {}
        self.entities: list[Entity] = []

    def note(self, name: Name, sentence: int) -> Entity:
        """Enter a mention; a surname joins the fullest earlier name that ends in it."""
        entity = self._known(name, sentence)
        if entity is None:
            entity = Entity(name.text, name.person, name.gender)
            self.entities.append(entity)
        for key in {name.key, name.text.lower()}:
            listed = self._by_key.setdefault(key, [])
            if entity not in listed:
                listed.append(entity)
        entity.seen.append(sentence)
        entity.person = entity.person or name.person
        entity.gender = entity.gender or name.gender
        if len(name.text) > len(entity.name) and name.person:
            entity.name = name.text
        return entity

    def find(self, name: Name, sentence: int) -> Entity | None:
        """Return the entity a mention in ``sentence`` stands for."""
        return self._known(name, sentence)

    def described_by(self, noun: str, sentence: int) -> Entity | None:
        """Return the person last named before ``sentence`` whom the article describes with ``noun``."""
        fitting = [e for e in self.entities if e.person and any(noun in d.lower().split() for d in e.descriptors)]
        return _latest(fitting, sentence)

    def last_person(self, gender: str, sentence: int) -> Entity | None:
        """Return the person last named before ``sentence`` whom "he" or "she" can stand for."""
        fitting = [e for e in self.entities if e.person and e.gender in (gender, "")]
        sure = [e for e in fitting if e.gender == gender]
        return _latest(sure, sentence) or _latest(fitting, sentence)

    def _known(self, name: Name, sentence: int) -> Entity | None:
        candidates = self._by_key.get(name.text.lower()) or self._by_key.get(name.key) or []
        if len(name.words) > 1 and name.person:  # another given name is another person
            candidates = [e for e in candidates if e.name.split()[0] == name.words[0] or " " not in e.name]
        if name.gender:
            candidates = [e for e in candidates if e.gender in (name.gender, "")]
        return _latest(candidates, sentence) or (candidates[0] if candidates else None)


def descriptors_of(name: Name, tokens: Tokens, sentence: str) -> list[str]:
    """Return how a sentence describes a name it holds: before it, in apposition, after "of", or by "is a"."""
    found = []
    if name.described < name.start:
        found.append(tokens.text(name.described, name.start, sentence))
    if name.person:
        found += [_apposition(name, tokens, sentence), _apposition_before(name, tokens, sentence)]
        found += [_affiliation(name, tokens, sentence), _predicate(name, tokens, sentence)]
    return [descriptor for descriptor in found if descriptor]


def role_of(descriptors: Sequence[str], name: str) -> Role:
    """Return what a source speaks as: by its descriptions, else by what is generally known of its name.

    >>> role_of(["a former foreign minister"], "Ann Lee")
    'analyst'
    """
    for descriptor in descriptors:
        role = _role_of_phrase(descriptor.lower().split())
        if role:
            return role
    known = lexicon.well_known().get(name.lower().removeprefix("the "))
    if known:
        return known.role
    return _role_of_phrase(name.lower().split()) or "unknown"


def _role_of_phrase(words: list[str]) -> Role | None:
    """Return the role of the last role noun before the first preposition, else of the first after it."""
    roles = lexicon.roles()
    words = [word.strip(",.()'’\"").removesuffix("'s").removesuffix("’s") for word in words]
    if any(word in ("former", "ex", "retired", "onetime", "one-time") or word.startswith("ex-") for word in words[:6]):
        return "analyst"
    cut = next((i for i, word in enumerate(words) if i and word in lexicon.words("preposition")), len(words))
    for part in (reversed(range(cut)), iter(range(cut, len(words)))):
        for i in part:
            pair = " ".join(words[i - 1 : i + 1]) if i else ""
            role = roles.get(pair) or roles.get(words[i])
            if role:
                return role
    return None


def _apposition(name: Name, tokens: Tokens, sentence: str) -> str:
    """Read "NAME, 52, the foreign minister," and "NAME (D-Calif.)"."""
    start, count = name.stop, len(tokens)
    if start < count and tokens.words[start] == "(":
        close = next((i for i in range(start, min(start + 8, count)) if tokens.words[i] == ")"), None)
        return tokens.text(start + 1, close, sentence) if close else ""
    if start >= count or tokens.words[start] not in (",", "—", "–", "-"):
        return ""
    start += 1
    if start < count and tokens.words[start].isdigit():  # an age
        start += 2
    stop = start
    while stop < count and not tokens.quoted[stop] and tokens.words[stop] not in _STOPS and tokens.words[stop] != ",":
        stop += 1
        if stop - start > _LONGEST_APPOSITION:
            break
    if start >= stop:
        return ""
    first = tokens.lower[start]
    roles, determiners = lexicon.roles(), lexicon.words("determiner")
    describes = any(tokens.lower[i] in roles for i in range(start, min(stop, start + 8)))
    opens = (
        first in determiners or first in roles or first in ("who", "whose", "from", "of", "head", "director", "former")
    )
    if not (opens or (describes and tokens.lower[start] not in lexicon.verbs())):
        return ""
    if not describes and first not in ("a", "an", "the", "who"):
        return ""
    if tokens.lower[start] in ("and", "but", "as", "after", "while", "when", "saying") or first in lexicon.words(
        "pronoun"
    ) - {"who"}:
        return ""
    return tokens.text(start, stop, sentence)


def _apposition_before(name: Name, tokens: Tokens, sentence: str) -> str:
    """Read "the group's director, NAME, said"."""
    comma = name.described - 1
    if comma < 1 or tokens.words[comma] != "," or name.stop >= len(tokens) or tokens.quoted[comma]:
        return ""
    roles = lexicon.roles()
    start = comma
    while (
        start > 0
        and comma - start < 12
        and not tokens.quoted[start - 1]
        and tokens.words[start - 1][0].isalnum() | (tokens.lower[start - 1] == "'s")
    ):
        if tokens.lower[start - 1] in lexicon.words("clause") or tokens.lower[start - 1] in lexicon.verbs():
            break
        start -= 1
    inside = range(start, comma)
    return tokens.text(start, comma, sentence) if any(tokens.lower[i] in roles for i in inside) else ""


def _affiliation(name: Name, tokens: Tokens, sentence: str) -> str:
    """Read "NAME of the Institute", "NAME at Acme Bank"."""
    start, count = name.stop, len(tokens)
    if start >= count or tokens.lower[start] not in ("of", "at", "from", "with"):
        return ""
    stop = start + 1
    if stop < count and tokens.lower[stop] == "the":
        stop += 1
    while (
        stop < count
        and (tokens.words[stop][0].isupper() or tokens.lower[stop] in ("of", "for", "&", "the"))
        and not tokens.quoted[stop]
    ):
        stop += 1
    return tokens.text(start, stop, sentence) if stop - start > 1 and tokens.words[stop - 1][0].isupper() else ""


def _predicate(name: Name, tokens: Tokens, sentence: str) -> str:
    """Read "NAME is the minister of ...", "NAME, who heads ..." is an apposition."""
    start, count = name.stop, len(tokens)
    if (
        start + 1 >= count
        or tokens.lower[start] not in ("is", "was", "became")
        or tokens.lower[start + 1] not in ("a", "an", "the")
    ):
        return ""
    stop = start + 1
    while (
        stop < min(count, start + 10)
        and tokens.words[stop][0].isalnum()
        and tokens.lower[stop] not in lexicon.words("clause")
    ):
        stop += 1
    roles = lexicon.roles()
    return (
        tokens.text(start + 1, stop, sentence) if any(tokens.lower[i] in roles for i in range(start + 1, stop)) else ""
    )


def _latest(entities: list[Entity], sentence: int) -> Entity | None:
    """Return the entity named last at or before ``sentence``."""
    best, best_seen = None, -1
    for entity in entities:
        seen = max((s for s in entity.seen if s <= sentence), default=-1)
        if seen > best_seen:
            best, best_seen = entity, seen
    return best
