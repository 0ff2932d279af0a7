"""The HTTP interface: classify texts, tell what the model is, and how the service does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from flask import Blueprint, Response, current_app, g, request, stream_with_context
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from model import DEFINITIONS, LABELS, Classifier
from service.corrections.queue_writer import QueueWriter
from service.drift.window import measure_drift
from service.web.answers import json_response
from service.web.config import Config
from service.web.errors import Problem, report_failure
from service.web.gate import Gate
from service.web.live_model import LiveModel
from service.web.metrics import Metrics
from service.web.requests import Submission, parse_submission, read_json

if TYPE_CHECKING:
    from service.corrections.store import Store

api = Blueprint("api", __name__)
STREAM = "application/x-ndjson"
_BATCH_CHARACTERS = 20_000  # classified together: few enough that memory stays small and the first lines come soon
_SENTENCE_CHARACTERS = 50  # a sentence costs as much time as so many characters, beside its own


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes work with; ``store`` is None where corrections are off, ``queue`` where none is kept."""

    config: Config
    model: LiveModel
    gate: Gate
    metrics: Metrics
    openapi: Mapping[str, Any]
    store: "Store | None" = None
    queue: QueueWriter | None = None

    def close(self) -> None:
        """Write what waits for the queue, and close the connections to the database."""
        if self.queue is not None:
            self.queue.close()
        if self.store is not None:
            self.store.close()


def get_service() -> Service:
    """Return the parts of the running application."""
    service: Service = current_app.extensions["stance"]
    return service


@api.post("/v1/classify")
def classify() -> Response:
    """Label the sentences of one or several documents; as lines, each sent when it is done, where that is asked for."""
    service = get_service()
    submission = parse_submission(read_json(request, service.config.body_bytes), service.config)
    classifier = service.model.get_classifier()
    g.log_facts = {"documents": len(submission.documents)}
    if request.accept_mimetypes.best_match(["application/json", STREAM]) == STREAM:
        return _stream_lines(service, classifier, submission)
    with service.gate.enter():
        records = [
            orjson.dumps(record)
            for batch in _split_into_batches(submission)
            for record in _classify_batch(service, classifier, submission, batch)
        ]
    head = orjson.dumps({"model": classifier.manifest.identity()})[:-1]
    if submission.many:
        body = b'%b,"documents":[%b]}' % (head, b",".join(records))
    else:
        body = b"%b,%b" % (head, records[0][1:])
    return Response(body, mimetype="application/json")


@api.get("/v1/model")
def describe_model() -> Response:
    """Tell what the model is, how good it is on held-out articles, and what one request may hold."""
    service = get_service()
    classifier = service.model.get_classifier()
    manifest, careful = classifier.manifest.to_dict(), classifier.readers.careful
    return json_response(
        {
            "model": classifier.manifest.identity(),
            "labels": LABELS,
            "uncertain_below": classifier.uncertain_below,
            "reader": classifier.reader,
            "careful": careful and careful.describe(),
            "limits": service.config.limits.model_dump(),
            "metrics": manifest["metrics"],
            "manifest": manifest,
        }
    )


@api.get("/v1/drift")
def describe_drift() -> Response:
    """Tell how the text that this model has read here differs from the text that it was measured on."""
    service = get_service()
    live = service.model.get_live()
    if live.reference is None:
        raise Problem(404, "The model in service was trained without a reference; train a new one: stance train.")
    return json_response(measure_drift(live.classifier, live.reference, service.metrics.read_window(live)).to_dict())


@api.get("/v1/labels")
def list_labels() -> Response:
    """List the labels, in the order of their probabilities, with what each means."""
    return json_response({"labels": [{"name": label, "definition": DEFINITIONS[label]} for label in LABELS]})


@api.get("/openapi.json")
def describe_api() -> Response:
    """Return the OpenAPI document."""
    return json_response(get_service().openapi)


@api.get("/healthz")
def check_alive() -> Response:
    """Tell that the process answers."""
    return json_response({"status": "alive"})


@api.get("/readyz")
def check_ready() -> Response:
    """Tell whether a verified and self-tested model is loaded."""
    get_service().model.get_classifier()
    return json_response({"status": "ready"})


@api.get("/metrics")
def render_metrics() -> Response:
    """Return the metrics of all workers in Prometheus's text format."""
    service = get_service()
    return Response(service.metrics.render(service.model.find_live()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _split_into_batches(submission: Submission) -> Iterator[range]:
    """Yield the positions of documents that are classified together."""
    start = size = 0
    for position, document in enumerate(submission.documents):
        if isinstance(document, str):
            size += len(document)
        else:
            size += sum(map(len, document)) + _SENTENCE_CHARACTERS * len(document)
        if size >= _BATCH_CHARACTERS:
            yield range(start, position + 1)
            start, size = position + 1, 0
    if start < len(submission.documents):
        yield range(start, len(submission.documents))


def _classify_batch(
    service: Service, classifier: Classifier, submission: Submission, batch: range
) -> list[dict[str, Any]]:
    """Classify a batch and return a record a document; with an id if it has one, or stands among several."""
    texts: Sequence[str | Sequence[str]] = submission.documents[batch.start : batch.stop]
    documents = classifier.classify_documents(
        texts, explain=submission.explain, thresholds=submission.thresholds, reader=submission.reader
    )
    service.metrics.count_documents(classifier, documents)
    if service.queue is not None:
        identity = classifier.manifest.identity()
        for text, document in zip(texts, documents, strict=True):
            running_text = text if isinstance(text, str) else None
            service.queue.put(running_text, document, identity, classifier.uncertain_below)
    ids = [submission.ids[i] for i in batch]
    return [
        {**({"id": identifier} if submission.many or identifier is not None else {}), **document.to_dict()}
        for identifier, document in zip(ids, documents, strict=True)
    ]


def _stream_lines(service: Service, classifier: Classifier, submission: Submission) -> Response:
    """Return the documents as lines; a place at the gate is held while classifying, never while the client reads."""
    identity = {"model": classifier.manifest.identity()}
    batches = _split_into_batches(submission)
    with service.gate.enter():  # before the answer begins, while its status can still say that the service is busy
        first = _classify_batch(service, classifier, submission, next(batches))

    def generate_lines() -> Iterator[bytes]:
        yield from (orjson.dumps(identity | record) + b"\n" for record in first)
        try:
            for batch in batches:
                with service.gate.enter(patiently=True):
                    records = _classify_batch(service, classifier, submission, batch)
                yield from (orjson.dumps(identity | record) + b"\n" for record in records)
        except Exception as error:  # the status is sent already: a last line tells the client
            yield orjson.dumps(report_failure(error).to_dict()) + b"\n"

    return Response(stream_with_context(generate_lines()), mimetype=STREAM)
