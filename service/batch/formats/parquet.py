"""Parquet: read a few hundred rows at a time, and written in row groups.

Nothing can be appended to a Parquet file. So scored rows are spooled in Arrow's stream format, and the spool is
rewritten as Parquet at the end.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import pyarrow as pa
import pyarrow.parquet as pq

from service.batch.contents import contents_of_batch, gold_of_batch, has_gold
from service.batch.formats.format import (
    CHUNK_BYTES,
    CHUNK_ROWS,
    Chunk,
    Format,
    Layout,
    Source,
    carry_columns,
    place_rows,
)
from service.batch.options import ScoreOptions
from service.batch.results import name_carried, result_batch
from service.batch.rows import BadRow, Content, Rows, ScoredRows

_GROUP_ROWS: Final = 1 << 16
_GROUP_BYTES: Final = 1 << 25


@dataclass(frozen=True)
class Parquet(Format):
    """Apache Parquet."""

    name: ClassVar[str] = "Parquet"
    has_types: ClassVar[bool] = True
    is_stream: ClassVar[bool] = False

    def find_columns(self, source: Source, options: ScoreOptions, *, dates: bool) -> dict[str, pa.DataType]:  # noqa: ARG002
        """Return the columns that the file's metadata name."""
        with _open(source) as file:
            schema = file.schema_arrow
        return dict(zip(schema.names, schema.types, strict=True))

    def has_gold(self, source: Source, options: ScoreOptions) -> bool:  # noqa: ARG002
        """Tell it from the file's metadata."""
        with _open(source) as file:
            return has_gold(file.schema_arrow)

    def cut(self, source: Source, options: ScoreOptions) -> Iterator[Chunk]:  # noqa: ARG002
        """Yield rows as record batches; for rows that cannot be read, one bad row that says which."""
        size = source.size
        with _open(source) as file:
            total, first = file.metadata.num_rows, 1
            chunk_rows = _choose_chunk_rows(file)
            for group in range(file.num_row_groups):
                batches = file.iter_batches(batch_size=chunk_rows, row_groups=[group], use_threads=False)
                end = first + file.metadata.row_group(group).num_rows
                try:
                    for batch in batches:
                        numbers = range(first, first + batch.num_rows)
                        first += batch.num_rows
                        yield Chunk(source, numbers, batch, consumed=size * (first - 1) // max(total, 1))
                except (OSError, pa.ArrowException) as error:
                    bad = BadRow("unreadable", f"rows {first} to {end - 1} cannot be read: {error}")
                    yield Chunk(source, [first], [bad], consumed=size * (end - 1) // max(total, 1))
                first = end

    def parse(self, chunk: Chunk, layout: Layout, options: ScoreOptions) -> Rows:
        """Take what is to be classified from its column, and carry the others along."""
        gold = None
        if isinstance(chunk.payload, pa.RecordBatch):
            batch, bad = _replace_invalid(chunk.payload)
            contents = [row or content for row, content in zip(bad, contents_of_batch(batch, options), strict=True)]
            gold = gold_of_batch(batch, contents)
        else:
            batch, contents = pa.RecordBatch.from_pydict({}), [row for row in chunk.payload if isinstance(row, BadRow)]
        if layout.carried is None:
            return place_rows(chunk, layout, carry_objects(batch, contents, options), contents, gold)
        arrays = dict(zip(batch.schema.names, batch.columns, strict=True))
        return place_rows(chunk, layout, carry_columns(arrays, layout.carried, len(contents)), contents, gold)

    def encode_head(self, layout: Layout) -> bytes:
        """Return the beginning of the spool: the schema."""
        schema: pa.Schema = layout.schema
        return bytes(schema.serialize())

    def encode(self, scored: ScoredRows, layout: Layout, options: ScoreOptions) -> bytes:
        """Return scored rows as a message of Arrow's stream format."""
        return bytes(result_batch(scored, layout.schema, options).serialize())

    def finish(self, spool: Path, finished: Path, layout: Layout) -> None:
        """Write the spooled batches as Parquet."""
        with finished.open("wb") as file:
            with pq.ParquetWriter(file, layout.schema, compression="zstd") as writer:
                for table in _join_row_groups(spool, layout.schema):
                    writer.write_table(table, row_group_size=table.num_rows)
            file.flush()
            os.fsync(file.fileno())


PARQUET: Final = Parquet()


def carry_objects(
    batch: pa.RecordBatch, contents: Sequence[Content | BadRow], options: ScoreOptions
) -> list[dict[str, Any]]:
    """Return the columns that are carried along as a JSON object for each row; a bad row's object has no nulls."""
    named = name_carried(batch.schema.names, options)
    columns = [batch.column(name).to_pylist() for name in named]
    rows = zip(*columns, strict=True) if columns else [()] * len(contents)
    objects = [dict(zip(named.values(), row, strict=True)) for row in rows]
    return [
        {name: value for name, value in record.items() if value is not None} if isinstance(content, BadRow) else record
        for record, content in zip(objects, contents, strict=True)
    ]


def _open(source: Source) -> pq.ParquetFile:
    """Open a file.

    Raises:
        ValueError: It is no Parquet, or has two columns of one name.

    """
    try:
        file = pq.ParquetFile(source.path, pre_buffer=False, buffer_size=1 << 16)
    except pa.ArrowInvalid as error:
        raise ValueError(f"{source.name} is not a Parquet file: {error}") from error
    names = file.schema_arrow.names
    if doubles := sorted({name for name in names if names.count(name) > 1}):
        file.close()
        raise ValueError(f"{source.name} has more than one column called {', '.join(doubles)}; rename them")
    return file


def _choose_chunk_rows(file: pq.ParquetFile) -> int:
    """Return how many rows make a chunk, from the mean size of a row; one chunk at a time is in memory."""
    groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
    size, rows = sum(group.total_byte_size for group in groups), sum(group.num_rows for group in groups)
    return max(1, min(CHUNK_ROWS, int(CHUNK_BYTES * rows // max(size, 1))))


def _replace_invalid(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[BadRow | None]]:
    """Return the batch with nulls for strings that are not UTF-8, and for each row with such a string a bad row.

    Parquet does not check its strings, and such strings could not be written.
    """
    bad: list[BadRow | None] = [None] * batch.num_rows
    if _is_valid(batch):
        return batch, bad
    arrays = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        values = [column.slice(row, 1) for row in range(batch.num_rows)]
        for row, value in enumerate(values):
            if not _is_valid(value):
                bad[row] = bad[row] or BadRow("not_utf8", f"column {name!r} is not UTF-8")
                values[row] = pa.nulls(1, column.type)
        arrays[name] = pa.concat_arrays(values)
    return pa.RecordBatch.from_pydict(arrays), bad


def _is_valid(values: pa.RecordBatch | pa.Array) -> bool:
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _join_row_groups(spool: Path, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the spooled batches joined to row groups; where they are cut depends on nothing but the batches."""
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    with pa.OSFile(str(spool)) as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            batches.append(batch)
            rows += batch.num_rows
            size += batch.nbytes
            if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
                yield pa.Table.from_batches(batches, schema)
                batches, rows, size = [], 0, 0
    if rows:
        yield pa.Table.from_batches(batches, schema)
