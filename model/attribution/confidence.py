"""How sure it is that the speaker found is the source, from 0 to 1.

What led to a speaker is written down as :class:`Evidence`: a few facts with a few values each. A logistic regression,
fitted on articles whose speakers are annotated, gives each value a weight (``model/lexicon/confidence.json``); the
weights of a speaker's evidence add up to the logit of its being right. Where the speaker is taken over from another
sentence, that has to be right too: the probability is multiplied by that of the step. ``python -m
training.studies.speakers --calibrate`` fits both anew.
"""

import json
import math
from typing import Literal, NamedTuple

from model.attribution import lexicon
from model.attribution.descriptions import head_noun, is_body_noun
from model.attribution.entities import Entity
from model.lexicon import read_text

# How a sentence says who speaks.
Way = Literal[
    "cue",  # by words of speech: "said"
    "belief",  # by words of belief of one whose beliefs are news: "the analyst thinks"
    "label",  # by the label of a turn in a transcript, or the signature of a post
    "headline",  # as a headline, or by a name before a colon
    "named",  # not at all, but it quotes, and names somebody outside the quotation
]
# How a sentence takes over the speaker of another one.
Step = Literal[
    "",  # not at all: it says itself who speaks, or stands below a label
    "continued",  # a quotation runs on from the sentence before
    "announced",  # the sentence before ends with a colon
    "run-on",  # its quotation runs on to the sentence that attributes it
    "next",  # it quotes before a sentence that quotes somebody
]
# What names the source.
Source = Literal[
    "full name",  # or a label
    "name",  # a single word that is all the article gives, of a person or well known: "Moscow"
    "word",  # a single word, not known to be anybody's name
    "surname",  # of somebody whom the article names in full
    "names",  # several who speak together
    "pronoun",  # which only one person named shortly before fits
    "unclear pronoun",  # which several fit, or none
    "plural pronoun",
    "it",
    "description",  # of somebody whom the article names: "the minister"
    "unnamed person",  # "a spokesman", described only
    "unnamed people",  # "residents"
    "unnamed body",  # "the ministry"
    "document",  # "a report"
    "unnamed",  # any other words
]
Opening = Literal["the", "its", "a", ""]  # what kind of word a source without a name opens with
Strength = Literal["none", "weak", "fair", "strong"]
Back = Literal["here", "1", "2-3", "4-"]

_FILE = "confidence.json"
_FAIR, _STRONG = 2.0, 3.5  # scores of cues
_SINGULAR = {"he": "he", "his": "he", "she": "she", "her": "she"}
_OPENINGS: dict[str, Opening] = {
    "the": "the",
    "a": "a",
    "an": "a",
    "its": "its",
    "his": "its",
    "her": "its",
    "their": "its",
    "my": "its",
    "our": "its",
    "your": "its",
}
_OTHER_PRONOUNS: dict[str, Source] = {
    "it": "it",
    "they": "plural pronoun",
    "their": "plural pronoun",
    "we": "plural pronoun",
    "both": "plural pronoun",
    "all": "plural pronoun",
}
_LONGEST_PRONOUN = 5  # letters


class Evidence(NamedTuple):
    """What speaks for a speaker.

    Attributes:
        way: How the sentence that attributes the words says who speaks.
        source: What names the source there.
        strength: The strength of the cue there; "none" where there is no cue.
        back: How many sentences before that one the source was last named.
        opening: What a source without a name opens with: an article, a possessive, or neither.
        step: How the speaker is taken over from that sentence, if it is another one.

    """

    way: Way
    source: Source
    strength: Strength
    back: Back
    opening: Opening
    step: Step


def opening_of(mention: str) -> Opening:
    """Return what kind of word opens a mention."""
    return _OPENINGS.get(mention.partition(" ")[0].lower(), "")


def strength_of(way: Way, score: float) -> Strength:
    """Return how strong a cue is: a label is as good as a strong one, 0 is the score of no cue."""
    if way == "label":
        return "strong"
    if score == 0.0:
        return "none"
    if score < _FAIR:
        return "weak"
    return "fair" if score < _STRONG else "strong"


def back_of(distance: int) -> Back:
    """Return the range in which a number of sentences lies."""
    if distance < 1:
        return "here"
    if distance < 2:
        return "1"
    return "2-3" if distance < 4 else "4-"


def pronoun_of(mention: str) -> str:
    """Return "he" or "she" for a mention that is a pronoun of one person, else nothing."""
    return _SINGULAR.get(mention.lower(), "")


def source_of(way: Way, entity: Entity, mention: str, candidates: int) -> Source:
    """Tell what a mention is to the one it stands for.

    Args:
        way: How the sentence comes by the speaker: a label counts as a name.
        entity: Whom the mention stands for.
        mention: The words that name the source.
        candidates: How many people named shortly before "he" or "she" fits; of no account for other mentions.

    """
    if way == "label":
        return "full name"  # however short it is, the label is meant to tell who speaks
    if len(mention) <= _LONGEST_PRONOUN:
        lower = mention.lower()
        if lower in _SINGULAR:
            return "pronoun" if candidates == 1 else "unclear pronoun"
        if lower in _OTHER_PRONOUNS:
            return _OTHER_PRONOUNS[lower]
    if not entity.seen:
        return "names" if entity.members else _unnamed(entity.name)
    name = entity.name
    if name in mention:
        if " " in name:
            return "full name"
        return "name" if entity.person or lexicon.known(name) else "word"
    return "surname" if name.rpartition(" ")[2] in mention else "description"


def _unnamed(phrase: str) -> Source:
    """Tell what a phrase that names nobody describes."""
    noun = head_noun(phrase)
    if is_body_noun(noun):
        return "unnamed body"
    role = lexicon.roles().get(noun)
    if role is None:
        return "unnamed"
    if role == "media":
        return "document"
    return "unnamed people" if noun.endswith("s") else "unnamed person"


class Weights(NamedTuple):
    """What turns evidence into a probability.

    Attributes:
        intercept: The logit of a speaker without evidence.
        facts: What each fact adds to the logit, by "field: value"; one that no annotated article holds adds nothing.
        steps: The probability that a speaker is rightly taken over, by step.

    """

    intercept: float
    facts: dict[str, float]
    steps: dict[str, float]


_WEIGHTS = Weights(**json.loads(read_text(_FILE)))
_known: dict[Evidence, float] = {}  # at most as many as there are combinations


def confidence_of(evidence: Evidence) -> float:
    """Return the probability that a speaker with this evidence is right."""
    found = _known.get(evidence)
    if found is None:
        found = _known[evidence] = probability(_WEIGHTS, evidence)
    return found


def probability(weights: Weights, evidence: Evidence) -> float:
    """Return the probability, to three digits, that weights make of evidence."""
    logit = weights.intercept + sum(weights.facts.get(fact, 0.0) for fact in facts_of(evidence))
    taken_over = weights.steps[evidence.step] if evidence.step else 1.0
    return round(taken_over / (1 + math.exp(-logit)), 3)


def facts_of(evidence: Evidence) -> list[str]:
    """Return the facts that have weights: each field but the step, with its value."""
    return [f"{name}: {value}" for name, value in zip(Evidence._fields, evidence, strict=True) if name != "step"]
