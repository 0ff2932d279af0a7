"""Compresses answers with gzip, for clients that accept it."""

import zlib
from collections.abc import Iterator

from flask import Flask, Response, request

_LEVEL = 5
_LEAST_BYTES = 1024  # below this, compression saves next to nothing
_TYPES = frozenset({"application/json", "application/problem+json", "application/x-ndjson"})
_TEXT = ("text/", "image/svg")


def compress_answers(app: Flask) -> None:
    """Compress large texts as a whole, and streams part by part, so that each line is still sent at once."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in _TYPES and not (response.mimetype or "").startswith(_TEXT):
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] <= 0 or response.status_code == 304:
            return response
        if response.is_streamed and not response.direct_passthrough:
            response.response = _compress_parts(response.iter_encoded())
        elif (response.content_length or 0) < _LEAST_BYTES:
            return response
        else:
            response.direct_passthrough = False
            gzip = _start_gzip()
            response.set_data(gzip.compress(response.get_data()) + gzip.flush())
        response.headers["Content-Encoding"] = "gzip"
        if etag := response.get_etag()[0]:
            response.set_etag(etag + "-gzip")
        return response


def _compress_parts(parts: Iterator[bytes]) -> Iterator[bytes]:
    gzip = _start_gzip()
    for part in parts:
        yield gzip.compress(part) + gzip.flush(zlib.Z_SYNC_FLUSH)
    yield gzip.flush()


def _start_gzip() -> "zlib._Compress":
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
