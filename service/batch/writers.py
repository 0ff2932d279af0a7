"""Scored batches to bytes that can be appended to one another, and from these to the finished file.

For JSONL and CSV the bytes are the file itself (gzipped in members, a member a batch). Parquet cannot be appended to,
so its batches are spooled in Arrow's stream format and become row groups at the end.
"""

import base64
import gzip
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from service.batch.files import Format
from service.batch.options import RECORD

_ROW_GROUP: Final = 1 << 16
_GROUP_BYTES: Final = 1 << 25


def head(schema: pa.Schema, form: Format) -> bytes:
    """Return the bytes before those of the first batch: CSV's header, the schema of a spool."""
    if form.kind == "jsonl":
        return b""
    if form.kind == "parquet":
        return bytes(schema.serialize())
    empty = pa.RecordBatch.from_pylist([], schema=_flat_schema(schema))
    return _zipped(_csv(empty, form, header=True), form)


def encoded(batch: pa.RecordBatch, form: Format) -> bytes:
    """Return the bytes of one scored batch."""
    if form.kind == "parquet":
        return bytes(batch.serialize())
    content = _jsonl(batch) if form.kind == "jsonl" else _csv(_flat(batch), form, header=False)
    return _zipped(content, form) if content else b""


def finish(spool: Path, finished: Path, schema: pa.Schema, form: Format) -> None:
    """Make the finished file of the spooled bytes, where they are not the file itself."""
    if form.kind != "parquet":
        return
    with finished.open("wb") as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for table in _row_groups(spool, schema):
                writer.write_table(table, row_group_size=table.num_rows)
        file.flush()
        os.fsync(file.fileno())


def _row_groups(spool: Path, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the spooled batches joined to row groups; where they are cut depends on nothing but the batches."""
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    with pa.OSFile(str(spool)) as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            batches.append(batch)
            rows += batch.num_rows
            size += batch.nbytes
            if rows >= _ROW_GROUP or size >= _GROUP_BYTES:
                yield pa.Table.from_batches(batches, schema)
                batches, rows, size = [], 0, 0
    if rows:
        yield pa.Table.from_batches(batches, schema)


def _zipped(content: bytes, form: Format) -> bytes:
    return gzip.compress(content, mtime=0) if form.gzipped else content  # no time, so that a second run gives the same


def _jsonl(batch: pa.RecordBatch) -> bytes:
    """Write a line a record; a JSON object carried along whole comes first, as it is."""
    names = [name for name in batch.schema.names if name != RECORD]
    rows = batch.select(names).to_pylist()
    carried = batch.column(RECORD).to_pylist() if RECORD in batch.schema.names else None
    lines = []
    for place, row in enumerate(rows):
        line = orjson.dumps(_without_absent(row), default=_json_value)
        if carried is not None and carried[place] != "{}":
            line = carried[place][:-1].encode() + b"," + line[1:]
        lines.append(line)
    return b"".join(line + b"\n" for line in lines)


def _without_absent(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out the fault of a row that has none, and the result of a row that has one."""
    if row["error_kind"] is None:
        return {name: value for name, value in row.items() if name not in ("error_kind", "error")}
    return {name: value for name, value in row.items() if value is not None}


def _json_value(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be written as JSON; leave it out with --keep")


def _csv(batch: pa.RecordBatch, form: Format, *, header: bool) -> bytes:
    sink = pa.BufferOutputStream()
    delimiter = "\t" if form.kind == "tsv" else ","
    options = pa_csv.WriteOptions(include_header=header, delimiter=delimiter, quoting_style="needed")
    pa_csv.write_csv(batch, sink, options)
    return bytes(sink.getvalue())


def _flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Write what a CSV cell cannot hold as JSON."""
    columns = [_as_json(column) if pa.types.is_nested(column.type) else _plain(column) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=_flat_schema(batch.schema))


def _flat_schema(schema: pa.Schema) -> pa.Schema:
    fields = [
        field.with_type(pa.string()) if pa.types.is_nested(field.type) or pa.types.is_dictionary(field.type) else field
        for field in schema
    ]
    return pa.schema(fields)


def _plain(column: pa.Array) -> pa.Array:
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


def _as_json(column: pa.Array) -> pa.Array:
    values = column.to_pylist()
    cells = [None if value is None else orjson.dumps(value, default=_json_value).decode() for value in values]
    return pa.array(cells, pa.string())
