"""Errors as problem details (RFC 9457): what went wrong, where, and what to do; never a traceback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from model.reader_choice import ReaderUnavailableError
from service.corrections.errors import StoreUnavailableError
from service.web.gate import BusyError
from service.web.live_model import NotReadyError
from service.web.logs import log_failure

MEDIA_TYPE = "application/problem+json"
_FAULTS_SHOWN = 20
_ADVICE = {
    404: "There is nothing at this address; see /docs for what there is.",
    405: "This address does not take this method; the header Allow lists those it takes.",
    429: "Too many requests; wait for the seconds that the header Retry-After gives, then try again.",
    500: "The service failed; its log has the cause under this request_id.",
}


@dataclass(frozen=True, slots=True)
class BodyFault:
    """One thing wrong with a body: where (JSON Pointer, RFC 6901) and what to do about it."""

    pointer: str
    detail: str


class Problem(Exception):  # noqa: N818 -- RFC 9457's own word
    """A request that cannot be answered as asked.

    Attributes:
        status: HTTP status.
        detail: What is wrong and what to do, for a person.
        faults: What is wrong with the body, each where it is; none where the whole request is refused.
        headers: Further headers of the answer.

    """

    def __init__(
        self,
        status: int,
        detail: str,
        faults: Sequence[BodyFault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.faults = faults
        self.headers = headers or {}

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as JSON-ready data."""
        record: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.faults:
            record["errors"] = [{"pointer": f.pointer, "detail": f.detail} for f in self.faults[:_FAULTS_SHOWN]]
            if len(self.faults) > _FAULTS_SHOWN:
                record["errors_left_out"] = len(self.faults) - _FAULTS_SHOWN
        if request_id := g.get("request_id"):
            record["request_id"] = request_id
        return record


def respond(problem: Problem) -> Response:
    """Return the problem as a response."""
    response = Response(orjson.dumps(problem.to_dict()), problem.status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    return response


def register_error_handlers(app: Flask) -> None:
    """Make every error of the application a problem document."""
    app.register_error_handler(Problem, respond)
    app.register_error_handler(BusyError, _respond_busy)
    app.register_error_handler(NotReadyError, _respond_not_ready)
    app.register_error_handler(ReaderUnavailableError, _respond_reader_unavailable)
    app.register_error_handler(StoreUnavailableError, _respond_store_unavailable)
    app.register_error_handler(HTTPException, _respond_http)
    app.register_error_handler(Exception, _respond_failure)


def report_failure(error: Exception) -> Problem:
    """Log an error of the service's own, and return the problem to tell the client."""
    log_failure(error)
    return Problem(500, _ADVICE[500])


def _respond_busy(error: BusyError) -> Response:
    detail = f"The service is at its limit ({error}); wait for the seconds of Retry-After, then try again."
    return respond(Problem(503, detail, headers={"Retry-After": "2"}))


def _respond_not_ready(error: NotReadyError) -> Response:
    return respond(Problem(503, f"No model is ready: {error}", headers={"Retry-After": "5"}))


def _respond_reader_unavailable(error: ReaderUnavailableError) -> Response:
    return respond(Problem(422, f"/reader cannot be used: {error}.", [BodyFault("/reader", str(error))]))


def _respond_store_unavailable(error: StoreUnavailableError) -> Response:
    structlog.get_logger().error("store_unavailable", reason=str(error))
    detail = "The database of corrections does not answer; wait for the seconds of Retry-After, then try again."
    return respond(Problem(503, detail, headers={"Retry-After": "5"}))


def _respond_http(error: HTTPException) -> Response:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After", "Location"}}
    if status < 400:  # a redirect is no error
        return Response(status=status, headers=headers)
    return respond(Problem(status, _ADVICE.get(status) or error.description or "", headers=headers))


def _respond_failure(error: Exception) -> Response:
    return respond(report_failure(error))
