"""JSONL: a JSON object a line, each with fields of its own.

Written as JSONL again, an object's other fields are carried along as they are. For a table, they become typed columns.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeGuard, cast

import orjson
import pyarrow as pa

from service.batch.contents import content_of_object, decode_utf8, gold_of_sentences, json_type_name
from service.batch.files import Stream, open_stream
from service.batch.formats.dates import DATE_TYPES, read_date, type_of_text
from service.batch.formats.format import (
    Chunk,
    Format,
    Layout,
    Source,
    cut_rows,
    max_line_bytes,
    merge_types,
    place_rows,
    read_lines,
)
from service.batch.options import SENTENCES_FIELD, ScoreOptions
from service.batch.results import name_carried, result_objects
from service.batch.rows import BadRow, Rows, ScoredRows

_BOM = b"\xef\xbb\xbf"
_MANY_DIGITS = re.compile(rb"[0-9]{19}")
_MOST_DIGITS = 40  # more are not looked at: no number of 64 bits has them
_JSON_INTEGERS: Final = range(-(2**63), 2**64)  # what orjson reads and writes exactly
_TYPES: Final[Mapping[type, pa.DataType]] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    type(None): pa.null(),
}
_INT64: Final = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Jsonl(Format):
    """JSON objects, one a line."""

    name: ClassVar[str] = "JSONL"
    is_table: ClassVar[bool] = False

    def find_columns(self, source: Source, options: ScoreOptions, *, dates: bool) -> dict[str, pa.DataType]:
        """Return the fields of all objects in order of appearance, each with the type that holds all its values.

        Numbers with and without a fraction make a column of fractions; any other mixture, a list or an object makes a
        column of strings with JSON in them. Bad lines are passed over here: they become bad rows later.
        """
        columns: dict[str, pa.DataType] = {}
        with open_stream(source.path, options.encoding) as stream:
            for _, line in self.number_records(stream, options):
                record = line if isinstance(line, BadRow) else _parse_object(line)
                if not isinstance(record, BadRow):
                    for name, value in record.items():
                        known = columns.get(name, pa.null())
                        if known != pa.string():  # a column of strings stays one
                            columns[name] = merge_types(known, _type_of(value, dates=dates))
        return columns

    def has_gold(self, source: Source, options: ScoreOptions) -> bool:
        """Look for the first sentence with a gold label."""
        with open_stream(source.path, options.encoding) as stream:
            lines = (line for _, line in self.number_records(stream, options))
            records = (_parse_object(line) for line in lines if _may_have_gold(line))
            objects = (record for record in records if not isinstance(record, BadRow))
            return any(gold_of_sentences(record.get(SENTENCES_FIELD)) for record in objects)

    def cut(self, source: Source, options: ScoreOptions) -> Iterator[Chunk]:
        """Yield the lines that are not empty, in chunks."""
        with open_stream(source.path, options.encoding) as stream:
            yield from cut_rows(source, stream, self.number_records(stream, options))

    def number_records(self, stream: Stream, options: ScoreOptions) -> Iterator[tuple[int, bytes | BadRow]]:
        """Yield the lines that are not empty with their numbers."""
        limit = max_line_bytes(options)
        for number, line in enumerate(read_lines(stream, options), start=1):
            if line is None:
                yield number, BadRow("too_long", f"longer than {limit:,} bytes, the most that --max-text allows for")
            elif isinstance(line, BadRow):
                yield number, line
            elif (content := line.removeprefix(_BOM) if number == 1 else line).strip():
                yield number, content

    def parse(self, chunk: Chunk, layout: Layout, options: ScoreOptions) -> Rows:
        """Parse lines."""
        lines = cast("Sequence[bytes | BadRow]", chunk.payload)
        records = [line if isinstance(line, BadRow) else _parse_object(line) for line in lines]
        contents = [record if isinstance(record, BadRow) else content_of_object(record, options) for record in records]
        objects = [{} if isinstance(record, BadRow) else record for record in records]
        gold = [
            gold_of_sentences(record.get(SENTENCES_FIELD)) if isinstance(content, list) else None
            for record, content in zip(objects, contents, strict=True)
        ]
        return place_rows(chunk, layout, carry_records(objects, layout, options), contents, gold if any(gold) else None)

    def encode_head(self, layout: Layout) -> bytes:  # noqa: ARG002 -- each format takes the same
        """Return nothing: JSONL has no head."""
        return b""

    def encode(self, scored: ScoredRows, layout: Layout, options: ScoreOptions) -> bytes:  # noqa: ARG002
        """Return a line for each record; what is carried along comes first."""
        return b"".join(encode_value(record) + b"\n" for record in result_objects(scored, options))


JSONL: Final = Jsonl()


def carry_records(
    objects: Sequence[Mapping[str, Any]], layout: Layout, options: ScoreOptions
) -> pa.RecordBatch | list[dict[str, Any]]:
    """Return what is carried along of JSON objects: as columns for a table, else as objects."""
    return _carry_objects(objects, options) if layout.carried is None else _to_columns(objects, layout.carried)


def encode_value(value: object) -> bytes:
    """Return a value as JSON; bytes become base64, decimal numbers strings.

    Raises:
        ValueError: JSON has nothing for a value of this type.

    """
    try:
        return orjson.dumps(value, default=_encode_other)
    except orjson.JSONEncodeError as error:
        reason = error.__cause__ or error
        raise ValueError(f"{reason}; leave the column out with --keep, or write Parquet") from error


def _encode_other(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be written as JSON")


def _may_have_gold(line: bytes | BadRow) -> TypeGuard[bytes]:
    """Tell whether a line may be an object with labelled sentences; looking costs far less than parsing."""
    return isinstance(line, bytes) and b'"sentences"' in line and b'"label"' in line


def _parse_object(line: bytes) -> dict[str, Any] | BadRow:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        text = decode_utf8(line)
        return text if isinstance(text, BadRow) else BadRow("bad_json", f"not JSON: {error}")
    if not isinstance(record, dict):
        advice = "; a file that is one JSON list must be called .json" if isinstance(record, list) else ""
        return BadRow(
            "not_an_object", f"a JSON {json_type_name(record)}, not an object with a field for the text{advice}"
        )
    if _MANY_DIGITS.search(line) and (number := _find_large_integer(line)) is not None:
        return BadRow("number_too_large", f"holds the number {number}, which 64 bits cannot hold: write it as a string")
    return record


def _find_large_integer(line: bytes) -> str | None:
    """Return the first whole number of a JSON text beyond 64 bits, which would be rounded; None where there is none."""
    found: list[str] = []

    def note(digits: str) -> int:
        number = int(digits[:_MOST_DIGITS])
        if len(digits) > _MOST_DIGITS or number not in _JSON_INTEGERS:
            found.append(digits[:_MOST_DIGITS] + ("…" if len(digits) > _MOST_DIGITS else ""))
        return 0

    json.loads(line, parse_int=note)
    return found[0] if found else None


def _carry_objects(objects: Sequence[Mapping[str, Any]], options: ScoreOptions) -> list[dict[str, Any]]:
    """Return the fields of each object that are carried along, under their names in the output."""
    named: dict[tuple[str, ...], dict[str, str]] = {}  # most objects of a file have the same fields
    carried = []
    for record in objects:
        fields = tuple(record)
        if fields not in named:
            named[fields] = name_carried(fields, options)
        carried.append({new: record[name] for name, new in named[fields].items()})
    return carried


def _to_columns(objects: Sequence[Mapping[str, Any]], carried: Mapping[str, pa.Field]) -> pa.RecordBatch:
    arrays = [
        pa.array([_to_cell(record.get(name), field.type) for record in objects], field.type)
        for name, field in carried.items()
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(list(carried.values())))


def _to_cell(value: object, kind: pa.DataType) -> object:
    if isinstance(value, str) and kind in DATE_TYPES:
        return read_date(value, kind)
    if value is None or not pa.types.is_string(kind) or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _type_of(value: object, *, dates: bool) -> pa.DataType:
    if dates and isinstance(value, str):
        return type_of_text(value)
    if isinstance(value, int) and value not in _INT64:
        return pa.string()
    return _TYPES.get(type(value), pa.string())
