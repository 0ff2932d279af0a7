"""The bytes of a request's body as JSON data: bounded, decompressed, and strictly JSON."""

import json
import zlib
from typing import Any, NoReturn

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from service.web.errors import Problem


def read_json(request: Request, limit: int) -> object:
    """Read a JSON body.

    Args:
        request: The request, its body unread.
        limit: Bytes allowed, before and after decompression.

    Raises:
        Problem: 400 (not JSON, or not all of it came), 413 (too large) or 415 (another media type or encoding).

    """
    if request.mimetype != "application/json":
        raise Problem(
            415, "Send JSON, with the header Content-Type: application/json.", headers={"Accept": "application/json"}
        )
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise Problem(415, f"JSON is UTF-8 (RFC 8259), not {charset!r}: convert the body.")
    content = _decompress(_read(request, limit), request.headers.get("Content-Encoding", "identity"), limit)
    return decode_json(content)


def decode_json(content: bytes) -> object:
    """Decode strict JSON (RFC 8259): UTF-8, no duplicate keys, no NaN.

    Raises:
        Problem: 400, saying where it stops being JSON.

    """
    if not content:
        raise Problem(400, 'The body is empty: send JSON such as {"text": "…"}.')
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Problem(400, f"The body is not UTF-8: byte {error.start} cannot be decoded; convert it first.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, f"The body is not JSON: {error.msg} at {place}.") from None
    except RecursionError:
        raise Problem(400, "The JSON is nested too deeply: a request has at most four levels.") from None
    except ValueError:  # an integer of thousands of digits
        raise Problem(400, "The JSON holds a number that is too long to read.") from None


def _read(request: Request, limit: int) -> bytes:
    request.max_content_length = limit
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise _too_large(limit) from None
    except ClientDisconnected:
        raise Problem(
            400, "The body did not arrive whole, or not in time: send it again, or in several requests."
        ) from None


def _decompress(content: bytes, encoding: str, limit: int) -> bytes:
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return content
    if encoding not in {"gzip", "x-gzip"}:
        raise Problem(415, "Compress the body with gzip, or not at all.", headers={"Accept-Encoding": "gzip, identity"})
    gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = gzip.decompress(content, limit + 1)  # never more, whatever the body claims to hold
    except zlib.error:
        raise Problem(400, "The body is not gzip, though its header Content-Encoding says so.") from None
    if len(plain) > limit:
        raise _too_large(limit)
    if not gzip.eof or gzip.unused_data:
        raise Problem(400, "The gzip body is cut off, or more follows after its end.")
    return plain


def _too_large(limit: int) -> Problem:
    """Return the problem of a body that is too large."""
    return Problem(413, f"The body may have at most {limit} bytes (uncompressed): send several requests.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise Problem(400, "The JSON holds an object with a key given twice: give each key once.")
    return record


def _no_constant(name: str) -> NoReturn:
    raise Problem(400, f"The body is not JSON: {name} is no JSON value.")
