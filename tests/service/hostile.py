"""Readers that do what a hostile file could make a library do; the tests have a child process run them."""

from pathlib import Path

from service.inputs.article import Article


def read(content: bytes, encoding: str | None) -> list[Article]:
    """Do what the content says."""
    if content == b"loop":
        while True:
            pass
    if content == b"memory":
        return [Article("x" * (2 << 30))]
    if content == b"recurse":
        return read(content, encoding) if read_deeper(0) else []
    if content == b"write":
        Path("must-not-be-written").write_text("x")
    print("noise on standard output")
    return [Article(content.decode())]


def read_deeper(depth: int) -> int:
    return read_deeper(depth + 1) + 1
