"""JSON (.json): a list of objects, as news APIs return them, alone or inside an object; each object is an article.

A list is cut into its objects while it is read, so that a file of any size takes little memory. From then on an object
is what a line of JSONL is.
"""

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar, Final

from service.batch.files import Stream
from service.batch.formats.format import max_line_bytes
from service.batch.formats.jsonl import Jsonl
from service.batch.options import SENTENCES_FIELD, ScoreOptions
from service.batch.rows import BadRow

_BOM = b"\xef\xbb\xbf"
_MARK = re.compile(rb'["\\{}\[\],]')
_LARGEST_OBJECT: Final = 64 << 20  # bytes of a file that is one object: it is held in memory


class _EndsEarlyError(ValueError):
    """The text ends before its list does, or goes on after it."""


@dataclass(frozen=True)
class Json(Jsonl):
    """A list of JSON objects."""

    name: ClassVar[str] = "JSON"
    is_written: ClassVar[bool] = False

    def number_records(self, stream: Stream, options: ScoreOptions) -> Iterator[tuple[int, bytes | BadRow]]:
        """Yield the objects with their numbers, from 1."""
        limit = max_line_bytes(options)
        number = 0
        try:
            for number, record in enumerate(_find_records(stream, limit, options), start=1):
                if record is None:
                    reason = f"longer than {limit:,} bytes, the most that --max-text allows for"
                    yield number, BadRow("too_long", reason)
                else:
                    yield number, record
        except (_EndsEarlyError, EOFError, zlib.error, OSError, UnicodeError) as error:
            yield number + 1, BadRow("unreadable", f"the file cannot be read from here on: {error}")


JSON: Final = Json()


def split_list(blocks: Iterable[bytes], limit: int) -> Iterator[bytes | None]:
    """Yield the items of a JSON list.

    >>> list(split_list([b'[{"a": "x, y"}, ', b'{"a": [1, 2]}]'], 100))
    [b'{"a": "x, y"}', b'{"a": [1, 2]}']

    Args:
        blocks: The list as text, in pieces.
        limit: Most bytes of an item; None stands for a longer one.

    Raises:
        ValueError: The text ends before the list does, or goes on after it.

    """
    item, depth, before, items = bytearray(), 0, 0, 0
    in_string, is_closed, escaped = False, False, -1  # the place after a backslash, in the whole text
    for block in blocks:
        start = 0
        for match in _MARK.finditer(block):
            mark, place = match.group(), match.start()
            if before + place == escaped:
                continue
            if is_closed:
                raise _EndsEarlyError("something follows after its list")
            if in_string:
                if mark == b"\\":
                    escaped = before + place + 1
                in_string = mark != b'"'
                continue
            in_string = mark == b'"'
            if mark in b"{[":
                depth += 1
                start = place + 1 if depth == 1 else start
            elif mark in b"}]":
                depth -= 1
            if (mark == b"," and depth == 1) or (mark in b"}]" and depth == 0):
                item += block[start:place]
                start = place + 1
                if item.strip() or mark == b"," or items:
                    items += 1
                    yield None if len(item) > limit else bytes(item.strip())
                item.clear()
                is_closed = depth == 0
        if len(item) <= limit:
            item += block[start:]
        before += len(block)
    if depth or item.strip():
        raise _EndsEarlyError("it ends before its list does" if depth else "something follows after its list")


def _find_records(stream: Stream, limit: int, options: ScoreOptions) -> Iterator[bytes | None]:
    blocks = stream.blocks()
    first = b""
    while not first.strip() and (block := next(blocks, b"")):
        first = block.removeprefix(_BOM)
    if first.lstrip().startswith(b"["):
        yield from split_list(chain([first], blocks), limit)
    elif first.strip():
        yield from _split_object(_join(first, blocks), options)


def _join(first: bytes, blocks: Iterable[bytes]) -> bytes:
    content = bytearray(first)
    for block in blocks:
        content += block
        if len(content) > _LARGEST_OBJECT:
            raise _EndsEarlyError(
                f"it is one object of more than {_LARGEST_OBJECT:,} bytes; save its list of articles alone, or as JSONL"
            )
    return bytes(content)


def _split_object(content: bytes, options: ScoreOptions) -> Iterator[bytes]:
    """Yield the objects of the list that an object holds; the object itself if it has a text, or no such list."""
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        yield content  # not JSON: a bad row says where
        return
    found = None
    if isinstance(record, dict) and not {*options.text_fields, SENTENCES_FIELD} & set(record):
        found = _find_list(record)
    if found is None:
        yield content
    else:
        for item in found:
            yield json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _find_list(record: Mapping[str, Any]) -> Sequence[Any] | None:
    """Return the first list of objects in an object, or in the objects that it holds."""
    for value in record.values():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return value
    inner = (_find_list(value) for value in record.values() if isinstance(value, dict))
    return next((found for found in inner if found is not None), None)
