"""JSON objects to Arrow: kept whole where they are written as JSON again, as typed columns for a table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
import pyarrow as pa

from service.batch.faults import Content, Fault, checked_sentences, checked_text, missing, parsed_object
from service.batch.options import RECORD, SENTENCES, SENTENCES_FIELD, TEXT, ScoreOptions
from service.batch.results import error_columns

_TYPES: Final[Mapping[type, pa.DataType]] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    type(None): pa.null(),
}
_INT64: Final = range(-(2**63), 2**63)


def json_columns(lines: Iterable[bytes]) -> dict[str, pa.DataType]:
    """Return the columns that the objects on these lines have, in order of appearance, each with its type.

    Numbers with and without a fraction make a column of fractions; any other mixture, a list or an object makes a
    column of strings with JSON in them. Lines that are wrong are passed over here: they become faults later.
    """
    columns: dict[str, pa.DataType] = {}
    for line in lines:
        record = parsed_object(line)
        if isinstance(record, dict):
            for name, value in record.items():
                columns[name] = merged_type(columns.get(name, pa.null()), _type_of(value))
    return columns


def merged_type(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the type that holds values of both."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    return pa.float64() if {one, other} == {pa.int64(), pa.float64()} else pa.string()


def json_batch(
    lines: Sequence[bytes | Fault], columns: Mapping[str, pa.DataType] | None, options: ScoreOptions
) -> pa.RecordBatch:
    """Parse lines into a batch that the core can score.

    Args:
        lines: Lines, or what was wrong with them already.
        columns: The columns to carry along and their types; None to carry each object along whole.
        options: Which fields hold what.

    """
    records = [line if isinstance(line, Fault) else parsed_object(line) for line in lines]
    contents = [record if isinstance(record, Fault) else _content(record, options) for record in records]
    arrays: dict[str, pa.Array] = {
        TEXT: pa.array([c if isinstance(c, str) else None for c in contents], pa.string()),
        SENTENCES: pa.array([c if isinstance(c, list) else None for c in contents], pa.list_(pa.string())),
        **error_columns([c if isinstance(c, Fault) else None for c in contents]),
    }
    objects = [{} if isinstance(record, Fault) else record for record in records]
    if columns is None:
        arrays[RECORD] = pa.array([_carried_json(record, options) for record in objects], pa.string())
    else:
        for name, kind in columns.items():
            arrays[name] = pa.array([_value(record.get(name), kind) for record in objects], kind)
    return pa.RecordBatch.from_pydict(arrays)


def _content(record: Mapping[str, Any], options: ScoreOptions) -> Content | Fault:
    text = record.get(options.text_field)
    if text is None and SENTENCES_FIELD in record:
        sentences = checked_sentences(record[SENTENCES_FIELD], options)
        return sentences if isinstance(sentences, Fault) else list(sentences)
    return checked_text(text, options) if options.text_field in record else missing(options)


def _carried_json(record: Mapping[str, Any], options: ScoreOptions) -> str:
    carried = options.carried(list(record))
    return orjson.dumps({new: record[name] for name, new in carried.items()}).decode()


def _type_of(value: object) -> pa.DataType:
    if isinstance(value, int) and value not in _INT64:
        return pa.string()
    return _TYPES.get(type(value), pa.string())


def _value(value: object, kind: pa.DataType) -> object:
    if value is None or not pa.types.is_string(kind) or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
