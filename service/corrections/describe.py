"""Kept records as JSON-ready data: the same over HTTP and on the command line."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from service.corrections.records import Correction, QueuedDocument, Said


def describe_correction(correction: Correction) -> dict[str, Any]:
    """Return a correction as JSON-ready data; ``speaker`` only where something is said of it."""
    change = correction.change
    return {
        "id": correction.id,
        "created": _format_time(correction.created),
        "document": correction.document,
        "sentence": correction.sentence,
        "text": correction.text,
        "start": correction.start,
        "end": correction.end,
        "label": change.label,
        **({"speaker": change.speaker} if change.speaker_given else {}),
        "role": change.role,
        "boilerplate": change.boilerplate,
        "note": change.note,
        "by": change.by,
        **_describe_said(correction.said),
        "disagrees": correction.disagrees,
        "contradicts": correction.contradicts,
    }


def describe_queued(queued: QueuedDocument) -> dict[str, Any]:
    """Return a document of the queue as JSON-ready data, with ``text`` or ``sentences`` as it was sent."""
    document = queued.document
    return {
        "id": document.id,
        "seen": _format_time(queued.seen),
        "sentences" if document.text is None else "text": document.content,
        "uncertainty": queued.uncertainty,
        "doubts": [
            {
                "sentence": doubt.sentence,
                **asdict(document.sentences[doubt.sentence]),
                "uncertainty": doubt.said.uncertainty,
                **_describe_said(doubt.said),
            }
            for doubt in queued.doubts
        ],
    }


def _describe_said(said: Said) -> dict[str, Any]:
    record = asdict(said)
    model = {"version": record.pop("model_version"), "artifact_hash": record.pop("model_hash")}
    return {"said": record, "model": model}


def _format_time(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
