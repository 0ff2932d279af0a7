"""How sure it is that the speaker found is the source, from 0 to 1.

What led to a speaker is written down as :class:`Evidence`: a few facts with a few values each. A logistic regression,
fitted on articles whose speakers are annotated, gives each value a weight (``model/lexicon/confidence.json``); the
weights of a speaker's evidence add up to the logit of its being right. ``python -m training.studies.speakers
--calibrate`` fits them anew.
"""

import json
import math
from typing import Literal, NamedTuple

from model.attribution import lexicon
from model.attribution.descriptions import head_noun, is_body_noun
from model.attribution.entities import Entity
from model.lexicon import read_text

# How a sentence comes by its speaker.
Way = Literal[
    "cue",  # words of speech in it: "said"
    "belief",  # words of belief of one whose beliefs are news: "the analyst thinks"
    "label",  # the label of a turn in a transcript, or who signs a post
    "headline",  # a headline, or a name before a colon
    "named",  # a quotation without cue, in a sentence that names somebody
    "continued",  # a quotation that runs on from the sentence before
    "announced",  # the sentence before ends with a colon
    "run-on",  # a quotation that runs on to the sentence that names its speaker
    "next",  # a quotation before a sentence that quotes somebody
]
# What names the source.
Source = Literal[
    "full name",
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
_PLURAL = frozenset(("they", "their", "we", "both", "all"))


class Evidence(NamedTuple):
    """What speaks for a speaker.

    Attributes:
        way: How the sentence comes by the speaker.
        source: What names it.
        strength: The strength of the cue that attributes the sentence; "none" where none does.
        back: How many sentences back it is that a quotation was attributed, or that the source was last named.
        quoted: Whether anything in the sentence is quoted.
        opening: What a source without a name opens with: an article, a possessive, or neither.

    """

    way: Way
    source: Source
    strength: Strength
    back: Back
    quoted: bool
    opening: Opening


def opening_of(mention: str) -> Opening:
    """Return what kind of word opens a mention."""
    return _OPENINGS.get(mention.partition(" ")[0].lower(), "")


def strength_of(score: float) -> Strength:
    """Return the step in which a cue's score lies; 0 is the score of no cue."""
    if score == 0.0:
        return "none"
    if score < _FAIR:
        return "weak"
    return "fair" if score < _STRONG else "strong"


def back_of(distance: int) -> Back:
    """Return the step in which a number of sentences lies."""
    if distance < 1:
        return "here"
    if distance < 2:
        return "1"
    return "2-3" if distance < 4 else "4-"


def pronoun_of(mention: str) -> str:
    """Return "he" or "she" for a mention that is a pronoun of one person, else nothing."""
    return _SINGULAR.get(mention.lower(), "")


def source_of(entity: Entity, mention: str, candidates: int) -> Source:
    """Tell what a mention is to the one it stands for.

    Args:
        entity: Whom the mention stands for.
        mention: The words that name the source.
        candidates: How many people named shortly before "he" or "she" fits; of no account for other mentions.

    """
    lower = mention.lower()
    if lower in _SINGULAR:
        return "pronoun" if candidates == 1 else "unclear pronoun"
    if lower == "it":
        return "it"
    if lower in _PLURAL:
        return "plural pronoun"
    if entity.members:
        return "names"
    if not entity.seen:
        return _unnamed(entity.name)
    name = entity.name.lower()
    if name in lower:
        if " " in name:
            return "full name"
        return "name" if entity.person or lexicon.known(entity.name) else "word"
    return "surname" if name.rpartition(" ")[2] in lower else "description"


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


def _read_weights() -> tuple[float, dict[str, float]]:
    """Return the intercept, and the weights by fact."""
    record = json.loads(read_text(_FILE))
    return float(record["intercept"]), record["weights"]


_INTERCEPT, _WEIGHTS = _read_weights()
_known: dict[Evidence, float] = {}  # at most as many as there are combinations


def confidence_of(evidence: Evidence) -> float:
    """Return the probability that a speaker with this evidence is right."""
    found = _known.get(evidence)
    if found is None:
        found = _known[evidence] = probability(_INTERCEPT, _WEIGHTS, evidence)
    return found


def probability(intercept: float, weights: dict[str, float], evidence: Evidence) -> float:
    """Return the probability, to three digits, that weights make of evidence.

    A fact too rare in the annotated articles to have a weight speaks neither for nor against a speaker.
    """
    logit = intercept + sum(weights.get(fact, 0.0) for fact in facts_of(evidence))
    return round(1 / (1 + math.exp(-logit)), 3)


def facts_of(evidence: Evidence) -> list[str]:
    """Return the facts that have weights: each field with its value, and way and source together."""
    facts = [f"{field}: {value}" for field, value in zip(Evidence._fields, evidence, strict=True)]
    return [*facts, f"way and source: {evidence.way}, {evidence.source}"]
