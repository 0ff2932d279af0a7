"""What a file format must be able to do: cut a file into chunks of rows, parse a chunk, and write scored rows.

A chunk is a few hundred rows. The main process cuts, a worker parses, scores and encodes. Since the cuts depend on
nothing but the input and the options, a run that was stopped goes on with the next chunk, and the output is the same
whatever the number of workers.
"""

import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import pyarrow as pa

from service.batch.contents import describe_missing, find_text_columns
from service.batch.files import STANDARD, Stream
from service.batch.options import SENTENCES_FIELD, ScoreOptions
from service.batch.rows import BadRow, Gold, Rows, ScoredRows

CHUNK_ROWS = 512
CHUNK_BYTES = 1 << 18

Cells: TypeAlias = Sequence[str]  # one row of CSV
Payload: TypeAlias = Sequence[Any] | pa.RecordBatch  # what the format that cut it takes


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    Attributes:
        path: Its path, or "-" for standard input.
        format: Its format.
        name: The name under which records refer to it.

    """

    path: str
    format: "Format"
    name: str

    @property
    def size(self) -> int:
        """Bytes of the file; 0 for standard input, whose size is not known."""
        return 0 if self.path == STANDARD else Path(self.path).stat().st_size


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file, not yet parsed.

    Attributes:
        source: The file.
        numbers: The number of each row: of the line in JSONL, else of the row of data; from 1.
        payload: Lines of JSONL, cells of CSV, pages of a web archive, or Arrow columns.
        header: Names of the columns, of CSV.
        consumed: Bytes of the file read by the end of the chunk.

    """

    source: Source
    numbers: Sequence[int]
    payload: Payload
    header: Sequence[str] = ()
    consumed: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """What all records of one output have in common.

    Attributes:
        with_file: Whether records name the file they are from.
        carried: The input columns carried along, each with its name and type in the output; None for an output of
            JSON objects, each of which has fields of its own.
        schema: All columns of the output; None for JSON objects.

    """

    with_file: bool
    carried: Mapping[str, pa.Field] | None = None
    schema: pa.Schema | None = None


class Format(ABC):
    """A file format. Formats are plain values: they go to worker processes together with what is to be parsed."""

    name: ClassVar[str]
    is_table: ClassVar[bool] = True  # all rows have the same columns
    is_written: ClassVar[bool] = True  # results can be written in it
    has_types: ClassVar[bool] = False  # columns have types, so that a date need not be a string
    is_stream: ClassVar[bool] = True  # can be gzipped, read from standard input and written to standard output

    @abstractmethod
    def find_columns(self, source: Source, options: ScoreOptions, *, dates: bool) -> dict[str, pa.DataType]:
        """Return the columns of a file and their types.

        Args:
            source: The file.
            options: The options of the run.
            dates: Whether a column in which every string is a date is a column of dates.

        Raises:
            OSError: The file cannot be opened.
            ValueError: It is not of this format.

        """

    def has_gold(self, source: Source, options: ScoreOptions) -> bool:  # noqa: ARG002
        """Tell whether sentences of a file come with gold labels."""
        return False

    @abstractmethod
    def cut(self, source: Source, options: ScoreOptions) -> Iterator[Chunk]:
        """Yield the rows of a file in chunks; where it cannot be read on, the last row is the bad row that says so.

        Raises:
            OSError: The file cannot be opened.
            ValueError: It is not of this format, from its beginning on.

        """

    @abstractmethod
    def parse(self, chunk: Chunk, layout: Layout, options: ScoreOptions) -> Rows:
        """Parse and check the rows of a chunk.

        Raises:
            ValueError: Two fields would have the same name in the output.

        """

    def advise(self, names: Sequence[str]) -> str:  # noqa: ARG002 -- most have nothing to say
        """Return what to add to the message that none of the columns with these names holds text."""
        return ""

    @abstractmethod
    def encode_head(self, layout: Layout) -> bytes:
        """Return the bytes that come before the first scored rows."""

    @abstractmethod
    def encode(self, scored: ScoredRows, layout: Layout, options: ScoreOptions) -> bytes:
        """Return scored rows as bytes that can be appended to what was encoded before."""

    def finish(self, spool: Path, finished: Path, layout: Layout) -> None:  # noqa: B027 -- for most nothing is left
        """Make the finished file of the bytes appended so far, where they are not the finished file themselves."""


def max_line_bytes(options: ScoreOptions) -> int:
    r"""Return the longest line in bytes: text at its limit, every character written as \uXXXX, and other fields."""
    return 6 * options.max_text + (1 << 20)


def read_lines(stream: Stream, options: ScoreOptions) -> Iterator[bytes | BadRow | None]:
    """Yield the lines of a stream; None for one that is too long, a bad row in place of what cannot be read."""
    try:
        yield from stream.lines(max_line_bytes(options))
    except (EOFError, zlib.error, OSError, UnicodeError) as error:
        yield BadRow("unreadable", f"the file cannot be read from here on: {error}")


def cut_rows(
    source: Source,
    stream: Stream,
    rows: Iterable[tuple[int, bytes | Cells | BadRow]],
    header: Sequence[str] = (),
) -> Iterator[Chunk]:
    """Yield numbered rows in chunks of at most ``CHUNK_ROWS`` rows and about ``CHUNK_BYTES`` bytes (or characters)."""
    numbers: list[int] = []
    payload: list[bytes | Cells | BadRow] = []
    size = 0
    for number, row in rows:
        numbers.append(number)
        payload.append(row)
        if isinstance(row, bytes):
            size += len(row)
        elif not isinstance(row, BadRow):
            size += sum(map(len, row))
        if len(payload) >= CHUNK_ROWS or size >= CHUNK_BYTES:
            yield Chunk(source, numbers, payload, header, stream.consumed)
            numbers, payload, size = [], [], 0
    if payload:
        yield Chunk(source, numbers, payload, header, stream.consumed)


def place_rows(
    chunk: Chunk,
    layout: Layout,
    carried: pa.RecordBatch | Sequence[Mapping[str, object]],
    contents: Sequence[str | list[str] | BadRow],
    gold: Sequence[Sequence[Gold | None] | None] | None = None,
) -> Rows:
    """Return the rows of a chunk with the place they come from."""
    return Rows(carried, contents, chunk.numbers, chunk.source.name if layout.with_file else None, gold)


def carry_columns(arrays: Mapping[str, pa.Array], carried: Mapping[str, pa.Field], size: int) -> pa.RecordBatch:
    """Return the ``carried`` columns of an input under their names and types in the output.

    A column that the input lacks is null in all of its ``size`` rows.
    """
    columns = [
        arrays[name].cast(field.type) if name in arrays else pa.nulls(size, field.type)
        for name, field in carried.items()
    ]
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(list(carried.values())))


def merge_types(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the type that holds values of both."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    return pa.float64() if {one, other} == {pa.int64(), pa.float64()} else pa.string()


def check_columns(source: Source, names: Iterable[str], options: ScoreOptions) -> None:
    """Check that one of the columns of a table can be scored.

    Raises:
        ValueError: None can.

    """
    names = list(names)
    if not find_text_columns(names, options) and SENTENCES_FIELD not in names:
        raise ValueError(describe_missing(source.name, "column", names, options) + source.format.advise(names))
