"""The article's memory: who has been named, how they are described, and who a surname or pronoun stands for."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from model.attribution import lexicon
from model.attribution.names import Form, Name
from model.attribution.tokens import LOWER_OF

_MEMBERS = ("rep.", "sen.", "senator", "congressman", "congresswoman", "representative", "mp", "legislator", "deputy")
# What a later sentence calls somebody whom the article describes by another word.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "chief": ("head", "director"),
    "congressman": ("rep.",),
    "congresswoman": ("rep.",),
    "doctor": ("dr.", "dr"),
    "general": ("gen.",),
    "governor": ("gov.",),
    "lawmaker": _MEMBERS,
    "legislator": _MEMBERS,
    "premier": ("prime",),
    "professor": ("prof.", "prof"),
    "representative": ("rep.",),
    "senator": ("sen.",),
}
_PARTICLES = lexicon.name_words("link")
_INDEFINITE = frozenset(("a", "an", "another", "one", "some"))
_FEMININE = ("a", "ie", "ine", "elle", "ette", "eth", "lyn", "een", "is", "ys")
_BODIES = lexicon.name_words("organisation") | lexicon.name_words("body")
_REACH = 200  # sentences that "he" or "the minister" reaches back


class Entity:
    """Somebody or something an article names.

    Attributes:
        name: The fullest form so far.
        person: Whether it is a person, as far as its form shows.
        gender: "he", "she" or "".
        body: Whether the article shows it to be a body: "Open Water, a charity", "Acme said it".
        group: Whether its name lists its members: "Doctors Without Borders".
        descriptors: The article's descriptions of it, in order, without repeats.
        seen: Indices of the sentences that name it, in order.
        members: Those who speak together, where it is several: "Nina Falk and Jonas Weber".

    """

    __slots__ = ("body", "descriptors", "gender", "group", "members", "name", "person", "seen")

    def __init__(self, name: str, person: bool, gender: str = "", members: tuple["Entity", ...] = ()) -> None:
        self.name = name
        self.members = members
        self.person = person
        self.gender = gender
        self.body = False
        self.group = False
        self.descriptors: list[str] = []
        self.seen: list[int] = []

    def describe(self, descriptor: str) -> None:
        """Add a description, unless it is empty or known."""
        if descriptor and descriptor not in self.descriptors:
            self.descriptors.append(descriptor)

    def is_described_by(self, noun: str) -> bool:
        """Tell whether a description holds a word, given in lower case."""
        return any(noun in descriptor.lower().split() for descriptor in self.descriptors)

    def become_body(self) -> None:
        """Take it for a body, whatever its name looks like."""
        self.body, self.person = True, False

    @property
    def may_be_person(self) -> bool:
        """Whether "he" or "she" may stand for it: a person, or a lone surname that nothing shows to be a body."""
        if self.person or self.body:
            return self.person
        return " " not in self.name and self.name[1:].islower() and lexicon.known(self.name) is None

    def is_called(self, noun: str) -> bool:
        """Tell whether its name, of more than this word, or a description holds ``noun``."""
        words = self.name.lower().split()
        return self.is_described_by(noun) or (noun in words and len(words) > 1)


class Memory:
    """The entities of one article, filled before any sentence is resolved: descriptions that come late count."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Entity]] = {}
        self._latest: dict[str, Entity] = {}  # by name as written
        self._named: dict[int, list[Entity]] = defaultdict(list)  # by sentence
        self._sentences: list[int] = []  # those that name somebody, in order
        self._joint: dict[tuple[Entity, ...], Entity] = {}
        self._unnamed: dict[str, Entity] = {}  # by description

    def note(self, name: Name, sentence: int) -> Entity:
        """Enter a mention; a surname joins the fullest earlier name that ends in it."""
        form = name.form
        entity = self._known(form, sentence)
        if entity is None:
            entity = Entity(form.text, form.person or form.key in lexicon.well_known_people(), form.gender)
        elif form.person:
            entity.person = True
            if len(form.text) > len(entity.name):
                entity.name = form.text
        if form.group:
            entity.group = True
            entity.become_body()
        if form.gender and not entity.gender:
            entity.gender = form.gender
        if self._latest.get(form.text) is not entity:
            self._latest[form.text] = entity
            self._index(entity, form)
        entity.seen.append(sentence)
        self._named[sentence].append(entity)
        return entity

    def _index(self, entity: Entity, form: Form) -> None:
        by_key = self._by_key
        for key in form.keys:
            listed = by_key.get(key)
            if listed is None:
                by_key[key] = [entity]
            elif entity not in listed:
                listed.append(entity)

    def find(self, name: Name, sentence: int) -> Entity | None:
        """Return the entity a mention in ``sentence`` stands for."""
        return self._known(name.form, sentence)

    def find_form(self, form: Form, sentence: int) -> Entity | None:
        """Return the entity that a name in a headline, in ``sentence``, stands for."""
        return self._known(form, sentence)

    def join(self, members: tuple[Entity, ...], names: list[str]) -> Entity:
        """Return the entity of several who speak together, the same for the same members."""
        entity = self._joint.get(members)
        if entity is None:
            name = " and ".join((", ".join(names[:-1]), names[-1]))
            entity = self._joint[members] = Entity(name, person=False, members=members)
        return entity

    def describe_unnamed(self, name: str, mention: str, *, person: bool) -> Entity:
        """Return who is only described; "the ministry" is the same throughout, "a resident" somebody else each time."""
        opening, _, rest = name.lower().partition(" ")
        key = rest if opening == "the" else name.lower()
        entity = self._unnamed.get(key)
        if entity is None or opening in _INDEFINITE:
            entity = self._unnamed[key] = Entity(name, person)
        entity.describe(mention)
        return entity

    def described_by(self, noun: str, sentence: int) -> Entity | None:
        """Return the person last named before ``sentence`` whom the article describes with ``noun``."""
        nouns = (noun, *_SYNONYMS.get(noun, ()))
        for entity in self._recent(sentence):
            if entity.person and entity.descriptors and any(map(entity.is_described_by, nouns)):
                return entity
        return None

    def body_called(self, noun: str, sentence: int) -> Entity | None:
        """Return the body last named before ``sentence`` whose name or description holds ``noun``."""
        return next((e for e in self._recent(sentence) if not e.person and e.is_called(noun)), None)

    def last_person(self, gender: str, sentence: int) -> Entity | None:
        """Return the person last named before ``sentence`` whom "he" or "she" can stand for."""
        unsure = None
        for entity in self._recent(sentence):
            if entity.person and entity.gender == gender:
                return entity
            if entity.person and not entity.gender and unsure is None:
                unsure = entity
        return unsure

    def count_people(self, gender: str, first: int, last: int) -> int:
        """Count the people named in the sentences from ``first`` to ``last`` whom "he" or "she" can stand for."""
        fitting = set()
        for sentence in range(first, last + 1):
            for entity in self._named.get(sentence, ()):
                if entity.person and entity.gender in (gender, ""):
                    fitting.add(entity)
        return len(fitting)

    def last_body(self, sentence: int, reach: int) -> Entity | None:
        """Return the body named last in the sentences up to ``sentence``, at most ``reach`` of them."""
        for index in range(sentence, max(sentence - reach, -1), -1):
            for entity in self._named.get(index, ()):
                if is_body_entity(entity):
                    return entity
        return None

    def _recent(self, sentence: int) -> Iterator[Entity]:
        """Yield the entities named at or before ``sentence``, the last first."""
        if len(self._sentences) != len(self._named):
            self._sentences = sorted(self._named)
        for place in range(bisect_right(self._sentences, sentence) - 1, -1, -1):
            index = self._sentences[place]
            if index <= sentence - _REACH:
                break
            yield from self._named[index]

    def _known(self, form: Form, sentence: int) -> Entity | None:
        candidates = self._by_key.get(form.lower) or self._by_key.get(form.key)
        if not candidates:
            return None
        if form.person and len(form.words) > 1:  # another given name is another person
            candidates = [e for e in candidates if _may_be_called(e, form)]
        if form.gender:
            candidates = [e for e in candidates if e.gender in (form.gender, "")]
        if form.titles and len(candidates) > 1:
            candidates = _most_fitting(candidates, form)
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        return _latest(candidates, sentence) or candidates[0]


def is_body_entity(entity: Entity) -> bool:
    """Tell whether an entity is shown to be a body: by what the article says, its name, or general knowledge."""
    if entity.body or entity.person:
        return entity.body
    return not _BODIES.isdisjoint(entity.name.lower().split()) or entity.name.lower() in lexicon.well_known_bodies()


def _may_be_called(entity: Entity, form: Form) -> bool:
    """Tell whether a person's name of several words may be an entity's: the given name agrees, or one lacks it."""
    name = entity.name
    if name.split(" ", 1)[0] == form.words[0] or " " not in name:
        return True
    lower = LOWER_OF[name]
    if lower.endswith(f" {form.lower}"):
        return True
    return lower.partition(" ")[0] in _PARTICLES and form.lower.endswith(f" {lower}")  # "van der Horst"


def _most_fitting(entities: list[Entity], form: Form) -> list[Entity]:
    """Return those whom "Ms. Strand" or "Minister Strand" fits best, of several with one surname."""
    if form.office:
        return [e for e in entities if e.is_described_by(form.office)] or entities
    if form.gender:
        sure = [e for e in entities if e.gender == form.gender]
        return sure or [e for e in entities if _sounds(e.name) == form.gender] or entities
    return entities


def _sounds(name: str) -> str:
    """Guess the pronoun of who bears a given name that no list holds, by its ending."""
    given = name.partition(" ")[0].lower()
    return "she" if given.endswith(_FEMININE) else "he"


def _latest(entities: list[Entity], sentence: int) -> Entity | None:
    """Return the entity named last at or before ``sentence``."""
    best, best_seen = None, -1
    for entity in entities:
        count = bisect_right(entity.seen, sentence)
        seen = entity.seen[count - 1] if count else -1
        if seen > best_seen:
            best, best_seen = entity, seen
    return best
