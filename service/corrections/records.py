"""Immutable records of the store: documents, what the model said of a sentence, and what people say of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self

from model.labels import Label
from model.records import Reader, Role, Sentence

Order = Literal["newest", "uncertain"]
Disagreement = Literal["model", "people", "any", "none"]
DEFAULT_DATABASE: Final = "sqlite:///stance.db"  # a file in the folder where the service is started
OWN_SOURCE: Final = "corrections"  # the source of documents that came over HTTP
_ID_LENGTH: Final = 32  # hexadecimal digits: 128 bits, so that no two documents ever share an id


@dataclass(frozen=True, slots=True)
class SentenceText:
    """A sentence of a document; offsets are code points into the running text, or into the sentence itself."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A whole document as it was sent, and its sentences.

    Attributes:
        id: Hash of what it holds: the same text with the same sentences has the same id.
        text: The running text; None where the document came split into sentences.
        sentences: Its sentences in order.
        source: Where it is from, as in the corpus format.
        name: Its id in the file that it was imported from; None where it came over HTTP.

    """

    id: str
    text: str | None
    sentences: tuple[SentenceText, ...]
    source: str = OWN_SOURCE
    name: str | None = None

    @classmethod
    def of(
        cls,
        text: str | None,
        sentences: Sequence[Sentence | SentenceText],
        source: str = OWN_SOURCE,
        name: str | None = None,
    ) -> Self:
        """Make a document of its running text (None if it came split) and its sentences."""
        kept = tuple(SentenceText(s.text, s.start, s.end) for s in sentences)
        content = [s.text for s in kept] if text is None else [text, [[s.start, s.end] for s in kept]]
        return cls(hash_content(content), text, kept, source, name)

    @property
    def content(self) -> str | list[str]:
        """The document as the classifier takes it: running text, or a list of sentences."""
        return [s.text for s in self.sentences] if self.text is None else self.text


@dataclass(frozen=True, slots=True)
class Said:
    """What the model said of a sentence, with the model that said it.

    Attributes:
        label: Its label; None for page furniture.
        confidence: The label's probability; None for page furniture.
        probabilities: Of all labels; None for page furniture.
        uncertain: Whether the confidence was below the model's bound.
        boilerplate: Whether the model took it for page furniture.
        speaker: The speaker as in an answer of the service; None for the reporter.
        reader: Which reader decided.
        model_version: Version of the model.
        model_hash: Hash of its artifact.
        other_probabilities: What the reader that did not decide gave; None where one reader alone read the sentence.

    """

    label: Label | None
    confidence: float | None
    probabilities: Mapping[Label, float] | None
    uncertain: bool
    boilerplate: bool
    speaker: Mapping[str, Any] | None
    reader: Reader | None
    model_version: str
    model_hash: str
    other_probabilities: Mapping[Label, float] | None = None

    @classmethod
    def of(cls, sentence: Sentence, identity: Mapping[str, str]) -> Self:
        """Make it of a sentence that was just classified, and the identity in the model's manifest."""
        record = sentence.to_dict()
        return cls(
            label=sentence.label,
            confidence=sentence.confidence,
            probabilities=record["probabilities"],
            uncertain=sentence.uncertain,
            boilerplate=sentence.boilerplate,
            speaker=record["speaker"],
            reader=sentence.reader,
            other_probabilities=sentence.other_probabilities and dict(sentence.other_probabilities),
            model_version=identity["version"],
            model_hash=identity["artifact_hash"],
        )

    @property
    def uncertainty(self) -> float:
        """From 0 (sure) up: what the confidence lacks to 1, or how far the two readers are apart, if that is more."""
        doubt = 0.0 if self.confidence is None else 1.0 - self.confidence
        if self.probabilities is None or self.other_probabilities is None:
            return doubt
        return max(doubt, measure_distance(self.probabilities, self.other_probabilities))

    @property
    def readers_differ(self) -> bool:
        """Whether the two readers give different labels."""
        if self.probabilities is None or self.other_probabilities is None:
            return False
        return find_likeliest(self.probabilities) != find_likeliest(self.other_probabilities)


@dataclass(frozen=True, slots=True)
class Change:
    """What a person says of one sentence; it may agree with the model, and then confirms it.

    Attributes:
        label: The right label; None where nothing is said of it.
        speaker: The right speaker's name; None for the reporter's own voice, or where nothing is said of it.
        speaker_given: Whether anything is said of the speaker.
        role: What the speaker speaks as; None where nothing is said of it.
        boilerplate: Whether it is page furniture; None where nothing is said of it. A label says that it is not.
        note: A remark; may be empty.
        by: Who says so; may be empty.

    """

    label: Label | None = None
    speaker: str | None = None
    speaker_given: bool = False
    role: Role | None = None
    boilerplate: bool | None = None
    note: str = ""
    by: str = ""

    def __post_init__(self) -> None:
        """Check that the parts fit together.

        Raises:
            ValueError: Nothing is said, or two parts exclude each other.

        """
        if self.label is None and self.boilerplate is None and self.role is None and not self.speaker_given:
            raise ValueError("it corrects nothing; give label, speaker, role or boilerplate")
        if self.boilerplate and (self.label is not None or self.speaker is not None or self.role is not None):
            raise ValueError("page furniture has no label, speaker or role: give boilerplate alone")
        if self.speaker_given and self.speaker is None and self.role is not None:
            raise ValueError("speaker null is the reporter's own voice, which has no role: leave role out")
        if self.speaker is not None and not self.speaker_given:
            raise ValueError("a speaker is named but not given")
        if self.label is not None and self.boilerplate is None:
            object.__setattr__(self, "boilerplate", False)

    def disagrees_with(self, said: Said) -> bool:
        """Tell whether it says anything else than the model did."""
        speaker = said.speaker or {}
        return (
            (self.label is not None and self.label != said.label)
            or (self.boilerplate is not None and self.boilerplate != said.boilerplate)
            or (self.speaker_given and self.speaker != speaker.get("name"))
            or (self.role is not None and self.role != speaker.get("role"))
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """A kept correction.

    Attributes:
        id: Hash of document, sentence, change and key: the same correction has the same id.
        created: When it first came, in UTC.
        document: Id of the document.
        sentence: Position of the sentence in the document, from 0.
        text: The sentence.
        start: Its offset in the document.
        end: The offset after it.
        change: What the person says.
        said: What the model had said when it first came.
        key: Name of the API key it came with; empty without keys.
        contradicts: Ids of other corrections of the sentence that say something else.

    """

    id: str
    created: datetime
    document: str
    sentence: int
    text: str
    start: int
    end: int
    change: Change
    said: Said
    key: str = ""
    contradicts: tuple[str, ...] = ()

    @property
    def disagrees(self) -> bool:
        """Whether it says something else than the model did."""
        return self.change.disagrees_with(self.said)


@dataclass(frozen=True, slots=True)
class CorrectedDocument:
    """A document with everything people said of its sentences, oldest first."""

    document: KeptDocument
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence that a person should look at.

    Attributes:
        sentence: Its position in the document, from 0.
        said: What the model said of it.

    """

    sentence: int
    said: Said


@dataclass(frozen=True, slots=True)
class QueuedDocument:
    """A document that was classified and has sentences in doubt which nobody has looked at yet.

    Attributes:
        document: The document.
        seen: When it was last classified, in UTC.
        doubts: Those sentences, in their order.

    """

    document: KeptDocument
    seen: datetime
    doubts: tuple[Doubt, ...]

    @property
    def uncertainty(self) -> float:
        """That of its most doubtful sentence."""
        return max(doubt.said.uncertainty for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which corrections are wanted; None stands for any.

    Attributes:
        label: With this label.
        model: About what this model said: its artifact's hash, or the beginning of it.
        since: Not older than this.
        by: From this person.
        document: Of this document.
        disagreement: "model": says something else than the model did; "people": something else than another correction
            of the sentence; "any": one of both; "none": neither.

    """

    label: Label | None = None
    model: str | None = None
    since: datetime | None = None
    by: str | None = None
    document: str | None = None
    disagreement: Disagreement | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the sort key and the id of its last item."""

    key: datetime | float
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some corrections in order, and where the next page goes on; None after the last."""

    corrections: tuple[Correction, ...]
    next: Position | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some documents of the queue, the most doubtful first, and where the next page goes on."""

    documents: tuple[QueuedDocument, ...]
    next: Position | None


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted.

    Attributes:
        document: Id of the document.
        text_deleted: Whether its text is gone, too; False where other corrections or the queue refer to it.

    """

    document: str
    text_deleted: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is kept."""

    documents: int
    corrections: int
    queued: int


def hash_content(content: object) -> str:
    """Return an id for JSON-ready data: equal data, equal id."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:_ID_LENGTH]


def measure_distance(one: Mapping[Label, float], other: Mapping[Label, float]) -> float:
    """Return the total variation distance of two distributions, from 0 (equal) to 1 (nothing in common)."""
    return sum(abs(p - other[label]) for label, p in one.items()) / 2


def find_likeliest(probabilities: Mapping[Label, float]) -> Label:
    """Return the label with the highest probability."""
    return max(probabilities, key=probabilities.__getitem__)
