"""Immutable results: a document of labelled sentences, each with its speaker and, on request, its explanation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, NamedTuple

from model.labels import Label

Role = Literal["official", "analyst", "media", "private", "unknown"]
Kind = Literal["quote", "paraphrase", "continued"]


class Span(NamedTuple):
    """A half-open range of Unicode code points, ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Medium:
    """Who relays somebody's words: "…, the minister said, Reuters reported".

    Attributes:
        name: The medium's name as the article gives it.
        role: What it would speak as itself: as a rule "media".

    """

    name: str
    role: Role


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
        via: The medium that relays the source's words; None where they are not relayed.
        id: A number, from 1, that is the same for one source throughout the article.
        start: Offset of the mention, in code points of the input; None where it does not stand in this sentence.
        end: Offset after the mention, likewise.
        confidence: How sure it is that this is the source, from 0 to 1.

    """

    name: str
    mention: str
    role: Role
    descriptor: str
    cue: str
    kind: Kind
    via: Medium | None = None
    id: int = 0
    start: int | None = None
    end: int | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of the input: ``text == input[start:end]``, offsets in code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Threat:
    """Who threatens whom, as far as the sentence says; what it does not say is None.

    Attributes:
        by: Who would act.
        against: Whom it would hit.
        condition: On what condition: "unless they leave".
        deadline: By when: "by Friday", "within 48 hours".

    """

    by: Part | None = None
    against: Part | None = None
    condition: Part | None = None
    deadline: Part | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A signed share of a logit: a word of the sentence, or a feature of its context.

    Attributes:
        field: "word" for the sentence's own words, else the context field ("cue", "descriptor", …).
        text: The word as it stands in the sentence, or the context feature.
        weight: Its share of the logit, positive for the label and negative against it.
        start: Offset of the word in the sentence, in code points; None for context.
        meaning: What the feature says, in plain English; empty for a word, which speaks for itself.

    """

    field: str
    text: str
    weight: float
    start: int | None = None
    meaning: str = ""


Reader = Literal["fast", "careful"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence got a label.

    Attributes:
        label: The label that is explained.
        logit: The fast reader's logit of it: exactly ``intercept + sum of the contributions' weights``.
        intercept: Its part that no word has.
        contributions: What each word and feature adds to it, strongest first.
        readers: The probabilities that each reader gives by itself; of the careful one only where it has read.
        approximate: How much the label's logarithmic probability falls, for the careful reader, if a word is left out;
            words in order. These add up to nothing: they only show what moved it.

    """

    label: Label
    logit: float
    intercept: float
    contributions: tuple[Contribution, ...]
    readers: Mapping[Reader, Mapping[Label, float]] = field(default_factory=dict)
    approximate: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence; ``text`` is exactly ``input[start:end]``.

    Attributes:
        text: The sentence.
        start: Its offset in the input, in code points.
        end: The offset after it.
        label: What it does; None for page furniture, which nobody vouches for, and for what is not in English, unless
            that was asked for.
        confidence: The label's probability; None without a label.
        probabilities: Of all labels; None without a label.
        uncertain: Whether the confidence is below the threshold of doubt.
        speaker: Who vouches for it; None for the reporter's or writer's own voice.
        boilerplate: Whether it is page furniture: a byline, a photo credit, "Read more".
        reader: Which of the two readers decided; None for what was not read.
        language: Of its paragraph, an ISO 639 code; "und" for a language that is not known, but not English.
        threat: Who threatens whom, on what condition; only where the label is threat.
        explanation: The words that decided, where they were asked for.
        other_probabilities: What the fast reader alone gives where the careful one decided, else None; no part of
            the answer in JSON, where ``explanation`` has it.

    """

    text: str
    start: int
    end: int
    label: Label | None
    confidence: float | None
    probabilities: Mapping[Label, float] | None
    uncertain: bool
    speaker: Speaker | None = None
    boilerplate: bool = False
    reader: Reader | None = "fast"
    language: str = "en"
    threat: Threat | None = None
    explanation: Explanation | None = None
    other_probabilities: Mapping[Label, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the sentence as JSON-ready data; ``explanation`` only where one was asked for."""
        record: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}  # asdict takes ten times as long
        record["probabilities"] = self.probabilities and dict(self.probabilities)
        record["speaker"] = self.speaker and {name: getattr(self.speaker, name) for name in _OF_SPEAKER}
        if self.speaker is not None and self.speaker.via is not None:
            record["speaker"]["via"] = asdict(self.speaker.via)
        record["threat"] = self.threat and asdict(self.threat)
        if self.explanation is not None:
            record["explanation"] = asdict(self.explanation)
        return record


_PLAIN = tuple(each.name for each in fields(Sentence) if each.name not in {"explanation", "other_probabilities"})
_OF_SPEAKER = tuple(each.name for each in fields(Speaker))


@dataclass(frozen=True, slots=True)
class Document:
    """The labelled sentences of one text, in order."""

    sentences: tuple[Sentence, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the document as JSON-ready data."""
        return {"sentences": [sentence.to_dict() for sentence in self.sentences]}
