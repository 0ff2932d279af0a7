"""The OpenAPI 3.1 document: the paths, written out here, and the schemas of the models in requests and answers."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from service.web.answers import MODELS
from service.web.config import Limits
from service.web.errors import MEDIA_TYPE
from service.web.examples import ANSWERS, PROBLEM, REQUESTS
from service.web.requests import ClassifyRequest

_SCHEMAS = "#/components/schemas/{model}"
_ERRORS: Final[Mapping[int, str]] = {
    400: "The body is not JSON, not UTF-8, not gzip although it says so, or has a key twice.",
    401: "An API key is needed, and was not given or is unknown.",
    413: "The body is larger than the limit.",
    415: "The body is of another media type or encoding.",
    422: "The JSON is not a valid request; errors names every fault.",
    429: "Too many requests; Retry-After says when to try again.",
    503: "No model is ready, or too many requests are waiting; Retry-After says when to try again.",
}


def build_document(limits: Limits) -> dict[str, Any]:
    """Return the document of a service with these limits."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stancewire",
            "version": version("stancewire"),
            "description": "Who vouches for each sentence of the news, and what does it do? "
            f"One request may hold {limits.body_bytes} bytes, {limits.documents} documents, {limits.characters} "
            f"characters a text, {limits.sentences} sentences a document.",
        },
        "servers": [{"url": "/", "description": "this service"}],
        "tags": [
            {"name": "classify", "description": "Labels for the sentences of texts."},
            {"name": "model", "description": "What answers, and what the labels mean."},
            {"name": "operations", "description": "For whoever runs the service."},
        ],
        "paths": _PATHS,
        "components": {
            "schemas": _fill_limits(_build_schemas(), limits),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _build_schemas() -> dict[str, Any]:
    models = [(ClassifyRequest, "validation"), *((model, "serialization") for model in MODELS)]
    _, definitions = models_json_schema(models, ref_template=_SCHEMAS)  # type: ignore[arg-type]
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


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


# Generated clients name their functions after the operation ids, which must therefore not change from now on.
_SECURITY: Final[list[dict[str, list[str]]]] = [{}, {"key": []}]  # a key only where the service asks for one
_PATHS: Final[Mapping[str, Any]] = {
    "/v1/classify": {
        "post": {
            "operationId": "classify",
            "tags": ["classify"],
            "summary": "Label the sentences of a text, of a document already split, or of several documents.",
            "description": "With the header `Accept: application/x-ndjson`, each document is a line that is sent as "
            "soon as it is done.",
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
                        "application/x-ndjson": {"schema": _refer_to("SingleAnswer")},
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
