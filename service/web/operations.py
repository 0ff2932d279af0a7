"""For those who run the service: is it alive, is it ready, what has it done."""

from flask import Response
from flask_openapi.blueprint import APIBlueprint
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from service.web.answers import json_response
from service.web.openapi import answer, errors, reference
from service.web.routes import service

operations = APIBlueprint("operations", __name__)


@operations.get("/healthz", responses={200: answer("Alive.", reference("StateAnswer"))})
def alive() -> Response:
    """Tell that the process answers; restart it where it does not."""
    return json_response({"status": "alive"})


@operations.get("/readyz", responses={200: answer("Ready.", reference("StateAnswer")), **errors(503)})
def ready() -> Response:
    """Tell whether a verified and self-tested model is loaded; send no requests before that."""
    service().model.current()
    return json_response({"status": "ready"})


@operations.get("/metrics", responses={200: answer("The metrics.", {"type": "string"}, "text/plain")})
def metrics() -> Response:
    """Give the metrics of all workers in Prometheus's text format."""
    return Response(service().metrics.render(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
