"""The HTTP interface: classify texts, tell what the model is, and how the service does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
from flask import Blueprint, Response, current_app, g, request, stream_with_context
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from model import DEFINITIONS, LABELS, Classifier, Document
from model.classifier import DocumentError
from model.language import ENGLISH, ForeignLanguageError
from service.corrections.queue_writer import QueueWriter
from service.drift.window import measure_drift
from service.web.answers import json_response
from service.web.config import Config
from service.web.documents import Item, read_documents, refuse_language
from service.web.errors import BodyFault, Problem, report_failure
from service.web.gate import Effort, Gate
from service.web.live_model import LiveModel
from service.web.metrics import Metrics
from service.web.requests import Submission, invalid, parse_submission, read_json

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


@api.post("/v1/classify", strict_slashes=False)
def classify() -> Response:
    """Label the sentences of one or several documents; as lines, each sent when it is done, where that is asked for."""
    service = get_service()
    submission = parse_submission(read_json(request, service.config.body_bytes), service.config)
    classifier = service.model.get_classifier()
    g.log_facts = {"documents": len(submission.documents)}
    is_stream = request.accept_mimetypes.best_match(["application/json", STREAM]) == STREAM
    effort = Effort((submission.reader or classifier.reader, bool(submission.explain)), request.content_length or 0)
    with service.gate.enter(effort):
        work = _Work(service, classifier, submission, read_documents(submission, service.config))
        work.refuse_faults(check_languages=is_stream)
        if is_stream:
            return work.stream_lines()
        records = [orjson.dumps(record) for record in work.classify_all()]
    head = orjson.dumps({"model": classifier.manifest.identity()})[:-1]
    if submission.many:
        body = b'%b,"documents":[%b]}' % (head, b",".join(records))
    else:
        body = b"%b,%b" % (head, records[0][1:])
    return Response(body, mimetype="application/json")


@api.get("/v1/model", strict_slashes=False)
def describe_model() -> Response:
    """Tell what the model is, how good it is on held-out articles, and what one request may hold."""
    service = get_service()
    classifier = service.model.get_classifier()
    manifest, careful = classifier.manifest.to_dict(), classifier.readers.careful
    return json_response(
        {
            "model": classifier.manifest.identity(),
            "labels": LABELS,
            "language": ENGLISH,
            "uncertain_below": classifier.uncertain_below,
            "reader": classifier.reader,
            "careful": careful and careful.describe(),
            "limits": service.config.limits.model_dump(),
            "metrics": manifest["metrics"],
            "manifest": manifest,
        }
    )


@api.get("/v1/drift", strict_slashes=False)
def describe_drift() -> Response:
    """Tell how the text that this model has read here differs from the text that it was measured on."""
    service = get_service()
    live = service.model.get_live()
    if live.reference is None:
        raise Problem(404, "The model in service was trained without a reference; train a new one: stance train.")
    return json_response(measure_drift(live.classifier, live.reference, service.metrics.read_window(live)).to_dict())


@api.get("/v1/labels", strict_slashes=False)
def list_labels() -> Response:
    """List the labels, in the order of their probabilities, with what each means."""
    return json_response({"labels": [{"name": label, "definition": DEFINITIONS[label]} for label in LABELS]})


@api.get("/openapi.json", strict_slashes=False)
def describe_api() -> Response:
    """Return the OpenAPI document."""
    return json_response(get_service().openapi)


@api.get("/healthz", strict_slashes=False)
def check_alive() -> Response:
    """Tell that the process answers."""
    return json_response({"status": "alive"})


@api.get("/readyz", strict_slashes=False)
def check_ready() -> Response:
    """Tell whether a verified and self-tested model is loaded."""
    get_service().model.get_classifier()
    return json_response({"status": "ready"})


@api.get("/metrics", strict_slashes=False)
def render_metrics() -> Response:
    """Return the metrics of all workers in Prometheus's text format."""
    service = get_service()
    return Response(service.metrics.render(service.model.find_live()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@dataclass(frozen=True, slots=True)
class _Work:
    """The documents of one request, on their way to an answer."""

    service: Service
    classifier: Classifier
    submission: Submission
    items: Sequence[Item]

    def refuse_faults(self, *, check_languages: bool) -> None:
        """Refuse the request for the faults of its documents, unless they are to be reported.

        Args:
            check_languages: Find languages now: once lines are sent, the status cannot say that one is refused.

        Raises:
            Problem: 422, with every fault found.

        """
        if self.submission.reports:
            return
        faults = [fault for item in self.items for fault in item.faults]
        if check_languages and self.submission.language == ENGLISH:
            found = [(item, self.classifier.find_language(item.content)) for item in self.items]
            faults += [refuse_language(item, language) for item, language in found if language != ENGLISH]
        if faults:
            raise invalid(faults)

    def classify_all(self) -> list[dict[str, Any]]:
        """Classify all documents and return a record each.

        Raises:
            Problem: 422, where a document cannot be classified and that is not to be reported.

        """
        results = [result for batch in self._split_into_batches() for result in self._classify_batch(batch)]
        self._refuse_unclassified(results)
        return [self._to_record(item, result) for item, result in zip(self.items, results, strict=True)]

    def stream_lines(self) -> Response:
        """Return documents as lines; a place at the gate is held while classifying, never while the client reads.

        The first lines are made at once, before the answer begins, while its status can still say that it failed.
        """
        identity = {"model": self.classifier.manifest.identity()}
        batches = self._split_into_batches()
        first = self._make_lines(identity, next(batches))

        def generate_lines() -> Iterator[bytes]:
            yield from first
            try:
                for batch in batches:
                    with self.service.gate.enter(patiently=True):
                        lines = self._make_lines(identity, batch)
                    yield from lines
            except Problem as problem:
                yield orjson.dumps(problem.to_dict()) + b"\n"
            except Exception as error:  # the status is sent already: a last line tells the client
                yield orjson.dumps(report_failure(error).to_dict()) + b"\n"

        return Response(stream_with_context(generate_lines()), mimetype=STREAM)

    def _make_lines(self, identity: dict[str, Any], batch: range) -> list[bytes]:
        results = self._classify_batch(batch)
        self._refuse_unclassified(results)
        items = self.items[batch.start : batch.stop]
        records = [self._to_record(item, result) for item, result in zip(items, results, strict=True)]
        return [orjson.dumps(identity | record) + b"\n" for record in records]

    def _refuse_unclassified(self, results: Sequence[Document | Item]) -> None:
        """Raise the problem of the documents that could not be classified, unless they are to be reported."""
        faults = [fault for result in results if isinstance(result, Item) for fault in result.faults]
        if faults and not self.submission.reports:
            raise invalid(faults)

    def _split_into_batches(self) -> Iterator[range]:
        """Yield the positions of documents that are classified together."""
        start = size = 0
        for position, item in enumerate(self.items):
            if isinstance(item.content, str):
                size += len(item.content)
            else:
                size += sum(map(len, item.content)) + _SENTENCE_CHARACTERS * len(item.content)
            if size >= _BATCH_CHARACTERS:
                yield range(start, position + 1)
                start, size = position + 1, 0
        if start < len(self.items):
            yield range(start, len(self.items))

    def _classify_batch(self, batch: range) -> list[Document | Item]:
        """Classify a batch; a document that cannot be classified is its item, with the faults."""
        items = self.items[batch.start : batch.stop]
        results = iter(
            self.classifier.classify_each(
                [item.content for item in items if not item.faults],
                explain=self.submission.explain,
                thresholds=self.submission.thresholds,
                reader=self.submission.reader,
                language=self.submission.language,
            )
        )
        found: list[Document | Item] = []
        for item in items:
            result = item if item.faults else next(results)
            found.append(result if isinstance(result, Document | Item) else _refuse(item, result))
        self.service.metrics.count_documents(self.classifier, [one for one in found if isinstance(one, Document)])
        self._queue(items, found)
        return found

    def _queue(self, items: Sequence[Item], results: Sequence[Document | Item]) -> None:
        """Offer what was classified to the queue of documents that need a look, where there is one."""
        if self.service.queue is None:
            return
        identity = self.classifier.manifest.identity()
        for item, result in zip(items, results, strict=True):
            if isinstance(result, Document):
                running_text = item.content if isinstance(item.content, str) else None
                self.service.queue.put(running_text, result, identity, self.classifier.bounds_of_doubt)

    def _to_record(self, item: Item, result: Document | Item) -> dict[str, Any]:
        """Return the record of a document; with an id if it has one, or stands among several."""
        record = {"id": item.id} if self.submission.many or item.id is not None else {}
        if isinstance(result, Item):
            return {**record, "error": invalid(result.faults).to_dict()}
        return {**record, **item.facts, **result.to_dict()}


def _refuse(item: Item, error: DocumentError) -> Item:
    """Return a document that cannot be classified, with the fault that says why."""
    if isinstance(error, ForeignLanguageError):
        return replace(item, faults=[refuse_language(item, error.language)])
    return replace(item, faults=[BodyFault("/explain", f"cannot be used: {error}")])
