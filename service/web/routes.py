"""The HTTP interface under ``/v1``: classify, and what the model is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Response, current_app, g, request, stream_with_context
from flask_openapi.blueprint import APIBlueprint
from pydantic import RootModel

from model import DEFINITIONS, LABELS, Classifier
from service.web.answers import json_response
from service.web.body import read_json
from service.web.config import Config
from service.web.errors import unexpected
from service.web.gate import Gate
from service.web.live_model import LiveModel
from service.web.logs import log_unexpected
from service.web.metrics import Metrics
from service.web.openapi import CLASSIFY_BODY, CLASSIFY_RESPONSES, SECURITY, answer, errors, reference
from service.web.schema import Job, read_job

api = APIBlueprint("api", __name__)
STREAM = "application/x-ndjson"
_BATCH_CHARACTERS = 20_000  # a pass through the pipeline takes about so much: memory stays small, and lines come soon
_EACH = 50  # what a sentence costs beside its length, in characters


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes work with."""

    config: Config
    model: LiveModel
    gate: Gate
    metrics: Metrics
    request_model: type[RootModel[Any]]


def service() -> Service:
    """Return the parts of the running application."""
    found: Service = current_app.extensions["stance"]
    return found


@api.post("/v1/classify", request_body=CLASSIFY_BODY, responses=CLASSIFY_RESPONSES, security=SECURITY)
def classify() -> Response:
    """Label the sentences of a text, of a document already split, or of several documents.

    With the header `Accept: application/x-ndjson`, each document is a line that is sent as soon as it is done.
    """
    parts = service()
    job = read_job(parts.request_model, read_json(request, parts.config.body_bytes))
    classifier = parts.model.current()
    g.log_facts = {"documents": len(job.documents)}
    if request.accept_mimetypes.best_match(["application/json", STREAM]) == STREAM:
        return _streamed(parts, classifier, job)
    with parts.gate.enter():
        records = [orjson.dumps(r) for batch in _batches(job) for r in _records(parts, classifier, job, batch)]
    head = orjson.dumps({"model": classifier.manifest.identity()})[:-1]
    body = b'%b,"documents":[%b]}' % (head, b",".join(records)) if job.many else b"%b,%b" % (head, records[0][1:])
    return Response(body, mimetype="application/json")


@api.get(
    "/v1/model", responses={200: answer("The model.", reference("ModelAnswer")), **errors(401, 503)}, security=SECURITY
)
def describe_model() -> Response:
    """Tell what the model is, how good it is on held-out articles, and what one request may hold."""
    parts = service()
    classifier = parts.model.current()
    manifest = classifier.manifest.to_dict()
    return json_response(
        {
            "model": classifier.manifest.identity(),
            "labels": LABELS,
            "uncertain_below": classifier.uncertain_below,
            "limits": parts.config.limits.model_dump(),
            "metrics": manifest["metrics"],
            "manifest": manifest,
        }
    )


@api.get(
    "/v1/labels", responses={200: answer("The labels.", reference("LabelsAnswer")), **errors(401)}, security=SECURITY
)
def list_labels() -> Response:
    """List the labels, in the order of their probabilities, with what each means."""
    return json_response({"labels": [{"name": label, "definition": DEFINITIONS[label]} for label in LABELS]})


def _batches(job: Job) -> Iterator[range]:
    """Yield the positions of documents that go through the pipeline together."""
    start = size = 0
    for position, document in enumerate(job.documents):
        size += len(document) if isinstance(document, str) else sum(map(len, document)) + _EACH * len(document)
        if size >= _BATCH_CHARACTERS:
            yield range(start, position + 1)
            start, size = position + 1, 0
    if start < len(job.documents):
        yield range(start, len(job.documents))


def _records(parts: Service, classifier: Classifier, job: Job, batch: range) -> list[dict[str, Any]]:
    """Classify a batch and return a record a document; with an id if it has one, or stands among several."""
    texts: Sequence[str | Sequence[str]] = job.documents[batch.start : batch.stop]
    documents = classifier.classify_documents(texts, explain=job.explain, thresholds=job.thresholds)
    parts.metrics.note_documents(classifier, documents)
    ids = ({"id": job.ids[i]} if job.many or job.ids[i] is not None else {} for i in batch)
    return [{**identifier, **document.to_dict()} for identifier, document in zip(ids, documents, strict=True)]


def _streamed(parts: Service, classifier: Classifier, job: Job) -> Response:
    """Return the documents as lines; a place at the gate is held while classifying, never while the client reads."""
    identity = {"model": classifier.manifest.identity()}
    batches = _batches(job)
    with parts.gate.enter():  # before the answer begins: the status can still say that it cannot be had
        first = _records(parts, classifier, job, next(batches))

    def lines() -> Iterator[bytes]:
        yield from (orjson.dumps(identity | record) + b"\n" for record in first)
        try:
            for batch in batches:
                with parts.gate.enter(patiently=True):
                    records = _records(parts, classifier, job, batch)
                yield from (orjson.dumps(identity | record) + b"\n" for record in records)
        except Exception as error:  # the status is sent: a last line has to tell
            log_unexpected(error)
            yield orjson.dumps(unexpected().to_dict()) + b"\n"

    return Response(stream_with_context(lines()), mimetype=STREAM)
