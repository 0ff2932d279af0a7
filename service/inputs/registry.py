"""Which extension is which kind of file. A new kind is a module here with a function ``read``, and a line below."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that holds articles.

    Attributes:
        name: What people call it.
        module: The module whose ``read(content, encoding)`` returns the articles in a file.
        largest: Bytes of the largest file that is read.
        is_plural: Whether a file may hold several articles.
        is_guarded: Whether it is read in a child process, since a hostile file could take any time or memory.

    """

    name: str
    module: str
    largest: int
    is_plural: bool = False
    is_guarded: bool = True


_TEXT = Kind("plain text", "service.inputs.plain", 64 * _MIB, is_guarded=False)
_HTML = Kind("HTML", "service.inputs.html", 10 * _MIB)
_FEED = Kind("a feed", "service.inputs.feed", 20 * _MIB, is_plural=True)
KINDS: Final[Mapping[str, Kind]] = {
    ".txt": _TEXT,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".docx": Kind("Word", "service.inputs.docx", 30 * _MIB),
    ".pdf": Kind("PDF", "service.inputs.pdf", 50 * _MIB),
    ".eml": Kind("e-mail", "service.inputs.mail", 30 * _MIB),
    ".rss": _FEED,
    ".atom": _FEED,
    ".xml": _FEED,
}


def kind_of(name: str) -> Kind | None:
    """Return the kind of a file by its extension; None where it is none of these."""
    return KINDS.get(PurePath(name).suffix.lower())
