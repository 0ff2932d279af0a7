"""Who threatens whom, on what condition and by when: offsets of the words of a sentence that say it."""

from collections.abc import Iterator
from typing import NamedTuple

from model.attribution import Attribution
from model.attribution.phrases import AUXILIARY, CLAUSE, DETERMINER, PREPOSITION, TIME, Range
from model.attribution.tokens import Tokens
from model.records import Span
from model.threats.deadlines import find_deadline, is_time, time_stop
from model.threats.frames import Frame, find_announcers, find_frames
from model.threats.lexicon import ACTS, HARMS, MOODS, PERSONS, words

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
_AUDIENCE = words("audience")
_GIVING = frozenset(("gave", "give", "gives", "giving"))
_NO_TARGET = frozenset(("all", "best", "large", "last", "least", "most", "once", "risk", "war"))
_WARNINGS = frozenset(("ultimatum", "warning", "warnings"))
_CALLING_ON = frozenset((verb, "on") for verb in ("call", "called", "calling", "calls"))
_BEFORE_BASE = frozenset(("to", "will", "would"))
_BEFORE_ING = frozenset((",", "by", "continue", "keep", "of", "start"))
_DASHES = "-–— "
_QUOTES = frozenset("\"“”„«»‘’'")
_CONDITION = words("condition") - {"otherwise"} | {"till"}
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
        own = Span(speaker.end - len(speaker.mention.lstrip(_DASHES)), speaker.end)
    tokens = attribution.tokens
    if frame is None:
        return _announcer(tokens, own)
    if _hits_subject(frame) or frame.actor in _UNNAMED or (frame.actor in _SPEAKERS and own):
        return own
    subject = _trim(tokens, frame.subject)
    return own if _is_no_subject(tokens, subject, frame.at) else _span(tokens, subject)


def _announcer(tokens: Tokens, own: Span | None) -> Span | None:
    """Return who announces what no word shows to be harm: a name before "will" or "would", else the speaker."""
    for _, actor, subject in find_announcers(tokens):
        start, stop = _trim(tokens, subject)
        if (actor == "name" and not _is_no_subject(tokens, (start, stop), 0)) or (actor == "own" and own is None):
            return _span(tokens, (start, stop))
    return own


def _trim(tokens: Tokens, part: Range) -> Range:
    """Return a phrase without the marks that it opens with."""
    start, stop = part
    while start < stop and not tokens.lower[start][0].isalnum():
        start += 1
    return start, stop


def _is_no_subject(tokens: Tokens, subject: Range, at: int) -> bool:
    """Tell whether what stands before the announcement at ``at`` cannot announce.

    A time cannot, nor what a preposition governs ("tariffs on [China] will"), "this", or an adjective: "an immediate
    [vow]".
    """
    start, stop = subject
    if start == stop or (start and tokens.lower[start - 1] in PREPOSITION):
        return True
    if tokens.lower[start] in DETERMINER and (stop == start + 1 or (tokens.lower[start] in ("a", "an") and stop == at)):
        return True
    return all(is_time(tokens, index, 1) or tokens.lower[index] in TIME for index in range(start, stop))


def _against(tokens: Tokens, frame: Frame | None) -> Range | None:
    found = None
    if frame is not None and _hits_subject(frame) and tokens.lower[frame.act + 1] not in _TOWARDS:
        found = None if frame.actor in _UNNAMED or frame.actor == "own" else _trim(tokens, frame.subject)
    elif frame is not None:
        acts = not (frame.passive or frame.noun or frame.actor == "harm") and frame.kind in _WITH_OBJECT
        found = (_object(tokens, frame.act) if acts else None) or _towards(tokens, frame.act + 1)
    for find in (_addressee, _object_of_purpose, _towards_harm, _named_in_condition, _spoken_to):
        found = found or find(tokens)
    return found


def _object_of_purpose(tokens: Tokens) -> Range | None:
    """Return the object of a harmful verb that nothing announces: "steps to punish [Norland]", "by jailing [them]"."""
    for index in range(1, len(tokens)):
        if not _is_harmful(tokens.lower[index]):
            continue
        act = ACTS[tokens.lower[index]]
        before = tokens.lower[index - 1 - (tokens.lower[index - 1] in _QUOTES)]
        if before in (_BEFORE_BASE if act.base else _BEFORE_ING) and (act.base or not act.past):
            found = _object(tokens, index)
            if found:
                return found
    return None


def _is_harmful(verb: str) -> bool:
    """Tell whether a verb does harm to its object."""
    act = ACTS.get(verb)
    return act is not None and act.kind in _WITH_OBJECT


def _object(tokens: Tokens, act: int) -> Range | None:
    """Return the object of a harmful verb: "sink [every ship]", "crack down on [smugglers]"."""
    start = act + 1
    while tokens.lower[start] in _PARTICLES:
        start += 1
    found = _phrase(tokens, start)
    return found if found and HARMS.keys().isdisjoint(tokens.lower[slice(*found)]) else None


def _towards(tokens: Tokens, start: int) -> Range | None:
    """Return whom a noun of harm is turned on: "impose tariffs on [Norland]"."""
    for index in range(start, len(tokens)):
        if _turns_on(tokens, index):
            return _phrase(tokens, index + 1)
        if tokens.lower[index] in CLAUSE:
            break
    return None


def _turns_on(tokens: Tokens, index: int) -> bool:
    """Tell whether a preposition turns a harm on somebody: "on Norland", but not "on Friday" or "at least"."""
    word, following = tokens.lower[index], tokens.lower[index + 1]
    if word not in _TOWARDS or (word == "at" and following in _NO_TARGET) or following[:1].isdigit():
        return False
    return not is_time(tokens, index + 1)


def _addressee(tokens: Tokens) -> Range | None:
    """Return who is spoken to: "told [the rebels]", "gave [the crew] until Friday", "a warning to [the crew]".

    An audience is not threatened: "told reporters".
    """
    for index, word in enumerate(tokens.lower[: len(tokens)]):
        if word in _ADDRESSING and not tokens.quoted[index]:
            found = _phrase(tokens, index + 1)
            if found and word in _GIVING and find_deadline(tokens) is None:
                continue
            if found and _AUDIENCE.isdisjoint(tokens.lower[slice(*found)]):
                return found
        elif word == "to" and tokens.lower[index - 1] in _WARNINGS:
            return _phrase(tokens, index + 1)
        elif tokens.lower[index : index + 2] in _CALLING_ON and next(_conditions(tokens), None) is not None:
            return _phrase(tokens, index + 2)
    return None


def _towards_harm(tokens: Tokens) -> Range | None:
    """Return whom any noun of harm is turned on, or what stands after "against"."""
    for index in range(1, len(tokens)):
        before = tokens.lower[index - 1]
        harms = tokens.lower[index] == "against" or before in HARMS or _is_harmful(before)
        if harms and _turns_on(tokens, index):
            return _phrase(tokens, index + 1)
    return None


def _named_in_condition(tokens: Tokens) -> Range | None:
    """Return the name that opens a condition: "unless [Norland] withdraws"."""
    for index in _conditions(tokens):
        start = stop = index + 1
        while stop < len(tokens) and tokens.words[stop][0].isupper():
            stop += 1
        if stop > start and tokens.lower[stop] != "'s":
            return start, stop
    return None


def _spoken_to(tokens: Tokens) -> Range | None:
    """Return "you" or the like."""
    return next(((i, i + 1) for i, word in enumerate(tokens.lower) if word in _ADDRESSED and "'" not in word), None)


def _phrase(tokens: Tokens, start: int) -> Range | None:
    """Return the noun phrase that begins at a token, or after the quotation marks there."""
    while start < len(tokens) and tokens.lower[start] in _QUOTES:
        start += 1
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
            or (word in _ENDS_PHRASE and not _from_place(tokens, stop))
            or is_time(tokens, stop, 1)
        ):
            break
        stop += 1
    while stop > start and not tokens.lower[stop - 1][0].isalnum():
        stop -= 1
    return (start, stop) if stop > start else None


def _from_place(tokens: Tokens, index: int) -> bool:
    """Tell whether "from" tells where goods or people come from: "imports from Norland"."""
    place = index + 1 + (tokens.lower[index + 1] == "the")
    return tokens.lower[index] == "from" and place < len(tokens) and tokens.words[place][0].isupper()


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
            (word in _CONDITION and not (word in ("until", "till") and time_stop(tokens, index + 1)))
            or (word == "or" and lower[index + 1] in _AFTER_OR)
            or (word == "should" and (index == 0 or lower[index - 1] in _OPENING))
        ):
            yield index
