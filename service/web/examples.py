"""Examples in the OpenAPI document: requests to try, and what their answers look like."""

from collections.abc import Mapping
from typing import Any, Final

_TEXT: Final = "The navy will fire on any ship that enters the strait, Admiral Omar Rossi said on Monday."

REQUESTS: Final[Mapping[str, Any]] = {
    "text": {
        "summary": "Running text",
        "value": {"text": f"{_TEXT} Analysts doubt that it will come to that.", "explain": False},
    },
    "sentences": {
        "summary": "Sentences that are split already",
        "value": {"id": "n06", "sentences": [_TEXT, "Analysts doubt that it will come to that."]},
    },
    "documents": {
        "summary": "Several documents, and a lower bound for threats",
        "value": {
            "documents": [
                {"id": "n06", "text": _TEXT},
                {"id": "n08", "text": "The central bank left its key rate at 4.25 percent."},
            ],
            "threshold": {"threat": 0.2},
        },
    },
}

_MODEL: Final = {
    "name": "stancewire",
    "version": "0.1.0",
    "artifact_hash": "7abdadc59f9d983ebdb45a83c62ca28f1bc6f0f6f0aa28a2934bee563935739c",
    "created": "2026-11-28T21:42:34+00:00",
}
_SENTENCE: Final = {
    "text": _TEXT,
    "start": 0,
    "end": 89,
    "label": "threat",
    "confidence": 0.97,
    "probabilities": {"factual_report": 0.01, "official_statement": 0.02, "analyst_opinion": 0.0, "threat": 0.97},
    "uncertain": False,
    "speaker": {
        "name": "Omar Rossi",
        "mention": "Omar Rossi",
        "role": "official",
        "descriptor": "admiral",
        "cue": "say",
        "kind": "paraphrase",
        "via": None,
        "id": 1,
        "start": 63,
        "end": 73,
        "confidence": 0.98,
    },
    "boilerplate": False,
    "reader": "fast",
    "language": "en",
    "threat": {
        "by": {"text": "The navy", "start": 0, "end": 8},
        "against": {"text": "any ship", "start": 22, "end": 30},
        "condition": None,
        "deadline": None,
    },
}

ANSWERS: Final[Mapping[str, Any]] = {
    "one": {"summary": "One document", "value": {"model": _MODEL, "sentences": [_SENTENCE]}},
    "several": {
        "summary": "Several documents",
        "value": {"model": _MODEL, "documents": [{"id": "n06", "sentences": [_SENTENCE]}]},
    },
}
PROBLEM: Final[Mapping[str, Any]] = {
    "type": "about:blank",
    "title": "Unprocessable Entity",
    "status": 422,
    "detail": "/text is missing.",
    "errors": [{"pointer": "/text", "detail": "is missing"}],
    "request_id": "5f0c7a52c9d14d0c",
}
