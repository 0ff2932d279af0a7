"""The OpenAPI 3.1 document: the paths, written out here, and the schemas of the models in requests and answers."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final, get_args

from pydantic.json_schema import models_json_schema

from model.labels import LABELS
from service.corrections.records import Disagreement, Order
from service.web.answers import CORRECTION_MODELS, MODELS
from service.web.config import Limits
from service.web.errors import MEDIA_TYPE
from service.web.examples import ANSWERS, PROBLEM, REQUESTS
from service.web.queries import CURSOR_PATTERN, MOST, MOST_QUEUED, QUEUE_CURSOR_PATTERN
from service.web.requests import ClassifyRequest, CorrectionRequest

_UNDESCRIBED = frozenset({"FileContent", "FileDocument", "FileRequest"})  # told of in words, see FileContent
_SCHEMAS = "#/components/schemas/{model}"
_ERRORS: Final[Mapping[int, str]] = {
    400: "The body is not JSON, not UTF-8, not gzip although it says so, or has a key twice.",
    401: "An API key is needed, and was not given or is unknown.",
    403: "The key does not have the scope that this takes.",
    404: "There is no such thing, or no more.",
    409: "The model finds no such sentence in the document.",
    413: "The body is larger than the limit.",
    415: "The body is of another media type or encoding.",
    422: "The JSON is not a valid request, or a document is not in English or cannot be read; errors names every "
    "fault.",
    429: "Too many requests; Retry-After says when to try again.",
    503: "No model is ready, or too many requests are waiting; Retry-After says when to try again.",
}


def build_document(limits: Limits, *, corrections: bool = False) -> dict[str, Any]:
    """Return the document of a service with these limits, and with the paths of corrections where they are on."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stancewire",
            "version": version("stancewire"),
            "description": "Who vouches for each sentence of the news, and what does it do? The model knows English "
            "only: other languages are refused, unless they are asked for. "
            f"One request may hold {limits.body_bytes} bytes, {limits.documents} documents, {limits.characters} "
            f"characters a text, {limits.sentences} sentences a document.",
        },
        "servers": [{"url": "/", "description": "this service"}],
        "tags": [*_TAGS, *([_CORRECTIONS_TAG] if corrections else [])],
        "paths": {**_PATHS, **(CORRECTION_PATHS if corrections else {})},
        "components": {
            "schemas": _fill_limits(_build_schemas(corrections), limits),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _build_schemas(corrections: bool) -> dict[str, Any]:
    requests = [ClassifyRequest, *([CorrectionRequest] if corrections else [])]
    answers = [*MODELS, *(CORRECTION_MODELS if corrections else ())]
    models = [*((model, "validation") for model in requests), *((model, "serialization") for model in answers)]
    _, definitions = models_json_schema(models, ref_template=_SCHEMAS)  # type: ignore[arg-type]
    schemas: dict[str, Any] = definitions["$defs"]
    schemas["Sentence"]["properties"].pop("other_probabilities")  # is not in the JSON
    return {name: schema for name, schema in schemas.items() if name not in _UNDESCRIBED}


def _fill_limits(schema: Any, limits: Limits) -> Any:  # noqa: ANN401 -- any part of a JSON document
    """Return the schema with the value of each limit in place of its name.

    ``{"type": "string", "maxLength": "characters"}`` becomes ``{"type": "string", "maxLength": 200000}``.
    """
    if isinstance(schema, list):
        return [_fill_limits(part, limits) for part in schema]
    if not isinstance(schema, dict):
        return schema
    filled = {key: _fill_limits(value, limits) for key, value in schema.items()}
    for key in ("maxLength", "maxItems"):
        if isinstance(name := schema.get(key), str):
            filled[key] = getattr(limits, name)
    return filled


def _refer_to(name: str) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(model=name)}


def _describe_json(description: str, name: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _refer_to(name)}}}


def _describe_errors(*statuses: int) -> dict[str, Any]:
    schema = _refer_to("ProblemRecord")
    retry: dict[str, Any] = {"headers": {"Retry-After": {"schema": {"type": "integer"}}}}
    return {
        str(status): {
            "description": _ERRORS[status],
            "content": {MEDIA_TYPE: {"schema": schema, **({"example": PROBLEM} if status == 422 else {})}},
            **(retry if status in {429, 503} else {}),
        }
        for status in statuses
    }


_TAGS: Final = (
    {"name": "classify", "description": "Labels for the sentences of texts."},
    {"name": "model", "description": "What answers, and what the labels mean."},
    {"name": "operations", "description": "For whoever runs the service."},
)
_CORRECTIONS_TAG: Final = {"name": "corrections", "description": "What people say is right, and what needs a look."}
# Generated clients name their functions after the operation ids, which must therefore not change from now on.
_SECURITY: Final[list[dict[str, list[str]]]] = [{}, {"key": []}]  # a key only where the service asks for one
_PATHS: Final[Mapping[str, Any]] = {
    "/v1/classify": {
        "post": {
            "operationId": "classify",
            "tags": ["classify"],
            "summary": "Label the sentences of a text, of a document already split, of a page or file, or of several.",
            "description": "With the header `Accept: application/x-ndjson`, each document is a line that is sent as "
            'soon as it is done. In place of text, a document may also be a file with one article: {"file": {"name": '
            '"report.pdf", "content": "its bytes in base64"}}, whose name ends in .txt, .html, .htm, .xhtml, .docx, '
            ".pdf or .eml.",
            "security": _SECURITY,
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _refer_to("ClassifyRequest"), "examples": REQUESTS}},
            },
            "responses": {
                "200": {
                    "description": "The labelled sentences, in order.",
                    "content": {
                        "application/json": {
                            "schema": {"anyOf": [_refer_to("SingleAnswer"), _refer_to("ManyAnswer")]},
                            "examples": ANSWERS,
                        },
                        "application/x-ndjson": {
                            "schema": {"anyOf": [_refer_to("SingleAnswer"), _refer_to("FailedAnswer")]}
                        },
                    },
                },
                **_describe_errors(400, 401, 413, 415, 422, 429, 503),
            },
        }
    },
    "/v1/model": {
        "get": {
            "operationId": "describe_model",
            "tags": ["model"],
            "summary": "Tell what the model is, how good it is on held-out articles, and what one request may hold.",
            "security": _SECURITY,
            "responses": {"200": _describe_json("The model.", "ModelAnswer"), **_describe_errors(401, 503)},
        }
    },
    "/v1/labels": {
        "get": {
            "operationId": "list_labels",
            "tags": ["model"],
            "summary": "List the labels, in the order of their probabilities, with what each means.",
            "security": _SECURITY,
            "responses": {"200": _describe_json("The labels.", "LabelsAnswer"), **_describe_errors(401)},
        }
    },
    "/healthz": {
        "get": {
            "operationId": "check_alive",
            "tags": ["operations"],
            "summary": "Tell that the process answers; restart it where it does not.",
            "responses": {"200": _describe_json("Alive.", "StateAnswer")},
        }
    },
    "/readyz": {
        "get": {
            "operationId": "check_ready",
            "tags": ["operations"],
            "summary": "Tell whether a verified and self-tested model is loaded; send no requests before that.",
            "responses": {"200": _describe_json("Ready.", "StateAnswer"), **_describe_errors(503)},
        }
    },
    "/metrics": {
        "get": {
            "operationId": "read_metrics",
            "tags": ["operations"],
            "summary": "Give the metrics of all workers in Prometheus's text format.",
            "responses": {
                "200": {"description": "The metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}}
            },
        }
    },
}
_IDENTIFIER: Final[Mapping[str, Any]] = {
    "name": "identifier",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}


def _describe_parameter(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _describe_limit(most: int, default: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return _describe_parameter("limit", "how many at the most", schema)


def _describe_cursor(pattern: str, description: str) -> dict[str, Any]:
    return _describe_parameter("cursor", description, {"type": "string", "pattern": pattern})


def _describe_choice(name: str, description: str, choices: Sequence[str]) -> dict[str, Any]:
    return _describe_parameter(name, description, {"type": "string", "enum": list(choices)})


CORRECTION_PATHS: Final[Mapping[str, Any]] = {
    "/v1/corrections": {
        "post": {
            "operationId": "add_correction",
            "tags": ["corrections"],
            "summary": "Keep what is right of one sentence, with its whole document.",
            "description": "The same correction sent twice is one. Corrections that contradict each other all stay.",
            "security": _SECURITY,
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _refer_to("CorrectionRequest")}},
            },
            "responses": {
                "201": _describe_json("Kept; with what the model had said.", "CorrectionAnswer"),
                "200": _describe_json(
                    "It was kept already: the same id, and what the model said then.", "CorrectionAnswer"
                ),
                **_describe_errors(400, 401, 403, 409, 413, 415, 422, 429, 503),
            },
        },
        "get": {
            "operationId": "list_corrections",
            "tags": ["corrections"],
            "summary": "List corrections, page by page.",
            "security": _SECURITY,
            "parameters": [
                _describe_limit(MOST, 50),
                _describe_cursor(CURSOR_PATTERN, "next of the page before; it keeps that page's order"),
                _describe_choice("order", "the newest first, or what the model was least sure of", get_args(Order)),
                _describe_choice("label", "with this label", LABELS),
                _describe_parameter(
                    "model",
                    "about what this model said: its artifact's hash, or the beginning of it",
                    {"type": "string", "pattern": "^[0-9a-f]{1,64}$"},
                ),
                _describe_parameter(
                    "document", "of the document with this id", {"type": "string", "pattern": "^[0-9a-f]{32}$"}
                ),
                _describe_parameter("since", "not older than this", {"type": "string", "format": "date-time"}),
                _describe_choice(
                    "disagreement",
                    "which say something else than the model, than other people, than any, or than none of them",
                    get_args(Disagreement),
                ),
            ],
            "responses": {
                "200": _describe_json("A page of corrections.", "CorrectionsAnswer"),
                **_describe_errors(401, 403, 422, 503),
            },
        },
    },
    "/v1/corrections/{identifier}": {
        "delete": {
            "operationId": "delete_correction",
            "tags": ["corrections"],
            "summary": "Delete a correction, and the text of its document if nothing else refers to that.",
            "description": "Without the scope admin, only corrections that came with the same key.",
            "security": _SECURITY,
            "parameters": [_IDENTIFIER],
            "responses": {
                "200": _describe_json("Deleted.", "DeletedCorrectionAnswer"),
                **_describe_errors(401, 403, 404, 503),
            },
        },
    },
    "/v1/queue": {
        "get": {
            "operationId": "list_queue",
            "tags": ["corrections"],
            "summary": "List classified documents with sentences in doubt, the most doubtful first.",
            "security": _SECURITY,
            "parameters": [
                _describe_limit(MOST_QUEUED, 20),
                _describe_cursor(QUEUE_CURSOR_PATTERN, "next of the page before"),
            ],
            "responses": {
                "200": _describe_json("A page of the queue.", "QueueAnswer"),
                **_describe_errors(401, 403, 422, 503),
            },
        },
    },
    "/v1/queue/{identifier}": {
        "delete": {
            "operationId": "dismiss_document",
            "tags": ["corrections"],
            "summary": "Take a document off the queue, and delete its text unless corrections refer to it.",
            "security": _SECURITY,
            "parameters": [_IDENTIFIER],
            "responses": {
                "200": _describe_json("Off the queue.", "DeletedQueuedAnswer"),
                **_describe_errors(401, 403, 404, 503),
            },
        },
    },
}
