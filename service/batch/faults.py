"""What can be wrong with a row: each fault has a kind, counted in the summary, and a reason for a person."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from service.batch.options import SENTENCES_FIELD, ScoreOptions


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row has no result.

    Attributes:
        kind: One of a few words, for counting ("bad_json").
        reason: A sentence that says what is wrong, and where.

    """

    kind: str
    reason: str


Content = str | Sequence[str]
_Content = TypeVar("_Content", str, list[str])


def line_too_long(limit: int) -> Fault:
    """Return the fault of a line or record too long to be held in memory."""
    return Fault("too_long", f"longer than {limit:,} bytes, the most that --max-text allows for")


def decoded(content: bytes) -> str | Fault:
    """Decode UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Fault("not_utf8", f"not UTF-8: byte 0x{content[error.start]:02x} at {error.start}")


def parsed_object(line: bytes) -> dict[str, Any] | Fault:
    """Parse one line of JSONL."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        text = decoded(line)
        return text if isinstance(text, Fault) else Fault("bad_json", f"not JSON: {error}")
    if not isinstance(record, dict):
        return Fault("not_an_object", f"a JSON {_type_name(record)}, not an object with a field for the text")
    return record


def checked_text(text: object, options: ScoreOptions) -> str | Fault:
    """Return ``text`` if it can be classified, or what is wrong with it."""
    name = options.text_field
    if text is None:
        return Fault("null_text", f"{name!r} is null")
    if not isinstance(text, str):
        return Fault("not_a_string", f"{name!r} is a {_type_name(text)}, not a string")
    if not text.strip():
        return Fault("empty_text", f"{name!r} is empty")
    return _within_limit(text, len(text), name, options)


def checked_sentences(sentences: object, options: ScoreOptions) -> Sequence[str] | Fault:
    """Return the list of sentences if it can be classified, or what is wrong with it.

    An item is a string, or an object whose "text" is one, as in the project's corpus format.
    """
    if sentences is None:
        return Fault("null_text", f"{SENTENCES_FIELD!r} is null")
    if not isinstance(sentences, list):
        return Fault("not_a_list", f"{SENTENCES_FIELD!r} is a {_type_name(sentences)}, not a list of strings")
    texts: list[str] = []
    for position, item in enumerate(sentences):
        text = item.get("text") if isinstance(item, dict) else item
        if not isinstance(text, str):
            return Fault("not_a_string", f"sentence {position} is a {_type_name(text)}, not a string")
        texts.append(text)
    if not any(text.strip() for text in texts):
        return Fault("empty_text", f"{SENTENCES_FIELD!r} holds no text")
    return _within_limit(texts, sum(map(len, texts)), SENTENCES_FIELD, options)


def missing(options: ScoreOptions) -> Fault:
    """Return the fault of a row that has neither text nor sentences."""
    return Fault("missing_text", f"no field {options.text_field!r} and no {SENTENCES_FIELD!r}")


def sentences_of_json(value: str) -> object:
    """Parse the JSON list in a CSV cell; what is not JSON comes back as it is and fails the check."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _within_limit(content: _Content, length: int, name: str, options: ScoreOptions) -> _Content | Fault:
    if length > options.max_text:
        limit = f"the limit is {options.max_text:,} (--max-text)"
        return Fault("too_long", f"{name!r} has {length:,} characters, {limit}")
    return content


def _type_name(value: object) -> str:
    names = {bool: "boolean", int: "number", float: "number", list: "list", dict: "object", str: "string"}
    return names.get(type(value), "null" if value is None else type(value).__name__)
