"""Structured logs, a JSON object a line on standard error: what happened, never what the text was."""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog


def _add_process(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["pid"] = os.getpid()
    return event


_SHARED: list[Any] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_process,
]


def configure_logs(level: str) -> None:
    """Make structlog write JSON lines from this level on."""
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_SHARED, structlog.processors.JSONRenderer(orjson.dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),  # a line is one write: lines never mix
    )


def server_logging() -> dict[str, Any]:
    """Return the configuration (for ``logging.config``) that makes the server's own messages lines of the same kind."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_SHARED, _where],
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


def log_unexpected(error: BaseException) -> None:
    """Log a fault of the service's own."""
    structlog.get_logger().error("unexpected_error", **describe(error))


def describe(error: BaseException) -> dict[str, Any]:
    """Tell of an error what it is and where it arose, but not its message, which may quote the user's text."""
    frames = []
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return {"error": type(error).__qualname__, "frames": frames}


def _where(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    raised = event.pop("exc_info", None)
    raised = sys.exc_info() if raised is True else raised
    if isinstance(raised, tuple) and raised[1]:
        event.update(describe(raised[1]))
    return event
