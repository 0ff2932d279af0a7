"""Plain text (.txt)."""

from service.inputs.article import Article
from service.inputs.encodings import UTF_8, decode


def read(content: bytes, encoding: str | None) -> list[Article]:
    """Return the text as it is, with its line ends: offsets count them.

    Raises:
        InputError: It is not in the encoding (UTF-8 where none is told).

    """
    return [Article(decode(content, encoding or UTF_8))]
