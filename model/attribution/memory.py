"""The article's memory: who has been named, how they are described, and who a surname or pronoun stands for."""

from dataclasses import dataclass, field

from model.attribution.names import Name


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


def _latest(entities: list[Entity], sentence: int) -> Entity | None:
    """Return the entity named last at or before ``sentence``."""
    best, best_seen = None, -1
    for entity in entities:
        seen = max((s for s in entity.seen if s <= sentence), default=-1)
        if seen > best_seen:
            best, best_seen = entity, seen
    return best
