"""The OpenAPI document: what the routes declare, over schemas generated from the models that validate."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from flask_openapi.models.info import Info
from flask_openapi.openapi import OpenAPI
from pydantic.json_schema import models_json_schema

from service.web.answers import MODELS
from service.web.config import Limits
from service.web.schema import request_model

_TEMPLATE = "#/components/schemas/{model}"
_ERRORS: Final[Mapping[int, str]] = {
    400: "The body is not JSON, not UTF-8, not gzip although it says so, or has a key twice.",
    401: "An API key is needed, and was not given or is unknown.",
    413: "The body is larger than the limit.",
    415: "The body is of another media type or encoding.",
    422: "The JSON is not a valid request; errors names every fault.",
    429: "Too many requests; Retry-After says when to try again.",
    503: "No model is ready, or too many requests are waiting; Retry-After says when to try again.",
}


def reference(name: str) -> dict[str, str]:
    """Return a reference to a schema of the document."""
    return {"$ref": _TEMPLATE.format(model=name)}


def answer(description: str, schema: Mapping[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    """Return the declaration of an answer."""
    return {"description": description, "content": {media_type: {"schema": schema}}}


def errors(*statuses: int) -> dict[Any, Any]:
    """Return the declarations of problem answers."""
    return {
        status: {
            "description": _ERRORS[status],
            "content": {"application/problem+json": {"schema": reference("ProblemRecord")}},
            **({"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if status in {429, 503} else {}),
        }
        for status in statuses
    }


def make_app(limits: Limits) -> OpenAPI:
    """Return the bare application with the document's general parts."""
    schemas = [(request_model(limits), "validation"), *((model, "serialization") for model in MODELS)]
    _, definitions = models_json_schema(schemas, ref_template=_TEMPLATE)  # type: ignore[arg-type]
    app = OpenAPI(
        "service.web",
        info=Info(
            title="Stancewire",
            version=version("stancewire"),
            description="Who vouches for each sentence of the news, and what does it do? "
            f"One request may hold {limits.body_bytes} bytes, {limits.documents} documents, {limits.characters} "
            f"characters a text, {limits.sentences} sentences a document.",
        ),
        # The schemas as pydantic gives them: the library's own would lose what it has no field for.
        openapi_extensions={
            "components": {
                "schemas": definitions["$defs"],
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            }
        },
        # The library adds its own validation error to what lacks this status; every route has a 200, and none needs it.
        validation_error_status=200,
        doc_ui=False,
        static_folder=None,
    )
    app.openapi_version = "3.1.0"
    return app


SECURITY: Final[list[dict[str, list[Any]]]] = [{}, {"key": []}]  # a key where the service was told to ask for one
CLASSIFY_BODY: Final = {"required": True, "content": {"application/json": {"schema": reference("ClassifyRequest")}}}
CLASSIFY_RESPONSES: Final[dict[Any, Any]] = {
    200: {
        "description": "The labelled sentences, in order.",
        "content": {
            "application/json": {"schema": {"anyOf": [reference("SingleAnswer"), reference("ManyAnswer")]}},
            "application/x-ndjson": {"schema": reference("SingleAnswer")},
        },
    },
    **errors(400, 401, 413, 415, 422, 429, 503),
}
