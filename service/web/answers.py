"""Answers: the pydantic models from which the OpenAPI document is generated, and JSON as a response."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import orjson
from flask import Response
from pydantic import BaseModel, Field

from model.labels import Label
from model.reader_choice import ReaderChoice
from model.records import Reader, Role, Sentence, Speaker
from service.web.config import Limits
from training.drift.reference import Feature


class ModelIdentity(BaseModel):
    """Which model answered."""

    name: str
    version: str
    artifact_hash: str
    created: str


class DocumentAnswer(BaseModel):
    """The labelled sentences of one document, in order; ``id`` where the request gave one.

    Of a page or file, also its text, in which offsets count, and what it says of itself.
    """

    id: str | int | None = None
    text: str | None = Field(None, description="of a page or file: the text that was found in it")
    title: str | None = Field(None, description="of a page or file: its headline; null where none was found")
    date: str | None = Field(None, description="of a page or file: the day of publication, as YYYY-MM-DD")
    outlet: str | None = Field(None, description="of a page or file: who published it")
    sentences: list[Sentence]


class SingleAnswer(DocumentAnswer):
    """The answer to ``text`` or ``sentences``, and each line of a streamed answer."""

    model: ModelIdentity


class FaultRecord(BaseModel):
    """One fault of a body."""

    pointer: str = Field(description="where it is: JSON Pointer (RFC 6901)")
    detail: str


class ProblemRecord(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultRecord] | None = None
    errors_left_out: int | None = None
    request_id: str | None = None


class FailedDocument(BaseModel):
    """What stands in the place of a document that cannot be classified, where ``on_error`` is report."""

    id: str | int | None = None
    error: ProblemRecord


class ManyAnswer(BaseModel):
    """The answer to ``documents``, in their order."""

    model: ModelIdentity
    documents: list[DocumentAnswer | FailedDocument]


class FailedAnswer(FailedDocument):
    """The same as a line of a streamed answer."""

    model: ModelIdentity


class LabelRecord(BaseModel):
    """A label and what it means."""

    name: Label
    definition: str


class LabelsAnswer(BaseModel):
    """The labels, in the order of their probabilities."""

    labels: list[LabelRecord]


class ModelAnswer(BaseModel):
    """What the model is, how good it is on held-out articles, and what a request may hold."""

    model: ModelIdentity
    labels: list[Label]
    language: str = Field(description="the language that the model knows")
    uncertain_below: float = Field(description="confidence below which a sentence is marked uncertain by default")
    reader: ReaderChoice = Field(description="who reads where a request does not say; fast without the careful reader")
    careful: dict[str, Any] | None = Field(description="what the careful reader is; null where it is not installed")
    limits: Limits
    metrics: dict[str, Any]
    manifest: dict[str, Any]


class SharesRecord(BaseModel):
    """The share of one bin of a feature."""

    now: float | None = Field(description="null: nothing has come yet")
    then: float


class ShiftRecord(BaseModel):
    """One feature of the text now, and when the model was measured."""

    psi: float | None = Field(description="population stability index; null: nothing has come yet")
    js_distance: float | None = Field(description="Jensen-Shannon distance, from 0 to 1; null: nothing has come yet")
    chance: float | None = Field(description="what the index stays below, 99 times of 100, where nothing has moved")
    sample: int = Field(description="how much was counted now: sentences, or words")
    reference_sample: int = Field(description="how much was counted when the model was measured")
    moved: bool | None = Field(description="null: nothing can be said")
    words: str
    shares: dict[str, SharesRecord] = Field(description="by bin")


class ReferenceRecord(BaseModel):
    """The held-out real news that the model was measured on."""

    documents: int
    sentences: int


class DriftAnswer(BaseModel):
    """How the text that a model has read here differs from the text that it was measured on."""

    model: ModelIdentity
    since: datetime | None = Field(description="when the model was first loaded here; null: it is not known")
    sentences: int = Field(description="sentences read since then, without page furniture")
    careful_sentences: int = Field(description="how many of them the careful reader decided")
    reference: ReferenceRecord
    moved: bool = Field(description="whether any feature has moved")
    summary: str
    features: dict[Feature, ShiftRecord]


class StateAnswer(BaseModel):
    """The state of the process that answered."""

    status: Literal["alive", "ready"]


class CorrectedModel(BaseModel):
    """The model whose answer is corrected."""

    version: str
    artifact_hash: str


class SaidAnswer(BaseModel):
    """What the model had said of a sentence; ``other_probabilities`` are those of the reader that did not decide."""

    label: Label | None
    confidence: float | None
    probabilities: dict[Label, float] | None
    uncertain: bool
    boilerplate: bool
    speaker: Speaker | None
    reader: Reader | None
    other_probabilities: dict[Label, float] | None


class CorrectionAnswer(BaseModel):
    """A correction as it is kept."""

    id: str
    created: datetime = Field(description="when it first came")
    document: str = Field(description="id of the document")
    sentence: int = Field(description="position in the document, from 0")
    text: str = Field(description="the sentence")
    start: int
    end: int
    label: Label | None = Field(description="null: nothing is said of it")
    speaker: str | None = Field(None, description="null: the reporter; absent: nothing is said of it")
    role: Role | None = Field(description="null: nothing is said of it")
    boilerplate: bool | None = Field(description="null: nothing is said of it")
    note: str
    by: str
    said: SaidAnswer = Field(description="what the model had said when the correction first came")
    model: CorrectedModel
    disagrees: bool = Field(description="whether the correction says something else than the model")
    contradicts: list[str] = Field(description="ids of other corrections of the sentence that say something else")


class CorrectionsAnswer(BaseModel):
    """A page of corrections."""

    corrections: list[CorrectionAnswer]
    next: str | None = Field(description="cursor of the next page; null after the last")


class DeletedCorrectionAnswer(BaseModel):
    """What was deleted."""

    id: str
    document: str
    text_deleted: bool = Field(description="whether the document's text is gone, too, for nothing else refers to it")


class DeletedQueuedAnswer(BaseModel):
    """What was taken off the queue."""

    id: str
    text_deleted: bool = Field(description="whether the document's text is gone, too, for nothing else refers to it")


class DoubtAnswer(BaseModel):
    """A sentence that a person should look at."""

    sentence: int = Field(description="position in the document, from 0")
    text: str
    start: int
    end: int
    uncertainty: float = Field(description="what the confidence lacks to 1, or how far the two readers are apart")
    said: SaidAnswer
    model: CorrectedModel


class QueuedAnswer(BaseModel):
    """A document that needs a look; it has either ``text`` or ``sentences``, as it was sent."""

    id: str
    seen: datetime
    text: str | None = None
    sentences: list[str] | None = None
    uncertainty: float = Field(description="that of its most doubtful sentence")
    doubts: list[DoubtAnswer]


class QueueAnswer(BaseModel):
    """A page of the queue, the most doubtful documents first."""

    documents: list[QueuedAnswer]
    next: str | None = Field(description="cursor of the next page; null after the last")


CORRECTION_MODELS: tuple[type[BaseModel], ...] = (
    CorrectionAnswer,
    CorrectionsAnswer,
    DeletedCorrectionAnswer,
    DeletedQueuedAnswer,
    QueueAnswer,
)
MODELS: tuple[type[BaseModel], ...] = (
    SingleAnswer,
    ManyAnswer,
    FailedAnswer,
    ProblemRecord,
    LabelsAnswer,
    ModelAnswer,
    DriftAnswer,
    StateAnswer,
)


def json_response(record: Mapping[str, Any], status: int = 200) -> Response:
    """Return JSON-ready data as a response."""
    return Response(orjson.dumps(record), status, mimetype="application/json")
