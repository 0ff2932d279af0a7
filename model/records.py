"""Immutable results: a document of labelled sentences, each with its speaker and, on request, its explanation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple

from model.labels import Label

Role = Literal["official", "analyst", "media", "private", "unknown"]
Kind = Literal["quote", "paraphrase", "continued"]


class Span(NamedTuple):
    """A half-open range of Unicode code points, ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who vouches for a sentence.

    Attributes:
        name: The fullest form the article gives ("Sergei Lavrov"), resolved from surname or pronoun.
        mention: The words that name the source where the words are attributed ("he"): in this sentence, or in the one
            that a quotation continues.
        role: What the source speaks as.
        descriptor: The article's description of the source ("foreign minister"); empty where it gives none.
        cue: The word of speech that attributes ("said"); empty where a quotation simply runs on.
        kind: Directly quoted, paraphrased, or continuing an earlier attribution.

    """

    name: str
    mention: str
    role: Role
    descriptor: str
    cue: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Contribution:
    """A signed share of a logit: a word of the sentence, or a feature of its context.

    Attributes:
        field: "word" for the sentence's own words, else the context field ("cue", "descriptor", …).
        text: The word as it stands in the sentence, or the context feature.
        weight: Its share of the logit, positive for the label and negative against it.
        start: Offset of the word in the sentence, in code points; None for context.

    """

    field: str
    text: str
    weight: float
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence got a label: ``logit == intercept + sum of the weights``."""

    label: Label
    logit: float
    intercept: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence; ``text`` is exactly ``input[start:end]``."""

    text: str
    start: int
    end: int
    label: Label
    confidence: float
    probabilities: Mapping[Label, float]
    uncertain: bool
    speaker: Speaker | None = None
    explanation: Explanation | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the sentence as JSON-ready data; ``explanation`` only where one was asked for."""
        record: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}  # asdict takes ten times as long
        record["probabilities"] = dict(self.probabilities)
        record["speaker"] = self.speaker and {name: getattr(self.speaker, name) for name in _OF_SPEAKER}
        if self.explanation is not None:
            record["explanation"] = asdict(self.explanation)
        return record


_PLAIN = tuple(field.name for field in fields(Sentence) if field.name != "explanation")
_OF_SPEAKER = tuple(field.name for field in fields(Speaker))


@dataclass(frozen=True, slots=True)
class Document:
    """The labelled sentences of one text, in order."""

    sentences: tuple[Sentence, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the document as JSON-ready data."""
        return {"sentences": [sentence.to_dict() for sentence in self.sentences]}
