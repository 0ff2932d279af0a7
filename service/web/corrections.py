"""The HTTP interface of corrections: keep them, list them, delete them, and say which documents need a look."""

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, request

from model import Classifier, Document
from model.language import ENGLISH
from service.corrections.describe import describe_correction, describe_queued
from service.corrections.records import Change, KeptDocument, Said
from service.web.answers import json_response
from service.web.errors import Problem
from service.web.queries import parse_corrections_query, parse_queue_query, write_cursor
from service.web.requests import SentCorrection, parse_correction, read_json
from service.web.routes import Service, get_service
from service.web.security import find_requester

if TYPE_CHECKING:
    from service.corrections.store import Store

corrections = Blueprint("corrections", __name__)
_OFF = "Corrections are not kept here; whoever runs the service can start it with STANCE_CORRECTIONS=on."
_UNKNOWN = "There is no such correction; it may have been deleted."
_NOT_QUEUED = "There is no such document in the queue; it may have been deleted, or be too old."


@corrections.post("/v1/corrections")
def add_correction() -> Response:
    """Keep a correction with its whole document, and tell what the model had said of the sentence."""
    store, service = _get_store(), get_service()
    sent = parse_correction(read_json(request, service.config.body_bytes), service.config)
    document, said = _classify(service, service.model.get_classifier(), sent)
    key = find_requester()
    correction, is_new = store.add(document, sent.sentence, _sign(sent.change, key.name), said, key=key.name)
    service.metrics.count_correction(is_new)
    g.log_facts = {"correction": correction.id, "new": is_new}
    return json_response(describe_correction(correction), 201 if is_new else 200)


@corrections.get("/v1/corrections")
def list_corrections() -> Response:
    """List corrections, page by page."""
    store, query = _get_store(), parse_corrections_query(request.args)
    page = store.find(query.wanted, order=query.order, limit=query.limit, after=query.after)
    return json_response(
        {"corrections": [describe_correction(each) for each in page.corrections], "next": write_cursor(page.next)}
    )


@corrections.delete("/v1/corrections/<identifier>")
def delete_correction(identifier: str) -> Response:
    """Delete a correction, and the document's text if nothing else refers to it."""
    store, requester = _get_store(), find_requester()
    if not requester.allows("admin"):
        correction = store.get(identifier)
        if correction is not None and correction.key != requester.name:
            raise Problem(403, "This correction came with another key: ask somebody whose key has the scope admin.")
    deleted = store.delete(identifier)
    if deleted is None:
        raise Problem(404, _UNKNOWN)
    return json_response({"id": identifier, "document": deleted.document, "text_deleted": deleted.text_deleted})


@corrections.get("/v1/queue")
def list_queue() -> Response:
    """List classified documents with sentences in doubt, the most doubtful first."""
    store, query = _get_store(), parse_queue_query(request.args)
    page = store.queue(limit=query.limit, after=query.after)
    return json_response(
        {"documents": [describe_queued(each) for each in page.documents], "next": write_cursor(page.next)}
    )


@corrections.delete("/v1/queue/<identifier>")
def dismiss_document(identifier: str) -> Response:
    """Take a document off the queue: nothing in it needs a correction, or no more."""
    deleted = _get_store().dismiss(identifier)
    if deleted is None:
        raise Problem(404, _NOT_QUEUED)
    return json_response({"id": identifier, "text_deleted": deleted.text_deleted})


def _get_store() -> "Store":
    store = get_service().store
    if store is None:
        raise Problem(404, _OFF)
    return store


def _classify(service: Service, classifier: Classifier, sent: SentCorrection) -> tuple[KeptDocument, Said]:
    """Return the document as it is kept, and what the model says of the sentence.

    Raises:
        Problem: 409, for the model finds no such sentence.

    """
    with service.gate.enter():
        sentences = _read(classifier, sent.document).sentences
    if sent.sentence >= len(sentences):
        raise Problem(
            409,
            f"The model finds {len(sentences)} sentences in this document, counted from 0; there is no "
            f"{sent.sentence}: classify it again, and count in the answer.",
        )
    text = sent.document if isinstance(sent.document, str) else None
    said = Said.of(sentences[sent.sentence], classifier.manifest.identity())
    return KeptDocument.of(text, sentences), said


def _read(classifier: Classifier, content: str | list[str]) -> Document:
    """Classify as ``/v1/classify`` does by default; a document that it refuses as not English, in full."""
    (result,) = classifier.classify_each([content], language=ENGLISH)
    return result if isinstance(result, Document) else classifier.classify_documents([content])[0]


def _sign(change: Change, key_name: str) -> Change:
    """Name the key's owner as the one who says so, where nobody is named."""
    return change if change.by or not key_name else replace(change, by=key_name)
