"""Word documents (.docx): paragraphs and tables, in order, by python-docx."""

import io
import zipfile
from collections.abc import Iterator
from typing import Final

import docx
import docx.opc.exceptions
import docx.table
import lxml.etree

from service.inputs.article import Article, InputError, clean, join_paragraphs

LARGEST_UNPACKED: Final = 100 << 20  # bytes of all parts together, unpacked
MOST_PARTS: Final = 5_000


def read(content: bytes, encoding: str | None) -> list[Article]:  # noqa: ARG001 -- the format says the encoding
    """Return the document's text; headers, footers, comments and pictures are no part of it.

    Raises:
        InputError: It is no Word document, is too large unpacked, or holds no text.

    """
    check_archive(content)
    try:
        document = docx.Document(io.BytesIO(content))
    except (KeyError, ValueError, lxml.etree.XMLSyntaxError, docx.opc.exceptions.OpcError, zipfile.BadZipFile):
        raise InputError("is no Word document: open it in a word processor and save it as .docx again") from None
    facts = document.core_properties
    text = join_paragraphs(list(_read_blocks(document)))
    if not text:
        raise InputError("holds no text: if it is a picture of a page, recognise the text first (OCR)")
    return [Article(text, clean(facts.title), facts.created.date().isoformat() if facts.created else None)]


def check_archive(content: bytes) -> None:
    """Check the size of a ZIP archive's parts before any of them is unpacked.

    Raises:
        InputError: It is no archive, or its parts are too many or too large.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError(
            "is no Word document (.docx): save an older one (.doc) as .docx first, and one with a password without it"
        ) from None
    size = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or size > LARGEST_UNPACKED:
        raise InputError(
            f"unpacks to {len(parts):,} parts with {size:,} bytes; at most {MOST_PARTS:,} and {LARGEST_UNPACKED:,} "
            "are read: save it without pictures, or as text"
        )


def _read_blocks(document: "docx.document.Document") -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            for row in block.rows:
                yield " ".join(dict.fromkeys(cell.text.strip() for cell in row.cells))  # merged cells come twice
        else:
            yield block.text
