"""Reads outputs of ``stance score`` as records again: JSONL, CSV or Parquet, a record an article or a sentence."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from service.batch.contents import decode_utf8
from service.batch.files import open_stream
from service.batch.formats import file_type_of
from service.batch.formats.csv import Csv
from service.batch.formats.jsonl import JSONL
from service.batch.rows import BadRow

Record = Mapping[str, Any]
_BATCH_ROWS: Final = 512
_LONGEST_LINE: Final = 1 << 30  # bytes
_BOM: Final = b"\xef\xbb\xbf"


def read_records(path: Path) -> Iterator[Record]:
    """Yield the records of a file, one at a time.

    Raises:
        OSError: The file cannot be read.
        ValueError: Its extension is unknown, or it is not of the format that its extension says.

    """
    form = file_type_of(path.name).format
    if isinstance(form, Csv):
        lines = (_decode(path, number, line) for number, line in _number_lines(path, _LONGEST_LINE))
        yield from csv.DictReader(lines, delimiter=form.delimiter)
    elif form == JSONL:
        yield from read_objects(path)
    else:
        try:
            with pq.ParquetFile(path) as parquet:
                for batch in parquet.iter_batches(_BATCH_ROWS):
                    yield from batch.to_pylist()
        except pa.ArrowInvalid as error:
            raise ValueError(f"{path} is not a Parquet file: {error}") from error


def read_objects(path: Path, longest: int = _LONGEST_LINE) -> Iterator[Record]:
    """Yield the objects of a JSONL file; blank lines hold none.

    Args:
        path: The file.
        longest: Bytes of the longest line.

    Raises:
        OSError: The file cannot be read.
        ValueError: A line is too long, or holds no JSON object; the message names file and line.

    """
    for number, line in _number_lines(path, longest):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise ValueError(f"{path}:{number}: not JSON: {error}") from error
        if not isinstance(record, dict):
            raise ValueError(f"{path}:{number}: expected a JSON object, and this is no object")
        yield record


def _number_lines(path: Path, longest: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers, from 1."""
    with open_stream(str(path)) as stream:
        for number, line in enumerate(stream.lines(longest), start=1):
            if line is None:
                raise ValueError(f"{path}:{number}: longer than {longest:,} bytes")
            yield number, line.removeprefix(_BOM) if number == 1 else line


def _decode(path: Path, number: int, line: bytes) -> str:
    text = decode_utf8(line)
    if isinstance(text, BadRow):
        raise ValueError(f"{path}:{number}: {text.reason}")
    return text
