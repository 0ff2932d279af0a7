"""Who a source phrase stands for: a name, a surname, a pronoun, a description such as "the minister"."""

from model.attribution import lexicon
from model.attribution.cues import Cue
from model.attribution.memory import Entity, Memory
from model.attribution.reading import Reading

_LOOK_BACK = 3  # sentences a pronoun or a description looks back for a speaker
_RELATIVE = frozenset(("who", "which", "that"))
_SINGULAR = frozenset(("he", "she"))
_DEFINITE = frozenset(("the", "this", "that", "his", "her", "its", "their"))


def resolve(readings: list[Reading], index: int, cue: Cue, memory: Memory) -> Entity | None:
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
    if tokens.lower[start] in _DEFINITE:
        return _resolve_description(readings, index, last, tokens.text(start, stop, reading.text), memory)
    return None


def _resolve_pronoun(readings: list[Reading], index: int, cue: Cue, pronoun: str, memory: Memory) -> Entity | None:
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


def _resolve_description(readings: list[Reading], index: int, noun: str, phrase: str, memory: Memory) -> Entity | None:
    """Resolve "the minister": whoever is described so, or a speaker just before whom nothing yet describes."""
    entity = memory.described_by(noun, index)
    if entity is not None or noun not in lexicon.roles() or noun.endswith("s"):
        return entity
    earlier = _previous_speaker(readings, index)
    if earlier and earlier.entity and earlier.entity.person and not earlier.entity.descriptors and index:
        earlier.entity.describe(phrase)
        return earlier.entity
    return None


def _antecedent(reading: Reading, who: int, index: int, memory: Memory) -> Entity | None:
    before = [name for name in reading.names if name.stop <= who]
    return memory.find(before[-1], index) if before else None


def _previous_speaker(readings: list[Reading], index: int) -> Reading | None:
    for earlier in reversed(readings[max(0, index - _LOOK_BACK) : index]):
        if earlier.speaker is not None:
            return earlier
    return None
