"""Chunks to Arrow record batches, all with the same columns where they go into one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import orjson
import pyarrow as pa

from service.batch.csv_rows import Cells
from service.batch.faults import Fault
from service.batch.json_rows import json_batch
from service.batch.options import ERROR, ERROR_KIND, FILE, ROW, SENTENCES, SENTENCES_FIELD, TEXT, ScoreOptions
from service.batch.readers import Chunk
from service.batch.results import error_columns


@dataclass(frozen=True, slots=True)
class Layout:
    """What the batches of one output have in common.

    Attributes:
        columns: The columns of the input and their types; None where each record has its own (JSONL to JSONL).
        with_file: Whether records name the file they are from.

    """

    columns: Mapping[str, pa.DataType] | None
    with_file: bool


def batch_of(chunk: Chunk, layout: Layout, options: ScoreOptions) -> pa.RecordBatch:
    """Parse a chunk."""
    if isinstance(chunk.payload, pa.RecordBatch):
        batch = _with_valid_strings(chunk.payload)
    elif chunk.source.format.kind == "jsonl":
        batch = json_batch(cast("Sequence[bytes | Fault]", chunk.payload), layout.columns, options)
    else:
        batch = _csv_batch(chunk.header, cast("Sequence[Cells | Fault]", chunk.payload), options)
    arrays = dict(zip(batch.schema.names, batch.columns, strict=True))
    if layout.columns is not None:
        arrays = _aligned(arrays, layout.columns, batch.num_rows)
    arrays[ROW] = pa.array(chunk.numbers, pa.int64())
    if layout.with_file:
        arrays[FILE] = pa.array([chunk.source.name] * batch.num_rows, pa.string())
    return pa.RecordBatch.from_pydict(arrays)


def _csv_batch(header: Sequence[str], records: Sequence[Cells | Fault], options: ScoreOptions) -> pa.RecordBatch:
    """Make columns of strings, as they stand in the file; a cell with sentences holds a JSON list of strings."""
    nothing = [None] * len(header)
    rows = [nothing if isinstance(record, Fault) else record for record in records]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    arrays = {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
    faults: list[Fault | None] = [record if isinstance(record, Fault) else None for record in records]
    arrays[TEXT] = arrays.get(options.text_field, pa.nulls(len(records), pa.string()))
    if SENTENCES_FIELD in header:
        lists = [_sentences(cell) for cell in columns[SENTENCES_FIELD]]
        if options.text_field in header:  # an empty cell is no text where the sentences are given
            texts = columns[options.text_field]
            arrays[TEXT] = pa.array([t or (None if s else t) for t, s in zip(texts, lists, strict=True)], pa.string())
            lists = [None if text else sentences for text, sentences in zip(texts, lists, strict=True)]
        faults = [fault or (s if isinstance(s, Fault) else None) for fault, s in zip(faults, lists, strict=True)]
        arrays[SENTENCES] = pa.array([s if isinstance(s, list) else None for s in lists], pa.list_(pa.string()))
    return pa.RecordBatch.from_pydict(arrays | error_columns(faults))


def _sentences(cell: str | None) -> list[str] | Fault | None:
    if not cell:
        return None
    try:
        value = orjson.loads(cell)
    except orjson.JSONDecodeError:
        value = None
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    return Fault("not_a_list", f"{SENTENCES_FIELD!r} is not a JSON list of strings")


def _with_valid_strings(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Make faults of rows with strings that are not UTF-8: Parquet does not check, and they could not be written."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        pass
    else:
        return batch
    faults: list[Fault | None] = [None] * batch.num_rows
    arrays = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        rows = [column.slice(row, 1) for row in range(batch.num_rows)]
        for row, value in enumerate(rows):
            if not _is_valid(value):
                faults[row] = faults[row] or Fault("not_utf8", f"column {name!r} is not UTF-8")
                rows[row] = pa.nulls(1, column.type)
        arrays[name] = pa.concat_arrays(rows)
    return pa.RecordBatch.from_pydict(arrays | error_columns(faults))


def _is_valid(value: pa.Array) -> bool:
    try:
        value.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _aligned(arrays: Mapping[str, pa.Array], columns: Mapping[str, pa.DataType], size: int) -> dict[str, pa.Array]:
    """Give every batch the same columns: nulls where a file has none of that name."""
    aligned = {name: array for name, array in arrays.items() if name in (TEXT, SENTENCES, ERROR_KIND, ERROR)}
    for name, kind in columns.items():
        array = arrays.get(name)
        aligned[name] = pa.nulls(size, kind) if array is None else array.cast(kind)
    return aligned
