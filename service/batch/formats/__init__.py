"""The file formats, told by extension. A new one is a module here, and its extensions in ``FORMATS``."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from service.batch.formats.csv import CSV, TSV
from service.batch.formats.documents import Documents
from service.batch.formats.format import Format
from service.batch.formats.json import JSON
from service.batch.formats.jsonl import JSONL
from service.batch.formats.parquet import PARQUET
from service.batch.formats.warc import WARC
from service.inputs import KINDS

FORMATS: Final[Mapping[str, Format]] = {
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".csv": CSV,
    ".tsv": TSV,
    ".parquet": PARQUET,
    ".pq": PARQUET,
    ".json": JSON,
    ".warc": WARC,
    ".wet": WARC,
    **{extension: Documents(extension) for extension in KINDS},
}


class FileType(NamedTuple):
    """The format of a file, and whether it is gzipped."""

    format: Format
    gzipped: bool = False

    def pack(self, content: bytes) -> bytes:
        """Return encoded content as it goes into the file: gzipped, where that is asked for, as a member of its own."""
        if not self.gzipped or not content:
            return content
        return gzip.compress(content, mtime=0)  # no time, so that a second run gives the same bytes


def file_type_of(name: str) -> FileType:
    """Return the type of a file from its name, such as "articles.jsonl.gz".

    Raises:
        ValueError: The extension is unknown.

    """
    path = Path(name)
    gzipped = path.suffix.lower() == ".gz"
    suffix = Path(path.stem).suffix.lower() if gzipped else path.suffix.lower()
    if suffix not in FORMATS:
        known = ", ".join(FORMATS)
        raise ValueError(f"{name}: the extension tells the format; give one of {known}, or with .gz after it")
    if gzipped and not FORMATS[suffix].is_stream:
        raise ValueError(f"{name}: {FORMATS[suffix].name} is compressed within; leave .gz off")
    return FileType(FORMATS[suffix], gzipped)


def is_known(name: str) -> bool:
    """Tell whether a file name has a known extension."""
    try:
        file_type_of(name)
    except ValueError:
        return False
    return True
