"""Cues: the words of a sentence that attribute it, each with the phrase that names its source."""

from itertools import compress
from operator import attrgetter
from typing import NamedTuple

from model.attribution import evidence, lexicon
from model.attribution.lexicon import Verb
from model.attribution.phrases import (
    ADVERB,
    AUXILIARY,
    DETERMINER,
    NOTHING,
    PREPOSITION,
    PRONOUN,
    ROLES,
    TIME,
    Phrase,
    Range,
    is_personal,
    phrase_start,
)
from model.attribution.phrases import phrase as phrase_of
from model.attribution.scope import is_subordinate
from model.attribution.sources import plural_subject, source_after, source_before, subject
from model.attribution.tokens import Tokens

ACCEPT = 1.0  # least score of a cue
BELIEF = -0.5  # ... of a belief, where the source is one whose beliefs are news
_SCORES = {"say": 2.6, "speech": 2.0, "act": 1.3, "weak": 0.4, "belief": -1.0}
_INVERTED, _ACCORDING, _NOMINAL, _ING, _INFINITIVE, _SUBORDINATE = 1.5, 3.0, 1.4, -0.8, -2.6, -5.0
_ING_ACT = -0.3  # "..., accusing her of lying" leaves no doubt
_PERSONAL, _IMPERSONAL, _CONTENT, _FINAL, _ACT = 0.5, -1.0, 0.8, 1.0, 0.6
_MAY_INVERT = frozenset(("say", "speech", "weak"))
_VIEWS = frozenset(("view", "opinion", "words", "eyes", "assessment", "judgment", "judgement"))
_PARTICIPLES = ("past", "participle")
_CARRIERS = lexicon.reporting_words("carrier")
_GOVERNORS = lexicon.reporting_words("governors")
_NOMINAL_CUES = lexicon.reporting_words("nominal")
_PREDICATIVE = lexicon.reporting_words("predicative")
_CARRIER_WITHIN = 12  # tokens between "letter to" and "opposing"
_OWNED_WITHIN = 3  # tokens between an owner and the noun
_AFTER_OWNED = frozenset(("that", "came", "come", "comes", "follow", "followed"))
_POSSESSIVES = frozenset(("his", "her", "their"))
_GENITIVES = frozenset(("'s", "'", "’"))
_PARTICIPLE_AFTER = frozenset((",", "-", "–", "—", "by", "while", "before", "after", "each"))
_NEEDS_MORE = frozenset(("weak", "belief"))
QUOTING = frozenset(("quote", "cite"))
_GOVERNS_AGENT = lexicon.words("passive") | {"came", "comes", "come"}
_AGENT_WITHIN = 14  # tokens after a noun
_TRIGGERS = (
    frozenset(lexicon.verbs()) | frozenset(lexicon.idioms()) | _NOMINAL_CUES | _PREDICATIVE | _VIEWS | {"according"}
)
_WHEN = TIME | ADVERB | lexicon.words("before-time") | {"in", "on"}
_CAUSES = frozenset(("after", "amid", "before", "despite", "following", "of", "since"))
_SUBORDINATE_CLAUSE = frozenset(("after", "because", "before", "that", "when"))
_CAUSATIVES = lexicon.reporting_words("causative")
_GOVERNING = frozenset(form for form, verb in lexicon.verbs().items() if verb.strength != "belief")
_TAKES_CLAUSE = frozenset(("add", "maintain"))
_LITERAL = lexicon.literal()
_OTHER_SENSES = {  # by verb: what tells that it is none of speech
    "call": evidence.summons,
    "report": evidence.is_credit,
    "respond": evidence.acts_in_reply,
}
_IS = frozenset(("is", "was"))
_PLEADINGS = lexicon.reporting_words("pleading")
_FILING = lexicon.reporting_words("filing")
_FILED_WITHIN = 5  # tokens between "filed" and "lawsuit"
_SHORT = 3  # tokens of a source that holds no clause
_BY_WITHIN = 9  # tokens after a participle


class Cue(NamedTuple):
    """A cue and its source phrase.

    Attributes:
        position: Index of its token.
        lemma: Its verb ("say"), or "according to", or the noun.
        score: How surely it attributes; from :data:`ACCEPT` on it does.
        source: Token range of the source phrase, appositions included; empty where none was found.
        head: Token range of the part that names the source: no apposition, nothing from its first preposition on.
        form: "inverted", "verb", "ing", "according", "passive" or "noun"; "subordinate" where it governs a clause only,
            not the sentence.

    """

    position: int
    lemma: str
    score: float
    source: Range
    head: Range
    form: str


def find_cues(tokens: Tokens) -> list[Cue]:
    """Return every cue outside quotations, strongest first."""
    cues: list[Cue] = []
    verbs, idioms, lower, quoted = lexicon.verbs(), lexicon.idioms(), tokens.lower, tokens.quoted
    for index in compress(range(len(quoted)), map(_TRIGGERS.__contains__, lower)):
        if quoted[index]:
            continue
        word, cue = lower[index], None
        if word == "according" and lower[index + 1] == "to":
            phrase = source_after(tokens, index + 2)
            if not evidence.is_measure(tokens, phrase.head):
                cue = _cue(index, "according to", _ACCORDING, phrase, "according")
        elif word in _VIEWS and lower[index + 1] == "of" and lower[index - 2] == "in":
            cue = _cue(index, "in the view of", _ACCORDING, source_after(tokens, index + 2), "according")
        elif word in _VIEWS and lower[index - 1] == "'s":
            cue = _cue(index, "in the view of", _ACCORDING, _holder(tokens, index - 1), "according")
        else:
            verb = (evidence.idiom_at(tokens, index, idioms[word]) if word in idioms else None) or verbs.get(word)
            cue = _verbal(tokens, index, verb, cues) if verb is not None else None
        if cue is None and (word in _NOMINAL_CUES or word in _PREDICATIVE):
            cue = _nominal(tokens, index)
        if cue is None and word == "comment":
            cue = _cue(index, word, _SCORES["speech"], evidence.unanswered(tokens, index), "noun")
        if cue is not None:
            cues.append(_scoped(tokens, cue))
    if len(cues) > 1:
        cues.sort(key=attrgetter("score"), reverse=True)
    return cues


def _scoped(tokens: Tokens, cue: Cue) -> Cue:
    """Return a cue that governs a clause only as one too weak to attribute the sentence."""
    opens = not cue.source[0] and cue.source[1] < _SHORT  # the sentence, so that it hangs on nothing
    if not opens and cue.score >= BELIEF and is_subordinate(tokens, cue.position, cue.source, cue.form):
        return cue._replace(score=cue.score + _SUBORDINATE, form="subordinate")
    return cue


def _cue(index: int, lemma: str, score: float, phrase: Phrase, form: str) -> Cue | None:
    """Return a cue, if it has a source."""
    return Cue(index, lemma, score, phrase.source, phrase.head, form) if phrase.found else None


def _verbal(tokens: Tokens, index: int, verb: Verb, before: list[Cue]) -> Cue | None:
    if verb.lemma in _OTHER_SENSES and _OTHER_SENSES[verb.lemma](tokens, index):
        return None
    if verb.lemma in _LITERAL and evidence.is_literal(tokens, index, _LITERAL[verb.lemma]):
        return None
    if verb.lemma in _TAKES_CLAUSE and evidence.takes_thing(tokens, index):
        return None
    if verb.particles and not evidence.particle_fits(tokens, index, verb):
        return None
    if evidence.may_be_noun(tokens, index) and evidence.is_noun(tokens, index, verb):
        return None
    if verb.form in _PARTICIPLES and (
        evidence.is_adjective(tokens, index, verb) or evidence.is_reduced(tokens, index, verb)
    ):
        return None
    if verb.form == "ing":
        return _participial(tokens, index, verb, before)
    if verb.form in _PARTICIPLES and evidence.is_passive(tokens, index):
        return _passive(tokens, index, verb)
    if verb.lemma in QUOTING and evidence.quotes(tokens, index):
        return _cue(index, "say", _SCORES["say"], source_after(tokens, index + 1), "verb")
    if verb.strength in _MAY_INVERT and evidence.may_invert(tokens, index, verb.lemma):
        phrase = source_after(tokens, index + 1)
        if phrase.found:
            return _cue(index, verb.lemma, _SCORES[verb.strength] + _INVERTED, phrase, "inverted")
    return _plain(tokens, index, verb)


def _plain(tokens: Tokens, index: int, verb: Verb) -> Cue | None:
    """Read a finite verb or an infinitive after its subject: "the minister said", "refused to say"."""
    score = _SCORES[verb.strength]
    infinitive = verb.lemma.partition(" ")[0] == tokens.lower[index]  # not "everyone we spoke to criticized"
    if tokens.lower[index - 1] == "to" and infinitive:
        at = index - 3 if tokens.lower[index - 2] == "on" else index - 2  # "went on to explain"
        governor = tokens.lower[at]
        governed = governor in _GOVERNING or governor in _GOVERNORS
        if not governed:
            stage = evidence.stage_before(tokens, index - 1)
            at, governed = stage or at, stage > 0
        score += 0.0 if governed else _INFINITIVE
        phrase = source_before(tokens, at if governed else index)
    else:
        phrase = source_before(tokens, index)
    if verb.form == "base" and not (phrase.found and evidence.may_be_finite(tokens, index, phrase.head)):
        phrase = plural_subject(tokens, index) if verb.strength in _MAY_INVERT else NOTHING
    if not phrase.found or evidence.only_names(tokens, index, verb, phrase.head):
        return None
    if verb.form == "base" and not _CAUSATIVES.isdisjoint(tokens.lower[max(phrase.source[0] - 1, 0) : index]):
        return None  # "let editors tell", "allow firms to say": nobody has spoken yet
    if verb.lemma == "hear" and not evidence.hears(tokens, index, phrase.head):
        return None
    personal = is_personal(tokens, phrase.head) or _stands_for_speaker(tokens, phrase.head[0])
    final = evidence.is_final(tokens, index, phrase.source)
    if not personal and (verb.form == "base" or (verb.form == "third" and not final)):
        return None
    score += _PERSONAL if personal else _IMPERSONAL
    score += evidence.framing(tokens, index, phrase.source)
    score += _CONTENT if evidence.content_follows(tokens, index) else 0.0
    score += _FINAL if final else 0.0
    if verb.strength in _NEEDS_MORE:
        score += _ACT if evidence.is_speech_act(tokens, index, verb) else 0.0
        score += evidence.showing(tokens, verb, phrase.head, final)
    return _cue(index, verb.lemma, score, phrase, "verb")


def _stands_for_speaker(tokens: Tokens, start: int) -> bool:
    """Tell whether "those" or "which" stands for who can speak: "Those near her", "the ministry, which"."""
    if tokens.lower[start] == "which" and start > 1 and tokens.words[start - 1] == ",":
        return is_personal(tokens, (start - 2, start - 1))
    return tokens.lower[start] == "those"


def _participial(tokens: Tokens, index: int, verb: Verb, before: list[Cue]) -> Cue | None:
    """Read "..., adding that" with the source of the cue before it, and "is warning" as a verb of its own."""
    score = _SCORES[verb.strength]
    if _is_contracted(tokens, index):
        return _cue(index, verb.lemma, score, source_before(tokens, index - 1), "verb")
    if _is_progressive(tokens, index):
        return _cue(index, verb.lemma, score, source_before(tokens, index), "verb")
    if _ends_carrier(tokens, index, verb) and _SUBORDINATE_CLAUSE.isdisjoint(tokens.lower[1:index]):
        return _cue(index, verb.lemma, max(score, ACCEPT), subject(tokens, index), "ing")
    if before:
        phrase = Phrase(before[-1].source, before[-1].head)
    elif tokens.lower[index - 1] in _PARTICIPLE_AFTER:
        phrase = subject(tokens, index)
    else:
        phrase = NOTHING
    score += _ING if verb.strength != "act" or tokens.words[index - 1] != "," else _ING_ACT
    return _cue(index, verb.lemma, score, phrase, "ing")


def _is_contracted(tokens: Tokens, index: int) -> bool:
    """Tell whether "'s" is a verb before a participle: "He's claiming", not "the firm's warning"."""
    return tokens.lower[index - 1] == "'s" and tokens.lower[index - 2] in PRONOUN


def _is_progressive(tokens: Tokens, index: int) -> bool:
    """Tell whether "is [now] warning" stands here."""
    previous = tokens.lower[index - 1]
    adverbial = previous in ADVERB or previous.endswith("ly")
    return previous in AUXILIARY or (adverbial and tokens.lower[index - 2] in AUXILIARY)


def _ends_carrier(tokens: Tokens, index: int, verb: Verb) -> bool:
    """Tell whether a carrier comes before: "sent a letter [to the board] opposing"."""
    for back in range(index - 1, max(index - _CARRIER_WITHIN, 0), -1):
        word = tokens.lower[back]
        if word in _CARRIERS or (word in _PLEADINGS and verb.strength != "weak" and _is_filed(tokens, back)):
            between = tokens.lower[back + 1 : index]
            return not between or between[0] == "to" or _WHEN.issuperset(between)
        if not tokens.words[back][0].isalnum():
            break
    return False


def _is_filed(tokens: Tokens, pleading: int) -> bool:
    """Tell whether a lawsuit or complaint is brought, not only met with: "filed a lawsuit", not "faces a lawsuit"."""
    return not _FILING.isdisjoint(tokens.lower[max(pleading - _FILED_WITHIN, 0) : pleading])


def _passive(tokens: Tokens, index: int, verb: Verb) -> Cue | None:
    """Read "was condemned by the union", and "was quoted as saying" as the words of who is quoted."""
    if verb.lemma in QUOTING and evidence.quotes(tokens, index):
        return _cue(index, "say", _SCORES["say"], source_before(tokens, index), "passive")
    for by in range(index + 1, min(index + _BY_WITHIN, len(tokens))):
        if tokens.lower[by] == "by" and not tokens.quoted[by]:
            phrase = source_after(tokens, by + 1)
            if phrase.found and not tokens.words[phrase.source[0]][0].isdigit():
                return _cue(index, verb.lemma, _SCORES[verb.strength], phrase, "passive")
    return None


def _holder(tokens: Tokens, possessive: int) -> Phrase:
    """Read "in the minister's view": whose it is."""
    start = phrase_start(tokens, possessive - 1) if possessive else possessive
    if start >= possessive or tokens.lower[start - 1] != "in":
        return NOTHING
    return phrase_of(tokens, start, possessive)


def _nominal(tokens: Tokens, index: int) -> Cue | None:
    """Read "drew praise from X", "a warning by X", "an apology was offered by X", "a plea came from X"."""
    if tokens.lower[index - 1] == "to":
        return None
    if _states(tokens, index):
        owner = _owner(tokens, index)
        return _cue(index, tokens.lower[index], _NOMINAL, owner, "noun")
    if tokens.lower[index] in _PREDICATIVE or (tokens.lower[index] == "demand" and evidence.is_wanted(tokens, index)):
        return None
    if tokens.lower[index + 1] in _AFTER_OWNED or tokens.lower[index + 1] in TIME:
        owner = _owner(tokens, index)
        if owner.found:
            return _cue(index, tokens.lower[index], _NOMINAL, owner, "noun")
    if _is_cause(tokens, index):
        return None
    phrase = source_after(tokens, _agent(tokens, index))
    if phrase.found and (is_personal(tokens, phrase.head) or tokens.words[phrase.head[0]][0].isupper()):
        return _cue(index, tokens.lower[index], _NOMINAL, phrase, "noun")
    return None


def _states(tokens: Tokens, noun: int) -> bool:
    """Tell whether what was said follows a noun of speech: "her answer was that", "his response was to deny"."""
    if tokens.lower[noun + 1] not in _IS:
        return False
    following = tokens.lower[noun + 2]
    return following in ("that", ":") or (following == "to" and tokens.lower[noun + 3] in _GOVERNING)


def _is_cause(tokens: Tokens, noun: int) -> bool:
    """Tell whether a noun only gives the cause or time of what happened: "because of fierce opposition by X"."""
    index = noun - 1
    while index > 0 and noun - index < _OWNED_WITHIN and _modifies(tokens, index):
        index -= 1
    return tokens.lower[index] in _CAUSES


def _modifies(tokens: Tokens, index: int) -> bool:
    word = tokens.lower[index]
    return word in DETERMINER or (word.isalpha() and word not in PREPOSITION and word not in AUXILIARY)


def _owner(tokens: Tokens, noun: int) -> Phrase:
    """Read "the minister's [earlier] claim that" and "his claim that": whose it is."""
    for index in range(noun - 1, max(noun - _OWNED_WITHIN, -1), -1):
        word = tokens.lower[index]
        if word in _POSSESSIVES:
            return Phrase((index, index + 1), (index, index + 1))
        if word in _GENITIVES and index:
            start = index
            while start > 0 and _owns(tokens, start - 1):
                start -= 1
            return phrase_of(tokens, start, index) if start < index and is_personal(tokens, (start, index)) else NOTHING
        if not word[0].isalnum() or word in AUXILIARY:
            break
    return NOTHING


def _owns(tokens: Tokens, index: int) -> bool:
    word = tokens.lower[index]
    return not tokens.quoted[index] and (tokens.words[index][0].isupper() or word in ROLES or word in DETERMINER)


def _agent(tokens: Tokens, noun: int) -> int:
    """Return where the words after the "by" or "from" of a noun begin; past the end where it has none."""
    lower, governed = tokens.lower, False
    for index in range(noun + 1, min(noun + _AGENT_WITHIN, len(tokens))):
        word = lower[index]
        if word in ("by", "from") and (governed or index == noun + 1):
            return index + 1
        if tokens.quoted[index] or not (word[0].isalnum() or word == "'s"):
            break
        governed = governed or word in _GOVERNS_AGENT
    return len(tokens)
