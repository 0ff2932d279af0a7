"""Structured logs, a JSON object a line on standard error: what happened, never what the text was."""

import logging
import os
import re
import sys
import time
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request

CountRequest = Callable[[str, str, int, float], None]
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)


def _add_process(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["pid"] = os.getpid()
    return event


_SHARED_PROCESSORS: list[Any] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_process,
]


def configure_logs(level: str) -> None:
    """Make structlog write JSON lines of this level and more severe ones."""
    render = structlog.processors.JSONRenderer(orjson.dumps)
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_SHARED_PROCESSORS, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),  # a line is one write: lines never mix
    )


def configure_server_logs() -> dict[str, Any]:
    """Return the configuration (for ``logging.config``) that makes the server's own messages lines of the same kind."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_SHARED_PROCESSORS, _describe_exception],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
    }
    handler = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"console": handler},
        "loggers": {"_granian": {"handlers": ["console"], "level": "INFO", "propagate": False}},
    }


def watch_requests(app: Flask, count: CountRequest) -> None:
    """Give every request an id; log it when it is answered.

    Args:
        app: The application.
        count: Called for every answer with method, route, status and seconds.

    """

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        # The rule, not the path: an unknown path could be anything, even somebody's text.
        route = request.url_rule.rule if request.url_rule else "unknown"
        method = request.method if request.method in _METHODS else "other"
        seconds = time.perf_counter() - g.began
        count(method, route, response.status_code, seconds)
        structlog.get_logger().info(
            "request",
            method=method,
            route=route,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            bytes_in=request.content_length,
            bytes_out=response.content_length,
            key=g.get("key_name"),
            **g.get("log_facts", {}),
        )
        response.headers["X-Request-ID"] = g.request_id
        return response


def log_failure(error: BaseException) -> None:
    """Log an error of the service's own."""
    structlog.get_logger().error("unexpected_error", **_describe_error(error))


def _describe_error(error: BaseException) -> dict[str, Any]:
    """Return what an error is and where it arose, but not its message, which may quote the user's text."""
    frames = []
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return {"error": type(error).__qualname__, "frames": frames}


def _describe_exception(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    raised = event.pop("exc_info", None)
    raised = sys.exc_info() if raised is True else raised
    if isinstance(raised, tuple) and raised[1]:
        event.update(_describe_error(raised[1]))
    return event
