"""From what a client sent to what is classified: the text in pages and files, and what is wrong with a document."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from model.language import describe_language
from service.inputs import InputError, extract, kind_of
from service.web.config import Limits
from service.web.errors import BodyFault
from service.web.requests import FileDocument, HtmlDocument, Sent, Submission, TextDocument

_FACTS: Final = ("text", "title", "date", "outlet")


@dataclass(frozen=True, slots=True)
class Item:
    """One document of a request.

    Attributes:
        id: What the client calls it.
        pointer: Where its content stands in the body (JSON Pointer).
        content: Running text, or a list of sentences; empty where there are faults.
        facts: What was found in a page or file: its text, title, date and outlet.
        faults: Why it cannot be classified.

    """

    id: str | int | None
    pointer: str
    content: str | Sequence[str] = ""
    facts: Mapping[str, str | None] = field(default_factory=dict)
    faults: Sequence[BodyFault] = ()


def read_documents(submission: Submission, limits: Limits) -> list[Item]:
    """Return the documents of a request with their text; pages and files are read here, which takes time."""
    items = []
    for place, (sent, identifier) in enumerate(zip(submission.documents, submission.ids, strict=True)):
        pointer = f"/documents/{place}" if submission.many else ""
        if isinstance(sent, Sequence):
            items.append(Item(identifier, pointer, faults=sent))
        else:
            items.append(_read_document(sent, pointer, limits))
    return items


def refuse_language(item: Item, language: str) -> BodyFault:
    """Return the fault of a document in another language."""
    advice = 'the labels would mean nothing; to get them all the same, send "language": "any"'
    return BodyFault(item.pointer, f"{describe_language(language)}, and the model knows English only: {advice}")


def _read_document(sent: Sent, pointer: str, limits: Limits) -> Item:
    if isinstance(sent, TextDocument):
        return Item(sent.id, f"{pointer}/text", sent.text)
    if isinstance(sent, HtmlDocument):
        return _extract(sent.id, f"{pointer}/html", sent.html.encode("utf-8"), ".html", limits)
    if isinstance(sent, FileDocument):
        return _read_file(sent, f"{pointer}/file", limits)
    return Item(sent.id, f"{pointer}/sentences", sent.sentences)


def _read_file(sent: FileDocument, pointer: str, limits: Limits) -> Item:
    kind = kind_of(sent.file.name)
    if kind is None or kind.is_plural:
        detail = (
            "must end in .txt, .html, .htm, .xhtml, .docx, .pdf or .eml; label files with many articles with the "
            "command stance score"
        )
        return Item(sent.id, pointer, faults=[BodyFault(f"{pointer}/name", detail)])
    try:
        content = base64.b64decode(sent.file.content, validate=True)
    except (binascii.Error, ValueError):
        return Item(sent.id, pointer, faults=[BodyFault(f"{pointer}/content", "is not base64 (RFC 4648): encode it")])
    return _extract(sent.id, pointer, content, "." + sent.file.name.rpartition(".")[2].lower(), limits)


def _extract(identifier: str | int | None, pointer: str, content: bytes, extension: str, limits: Limits) -> Item:
    try:
        # A page in JSON is UTF-8, whatever it says of itself; a file is as it says.
        (article,) = extract(content, extension, "utf-8" if pointer.endswith("/html") else None)
    except InputError as error:
        return Item(identifier, pointer, faults=[BodyFault(pointer, str(error))])
    text = article.text
    if not text.strip() or "\0" in text:
        fault = "holds no text" if not text.strip() else "holds a NUL character (U+0000): remove it"
    elif len(text) > limits.characters:
        fault = (
            f"holds a text of {len(text)} characters, more than {limits.characters}: split it into several documents"
        )
    else:
        return Item(identifier, pointer, text, {name: getattr(article, name) for name in _FACTS})
    return Item(identifier, pointer, faults=[BodyFault(pointer, fault)])
