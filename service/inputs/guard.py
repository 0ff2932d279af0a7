"""Reads untrusted files in a child process, so that no file can hang or exhaust the process that asks.

A child may compute 20 seconds on one file and hold 1 GiB; it can write no file. One that goes beyond is killed, and the
file refused. A child reads many files, one after the other, since starting one takes longer than reading a page.
"""

import contextlib
import importlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final

from service.inputs.article import MISSING_FORMATS, Article, InputError
from service.inputs.registry import KINDS, Kind

CPU_SECONDS: Final = 20  # of computing, for one file
MEMORY_BYTES: Final = 1 << 30  # of address space
_WALL_SECONDS = 120.0  # a child that takes so long without computing hangs
_LONGEST_ANSWER = 256 << 20  # bytes
_MOST_FILES = 500  # for one child: libraries keep things in memory
_PACKAGES = ("docx", "feedparser", "pypdf", "trafilatura")


def extract(content: bytes, extension: str, encoding: str | None = None) -> list[Article]:
    """Return the articles in a file.

    Args:
        content: The file.
        extension: Tells its kind: a key of ``KINDS``.
        encoding: The encoding of its text, where the kind does not say it; None for UTF-8.

    Raises:
        InputError: It cannot be read; the message says what to do.

    """
    kind = KINDS[extension]
    if len(content) > kind.largest:
        raise InputError(f"has {len(content):,} bytes; of {kind.name}, at most {kind.largest:,} are read: split it")
    if not kind.is_guarded:
        articles: list[Article] = importlib.import_module(kind.module).read(content, encoding)
        return articles
    require_formats()
    with _borrow_child() as child:
        return child.read(content, kind, encoding)


def require_formats() -> None:
    """Check that the packages of the extra ``formats`` are installed.

    Raises:
        InputError: At least one is not.

    """
    if not all(map(find_spec, _PACKAGES)):
        raise InputError(f"cannot be read here: {MISSING_FORMATS}")


class Child:
    """A process that reads files, one at a time.

    Args:
        cpu_seconds: How long it may compute on one file.
        memory_bytes: How much memory it may take.

    """

    def __init__(self, cpu_seconds: int = CPU_SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._cpu_seconds = cpu_seconds
        self._files = 0
        command = [sys.executable, "-m", "service.inputs.child", str(cpu_seconds), str(memory_bytes)]
        self._process = subprocess.Popen(  # noqa: S603 -- this very interpreter, with numbers
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    @property
    def is_usable(self) -> bool:
        """Whether it runs, and may read another file."""
        return self._process.poll() is None and self._files < _MOST_FILES

    def read(self, content: bytes, kind: Kind, encoding: str | None) -> list[Article]:
        """Return the articles in a file.

        Raises:
            InputError: It cannot be read, or not within the limits.

        """
        self._files += 1
        watchdog = threading.Timer(_WALL_SECONDS, self._process.kill)
        watchdog.start()
        try:
            answer = self._ask({"module": kind.module, "encoding": encoding, "size": len(content)}, content)
        finally:
            watchdog.cancel()
        if answer is None:
            self.close()
            raise InputError(
                f"takes more than {self._cpu_seconds} seconds or {MEMORY_BYTES >> 30} GiB of memory to read: "
                "save its text as .txt"
            )
        if "error" in answer:
            raise InputError(answer["error"])
        return [Article(**article) for article in answer["articles"]]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _ask(self, head: dict[str, Any], content: bytes) -> dict[str, Any] | None:
        """Return the answer; None if the process died, or answers beyond measure."""
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(head).encode() + b"\n" + content)
            self._process.stdin.flush()
            line = self._process.stdout.readline(_LONGEST_ANSWER)
        except OSError:
            return None
        if not line.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer


_idle: list[Child] = []  # children of this process that wait for a file


@contextlib.contextmanager
def _borrow_child() -> Iterator[Child]:
    """Take a child that waits, or start one; it waits again afterwards."""
    child = None
    while child is None:
        try:
            waiting = _idle.pop()
        except IndexError:
            child = Child()
        else:
            if waiting.is_usable:
                child = waiting
            else:
                waiting.close()
    try:
        yield child
    finally:
        if child.is_usable:
            _idle.append(child)
        else:
            child.close()
