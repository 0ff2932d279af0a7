"""Who threatens whom, on what condition and by when: offsets of the words of a sentence that say it."""

from collections.abc import Iterator
from typing import NamedTuple

from model.attribution import Attribution
from model.attribution.phrases import AUXILIARY, CLAUSE, PREPOSITION, Range
from model.attribution.tokens import Tokens
from model.records import Span
from model.threats.deadlines import find_deadline, is_time, time_stop
from model.threats.frames import Frame, find_frames
from model.threats.lexicon import HARMS, MOODS, PERSONS, words

_LONGEST_PHRASE = 12  # tokens of whom a threat would hit
_SPEAKERS = frozenset(("own", "he", "they"))  # subjects that may stand for the speaker
_WITH_OBJECT = frozenset(("force", "measure", "halt", "struggle"))  # kinds of harm
_UNNAMED = frozenset(("shared", "relative", "none", "harm", "nobody"))
_LIKELIEST = ("threaten", "vow", "will", "would", "intend", "warn", "now", "announce", "may", "consider")
_PARTICLES = frozenset(("after", "back", "down", "off", "on", "out", "up"))
_TOWARDS = frozenset(("against", "at", "on", "upon"))
_ADDRESSING = frozenset(
    ("gave", "give", "gives", "giving", "tell", "telling", "tells", "told", "warned", "warning", "warns")
)
_ADDRESSED = words("addressee") - {"your", "yours"}
_CONDITION = words("condition") - {"otherwise"}
_AFTER_OR = words("after-or")
_ENDS = frozenset('.,;:!?"”“«»—–()')
_ENDS_PHRASE = (CLAUSE | AUXILIARY | PREPOSITION | frozenset(MOODS)) - {"of"}
_OPENING = frozenset("\"“„«‘'—–,")


class FoundThreat(NamedTuple):
    """The parts of a threat as offsets into the sentence as it was read; None for what it does not say.

    Attributes:
        by: Who would act.
        against: Whom it would hit.
        condition: The clause on which it depends.
        deadline: By when.

    """

    by: Span | None = None
    against: Span | None = None
    condition: Span | None = None
    deadline: Span | None = None


def find_threat(attribution: Attribution) -> FoundThreat:
    """Return who threatens whom in a sentence that is known to be a threat."""
    tokens = attribution.tokens
    frame = _main_frame(find_frames(tokens))
    return FoundThreat(
        _by(attribution, frame),
        _span(tokens, _against(tokens, frame)),
        _span(tokens, _condition(tokens)),
        _span(tokens, find_deadline(tokens)),
    )


def _span(tokens: Tokens, part: Range | None) -> Span | None:
    return Span(*tokens.span(*part)) if part else None


def _main_frame(frames: list[Frame]) -> Frame | None:
    """Return the frame that most surely threatens; the first of several."""
    standing = [frame for frame in frames if not frame.negated]
    return min(standing, key=lambda frame: _LIKELIEST.index(frame.mood), default=None)


def _hits_subject(frame: Frame) -> bool:
    """Tell whether the subject is whom it would hit: "will be sunk", "will pay a price"."""
    return frame.passive or frame.kind == "cost"


def _by(attribution: Attribution, frame: Frame | None) -> Span | None:
    """Return the subject that would act; the speaker's mention where that is more telling, or there is none."""
    speaker, own = attribution.speaker, None
    if speaker is not None and speaker.start is not None and speaker.end is not None:
        own = Span(speaker.start, speaker.end)
    if frame is None or _hits_subject(frame) or frame.actor in _UNNAMED or (frame.actor in _SPEAKERS and own):
        return own
    return _span(attribution.tokens, frame.subject)


def _against(tokens: Tokens, frame: Frame | None) -> Range | None:
    if frame is not None and _hits_subject(frame):
        if frame.actor not in _UNNAMED and frame.actor != "own":
            return frame.subject
    elif frame is not None:
        found = _object(tokens, frame) or _towards(tokens, frame.act + 1)
        if found:
            return found
    return _addressee(tokens)


def _object(tokens: Tokens, frame: Frame) -> Range | None:
    """Return the object of a harmful verb: "sink [every ship]", "crack down on [smugglers]"."""
    if frame.noun or frame.actor == "harm" or frame.kind not in _WITH_OBJECT:
        return None
    start = frame.act + 1
    while tokens.lower[start] in _PARTICLES:
        start += 1
    found = _phrase(tokens, start)
    return found if found and HARMS.keys().isdisjoint(tokens.lower[slice(*found)]) else None


def _towards(tokens: Tokens, start: int) -> Range | None:
    """Return whom a noun of harm is turned on: "impose tariffs on [Norland]"."""
    for index in range(start, len(tokens)):
        if tokens.lower[index] in _TOWARDS and not is_time(tokens, index + 1):
            return _phrase(tokens, index + 1)
        if tokens.lower[index] in CLAUSE:
            break
    return None


def _addressee(tokens: Tokens) -> Range | None:
    """Return who is spoken to: "told [the rebels]", else "you"."""
    for index, word in enumerate(tokens.lower[: len(tokens)]):
        if word in _ADDRESSING and not tokens.quoted[index]:
            found = _phrase(tokens, index + 1)
            if found:
                return found
    found = _towards(tokens, 0)
    if found:
        return found
    return next(((i, i + 1) for i, word in enumerate(tokens.lower) if word in _ADDRESSED and "'" not in word), None)


def _phrase(tokens: Tokens, start: int) -> Range | None:
    """Return the noun phrase that begins at a token."""
    if (
        start < len(tokens)
        and tokens.lower[start] in PERSONS
        and tokens.lower[start] not in ("its", "your", "our", "my")
    ):
        return start, start + 1
    stop = start
    while stop < min(start + _LONGEST_PHRASE, len(tokens)):
        word = tokens.lower[stop]
        if (
            tokens.quoted[stop] != tokens.quoted[start]
            or word in _ENDS
            or word in _ENDS_PHRASE
            or is_time(tokens, stop, 1)
        ):
            break
        stop += 1
    while stop > start and not tokens.lower[stop - 1][0].isalnum():
        stop -= 1
    return (start, stop) if stop > start else None


def _condition(tokens: Tokens) -> Range | None:
    """Return the first clause that says on what the threat depends, or what else will come."""
    for index in _conditions(tokens):
        stop = index + 1
        while stop < len(tokens) and tokens.lower[stop] not in _ENDS and tokens.quoted[stop] == tokens.quoted[index]:
            stop += 1
        if stop > index + 1:
            return index, stop
    return None


def _conditions(tokens: Tokens) -> Iterator[int]:
    """Yield where clauses of condition begin."""
    lower = tokens.lower
    for index in range(len(tokens)):
        word = lower[index]
        if (
            (word in _CONDITION and not (word == "until" and time_stop(tokens, index + 1)))
            or (word == "or" and lower[index + 1] in _AFTER_OR)
            or (word == "should" and (index == 0 or lower[index - 1] in _OPENING))
        ):
            yield index
