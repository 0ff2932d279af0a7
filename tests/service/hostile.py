"""Readers that do what a hostile file could make a library do; the tests have a child process run them."""

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
        with open("/tmp/stancewire-must-not-be-written", "w") as file:  # noqa: PTH123
            file.write("x")
    print("noise on standard output")
    return [Article(content.decode())]


def read_deeper(depth: int) -> int:
    return read_deeper(depth + 1) + 1
