"""Frames of harm and what surrounds them, as the words of the field ``threat``."""

from collections.abc import Iterator
from itertools import compress

from model.attribution import Attribution
from model.attribution.tokens import Tokens
from model.records import Speaker
from model.threats.deadlines import is_given, is_period, is_time
from model.threats.frames import NEGATION, Frame, find_announcers, find_frames
from model.threats.lexicon import ACTS, HARMS, MOODS, words

_NEAR = 4  # tokens before a word in which a negation, or a habit, concerns it
_LIKELY = frozenset(("will", "would", "intend", "vow", "threaten", "warn"))  # moods of what is to come
_GIVEN = frozenset(("gave", "give", "given", "giving"))
_GIVEN_WITHIN = 8  # tokens between "gave" and its "until Friday"
_CONDITION = words("condition")
_BESIDE_HARM = _CONDITION | {"deadline"}  # they say something only where a harm is announced
_DENIAL = words("denial")
_HABIT = words("habit")
_PERIOD = words("period")
_BEFORE = words("deadline-before")
_AFTER_OR = words("after-or")
_MENACE = words("menace")
_IN_ANSWER = words("in-answer")
_OPTION = words("option")
_THREAT_NOUN = words("threat-noun")
_PERFECT = frozenset(("has", "have", "had", "having"))
_NAMED_MOODS = frozenset(("threaten", "vow", "warn"))
_DONE = frozenset(form for form, act in ACTS.items() if act.past and not act.base and act.kind in ("force", "measure"))
_IDIOMS = frozenset(("red line", "the table"))
_SINGLE = (
    _CONDITION | _PERIOD | _MENACE | _IN_ANSWER | _OPTION | _DONE | _THREAT_NOUN | _BEFORE
    | {word for word, mood in MOODS.items() if mood in _NAMED_MOODS} | {"or", "ruled", "rule", "price", "line", "table"}
)  # fmt: skip


def threat_features(attribution: Attribution) -> tuple[str, ...]:
    """Return the evidence for and against a threat in a sentence, each feature once."""
    tokens = attribution.tokens
    frames = find_frames(tokens)
    singles: list[str] = []
    if not _SINGLE.isdisjoint(tokens.lower):
        singles += dict.fromkeys(_singles(tokens, {frame.act for frame in frames}))
    if not frames and not singles:
        return ()
    likely = any(frame.mood in _LIKELY and not frame.negated for frame in frames)
    features = [
        single for single in singles if single not in _BESIDE_HARM and not (likely and single.startswith("done"))
    ]
    for frame in frames:
        features += _of_frame(frame, tokens)
    role = _role(attribution.speaker)
    if attribution.speaker and MOODS.get(attribution.speaker.cue) in _NAMED_MOODS:  # who threatens vouches for it
        features.append(f"{MOODS[attribution.speaker.cue]}:speaker")
    if not likely and not _CONDITION.isdisjoint(singles):
        features += [f"if&{mood}:{actor}" for mood, actor, _ in find_announcers(tokens)]
    if likely:
        features += [f"harm:{role}", *(f"harm&{single}" for single in singles if ":" not in single)]
        if attribution.speaker and attribution.speaker.via:
            features.append("harm:relayed")
    return tuple(dict.fromkeys(features))


def _role(speaker: Speaker | None) -> str:
    return "nobody" if speaker is None else speaker.role


def _of_frame(frame: Frame, tokens: Tokens) -> Iterator[str]:
    """Yield a frame's features, from the coarse to the fine."""
    if frame.negated:  # few of them are known, so they share their features
        yield from ("not-harm", f"not-{frame.mood}", f"not-{frame.kind}")
        return
    voice = "passive" if frame.passive else "active"
    place = "quoted" if tokens.quoted[frame.at] else "told"
    yield f"{frame.mood}:{frame.kind}"
    yield f"{frame.mood}:{frame.actor}"
    yield f"{frame.kind}:{frame.actor}:{voice}"
    yield f"{place}:{frame.kind}"
    if frame.mood in _LIKELY:
        yield "harm"


def _singles(tokens: Tokens, acts: set[int]) -> Iterator[str]:
    """Yield what single words and their neighbours say, in the order of the sentence."""
    lower = tokens.lower
    for index in compress(range(len(tokens)), map(_SINGLE.__contains__, lower)):
        word, after = lower[index], lower[index + 1]
        mood = MOODS.get(word)
        if mood in _NAMED_MOODS:
            yield from _of_naming(tokens, index, mood or "")
        if word in _CONDITION:
            yield word
        if word == "or" and after in _AFTER_OR:
            yield "or-else"
        elif word in _BEFORE and is_time(tokens, index + 1):
            given = not _GIVEN.isdisjoint(lower[max(index - _GIVEN_WITHIN, 0) : index])
            yield "ultimatum" if given else "deadline"
        elif is_period(tokens, index) and is_given(tokens, index):
            yield "ultimatum"
        elif word in _IN_ANSWER and lower[index - 1] == "in":
            yield "in-answer"
        elif word == "price" and not {"pay", "pays", "paying"}.isdisjoint(lower[max(index - _NEAR, 0) : index]):
            yield "pay-price"
        elif word in _OPTION or f"{lower[index - 1]} {word}" in _IDIOMS:
            yield "option"
        elif word in ("rule", "ruled") and after == "out":
            yield "not-ruled-out" if _is_negated(tokens, index) else "ruled-out"
        elif word in _DONE and index not in acts:
            perfect = not _PERFECT.isdisjoint(lower[max(index - 2, 0) : index])
            yield f"done:{'perfect' if perfect else 'past'}"
        elif word in _THREAT_NOUN and mood is None:
            yield f"noun:{word}:{after if after in ('to', 'of') else 'other'}"
        if word in _MENACE:
            yield f"menace:{word}"


def _of_naming(tokens: Tokens, index: int, mood: str) -> Iterator[str]:
    """Yield how a verb of threatening, vowing or warning goes on, and whether it is denied or a habit."""
    lower, before = tokens.lower, tokens.lower[max(index - _NEAR, 0) : index]
    after = lower[index + 1]
    if _is_negated(tokens, index) or not _DENIAL.isdisjoint(before):
        yield f"{mood}:denied"
        return
    if after == "not" or lower[index + 2] == "not":
        yield f"{mood}:not"
        return
    if after in ("to", "with", "of", "that", "against"):
        yield f"{mood}:{after}"
    elif "with" in lower[index : index + 6] and mood == "threaten":
        yield "threaten:with"
    else:
        yield f"{mood}:other"
    if not _HABIT.isdisjoint(before):
        yield f"{mood}:habit"
    if not _CONDITION.isdisjoint(lower[index:]):
        yield f"{mood}:condition"
    if any(word in HARMS for word in lower[index + 1 : index + 8]):
        yield f"{mood}:harm"


def _is_negated(tokens: Tokens, index: int) -> bool:
    return not NEGATION.isdisjoint(tokens.lower[max(index - _NEAR, 0) : index])
