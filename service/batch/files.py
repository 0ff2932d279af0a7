"""Lines from files or standard input, gzipped or not, in bounded memory."""

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

STANDARD: Final = "-"  # stands for standard input or output
_GZIP_MAGIC = b"\x1f\x8b"
_BUFFER = 1 << 20


class Stream:
    """Lines of a file, unzipped, with how many bytes of the file itself have been read."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = _CountingReader(raw)
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
def open_stream(path: str) -> Iterator[Stream]:
    """Open a file, or standard input for "-"."""
    if path == STANDARD:
        yield Stream(sys.stdin.buffer)
        return
    with Path(path).open("rb", buffering=0) as file:
        yield Stream(cast("BinaryIO", file))


class _CountingReader(io.RawIOBase):
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
