"""Attribution of a document: each sentence's quotation state, its cue, and the speaker who vouches for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.attribution import lexicon
from model.attribution.cues import ACCEPT, Cue, find_cues
from model.attribution.memory import Entity, Memory, descriptors_of, role_of
from model.attribution.names import Name, find_names
from model.attribution.quotations import Quotation, find_quotations
from model.attribution.tokens import Tokens, tokenize
from model.records import Kind, Role, Speaker

_SCARE_QUOTE = 4  # words; a shorter quotation without a cue attributes nothing
_LOOK_BACK = 3  # sentences a pronoun or an unattributed quotation looks back for its speaker
_RELATIVE = frozenset(("who", "which", "that"))
_SINGULAR = frozenset(("he", "she"))


@dataclass(frozen=True, slots=True)
class Attribution:
    """What attribution found in one sentence.

    Attributes:
        speaker: Who vouches for it; None for the reporter's or writer's own voice.
        quotation: What of it is quoted.
        cue: Its strongest cue, accepted or not.
        cues: Every cue found, strongest first.
        tokens: Its tokens.
        descriptors: All the article's descriptions of the speaker.

    """

    speaker: Speaker | None
    quotation: Quotation
    cues: tuple[Cue, ...]
    tokens: Tokens
    descriptors: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """One sentence while its document is being read."""

    text: str
    tokens: Tokens
    quotation: Quotation
    names: list[Name]
    cues: list[Cue]
    entity: Entity | None = None
    speaker: Speaker | None = None


def attribute(sentences: Sequence[str]) -> list[Attribution]:
    """Attribute the sentences of one document, in order."""
    readings = _read(sentences)
    memory = _remember(readings)
    for index in range(len(readings)):
        _attribute_by_cue(readings, index, memory)
    for index in range(len(readings)):
        if readings[index].speaker is None:
            _attribute_quotation(readings, index, memory)
    return [
        Attribution(r.speaker, r.quotation, tuple(r.cues), r.tokens, tuple(r.entity.descriptors) if r.entity else ())
        for r in readings
    ]


def _read(sentences: Sequence[str]) -> list[_Reading]:
    readings = []
    for text, quotation in zip(sentences, find_quotations(sentences), strict=True):
        tokens = tokenize(text, quotation)
        readings.append(_Reading(text, tokens, quotation, find_names(tokens), find_cues(tokens)))
    return readings


def _remember(readings: list[_Reading]) -> Memory:
    memory = Memory()
    for index, reading in enumerate(readings):
        for name in reading.names:
            entity = memory.note(name, index)
            for descriptor in descriptors_of(name, reading.tokens, reading.text):
                entity.describe(descriptor)
    return memory


def _attribute_by_cue(readings: list[_Reading], index: int, memory: Memory) -> None:
    reading = readings[index]
    cue = next((cue for cue in reading.cues if cue.score >= ACCEPT), None)
    if cue is None:
        return
    start, stop = cue.source
    mention = reading.tokens.text(start, stop, reading.text)
    entity = _resolve(readings, index, cue, memory)
    name = entity.name if entity else mention
    reading.entity = entity or _unnamed(mention)
    reading.speaker = _speaker(name, mention, reading.entity, cue.lemma, _kind(reading))


def _attribute_quotation(readings: list[_Reading], index: int, memory: Memory) -> None:
    """Attribute a sentence that quotes without a cue: to who is named where the quotation ends, or who spoke last."""
    reading = readings[index]
    if not reading.quotation.ranges:
        return
    quoted = sum(q and w[0].isalnum() for q, w in zip(reading.tokens.quoted, reading.tokens.words, strict=True))
    outside = sum(not q and w[0].isalnum() for q, w in zip(reading.tokens.quoted, reading.tokens.words, strict=True))
    if quoted < _SCARE_QUOTE and outside:
        return
    source = _closing_speaker(readings, index) if reading.quotation.runs_on else None
    kind: Kind = "continued"
    if source is None and outside and not reading.quotation.continues:
        source, kind = _subject_speaker(reading, index, memory), "quote"
        if source is None and outside > quoted:
            return
    before = readings[index - 1] if index else None
    if source is None and before is not None and before.speaker is not None:
        source = before
    source = source or _next_speaker(readings, index)
    if source is not None and source.speaker is not None:
        reading.entity = source.entity
        given = source.speaker
        reading.speaker = Speaker(given.name, given.mention, given.role, given.descriptor, "", kind)


def _subject_speaker(reading: _Reading, index: int, memory: Memory) -> _Reading | None:
    """Return the first person named outside the quotation, as the one it is the words of."""
    for name in reading.names:
        if not reading.tokens.quoted[name.start]:
            entity = memory.find(name, index)
            if entity and entity.person:
                speaker = _speaker(entity.name, name.text, entity, "", "quote")
                return _Reading(reading.text, reading.tokens, reading.quotation, [], [], entity, speaker)
    return None


def _closing_speaker(readings: list[_Reading], index: int) -> _Reading | None:
    for later in readings[index + 1 : index + 9]:
        if later.speaker is not None and later.cues:
            return later
        if not later.quotation.runs_on:
            return None
    return None


def _previous_speaker(readings: list[_Reading], index: int) -> _Reading | None:
    for earlier in reversed(readings[max(0, index - _LOOK_BACK) : index]):
        if earlier.speaker is not None:
            return earlier
    return None


def _next_speaker(readings: list[_Reading], index: int) -> _Reading | None:
    following = readings[index + 1] if index + 1 < len(readings) else None
    return following if following and following.speaker and following.quotation.ranges else None


def _resolve(readings: list[_Reading], index: int, cue: Cue, memory: Memory) -> Entity | None:
    """Return the entity that a cue's source phrase stands for; None where it is nobody the article names."""
    reading = readings[index]
    tokens = reading.tokens
    start, stop = cue.head
    if stop <= start:
        return None
    last = tokens.lower[stop - 1]
    if last in _SINGULAR and stop - start == 1:
        return _resolve_pronoun(readings, index, cue, last, memory)
    if last in ("they", "it") and stop - start == 1:
        earlier = _previous_speaker(readings, index)
        return earlier.entity if earlier else None
    if last in _RELATIVE:
        return _antecedent(reading, start, index, memory)
    named = [name for name in reading.names if start <= name.start and name.stop <= cue.source[1]]
    inside = [name for name in named if name.start < stop] or named
    persons = [name for name in inside if (entity := memory.find(name, index)) and entity.person]
    pick = persons[-1] if persons else (inside[-1] if inside and inside[-1].stop >= stop else None)
    if pick is not None:
        return memory.find(pick, index)
    if tokens.lower[start] in ("the", "this", "that", "his", "her", "its", "their"):
        return _resolve_description(readings, index, last, tokens.text(start, stop, reading.text), memory)
    return None


def _resolve_pronoun(readings: list[_Reading], index: int, cue: Cue, pronoun: str, memory: Memory) -> Entity | None:
    reading = readings[index]
    for name in reversed(reading.names):
        if name.stop <= cue.head[0] and not reading.tokens.quoted[name.start]:
            entity = memory.find(name, index)
            if entity and entity.person and entity.gender in (pronoun, ""):
                return entity
    for earlier in reversed(readings[max(0, index - _LOOK_BACK) : index]):
        entity = earlier.entity
        if earlier.speaker is not None and entity is not None and entity.person and entity.gender in (pronoun, ""):
            entity.gender = pronoun
            return entity
    previous = readings[index - 1] if index else None
    if previous:
        for name in previous.names:
            entity = memory.find(name, index)
            if entity and entity.person and entity.gender in (pronoun, ""):
                return entity
    return memory.last_person(pronoun, index - 1)


def _resolve_description(readings: list[_Reading], index: int, noun: str, phrase: str, memory: Memory) -> Entity | None:
    """Resolve "the minister": whoever is described so, or a speaker just before whom nothing yet describes."""
    entity = memory.described_by(noun, index)
    if entity is not None or noun not in lexicon.roles() or noun.endswith("s"):
        return entity
    earlier = _previous_speaker(readings, index)
    if earlier and earlier.entity and earlier.entity.person and not earlier.entity.descriptors and index:
        earlier.entity.describe(phrase)
        return earlier.entity
    return None


def _antecedent(reading: _Reading, who: int, index: int, memory: Memory) -> Entity | None:
    before = [name for name in reading.names if name.stop <= who]
    return memory.find(before[-1], index) if before else None


def _unnamed(mention: str) -> Entity:
    return Entity(mention, person=False, descriptors=[mention] if mention else [])


def _speaker(name: str, mention: str, entity: Entity, cue: str, kind: Kind) -> Speaker:
    role: Role = role_of(entity.descriptors, entity.name)
    known = lexicon.well_known().get(entity.name.lower().removeprefix("the "))
    descriptor = entity.descriptors[0] if entity.descriptors else known.descriptor if known else ""
    return Speaker(name, mention, role, descriptor if descriptor != name else "", cue, kind)


def _kind(reading: _Reading) -> Kind:
    return "quote" if reading.quotation.ranges else "paraphrase"
