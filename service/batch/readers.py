"""Files to chunks of rows: cut in the main process always in the same way, parsed into Arrow by whoever scores them.

A chunk is a few hundred rows. Since the cuts depend on nothing but the input and the options, a run that was stopped
goes on with the next chunk, and the output is the same whatever the number of workers.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from service.batch.csv_rows import Cells, csv_header, csv_records
from service.batch.faults import Fault, line_too_long
from service.batch.files import STANDARD, Format, opened
from service.batch.options import SENTENCES_FIELD, ScoreOptions

_ROWS = 512
_BYTES = 1 << 18
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path or "-", its format, and the name under which records refer to it."""

    path: str
    format: Format
    name: str

    @property
    def size(self) -> int:
        """Bytes of the file; 0 for standard input, of which they are not known."""
        return 0 if self.path == STANDARD else Path(self.path).stat().st_size


Payload: TypeAlias = Sequence[bytes | Fault] | Sequence[Cells | Fault] | pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file, not yet parsed.

    Attributes:
        source: The file.
        numbers: The number of each row: of the line in JSONL, else of the row of data; from 1.
        payload: Lines, cells or Arrow columns.
        header: Names of the columns, of CSV.
        consumed: Bytes of the file read by the end of the chunk.

    """

    source: Source
    numbers: Sequence[int]
    payload: Payload
    header: Sequence[str] = ()
    consumed: int = 0


def chunks(source: Source, options: ScoreOptions) -> Iterator[Chunk]:
    """Yield the rows of a file in chunks; where the file cannot be read on, the last row is the fault that says so.

    Raises:
        OSError: The file cannot be opened.
        ValueError: It is not what its extension says, from its beginning on.

    """
    if source.format.kind == "parquet":
        yield from _parquet_chunks(source)
    elif source.format.kind == "jsonl":
        yield from _jsonl_chunks(source, options)
    else:
        yield from _csv_chunks(source, options)


def line_limit(options: ScoreOptions) -> int:
    r"""Return the longest line in bytes: text at its limit, every character written as \uXXXX, and other fields."""
    return 6 * options.max_text + (1 << 20)


def columns_of(source: Source, options: ScoreOptions) -> dict[str, pa.DataType]:
    """Return the columns of a CSV or Parquet file from its head, or of a JSONL file from all of it.

    Raises:
        OSError: The file cannot be opened.
        ValueError: It is not what its extension says.

    """
    if source.format.kind == "parquet":
        with _parquet(source) as file:
            schema = file.schema_arrow
        return dict(zip(schema.names, schema.types, strict=True))
    with opened(source.path) as stream:
        lines = stream.lines(line_limit(options))
        if source.format.kind == "jsonl":
            from service.batch.json_rows import json_columns

            return json_columns(line for line in lines if line)
        return dict.fromkeys(csv_header(source, lines), pa.string())


def check_columns(source: Source, names: Sequence[str], options: ScoreOptions) -> None:
    """Check that one of the columns can be scored.

    Raises:
        ValueError: None can.

    """
    if options.text_field not in names and SENTENCES_FIELD not in names:
        raise ValueError(
            f"{source.name} has no column {options.text_field!r} and no {SENTENCES_FIELD!r}; its columns are "
            f"{', '.join(map(repr, names))}: name the one with the text with --text-field"
        )


def _jsonl_chunks(source: Source, options: ScoreOptions) -> Iterator[Chunk]:
    limit = line_limit(options)
    with opened(source.path) as stream:
        numbers: list[int] = []
        lines: list[bytes | Fault] = []
        size = 0
        for number, read in enumerate(_guarded(stream.lines(limit)), start=1):
            line = _without_mark(source, read) if number == 1 and isinstance(read, bytes) else read
            if isinstance(line, bytes):
                if not line.strip():
                    continue
                size += len(line)
            numbers.append(number)
            lines.append(line_too_long(limit) if line is None else line)
            if len(lines) >= _ROWS or size >= _BYTES:
                yield Chunk(source, numbers, lines, consumed=stream.consumed)
                numbers, lines, size = [], [], 0
        if lines:
            yield Chunk(source, numbers, lines, consumed=stream.consumed)


def _csv_chunks(source: Source, options: ScoreOptions) -> Iterator[Chunk]:
    limit = line_limit(options)
    with opened(source.path) as stream:
        lines = _guarded(stream.lines(limit))
        header = csv_header(source, lines)
        numbers: list[int] = []
        records: list[Cells | Fault] = []
        size = 0
        for number, record in enumerate(csv_records(source, lines, len(header), limit), start=1):
            numbers.append(number)
            records.append(record)
            size += 0 if isinstance(record, Fault) else sum(map(len, record))
            if len(records) >= _ROWS or size >= _BYTES:
                yield Chunk(source, numbers, records, header, stream.consumed)
                numbers, records, size = [], [], 0
        if records:
            yield Chunk(source, numbers, records, header, stream.consumed)


def _parquet_chunks(source: Source) -> Iterator[Chunk]:
    size = source.size
    with _parquet(source) as file:
        total, first = file.metadata.num_rows, 1
        rows = _rows_a_chunk(file)
        for group in range(file.num_row_groups):
            batches = file.iter_batches(batch_size=rows, row_groups=[group], use_threads=False)
            end = first + file.metadata.row_group(group).num_rows
            try:
                for batch in batches:
                    numbers = range(first, first + batch.num_rows)
                    first += batch.num_rows
                    yield Chunk(source, numbers, batch, consumed=size * (first - 1) // max(total, 1))
            except (OSError, pa.ArrowException) as error:
                fault = Fault("unreadable", f"rows {first} to {end - 1} cannot be read: {error}")
                yield Chunk(source, [first], [fault], consumed=size * (end - 1) // max(total, 1))
            first = end


def _rows_a_chunk(file: pq.ParquetFile) -> int:
    """Return how many rows make a chunk, from the mean size of a row; a batch is all that is in memory at a time."""
    groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
    size, rows = sum(group.total_byte_size for group in groups), sum(group.num_rows for group in groups)
    return max(1, min(_ROWS, int(_BYTES * rows // max(size, 1))))


def _parquet(source: Source) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(source.path, pre_buffer=False, buffer_size=1 << 16)
    except pa.ArrowInvalid as error:
        raise ValueError(f"{source.name} is not a Parquet file: {error}") from error


def _guarded(lines: Iterator[bytes | None]) -> Iterator[bytes | Fault | None]:
    """Yield the lines, and in place of what cannot be unzipped a fault."""
    try:
        yield from lines
    except (EOFError, zlib.error, OSError) as error:
        yield Fault("unreadable", f"the file cannot be read from here on: {error}")


def _without_mark(source: Source, line: bytes) -> bytes:
    """Return the first line without its byte order mark.

    Raises:
        ValueError: The mark is that of UTF-16.

    """
    if line.startswith(_UTF_16):
        raise ValueError(f"{source.name} is UTF-16; convert it to UTF-8 first, e.g. with iconv")
    return line.removeprefix(_BOM)
