"""Labelled sentences as Arrow columns: nested in their article, or a row each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import pyarrow as pa

from model.labels import LABELS
from model.records import Sentence, Speaker
from service.batch.faults import Fault
from service.batch.options import ERROR, ERROR_KIND, FILE, RECORD, ROW, Form, ScoreOptions

_SPEAKER_FIELDS: Final = tuple(field.name for field in fields(Speaker))
_SPEAKER: Final = pa.struct([(name, pa.string()) for name in _SPEAKER_FIELDS])
_PLAIN: Final[Mapping[str, pa.DataType]] = {
    "text": pa.string(),
    "start": pa.int32(),
    "end": pa.int32(),
    "label": pa.string(),
    "confidence": pa.float64(),
    "uncertain": pa.bool_(),
}
_PLACE: Final = {ROW: ("row", pa.int64()), FILE: ("file", pa.string())}
_FAULT: Final = (("error_kind", pa.string()), ("error", pa.string()))

# Every name that a result column can have, by form: a carried column of the same name is renamed.
RESULT_COLUMNS: Final[Mapping[Form, frozenset[str]]] = {
    "articles": frozenset(["row", "file", "sentences", "error_kind", "error"]),
    "sentences": frozenset(
        ["row", "file", "sentence", "sentences", *_PLAIN, "error_kind", "error"]
        + [f"p_{name}" for name in LABELS]
        + [f"speaker_{name}" for name in _SPEAKER_FIELDS]
    ),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence of the result with the row of its article in the batch and its position in the article."""

    row: int
    position: int
    sentence: Sentence


def result_schema(schema: pa.Schema, options: ScoreOptions) -> pa.Schema:
    """Return the schema that scoring gives batches of ``schema``.

    Raises:
        ValueError: Two columns would have the same name.

    """
    carried = options.carried(schema.names)
    columns = [pa.field(RECORD, pa.string())] if RECORD in schema.names else []
    columns += [pa.field(name, schema.field(source).type) for source, name in carried.items()]
    columns += [pa.field(name, kind) for source, (name, kind) in _PLACE.items() if source in schema.names]
    if options.form == "articles":
        columns.append(pa.field("sentences", pa.list_(_sentence_type(options))))
    else:
        columns += [pa.field("sentence", pa.int32()), *_long_fields(options)]
    return pa.schema([*columns, *(pa.field(name, kind) for name, kind in _FAULT)])


def result_batch(
    batch: pa.RecordBatch, placed: Sequence[Placed], faults: Mapping[int, Fault], options: ScoreOptions
) -> pa.RecordBatch:
    """Return ``batch`` with its results.

    Args:
        batch: Rows as a reader gave them.
        placed: The sentences to give, in order.
        faults: What is wrong, by row of the batch.
        options: What to carry along and in which form to give it.

    """
    schema = result_schema(batch.schema, options)
    nested = options.form == "articles"
    rows = np.arange(batch.num_rows) if nested else _long_rows(batch.num_rows, placed, faults)
    columns = [_as_type(column, kind) for column, kind in _carried(batch, schema, options)]
    if not nested:
        columns = [column.take(pa.array(rows)) for column in columns]
    columns += _nested(batch.num_rows, placed, faults, options) if nested else _long(rows, placed, faults, options)
    for part in ("kind", "reason"):
        columns.append(pa.array([getattr(faults.get(row), part, None) for row in rows.tolist()], pa.string()))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _carried(batch: pa.RecordBatch, schema: pa.Schema, options: ScoreOptions) -> list[tuple[pa.Array, pa.DataType]]:
    sources = [RECORD] if RECORD in batch.schema.names else []
    sources += list(options.carried(batch.schema.names))
    sources += [source for source in _PLACE if source in batch.schema.names]
    return [(batch.column(source), schema.field(i).type) for i, source in enumerate(sources)]


def _as_type(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return column if column.type == kind else column.cast(kind)


def _sentence_type(options: ScoreOptions) -> pa.StructType:
    probabilities = pa.struct([(name, pa.float64()) for name in options.labels])
    plain = dict(_PLAIN)
    uncertain = plain.pop("uncertain")
    return pa.struct(
        [*plain.items(), ("probabilities", probabilities), ("uncertain", uncertain), ("speaker", _SPEAKER)]
    )


def _long_fields(options: ScoreOptions) -> list[pa.Field]:
    named = []
    for field in _sentence_type(options):
        if field.name == "probabilities":
            named += [pa.field(f"p_{part.name}", part.type) for part in field.type]
        elif field.name == "speaker":
            named += [pa.field(f"speaker_{part.name}", part.type) for part in field.type]
        else:
            named.append(field)
    return named


def _struct(placed: Sequence[Placed], options: ScoreOptions) -> pa.StructArray:
    """Return the sentences as one struct array, in the shape of ``Sentence.to_dict``."""
    sentences = [item.sentence for item in placed]
    kind = _sentence_type(options)
    columns: dict[str, pa.Array] = {
        name: pa.array([getattr(sentence, name) for sentence in sentences], type_) for name, type_ in _PLAIN.items()
    }
    columns["probabilities"] = pa.StructArray.from_arrays(
        [pa.array([sentence.probabilities[name] for sentence in sentences], pa.float64()) for name in options.labels],
        fields=list(kind.field("probabilities").type),
    )
    speakers = [sentence.speaker for sentence in sentences]
    columns["speaker"] = pa.StructArray.from_arrays(
        [pa.array([getattr(speaker, name, None) for speaker in speakers], pa.string()) for name in _SPEAKER_FIELDS],
        fields=list(_SPEAKER),
        mask=pa.array([speaker is None for speaker in speakers], pa.bool_()),
    )
    return pa.StructArray.from_arrays([columns[field.name] for field in kind], fields=list(kind))


def _nested(size: int, placed: Sequence[Placed], faults: Mapping[int, Fault], options: ScoreOptions) -> list[pa.Array]:
    lengths = np.bincount(np.array([item.row for item in placed], dtype=int), minlength=size)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    wrong = np.zeros(size, dtype=bool)
    wrong[list(faults)] = True
    return [pa.ListArray.from_arrays(pa.array(offsets), _struct(placed, options), mask=pa.array(wrong))]


def _long_rows(size: int, placed: Sequence[Placed], faults: Mapping[int, Fault]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the row of the batch that each row of the long form comes from: one a sentence, one a fault."""
    counts = np.bincount(np.array([item.row for item in placed], dtype=int), minlength=size)
    counts[list(faults)] = 1
    return np.repeat(np.arange(size), counts)


def _long(
    rows: np.ndarray[Any, np.dtype[np.int64]],
    placed: Sequence[Placed],
    faults: Mapping[int, Fault],
    options: ScoreOptions,
) -> list[pa.Array]:
    wrong = np.isin(rows, list(faults))
    indices = pa.array(np.cumsum(~wrong) - 1, mask=wrong)
    positions = pa.array([item.position for item in placed], pa.int32())
    columns = [positions.take(indices)]
    for column in _struct(placed, options).take(indices).flatten():
        columns += column.flatten() if pa.types.is_struct(column.type) else [column]
    return columns


def error_columns(faults: Sequence[Fault | None]) -> dict[str, pa.Array]:
    """Return the columns by which a reader hands faults to the core."""
    return {
        ERROR_KIND: pa.array([fault and fault.kind for fault in faults], pa.string()),
        ERROR: pa.array([fault and fault.reason for fault in faults], pa.string()),
    }
