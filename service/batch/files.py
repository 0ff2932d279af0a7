"""Formats by extension, and bytes in from files or standard input, gzipped or not, in bounded memory."""

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, cast

Kind = Literal["jsonl", "csv", "tsv", "parquet"]

STANDARD: Final = "-"
_KINDS: Final[dict[str, Kind]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_GZIP_MAGIC = b"\x1f\x8b"
_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written: its kind, and whether it is gzipped."""

    kind: Kind
    gzipped: bool = False

    @classmethod
    def of(cls, name: str) -> "Format":
        """Return the format of a file name such as "articles.jsonl.gz", or of an extension alone.

        Raises:
            ValueError: The extension is none of the known ones.

        """
        path = Path(name)
        gzipped = path.suffix.lower() == ".gz"
        suffix = Path(path.stem).suffix.lower() if gzipped else path.suffix.lower()
        if suffix not in _KINDS:
            known = ", ".join(_KINDS)
            raise ValueError(f"{name}: the extension tells the format; give one of {known}, or with .gz after it")
        if gzipped and _KINDS[suffix] == "parquet":
            raise ValueError(f"{name}: Parquet is compressed within; leave .gz off")
        return cls(_KINDS[suffix], gzipped)

    @classmethod
    def known(cls, name: str) -> bool:
        """Tell whether a file name has a known extension."""
        try:
            cls.of(name)
        except ValueError:
            return False
        return True


class Stream:
    """Lines of a file, unzipped, with how many bytes of the file itself have been read."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = _Counted(raw)
        buffered = io.BufferedReader(self._raw, _BUFFER)
        if buffered.peek(2)[:2] == _GZIP_MAGIC:
            self._content: BinaryIO = cast("BinaryIO", gzip.GzipFile(fileobj=buffered, mode="rb"))
        else:
            self._content = buffered

    @property
    def consumed(self) -> int:
        """Bytes of the file read so far, as stored."""
        return self._raw.count

    def lines(self, limit: int) -> Iterator[bytes | None]:
        """Yield the lines with their ends; None stands for one longer than ``limit`` bytes, which is passed over."""
        while line := self._content.readline(limit + 1):
            if len(line) <= limit:
                yield line
                continue
            while line and not line.endswith(b"\n"):
                line = self._content.readline(_BUFFER)
            yield None


@contextmanager
def opened(path: str) -> Iterator[Stream]:
    """Open a file, or standard input for "-"."""
    if path == STANDARD:
        yield Stream(sys.stdin.buffer)
        return
    with Path(path).open("rb", buffering=0) as file:
        yield Stream(cast("BinaryIO", file))


class _Counted(io.RawIOBase):
    """A raw stream that counts what is read from it."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        content = self._raw.read(len(buffer)) or b""
        buffer[: len(content)] = content
        self.count += len(content)
        return len(content)
