"""Attribution of a document: each sentence's quotation state, its cue, and the speaker who vouches for it."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from model.attribution import lexicon
from model.attribution.article import Reading, Voice, read
from model.attribution.confidence import (
    Evidence,
    Opening,
    Step,
    Way,
    back_of,
    confidence_of,
    opening_of,
    pronoun_of,
    source_of,
    strength_of,
)
from model.attribution.cues import ACCEPT, BELIEF, Cue
from model.attribution.descriptions import (
    descriptors_of,
    gender_of,
    head_noun,
    is_body,
    is_body_noun,
    may_be_described,
)
from model.attribution.entities import Entity, Memory
from model.attribution.evidence import is_final
from model.attribution.media import cited_by, is_outlet, may_relay, relay_of, relays, source_outlet
from model.attribution.names import Name, form_of
from model.attribution.phrases import is_document
from model.attribution.quotations import Quotation
from model.attribution.resolution import resolve
from model.attribution.roles import by_weight, is_title, role_of
from model.attribution.tokens import Tokens
from model.attribution.transcripts import TALK, attribute_turns
from model.records import Kind, Medium, Role, Speaker

_SCARE_QUOTE = 4  # words; a shorter quotation without a cue attributes nothing
_NOBODY = frozenset(("who", "which", "that", "his", "her", "their", "nobody", "Nobody", "none", "None"))
_OF_ITSELF = frozenset(
    ("would", "will", "had", "has", "planned", "plans", "expected", "expects", "intended", "intends")
)
_SMALL_WORDS = lexicon.words("preposition") | lexicon.words("determiner") | {"and", "but", "or"}
_LEAST_HEADING = 2  # words
_BEFORE_QUOTATION = frozenset((",", ":", ".", "—", "–"))
_APPOSITION_MARKS = frozenset((",", "(", "—", "–"))
_OPINIONS = lexicon.reporting_words("opinion")
_VERBAL = frozenset(lexicon.verbs()) | lexicon.words("auxiliary")
_PERSONAL = (
    lexicon.words("he") | lexicon.words("she") | lexicon.words("they") | lexicon.words("it") | {"i", "we", "you"}
)
_LONGEST_OPENING = 8  # tokens before the colon of "Foreign Minister Ann Lee: ..."
_WEIGHED = 8  # of a sentence's cues, the strongest
_LONGEST_PRONOUN = 4  # no pronoun of one person has as many letters
_NEAR = 2  # sentences back in which somebody named may be whom a pronoun stands for
_CARRIES = 8  # sentences a quotation may run on to the one that names its speaker


class Attribution(NamedTuple):
    """What attribution found in one sentence.

    Attributes:
        speaker: Who vouches for it; None for the reporter's or writer's own voice.
        quotation: What of it is quoted.
        cue: Its strongest cue, accepted or not.
        cues: Every cue found, strongest first.
        tokens: Its tokens.
        descriptors: All the article's descriptions of the speaker.
        evidence: What speaks for the speaker; None where there is none.

    """

    speaker: Speaker | None
    quotation: Quotation
    cues: tuple[Cue, ...]
    tokens: Tokens
    descriptors: tuple[str, ...] = ()
    evidence: Evidence | None = None


def attribute(sentences: Sequence[str]) -> list[Attribution]:
    """Attribute the sentences of one document, in order."""
    readings = read(sentences)
    memory, outlets = _remember(readings)
    for index in range(len(readings)):
        _attribute_by_cue(readings, index, memory, outlets)
    attribute_turns(readings, memory)
    for index in range(len(readings)):
        if readings[index].voice is None:
            _attribute_quotation(readings, index, memory)
    return _finished(readings, memory)


def _finished(readings: list[Reading], memory: Memory) -> list[Attribution]:
    """Return what was found, speakers with all that the article says of them: descriptions may come late."""
    described: dict[Entity, _Described] = {}
    ids: dict[Entity, int] = {}
    found = []
    for reading in readings:
        speaker, evidence = None, None
        descriptors: tuple[str, ...] = ()
        if reading.voice is not None:
            entity, name, mention, cue, kind, where, via, *_ = reading.voice
            if entity not in described:
                described[entity] = _describe(entity)
                ids[entity] = len(ids) + 1
            descriptor, role, descriptors = described[entity]
            shown = descriptor if descriptor != name else ""
            start, end = reading.tokens.span(*where) if where else (None, None)
            evidence = _evidence(reading.voice, memory)
            confidence = confidence_of(evidence)
            speaker = Speaker(name, mention, role, shown, cue, kind, via, ids[entity], start, end, confidence)
        cues = tuple(reading.cues)
        found.append(Attribution(speaker, reading.quotation, cues, reading.tokens, descriptors, evidence))
    return found


def _evidence(voice: Voice, memory: Memory) -> Evidence:
    """Return what speaks for a speaker."""
    entity, mention, at, way = voice.entity, voice.mention, voice.at, voice.way
    opening: Opening = ""
    candidates = back = 0
    seen = entity.seen
    if not seen:
        opening = "" if way == "label" else opening_of(mention)
    elif seen[-1] <= at:
        back = at - seen[-1]
    else:
        named = bisect_right(seen, at)
        back = at - seen[named - 1] if named else 0
    if len(mention) < _LONGEST_PRONOUN:
        pronoun = pronoun_of(mention)
        candidates = memory.count_people(pronoun, at - _NEAR, at) if pronoun else 0
    source = source_of(way, entity, mention, candidates)
    return Evidence(way, source, strength_of(way, voice.score), back_of(back), opening, voice.step)


def _remember(readings: list[Reading]) -> tuple[Memory, frozenset[str]]:
    """Return all that the article names and describes, and the names of what it describes as an outlet."""
    memory, outlets = Memory(), set()
    for index, reading in enumerate(readings):
        lower = reading.tokens.lower
        for name in reading.names:
            entity = memory.note(name, index)
            if lower[name.start - 1] == "the" and entity.person and _shows_body(name, reading.tokens):
                entity.become_body()
            if not may_be_described(name, reading.tokens):
                continue
            for descriptor in descriptors_of(name, reading.tokens):
                entity.describe(descriptor)
                entity.gender = entity.gender or gender_of(descriptor)
                if is_body(descriptor):
                    entity.become_body()
                if not name.form.person and is_outlet(head_noun(descriptor)):
                    outlets.add(name.form.text)
    return memory, frozenset(outlets)


def _shows_body(name: Name, tokens: Tokens) -> bool:
    """Tell whether "the" shows a name to be no person's: "The Muslim Caucus said", but not "the Ann Lee case"."""
    if name.form.titles or name.form.gender or name.described < name.start or not name.start:
        return False
    following = tokens.lower[name.stop]
    return len(name.form.words) > 1 and (not following.isalpha() or following in _VERBAL)


def _attribute_by_cue(readings: list[Reading], index: int, memory: Memory, outlets: frozenset[str]) -> None:
    reading = readings[index]
    cue, via = None, None
    way: Way = "cue"
    if reading.cues:
        cue, via = _select(reading, outlets)
        if cue is not None and via is not None:
            reading.cues = _without_relays(reading, cue)
        if cue is None:
            cue, way = _belief(readings, index, memory), "belief"
    if cue is None:
        reading.voice = _headline_voice(reading, index, memory)
        return
    start, stop = cue.source
    mention = reading.tokens.text(start, stop)
    entity = resolve(readings, index, cue, memory)
    if entity is None and reading.tokens.words[start] in _NOBODY and cue.head[1] == start + 1:
        return  # "villagers who said", "his claim that": somebody, but nobody the article names
    if entity is None and cue.head[1] == start + 1 and reading.tokens.lower[start] in _PERSONAL:
        reading.unresolved = True
        return
    kind: Kind = "quote" if reading.quotation.ranges else "paraphrase"
    if entity and not entity.gender and not entity.descriptors and _says_it(reading.tokens, cue.position + 1):
        entity.become_body()
    if entity is None and reading.heading:
        if start and cue.position > start:  # "Mayor Quits After Bribe Claims"
            return
        entity = Entity(mention, person=_is_one(mention))
        entity.describe(mention)
        way = "headline"
    if entity is None:
        name = _without_apposition(reading, cue)
        entity = memory.describe_unnamed(name, mention, person=_is_one(name))
    medium = Medium(via, "media") if via is not None and via != entity.name else None
    reading.voice = Voice(entity, entity.name, mention, cue.lemma, kind, cue.source, medium, way, cue.score, index)


def _select(reading: Reading, named_outlets: frozenset[str]) -> tuple[Cue | None, str | None]:
    """Return the cue that attributes a sentence, and the medium that relays what is said.

    Where a medium's cue covers somebody else's, it is the somebody who speaks: "the minister said, Reuters reported".
    """
    accepted = [cue for cue in reading.cues[:_WEIGHED] if cue.score >= ACCEPT]
    if not accepted:
        return None, None
    best, tokens = accepted[0], reading.tokens
    own = {}
    if named_outlets:
        own = {name.start: name.form.text for name in reading.names if name.form.text in named_outlets}
    if not may_relay(tokens, own):
        return best if len(accepted) < 2 else _outermost(tokens, best, accepted), None
    outlets = [source_outlet(tokens, cue.source, own) for cue in accepted]
    spoken = [cue for cue, outlet in zip(accepted, outlets, strict=True) if outlet is None]
    for cue, outlet in zip(accepted, outlets, strict=True):
        if outlet is None or (outlets[0] is None and cue.position == best.position):
            continue
        covered = [speech for speech in spoken if relays(tokens, cue, speech)]
        if covered:
            return covered[0], outlet
    if outlets[0] is None:
        best = _outermost(tokens, best, spoken)
        return best, relay_of(tokens, best, own)
    cited = cited_by(tokens, best)
    return (best, None) if cited is None else (cited, outlets[0])


def _without_relays(reading: Reading, cue: Cue) -> list[Cue]:
    """Return the cues without those of media, the speaker's own first: features are made of who said it."""
    others = (other for other in reading.cues if other.position != cue.position)
    own = [other for other in others if source_outlet(reading.tokens, other.source, {}) is None]
    return [cue._replace(score=max(cue.score, ACCEPT)), *own]


def _outermost(tokens: Tokens, best: Cue, others: Sequence[Cue]) -> Cue:
    """Return the cue whose content is what another says: of "Lee said the minister had told her", "Lee said".

    A cue that closes the sentence covers those before it: "Lee had told the police, his wife said".
    """
    for outer in others:
        if outer.position > best.position and _closes(tokens, outer) and not _closes(tokens, best):
            return outer
        if outer.position < best.position and outer.form == "verb" and best.form == "verb":
            content = outer.position + 1
            if best.source[0] == content + (tokens.lower[content] == "that"):
                return outer
    return best


def _closes(tokens: Tokens, cue: Cue) -> bool:
    """Tell whether cue and source close their sentence after a comma: "..., his wife said", "..., according to X"."""
    if cue.form == "according":
        whole = tokens.lower[cue.source[1]] in ("", ".") and not is_document(tokens, cue.head)
        return whole and tokens.words[cue.position - 1] == ","
    return cue.form in ("verb", "inverted") and is_final(tokens, cue.position, cue.source)


def _headline_voice(reading: Reading, index: int, memory: Memory) -> Voice | None:
    """Read "Putin: We will answer": who is named before the colon, if the name is known to be somebody's."""
    if ":" not in reading.text:
        return None
    tokens = reading.tokens
    stop = tokens.words.index(":", 0, _LONGEST_OPENING) if ":" in tokens.words[:_LONGEST_OPENING] else 0
    if (
        not stop
        or stop + 2 > len(tokens)
        or tokens.quoted[0]
        or not all(word[0].isupper() for word in tokens.words[:stop])
    ):
        return None
    form = form_of(" ".join(tokens.words[:stop]))
    entity = form and memory.find_form(form, index)
    if not entity:
        return None
    described = entity.person and (entity.gender or entity.descriptors)
    if not described and not lexicon.is_well_known_speaker(entity.name):
        return None
    kind: Kind = "quote" if reading.quotation.ranges else "paraphrase"
    return Voice(entity, entity.name, tokens.text(0, stop), ":", kind, (0, stop), None, "headline", 0.0, index)


def _says_it(tokens: Tokens, index: int) -> bool:
    """Tell whether one speaks of itself: "Acme said [that] it would ..." shows Acme to be no person."""
    index += tokens.lower[index] == "that"
    return tokens.lower[index] == "it" and tokens.lower[index + 1] in _OF_ITSELF


def _belief(readings: list[Reading], index: int, memory: Memory) -> Cue | None:
    """Return a cue of belief whose source makes it one: what an analyst thinks is news, what a voter wants is not."""
    reading = readings[index]
    for cue in reading.cues:
        if cue.score < BELIEF or cue.lemma not in _OPINIONS:
            continue
        entity = resolve(readings, index, cue, memory)
        if entity is not None and entity.person:
            if role_of(entity.descriptors, entity.name) == "analyst":
                return cue
        elif role_of((), reading.tokens.text(*cue.head)) == "analyst":
            return cue
    return None


def _attribute_quotation(readings: list[Reading], index: int, memory: Memory) -> None:
    """Attribute a sentence that quotes without a cue: to who is named where the quotation ends, or who spoke last."""
    reading = readings[index]
    if reading.unresolved:
        return
    if not reading.quotation.ranges:
        before = readings[index - 1].voice if index else None
        if before is not None and (_announces(readings[index - 1]) or _goes_on_talking(readings, index)):
            reading.voice = _continued(before, "announced")
        return
    alphanumeric = [word[0].isalnum() for word in reading.tokens.words]
    quoted = sum(compress(alphanumeric, reading.tokens.quoted))
    outside = sum(alphanumeric) - quoted
    if (quoted < _SCARE_QUOTE and outside) or (not outside and _is_quoted_heading(reading)):
        return
    voice = _closing_voice(readings, index) if reading.quotation.runs_on else None
    kind: Kind = "continued"
    step: Step = "run-on"
    if voice is None and outside and not reading.quotation.continues:
        voice, kind = _named_voice(reading, index, memory) if _sets_off(reading.tokens) else None, "quote"
        if voice is None and outside > quoted:
            return
    if voice is not None and voice.where:
        reading.voice = voice._replace(cue="", kind=kind)
        return
    if voice is None and index:
        voice, step = readings[index - 1].voice, "continued"
    if voice is None:
        voice, step = _next_voice(readings, index), "next"
    if voice is not None:  # named in another sentence
        reading.voice = _continued(voice, step, kind)


def _continued(voice: Voice, step: Step, kind: Kind = "continued") -> Voice:
    """Return the voice of another sentence as that of a sentence that does not name it."""
    return voice._replace(cue="", kind=kind, where=None, step=step)


def _goes_on_talking(readings: list[Reading], index: int) -> bool:
    """Tell whether announced words that no marks enclose go on here, as they do while somebody talks: "I don't!"."""
    previous = readings[index - 1]
    if previous.voice is None or previous.voice.kind != "continued" or previous.quotation.ranges:
        return False
    return not TALK.isdisjoint(readings[index].tokens.lower)


def _sets_off(tokens: Tokens) -> bool:
    """Tell whether a quotation of some length opens the sentence or follows a mark, unlike 'known as "Big Jo"'."""
    quoted, words = tokens.quoted, tokens.words
    start = quoted.find(1)
    while start >= 0:
        stop = quoted.find(0, start)
        stop = len(words) if stop < 0 else stop
        if stop - start > _SCARE_QUOTE and (not start or words[start - 1] in _BEFORE_QUOTATION):
            return True
        start = quoted.find(1, stop)
    return False


def _is_quoted_heading(reading: Reading) -> bool:
    """Tell whether a sentence is a heading in quotation marks: "'All Bets Are Off.'"."""
    if reading.quotation.continues or reading.quotation.runs_on or len(reading.quotation.ranges) > 1:
        return False
    words = [word for word in reading.tokens.words if word[0].isalpha()]
    return len(words) > _LEAST_HEADING and all(word[0].isupper() or word in _SMALL_WORDS for word in words)


def _announces(reading: Reading) -> bool:
    """Tell whether a sentence only announces what the next says: "The governor added:"."""
    return reading.text.rstrip().endswith(":")


def _named_voice(reading: Reading, index: int, memory: Memory) -> Voice | None:
    """Return the first person named outside the quotation, as the one it is the words of."""
    for name in reading.names:
        if not reading.tokens.quoted[name.start]:
            entity = memory.find(name, index)
            if entity and entity.person:
                return Voice(
                    entity,
                    entity.name,
                    reading.tokens.text(name.start, name.stop),
                    "",
                    "quote",
                    (name.start, name.stop),
                    None,
                    "named",
                    0.0,
                    index,
                )
    return None


def _closing_voice(readings: list[Reading], index: int) -> Voice | None:
    """Return who is named where the quotation that runs on from here ends."""
    for later in readings[index + 1 : index + 1 + _CARRIES]:
        if later.voice is not None and later.cues:
            return later.voice._replace(where=None)
        if not later.quotation.runs_on:
            return None
    return None


def _next_voice(readings: list[Reading], index: int) -> Voice | None:
    following = readings[index + 1] if index + 1 < len(readings) else None
    return following.voice if following and following.quotation.ranges else None


def _without_apposition(reading: Reading, cue: Cue) -> str:
    """Return the source phrase up to the comma, dash or bracket that opens an apposition."""
    start, stop = cue.source
    words = reading.tokens.words
    end = next((i for i in range(cue.head[1], stop) if words[i] in _APPOSITION_MARKS), stop)
    return reading.tokens.text(start, end)


def _is_one(name: str) -> bool:
    """Tell whether a phrase without a name stands for one person: "a spokesman for Acme", not "the court"."""
    noun = head_noun(name)
    return lexicon.roles().get(noun, "media") != "media" and not noun.endswith("s") and not is_body_noun(noun)


class _Described(NamedTuple):
    """What an article says of somebody: the description that says most, the role it makes, and all descriptions."""

    descriptor: str
    role: Role
    descriptors: tuple[str, ...]


def _describe(entity: Entity) -> _Described:
    if entity.members:
        return _describe_together(entity.members)
    known = lexicon.known(entity.name)
    descriptor = next(iter(by_weight(entity.descriptors)), "")
    if known and is_title(descriptor):
        descriptor = known.descriptor
    named = "" if entity.group and not known else entity.name  # "Doctors Without Borders" is no doctor
    role = role_of(entity.descriptors, named, body=entity.body)
    return _Described(descriptor, role, tuple(entity.descriptors))


def _describe_together(members: Sequence[Entity]) -> _Described:
    """Describe several who speak together: in the role of the first whose role is known."""
    found = [_describe(member) for member in members]
    first = next((one for one in found if one.role != "unknown"), found[0])
    return _Described(first.descriptor, first.role, tuple(d for one in found for d in one.descriptors))
