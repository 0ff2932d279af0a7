"""Turns of a transcript, "OTTO BRANDT, FINANCE MINISTER: I will not.", and signed posts, "— Ann Lee (@annlee) May 3".

A label names who speaks from there to the next label. One label alone is a heading ("LONDON: ..."), so that a document
is a transcript only where two sentences have one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from model.attribution import lexicon
from model.attribution.article import Reading, Voice
from model.attribution.entities import Entity, Memory
from model.attribution.names import find_names
from model.attribution.phrases import ROLES
from model.attribution.quotations import UNQUOTED
from model.attribution.tokens import tokenize

_CAPITALS = r"(?:[A-Z][A-Z'’-]*\.?|(?:Mc|Mac|O['’]|al-|de |van |von )[A-Z'’-]+)"
_LABEL = re.compile(
    rf"[\"“'‘]?(?P<name>{_CAPITALS}(?: {_CAPITALS}){{0,5}})"
    r"(?P<role>(?:, [^:;.?!]{2,70})?(?: ?[(\[][^):]{1,50}[)\]])?):(?=\s|$)"
)
_INITIAL = re.compile(r"(?P<name>[QA])(?P<role>)[.:](?=\s|$)")
_SPOKEN = re.compile(r"(?P<name>Reporter|Interviewer|Host|Moderator|Question|Answer|Interviewee)(?P<role>):(?=\s|$)")
_WORD = r"[A-Z][\w.'’-]*[^\W\d_]\.?"
_NAMED = re.compile(
    rf"(?P<name>{_WORD}(?: (?:(?:al-|de |van |von |bin )?{_WORD})){{0,5}})(?P<role>(?:, [^:;.?!]{{2,70}})?):(?= )"
)
_MARKS = "\"'“”‘’"
_QUESTIONS, _ANSWERS = frozenset(("q", "question")), frozenset(("a", "answer", "interviewee"))
# What heads a paragraph, or a link to another article, and never speaks.
_QUESTION_WORDS = frozenset(("what", "when", "where", "who", "why", "how"))
_NOTES = frozenset(("note", "editor's note", "update", "correction", "fact", "fact check", "the facts", "background"))
_RUBRICS = frozenset(
    (
        "analysis",
        "breaking",
        "editorial",
        "exclusive",
        "explainer",
        "gallery",
        "in photos",
        "in pictures",
        "infographic",
    )
) | {
    "interactive",
    "listen",
    "live",
    "opinion",
    "photos",
    "podcast",
    "read more",
    "related",
    "timeline",
    "video",
    "watch",
}
_HEADINGS = _QUESTION_WORDS | _NOTES | _RUBRICS
_SIGNED = re.compile(r"[—–]\s?(?P<name>[^\W\d_][\w.'’& -]{1,40}?) \(@\w{1,30}\)")
_OWN = frozenset(("i", "we"))
TALK = frozenset(
    ("?", "i", "we", "you", "my", "our", "your", "i'm", "we're", "you're", "it's", "don't", "let's", "can't", "that's")
)


class _Turn(NamedTuple):
    """A label: the words that name who speaks, its end in code points, and the description that follows the name."""

    name: str
    end: int
    described: str


def attribute_turns(readings: Sequence[Reading], memory: Memory) -> None:
    """Give the sentences of a transcript and signed posts to who speaks in them."""
    _attribute_signed(readings)
    turns = [_turn_of(r) if ":" in r.text or r.text[1:2] == "." else None for r in readings]
    labels = Counter(turn.name.lower() for turn in turns if turn)
    if labels.total() < 2:
        return
    cast = _Cast(readings, memory)
    speaking: Voice | None = None
    quoted = False
    for index, (reading, turn) in enumerate(zip(readings, turns, strict=True)):
        if turn is not None and (cast.has_spoken() or _is_label(turn, reading, labels, memory, index)):
            speaking = reading.voice = _voice(reading, turn, cast.entity(turn, index))
            quoted = 1 in reading.tokens.quoted[:2]  # an article quotes from a transcript
        elif speaking is not None:
            if _leaves(reading) or (quoted and not reading.quotation.continues):
                speaking = None
            elif not reading.text.lstrip(_MARKS).startswith(("(", "[")):  # "(LAUGHTER)"
                reading.voice = speaking._replace(cue="", kind="continued", where=None)


def _turn_of(reading: Reading) -> _Turn | None:
    text = reading.text
    match = _LABEL.match(text) or _INITIAL.match(text) or _SPOKEN.match(text)
    if match is None and not TALK.isdisjoint(reading.tokens.lower):
        match = _NAMED.match(text)
        if match and " " not in match["name"]:  # "Verdict: we lost"
            return None
    if match is None or match["name"].lower() in _HEADINGS:
        return None
    return _Turn(match["name"], match.end("name"), match["role"].strip(" ,()[]"))


def _is_label(turn: _Turn, reading: Reading, labels: Counter[str], memory: Memory, index: int) -> bool:
    """Tell whether a label names somebody, rather than heads a paragraph ("LONDON: ...")."""
    name = turn.name.lower()
    if name in _QUESTIONS or name in _ANSWERS:
        return labels.keys() >= {"q"} or len(name) > 1
    known = lexicon.known(turn.name)
    if known and known.descriptor == "government":
        return False
    words = name.split()
    if turn.described or words[-1] in ROLES or words[0] in lexicon.titles() or labels[name] > 1:
        return True
    talks = not TALK.isdisjoint(reading.tokens.lower)
    return talks or len(words) > 1 or _find(turn.name, memory, index) is not None


def _find(label: str, memory: Memory, index: int) -> Entity | None:
    """Return the person whom a label in capitals names, if the article names them elsewhere."""
    for text in (label.title(), label):
        names = find_names(tokenize(text, UNQUOTED))
        entity = memory.find(names[0], index) if names else None
        if entity is not None and (entity.person or entity.descriptors or not entity.name.isupper()):
            return entity
    return None


class _Cast:
    """Who speaks in a transcript, by label: "OTTO BRANDT" is "BRANDT" later."""

    def __init__(self, readings: Sequence[Reading], memory: Memory) -> None:
        self._readings = readings
        self._memory = memory
        self._by_label: dict[str, Entity] = {}

    def has_spoken(self) -> bool:
        """Tell whether a label has been read: those after it need no further sign."""
        return bool(self._by_label)

    def entity(self, turn: _Turn, index: int) -> Entity:
        """Return who speaks in a turn, described as the label does."""
        label = turn.name.lower()
        entity = self._by_label.get(label) or self._made(turn, index)
        self._by_label[label] = entity
        self._by_label.setdefault(label.split()[-1], entity)
        entity.describe(turn.described)
        return entity

    def _made(self, turn: _Turn, index: int) -> Entity:
        label = turn.name.lower()
        if label in _ANSWERS:
            return self._interviewee(index) or Entity(turn.name, person=True)
        if label.split()[-1] in ROLES or label in _QUESTIONS:
            noun = label.split()[-1]
            described = self._memory.described_by(noun, index) if label.startswith("the ") else None
            return described or Entity(turn.name.title() if len(label) > 1 else turn.name, person=True)
        entity = _find(turn.name, self._memory, index)
        if entity is None:
            return _stranger(turn.name)
        if entity.name.isupper():
            entity.name, entity.person = entity.name.title(), True
        return entity

    def _interviewee(self, index: int) -> Entity | None:
        """Return the person last named outside the questions before an answer."""
        for earlier in reversed(self._readings[:index]):
            for name in reversed(earlier.names):
                entity = self._memory.find(name, index)
                if entity is not None and entity.person and entity.descriptors:
                    return entity
        return None


def _stranger(label: str) -> Entity:
    """Return who is named in a label only, with the titles before the name as a description."""
    names = find_names(tokenize(label.title(), UNQUOTED))
    name = names[0].form.text if names else label.title()
    entity = Entity(name, person=True)
    entity.describe(label[: -len(name)].strip() if names else "")
    return entity


def _voice(reading: Reading, turn: _Turn, entity: Entity) -> Voice:
    first = 0 if reading.text[0].isalnum() else 1
    stop = first
    while stop < len(reading.tokens) and reading.tokens.span(first, stop + 1)[1] <= turn.end:
        stop += 1
    return Voice(entity, entity.name, turn.name, ":", "quote", (first, max(stop, first + 1)))


def _leaves(reading: Reading) -> bool:
    """Tell whether the reporter writes again: a quotation, with a third person's "said"."""
    voice = reading.voice
    if voice is None or voice.kind != "quote" or reading.quotation.continues or not voice.cue:
        return False
    return voice.mention.lower() not in _OWN


def _attribute_signed(readings: Sequence[Reading]) -> None:
    """Give a post to who signs it: "We won. — Ann Lee (@annlee) May 3, 2016"."""
    for index, reading in enumerate(readings):
        match = _SIGNED.search(reading.text) if "(@" in reading.text else None
        if match is None:
            continue
        entity = Entity(match["name"], person=True)
        alone = not any(character.isalnum() for character in reading.text[: match.start()])
        reading.voice = Voice(entity, entity.name, match["name"], "", "quote")
        back = index
        while back > 0 and ((back == index and alone) or readings[back].quotation.continues):
            back -= 1
            readings[back].voice = Voice(entity, entity.name, match["name"], "", "quote")
