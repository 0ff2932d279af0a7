"""Lines from files or standard input, gzipped or not, in bounded memory."""

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from service.inputs.encodings import UTF_8, suggest_encoding

STANDARD: Final = "-"  # stands for standard input or output
_GZIP_MAGIC = b"\x1f\x8b"
_BUFFER = 1 << 20
_PEEKED = 1 << 12


class Stream:
    """Lines of a file, unzipped and as UTF-8, with how many bytes of the file itself have been read.

    Args:
        raw: The file.
        encoding: Its encoding; None for UTF-8.

    Raises:
        ValueError: It is evidently in another encoding; the message goes on from the file's name.

    """

    def __init__(self, raw: BinaryIO, encoding: str | None = None) -> None:
        self._raw = _CountingReader(raw)
        buffered = io.BufferedReader(self._raw, _BUFFER)
        if buffered.peek(2)[:2] == _GZIP_MAGIC:
            self._content: BinaryIO = cast("BinaryIO", gzip.GzipFile(fileobj=buffered, mode="rb"))
        else:
            self._content = buffered
        likely = suggest_encoding(self._peek(), encoding or UTF_8)
        if likely is not None:
            raise ValueError(f"is not {(encoding or UTF_8).upper()} but {likely.upper()}: say --encoding {likely}")
        if encoding is not None:
            recoded = _Recoder(self._content, encoding)
            self._content = io.BufferedReader(recoded, _BUFFER)

    def read_old_line_ends(self) -> None:
        """Take a carriage return alone for the end of a line, where the file has no other."""
        start = self._peek()
        if b"\r" in start and b"\n" not in start:
            self._content = io.BufferedReader(_LineEnds(self._content), _BUFFER)

    def blocks(self) -> Iterator[bytes]:
        """Yield all content in pieces."""
        while block := self._content.read(_BUFFER):
            yield block

    def _peek(self) -> bytes:
        """Return the beginning of the content, without taking it."""
        try:
            return cast("io.BufferedReader", self._content).peek(_PEEKED)[:_PEEKED]
        except (OSError, EOFError, zlib.error):
            return b""  # damaged: reading it says so

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
def open_stream(path: str, encoding: str | None = None) -> Iterator[Stream]:
    """Open a file, or standard input for "-".

    Raises:
        OSError: It cannot be opened.
        ValueError: It is evidently in another encoding.

    """
    if path == STANDARD:
        yield _name_errors(sys.stdin.buffer, "standard input", encoding)
        return
    with Path(path).open("rb", buffering=0) as file:
        yield _name_errors(cast("BinaryIO", file), path, encoding)


@contextmanager
def open_standard_input() -> Iterator[BinaryIO]:
    """Give standard input as a file that stays open afterwards."""
    yield sys.stdin.buffer


def _name_errors(raw: BinaryIO, name: str, encoding: str | None) -> Stream:
    try:
        return Stream(raw, encoding)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None


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


class _Converter(io.RawIOBase):
    """A raw stream that gives the content of another in another form."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self._ready = b""
        self._ended = False

    def convert(self, block: bytes, *, final: bool) -> bytes:
        """Return a piece of the content in the other form."""
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            block = self._content.read(_BUFFER)
            self._ended = not block
            self._ready = self.convert(block, final=self._ended)
        content, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(content)] = content
        return len(content)


class _Recoder(_Converter):
    """The content as UTF-8, without a byte order mark."""

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        super().__init__(content)
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def convert(self, block: bytes, *, final: bool) -> bytes:
        return self._decoder.decode(block, final).encode("utf-8", "surrogatepass")


class _LineEnds(_Converter):
    """The content with a line feed for each carriage return."""

    def convert(self, block: bytes, *, final: bool) -> bytes:  # noqa: ARG002 -- each piece stands for itself
        return block.replace(b"\r", b"\n")
