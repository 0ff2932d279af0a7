"""Which other sites' pages may ask (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol), and OPTIONS as JSON."""

from collections.abc import Set
from typing import Final

from flask import Flask, Response, current_app, request

from service.web.answers import json_response

_OPEN_PATHS: Final = ("/v1/", "/healthz", "/readyz", "/openapi.json")  # not the page, nor the metrics
_REQUEST_HEADERS: Final = "Accept, Authorization, Content-Encoding, Content-Type, X-Request-ID"
_ANSWER_HEADERS: Final = (
    "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-ID, WWW-Authenticate"
)
_REMEMBERED_SECONDS: Final = "600"  # how long a browser may keep the answer to its question beforehand


def answer_options(app: Flask, origins: Set[str]) -> None:
    """Answer OPTIONS with the methods of an address, and let pages of these origins ask.

    Args:
        app: The application.
        origins: Origins such as "https://desk.example"; "*" for all; none to give no permission.

    """

    @app.before_request
    def list_methods() -> Response | None:
        """Answer before a key is asked for: a browser sends none when it asks beforehand."""
        if request.method != "OPTIONS" or request.routing_exception is not None:
            return None
        methods = current_app.make_default_options_response().headers["Allow"]
        if _is_asked_beforehand() and _find_permission(origins):
            return Response(status=204, headers={"Allow": methods})
        response = json_response({"methods": sorted(methods.split(", "))})
        response.headers["Allow"] = methods
        return response

    @app.after_request
    def permit(response: Response) -> Response:
        if not origins or not request.path.startswith(_OPEN_PATHS):
            return response
        if "*" not in origins:
            response.vary.add("Origin")
        if allowed := _find_permission(origins):
            response.headers["Access-Control-Allow-Origin"] = allowed
            response.headers["Access-Control-Expose-Headers"] = _ANSWER_HEADERS
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            if _is_asked_beforehand():
                response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, POST")
                response.headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
                response.headers["Access-Control-Max-Age"] = _REMEMBERED_SECONDS
        return response


def _is_asked_beforehand() -> bool:
    """Tell whether a browser asks whether it may send a request (a "preflight")."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def _find_permission(origins: Set[str]) -> str:
    """Return what to allow the page that asks: its origin, "*", or nothing."""
    origin = request.headers.get("Origin", "")
    if not origin or not request.path.startswith(_OPEN_PATHS):
        return ""
    return "*" if "*" in origins else origin if origin.lower() in origins else ""
