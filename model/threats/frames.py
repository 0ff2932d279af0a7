"""Frames of harm: an announcement ("will", "vowed to"), the act that it governs, and who would do it.

Only words of announcing are looked at, and of each a few words around: the time is linear in the sentence.
"""

from itertools import compress
from typing import NamedTuple

from model.attribution import lexicon as attribution_lexicon
from model.attribution.phrases import ADVERB, AUXILIARY, CLAUSE, DETERMINER, PREPOSITION, ROLES, Range
from model.attribution.tokens import Tokens
from model.threats.lexicon import ACTS, HARMS, MOODS, PERSONS, PHRASAL, Act, words

_ACT_WITHIN = 9  # tokens from the announcement to its act
_HARM_WITHIN = 8  # tokens from a verb to the noun of harm that it carries
_PARTICLE_WITHIN = 6  # tokens from a verb to its particle
_LONGEST_SUBJECT = 10
_LONGEST_FRAME = 10  # tokens of adverbs and auxiliaries before an announcement
_INSERTED = 6  # tokens between two commas: "will, he said, answer"

NEGATION = words("negation")
_NOT = frozenset(("never", "not"))
_NOBODY = frozenset(("nobody", "none", "never", "neither", "no"))
_ASPECT = words("aspect")
_CARRIER = words("carrier")
_CARRIER_PASSIVE = words("carrier-passive")
_EFFECT = words("effect")
_SIDE = words("side")
_QUOTES = frozenset("\"'“”‘’«»„`-–")
_COSTLY = frozenset(("die", "perish", "regret", "rue", "suffer"))
_BE = frozenset(("be", "been", "being", "get"))
_IS = frozenset(("are", "is", "was", "were", "'s"))
_JOINS = frozenset(("and", "or", "but"))
_TO_COURT = frozenset(("a", "civil", "constitutional", "high", "in", "supreme", "the", "to"))
_RELATIVE = frozenset(("that", "which", "who"))
_GOVERNING = frozenset(("intend", "threaten", "vow"))  # before "to" and the act
_REFUSED = {"tolerance": "endure", "grant": "deny"}  # what the negation of an act amounts to
_NAMING = frozenset(("announce", "consider", "threaten", "vow", "warn"))  # before a noun of harm
_SPEECH = frozenset(form for form, verb in attribution_lexicon.verbs().items() if verb.form in ("past", "third"))
_WITHIN_SUBJECT = frozenset(("'s", "'", "’", "of", "&", "-"))
_ENDS_SUBJECT = (CLAUSE | AUXILIARY | PREPOSITION | frozenset(PERSONS)) - {"of", "its", "our", "my", "your"}
_ENDS_ACT = CLAUSE - {"or", "and", "nor", "yet", "so", "then"}
_ANNOUNCING = frozenset(MOODS) | _IS
_GOING_ON = frozenset(form for form, act in ACTS.items() if not act.base and not act.past)
_AFTER_IS = ADVERB | {"to"} | _GOING_ON
_NEEDED = frozenset(MOODS) | _GOING_ON | {"to"}  # a sentence without any of them holds no frame


class Frame(NamedTuple):
    """A harm that somebody announces.

    Attributes:
        mood: How: "will", "would", "may", "intend", "vow", "threaten", "warn", "announce", "consider" or "now" ("is
            suspending").
        kind: Which harm: "force", "measure", "response", "halt", "struggle", "cost", "endure" (a refusal to give way)
            or "deny" (a refusal to give what is wanted).
        actor: Who would act: a person ("own", "addressee", "he", "they"), "name", "side", "harm", "thing", "shared",
            "relative", "nobody", "analyst" or "none".
        passive: Whether the subject is whom it would hit.
        negated: Whether it is denied.
        at: The token that announces.
        act: The token of the harm.
        noun: Whether that is a noun.
        subject: The tokens of who would act, or be acted upon; empty where none was found.

    """

    mood: str
    kind: str
    actor: str
    passive: bool
    negated: bool
    at: int
    act: int
    noun: bool
    subject: Range


class _Act(NamedTuple):
    kind: str
    at: int
    passive: bool = False
    negated: bool = False
    noun: bool = False


def find_frames(tokens: Tokens) -> list[Frame]:
    """Return the frames of a sentence, in order."""
    frames: list[Frame] = []
    lower = tokens.lower
    if _NEEDED.isdisjoint(lower):
        return frames
    for at in compress(range(len(tokens)), map(_ANNOUNCING.__contains__, lower)):
        if lower[at] in _IS and lower[at + 1] not in _AFTER_IS:  # most are of no interest
            continue
        frame = _frame(tokens, at)
        if frame is not None:
            frames.append(frame)
    return frames


class Announcer(NamedTuple):
    """Who is said to do something, harmful or not: mood and actor as in :class:`Frame`, and the tokens of who acts."""

    mood: str
    actor: str
    subject: Range


def find_announcers(tokens: Tokens) -> list[Announcer]:
    """Return who "will" or "would" do anything, in order."""
    found = []
    for at, word in enumerate(tokens.lower[: len(tokens)]):
        mood = MOODS.get(word)
        if mood in ("will", "would"):
            start, subject, _ = _subject(tokens, at)
            found.append(Announcer(mood, classify_actor(tokens, subject, start), subject))
    return found


def _frame(tokens: Tokens, at: int) -> Frame | None:
    mood = MOODS.get(tokens.lower[at], "is")
    act = _governed(tokens, at, mood)  # few announcements govern a harm: who announces is only then asked
    if act is None:
        return None
    start, subject, negated = _subject(tokens, at)
    if mood == "is":
        mood = "intend" if tokens.lower[at + 1] == "to" else "now"
    negated ^= act.negated ^ (tokens.lower[at] in NEGATION)
    kind = act.kind
    if kind in _REFUSED:
        if not negated or (act.passive and kind == "tolerance"):
            return None
        kind, negated = _REFUSED[kind], False
    actor = classify_actor(tokens, subject, start)
    return Frame(mood, kind, actor, act.passive, negated, at, act.at, act.noun, subject)


def _governed(tokens: Tokens, at: int, mood: str) -> _Act | None:
    """Return the act that an announcement governs, if it is a harmful one."""
    lower = tokens.lower
    if mood in ("will", "would", "may"):
        if lower[at - 1] == "there" and lower[at + 1] == "be":
            return _carried(tokens, at + 1)
        return _act(tokens, at + 1, at)
    if mood == "is" and lower[at + 1] != "to":
        return _progressive(tokens, at)
    if mood in _GOVERNING or mood == "is":
        to = at + 1 + (lower[at + 1] in _NOT)
        if lower[to] == "to" or (mood != "is" and lower[to + 1] == "to" and lower[to] in _QUOTES):
            act = _act(tokens, to + 1, at)
            return act and act._replace(negated=act.negated ^ (lower[at + 1] in _NOT))
    return _named(tokens, at + 1) if mood in _NAMING else None


def _progressive(tokens: Tokens, at: int) -> _Act | None:
    """Read "is [also] suspending": what goes on, or is about to."""
    index = at + 1 + (tokens.lower[at + 1] in ADVERB)
    act = ACTS.get(tokens.lower[index])
    named = act is not None and not act.base and not act.past and act.kind in ("force", "measure", "halt")
    return _Act(act.kind, index) if act and named else None


def _act(tokens: Tokens, start: int, at: int) -> _Act | None:
    """Read the verb phrase from ``start``, announced at ``at``: "be sunk", "not hesitate to use force"."""
    lower, index, stop = tokens.lower, start, min(start + _ACT_WITHIN, len(tokens))
    passive = negated = continued = False
    while index < stop:
        word = lower[index]
        act = ACTS.get(word)
        if word in NEGATION:
            negated = not negated
        elif word == ",":
            index = _after_insertion(tokens, index)
        elif word in _BE:
            passive = True
        elif word in PHRASAL and (kind := _phrasal(tokens, index)):
            return _Act(kind, index, passive, negated)
        elif act is not None and _fits(act, passive=passive, negated=negated, continued=continued):
            if act.kind != "cost" or _carried(tokens, index) is not None:
                return _Act(act.kind, index, passive, negated)
            return _Act("cost", index, passive=True, negated=negated) if word in _COSTLY else None
        elif word in _ASPECT:
            if negated and word == "hesitate":
                return _Act("tolerance", index, negated=True)
            carried = _carried(tokens, index) if lower[index + 1] != "to" else None
            if carried is not None:
                return carried._replace(negated=negated)
            continued = True
        elif word in _EFFECT and (kind := _harm_in(tokens, _subject(tokens, at)[1])):
            return _Act(kind, index, negated=negated)
        elif word in _CARRIER or (passive and (word in _CARRIER_PASSIVE or word in HARMS)):
            carried = _carried(tokens, index)
            return carried and carried._replace(passive=passive, negated=negated)
        elif word not in ADVERB and word not in _QUOTES and word not in ("to", "have") and not word.endswith("ly"):
            if not word[0].isalnum() or word in _ENDS_ACT or word in MOODS:
                return None
            return _coordinated(tokens, index + 1, negated)
        index += 1
    return None


def _fits(act: Act, *, passive: bool, negated: bool, continued: bool) -> bool:
    """Tell whether a verb has the form that its place asks for, and the negation that it needs to harm."""
    if act.kind in _REFUSED and not negated:
        return False
    return act.past if passive else act.base or continued


def _after_insertion(tokens: Tokens, comma: int) -> int:
    """Return the second of two commas that enclose a few words, else the end of the sentence."""
    for index in range(comma + 2, min(comma + _INSERTED, len(tokens))):
        if tokens.lower[index] == ",":
            return index
    return len(tokens)


def _phrasal(tokens: Tokens, verb: int) -> str | None:
    """Return the kind of harm of a verb with its particle: "walk out", "see you in court"."""
    particles = PHRASAL[tokens.lower[verb]]
    for index, word in enumerate(tokens.lower[verb + 1 : verb + _PARTICLE_WITHIN]):
        if word in particles and (word != "court" or tokens.lower[verb + index] in _TO_COURT):
            return particles[word]
        if word in _ENDS_ACT or word in MOODS or word in (".", ";", ":", ","):
            break
    return None


def _carried(tokens: Tokens, verb: int) -> _Act | None:
    """Return the noun of harm that a verb of little meaning carries: "pay a heavy price"."""
    for index in range(verb + 1, min(verb + _HARM_WITHIN, len(tokens))):
        word = tokens.lower[index]
        if word in HARMS:
            return _Act(HARMS[word], index, noun=True)
        if word in ACTS and ACTS[word].kind in ("force", "measure") and ACTS[word].past:
            return None
        if word in _ENDS_ACT or word in MOODS or word in (".", ";", ":", ","):
            break
    return None


def _coordinated(tokens: Tokens, start: int, negated: bool) -> _Act | None:
    """Read a second verb after a harmless first: "will find and punish them"."""
    for index in range(start, min(start + _HARM_WITHIN, len(tokens) - 1)):
        word = tokens.lower[index]
        if word in _JOINS:
            act = ACTS.get(tokens.lower[index + 1])
            if act and act.base and act.kind in ("force", "measure", "response"):
                return _Act(act.kind, index + 1, negated=negated)
        if word in _ENDS_ACT or word in MOODS:
            break
    return None


def _named(tokens: Tokens, start: int) -> _Act | None:
    """Read a noun of harm, or a harmful act in -ing: "vowed revenge", "threatened with expulsion", "mulls suing"."""
    for index in range(start, min(start + _HARM_WITHIN, len(tokens))):
        word = tokens.lower[index]
        if word in HARMS:
            return _Act(HARMS[word], index, noun=True)
        if word.endswith("ing") and word in ACTS:
            return _Act(ACTS[word].kind, index)
        if word.endswith("ing") and word in PHRASAL and (kind := _phrasal(tokens, index)):
            return _Act(kind, index)
        if word in _ENDS_ACT or word in MOODS or word in (".", ";", ":", ",", "to"):
            break
    return None


def _harm_in(tokens: Tokens, subject: Range) -> str | None:
    for word in tokens.lower[slice(*subject)]:
        if word in HARMS:
            return HARMS[word]
    return None


def _subject(tokens: Tokens, at: int) -> tuple[int, Range, bool]:
    """Return where the announcement with its adverbs begins, the subject before it, and whether they negate it."""
    lower, index, negated = tokens.lower, at - 1, False
    if lower[at] in PERSONS:  # "we'll"
        return at, (at, at + 1), False
    for index in range(at - 1, max(at - _LONGEST_FRAME, -1), -1):
        word = lower[index]
        if word in NEGATION:
            negated = not negated
            if word in _NOBODY and word != "never":
                return index, (index, index + 1), negated
        elif not (word in AUXILIARY or word in ADVERB or (word.endswith("ly") and word not in _SIDE)):
            break
    else:
        return at, (0, 0), negated
    subject = _over_relative(tokens, _noun_phrase_before(tokens, index))
    if lower[subject[0]] in _NOBODY and subject[1] > subject[0]:
        negated = not negated
    return index + 1, subject, negated


def _over_relative(tokens: Tokens, subject: Range) -> Range:
    """Return "every ship" for the last noun of "every ship that enters the bay"; else the subject as it is."""
    start, stop = subject
    for index in range(start - 2, max(start - _LONGEST_SUBJECT, 0), -1):
        word = tokens.lower[index]
        if word in _RELATIVE:
            before = _noun_phrase_before(tokens, index - 1)
            return before if before[1] > before[0] and stop > start else subject
        if not word[0].isalnum() or word in CLAUSE or word in MOODS:
            break
    return subject


def _noun_phrase_before(tokens: Tokens, last: int) -> Range:
    """Return the noun phrase that ends with the token ``last``; empty where none does."""
    lower, quoted = tokens.lower, tokens.quoted
    if lower[last] in PERSONS:
        return last, last + 1
    start = last + 1
    for index in range(last, max(last - _LONGEST_SUBJECT, -1), -1):
        word = lower[index]
        if quoted[index] != quoted[last] or not (word[0].isalnum() or word in _WITHIN_SUBJECT):
            break
        if word in _ENDS_SUBJECT or (word in _SPEECH and tokens.words[index][0].islower()) or word in MOODS:
            break
        start = index
        if word in DETERMINER and lower[index - 1] != "of":
            break
    return (start, last + 1) if start <= last else (0, 0)


def classify_actor(tokens: Tokens, subject: Range, frame: int) -> str:
    """Return what a subject is, given where the announcement after it begins: see :class:`Frame`."""
    lower, (start, stop) = tokens.lower, subject
    if stop <= start:
        before = lower[frame - 1] if frame else ""
        return "relative" if before in _RELATIVE else "shared" if before in _JOINS or before == "," else "none"
    for word in lower[start:stop]:
        if PERSONS.get(word) == "own":
            return "own"
    last = lower[stop - 1]
    if last in _NOBODY:
        return "nobody"
    if last in PERSONS:
        return PERSONS[last]
    if last in HARMS:
        return "harm"
    if last in _SIDE or (ROLES and last in ROLES):
        return "analyst" if attribution_lexicon.roles().get(last) == "analyst" else "side"
    return "name" if tokens.words[stop - 1][0].isupper() else "thing"
