"""CSV, row by row: a broken row is a bad row, and the rows after it are read as if nothing had happened."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, cast

import orjson
import pyarrow as pa
import pyarrow.csv as pa_csv

from service.batch.contents import check_sentences, check_strings, check_texts, decode_utf8, find_text_columns
from service.batch.files import open_stream
from service.batch.formats.dates import DATE_TYPES, read_date, type_of_text
from service.batch.formats.format import (
    Cells,
    Chunk,
    Format,
    Layout,
    Source,
    carry_columns,
    check_columns,
    cut_rows,
    max_line_bytes,
    merge_types,
    place_rows,
    read_lines,
)
from service.batch.formats.jsonl import encode_value
from service.batch.options import SENTENCES_FIELD, ScoreOptions
from service.batch.results import name_carried, result_batch
from service.batch.rows import BadRow, Content, Rows, ScoredRows

Line = bytes | BadRow | None  # None: longer than the limit

_BOM = "\ufeff"
_LINE_BREAK = re.compile(r"[\r\n]+")
_SEPARATORS = (";", "\t", "|", ",")
csv.field_size_limit(2**31 - 1)  # the length of a line is bounded already


@dataclass(frozen=True)
class Csv(Format):
    """Cells with a delimiter between them; the first row names the columns.

    Attributes:
        delimiter: The character between cells.

    """

    name: ClassVar[str] = "CSV"
    delimiter: str = ","

    def find_columns(self, source: Source, options: ScoreOptions, *, dates: bool) -> dict[str, pa.DataType]:
        """Return the columns that the first row names; all are strings, but for dates where these are asked for.

        An empty cell may stand in a column of dates. Bad rows are passed over here: they become bad rows later.
        """
        delimiter, limit = options.separator or self.delimiter, max_line_bytes(options)
        with open_stream(source.path, options.encoding) as stream:
            stream.read_old_line_ends()
            lines = read_lines(stream, options)
            header = read_header(source.name, lines, delimiter, limit)
            columns = dict.fromkeys(header, pa.null() if dates else pa.string())
            rows = read_rows(lines, delimiter, len(header), limit) if dates else ()
            for row in rows:
                undecided = [name for name, kind in columns.items() if kind != pa.string()]
                if not undecided:
                    break
                if not isinstance(row, BadRow):
                    cells = dict(zip(header, row, strict=True))
                    for name in undecided:
                        if cells[name]:
                            columns[name] = merge_types(columns[name], type_of_text(cells[name]))
        return {name: pa.string() if pa.types.is_null(kind) else kind for name, kind in columns.items()}

    def cut(self, source: Source, options: ScoreOptions) -> Iterator[Chunk]:
        """Yield rows of cells, in chunks."""
        delimiter, limit = options.separator or self.delimiter, max_line_bytes(options)
        with open_stream(source.path, options.encoding) as stream:
            stream.read_old_line_ends()
            lines = read_lines(stream, options)
            header = read_header(source.name, lines, delimiter, limit)
            check_columns(source, header, options)
            rows = read_rows(lines, delimiter, len(header), limit)
            yield from cut_rows(source, stream, enumerate(rows, start=1), header)

    def parse(self, chunk: Chunk, layout: Layout, options: ScoreOptions) -> Rows:
        """Take what is to be classified from the cells; in a table as in JSON, the others are carried as strings."""
        rows = cast("Sequence[Cells | BadRow]", chunk.payload)
        contents = _read_contents(chunk.header, rows, options)
        if layout.carried is None:
            named = name_carried(chunk.header, options)
            places = [(chunk.header.index(name), new) for name, new in named.items()]
            carried = [{} if isinstance(row, BadRow) else {new: row[place] for place, new in places} for row in rows]
            return place_rows(chunk, layout, carried, contents)
        arrays = {
            name: pa.array([_to_cell(row, place, layout.carried[name].type) for row in rows], layout.carried[name].type)
            for place, name in enumerate(chunk.header)
            if name in layout.carried
        }
        return place_rows(chunk, layout, carry_columns(arrays, layout.carried, len(rows)), contents)

    def advise(self, names: Sequence[str]) -> str:
        """Name the separator that the header has inside what was taken for one column."""
        likely = max(_SEPARATORS, key=lambda separator: sum(name.count(separator) for name in names))
        if likely == self.delimiter or not any(likely in name for name in names):
            return ""
        shown = "'\\t'" if likely == "\t" else f"'{likely}'"
        return f"; or say what stands between the cells, most likely --separator {shown}"

    def encode_head(self, layout: Layout) -> bytes:
        """Return the line with the names of the columns."""
        return self._write(pa.RecordBatch.from_pylist([], schema=_flat_schema(layout.schema)), header=True)

    def encode(self, scored: ScoredRows, layout: Layout, options: ScoreOptions) -> bytes:
        """Return a line for each record."""
        return self._write(_flatten(result_batch(scored, layout.schema, options)), header=False)

    def _write(self, batch: pa.RecordBatch, *, header: bool) -> bytes:
        sink = pa.BufferOutputStream()
        options = pa_csv.WriteOptions(include_header=header, delimiter=self.delimiter, quoting_style="needed")
        try:
            pa_csv.write_csv(batch, sink, options)
        except pa.ArrowInvalid as error:
            binary = [field.name for field in batch.schema if _is_binary(field.type)]
            if not binary:
                raise
            raise ValueError(
                f"CSV cannot hold the bytes in {', '.join(map(repr, binary))}; leave the column out with --keep, "
                "or write JSONL or Parquet"
            ) from error
        return bytes(sink.getvalue())


CSV: Final = Csv()
TSV: Final = Csv("\t")


def read_header(name: str, lines: Iterable[Line], delimiter: str, limit: int = 1 << 20) -> list[str]:
    """Read the names of the columns off the first row; one without a name is called after its place ("column_1").

    Line breaks in a name become spaces.

    Args:
        name: The file's name, for errors.
        lines: The lines of the file; those of the header are taken from them.
        delimiter: The character between cells.
        limit: Most bytes of a row.

    Raises:
        ValueError: There is no header, it is not UTF-8, or two columns have the same name.

    """
    queue = _LineQueue(lines)
    first = queue.take()
    if not isinstance(first, bytes):
        reason = f" ({first.reason})" if first is not None else ""
        raise ValueError(f"{name} has no header{reason}: the first row of CSV names the columns")
    cells = _read_row(first.removeprefix(_BOM.encode()), queue, delimiter, limit)
    if isinstance(cells, BadRow):
        advice = "; most likely --encoding cp1252" if cells.kind == "not_utf8" else ""
        raise ValueError(f"{name}: the header is {cells.reason}{advice}")
    names = [_join_lines(cell) or f"column_{place}" for place, cell in enumerate(cells, start=1)]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise ValueError(f"{name} has more than one column called {', '.join(doubles)}; rename them")
    return names


def _join_lines(cell: str) -> str:
    """Return a cell with its lines joined by spaces; as it is where it has one line."""
    lines = _LINE_BREAK.split(cell)
    return cell if len(lines) == 1 else " ".join(line.strip() for line in lines).strip()


def read_rows(lines: Iterable[Line], delimiter: str, width: int, limit: int) -> Iterator[Cells | BadRow]:
    """Yield each row of ``width`` cells, or what is wrong with it.

    A quotation mark that is never closed would take the rest of the file with it. So the line it is on is the bad row,
    and reading goes on with the line after it. At most ``limit`` bytes are searched for the closing mark.
    """
    queue = _LineQueue(lines)
    while (line := queue.take()) is not None:
        row = line if isinstance(line, BadRow) else _read_row(line, queue, delimiter, limit)
        if isinstance(row, BadRow) or len(row) == width:
            yield row
        elif row:  # an empty line is no row
            yield BadRow("ragged_row", f"{len(row)} cells where the header has {width}")


class _LineQueue:
    """Lines, some of which may be put back to be taken again."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._returned: deque[bytes | BadRow] = deque()
        self._too_long = BadRow("too_long", "longer than --max-text allows for")

    def take(self) -> bytes | BadRow | None:
        """Return the next line, a bad row in place of one that cannot be read, or None at the end."""
        if self._returned:
            return self._returned.popleft()
        for line in self._lines:
            return self._too_long if line is None else line
        return None

    def put_back(self, lines: Sequence[bytes | BadRow]) -> None:
        """Put lines back in front; the first of them is taken next."""
        self._returned.extendleft(reversed(lines))


def _read_row(line: bytes, queue: _LineQueue, delimiter: str, limit: int) -> Cells | BadRow:
    """Parse the row that begins with ``line``, taking further lines while a quotation mark is open."""
    mark = delimiter.encode()
    parts = [line]
    size = len(line)
    is_open = _leaves_open(line, False, mark)
    while is_open:
        following = queue.take()
        if isinstance(following, BadRow) and following.kind == "unreadable":
            return following
        if not isinstance(following, bytes) or size + len(following) > limit:
            queue.put_back([*parts[1:], *([] if following is None else [following])])
            return BadRow("bad_csv", "a quotation mark is opened and never closed")
        parts.append(following)
        size += len(following)
        is_open = _leaves_open(following, True, mark)
    text = decode_utf8(b"".join(parts))
    if isinstance(text, BadRow):
        return text
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        queue.put_back(parts[1:])
        return BadRow("bad_csv", f"not CSV: {error}")


def _leaves_open(line: bytes, inside: bool, delimiter: bytes) -> bool:
    """Tell whether a quotation is open at the end of ``line``; ``inside``: whether one was at its beginning.

    >>> _leaves_open(b'1,"He said ""no"" and', False, b",")
    True
    """
    if b'"' not in line:
        return inside
    position = 0
    while True:
        if inside:
            closing = line.find(b'"', position)
            if closing < 0:
                return True
            if line[closing + 1 : closing + 2] == b'"':
                position = closing + 2
                continue
            inside = False
            position = closing + 1
        elif line[position : position + 1] == b'"':
            inside = True
            position += 1
            continue
        end = line.find(delimiter, position)
        if end < 0:
            return False
        position = end + 1


def _read_contents(
    header: Sequence[str], rows: Sequence[Cells | BadRow], options: ScoreOptions
) -> list[Content | BadRow]:
    places = {name: header.index(name) for name in find_text_columns(header, options)}
    sentences_at = header.index(SENTENCES_FIELD) if SENTENCES_FIELD in header else None
    return [
        row
        if isinstance(row, BadRow)
        else _read_content(
            {name: row[place] for name, place in places.items()},
            None if sentences_at is None else row[sentences_at],
            options,
        )
        for row in rows
    ]


def _read_content(texts: Mapping[str, str], cell: str | None, options: ScoreOptions) -> Content | BadRow:
    """Return what to classify in a row: its text, or where that is empty the sentences in a cell.

    Args:
        texts: The cells with text by the names of their columns; none where there is no such column.
        cell: The cell with a JSON list of sentences; None where there is no such column.
        options: The limits.

    """
    if any(texts.values()) or cell is None:
        return check_texts(texts, options)
    sentences = _parse_sentences(cell)
    if isinstance(sentences, BadRow):
        return sentences
    if texts and not sentences:
        return check_texts(texts, options)
    return check_sentences(None, options) if sentences is None else check_strings(sentences, options)


def _parse_sentences(cell: str) -> list[str] | BadRow | None:
    """Parse the JSON list in a cell; None for an empty cell."""
    if not cell:
        return None
    try:
        value = orjson.loads(cell)
    except orjson.JSONDecodeError:
        value = None
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    return BadRow("not_a_list", f"{SENTENCES_FIELD!r} is not a JSON list of strings")


def _to_cell(row: Cells | BadRow, place: int, kind: pa.DataType) -> object:
    """Return a cell as a string or, for a column of dates, as a date; None for an empty date, and in a bad row."""
    if isinstance(row, BadRow):
        return None
    if kind in DATE_TYPES:
        return read_date(row[place], kind) if row[place] else None
    return row[place]


def _flatten(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Write what a CSV cell cannot hold as JSON."""
    columns = [_to_json(column) if pa.types.is_nested(column.type) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=_flat_schema(batch.schema))


def _flat_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_type(pa.string()) if pa.types.is_nested(field.type) else field for field in schema])


def _to_json(column: pa.Array) -> pa.Array:
    cells = [None if value is None else encode_value(value).decode() for value in column.to_pylist()]
    return pa.array(cells, pa.string())


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))
