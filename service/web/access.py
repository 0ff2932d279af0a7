"""Every request has an id, and is logged and counted when it is answered."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from service.web.metrics import Metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)


def watch_requests(app: Flask, metrics: Metrics) -> None:
    """Give every request an id, and log and count it when it is answered."""

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
        metrics.requests.labels(method, route, response.status_code).inc()
        metrics.seconds.labels(route).observe(seconds)
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
