"""Answers: the pydantic models from which the OpenAPI document is generated, and JSON as a response."""

from collections.abc import Mapping
from typing import Any, Literal

import orjson
from flask import Response
from pydantic import BaseModel, Field

from model.labels import Label
from model.records import Sentence
from service.web.config import Limits


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
    limits: Limits
    metrics: dict[str, Any]
    manifest: dict[str, Any]


class StateAnswer(BaseModel):
    """The state of the process that answered."""

    status: Literal["alive", "ready"]


MODELS: tuple[type[BaseModel], ...] = (
    SingleAnswer,
    ManyAnswer,
    FailedAnswer,
    ProblemRecord,
    LabelsAnswer,
    ModelAnswer,
    StateAnswer,
)


def json_response(record: Mapping[str, Any]) -> Response:
    """Return JSON-ready data as a response."""
    return Response(orjson.dumps(record), mimetype="application/json")
