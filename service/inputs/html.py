"""Web pages (.html): the main text without menus and advertisements, by trafilatura."""

import re
from typing import Final

import lxml.etree
import lxml.html
import trafilatura
from trafilatura.settings import Document

from service.inputs.article import Article, InputError, clean, join_paragraphs
from service.inputs.encodings import UTF_8, check_encoding, decode

_DECLARED: Final = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?([\w.:-]+)""", re.I
)
_DECLARED_WITHIN = 4096  # bytes; the standard says 1024
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TOO_DEEP = re.compile("excessive depth|xmlParseElementChildren", re.I)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(["head", "noscript", "script", "style", "template"])
_BREAK = "\x1d"  # never in a page: XML forbids it


def read(content: bytes, encoding: str | None) -> list[Article]:
    """Return the page's article; where no main text stands out, all text that a browser would show.

    Args:
        content: The page.
        encoding: Its encoding; None for the one that the page declares, else UTF-8.

    Raises:
        InputError: The page is not in its encoding, is nested too deeply, or holds no text.

    """
    return [extract_page(decode(content, encoding or _find_encoding(content)))]


def extract_page(page: str) -> Article:
    """Return a page's article.

    Raises:
        InputError: The page is nested too deeply, or holds no text.

    """
    tree = _parse(page)
    found = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"},
    )
    facts = found if isinstance(found, Document) else Document(title=tree.findtext(".//title"))
    text = join_paragraphs((facts.text or "").split("\n")) or read_fragment(tree)
    if not text:
        raise InputError("holds no text that a browser would show: if a script loads it, save the text instead")
    return Article(text, clean(facts.title), facts.date or None, clean(facts.sitename or facts.hostname), facts.url)


def read_fragment(tree: lxml.html.HtmlElement) -> str:
    """Return all text that a browser would show, an empty line between blocks."""
    parts: list[str] = []
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        is_seen = isinstance(element.tag, str) and element.tag not in _UNSEEN
        if event == "start":
            if element.tag in _BLOCKS:
                parts.append(_BREAK)
            if is_seen:
                parts.append(element.text or "")
        else:
            if element.tag in _BLOCKS:
                parts.append(_BREAK)
            parts.append(element.tail or "")
    return join_paragraphs([" ".join(block.split()) for block in "".join(parts).split(_BREAK)])


def parse_fragment(fragment: str) -> str:
    """Return the text of a piece of HTML, such as the summary in a feed.

    Raises:
        InputError: It is nested too deeply.

    """
    return read_fragment(_parse(fragment)) if fragment.strip() else ""


def _parse(page: str) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8")
    try:
        tree = lxml.html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, ValueError):
        raise InputError("holds no text that a browser would show: send the text itself") from None
    if any(_TOO_DEEP.search(entry.message) for entry in parser.error_log):
        raise InputError("is nested deeper than 256 elements: save the page's text instead")
    return tree


def _find_encoding(content: bytes) -> str:
    """Return the encoding that a page declares: by its mark, or in its head; else UTF-8."""
    if content.startswith(_MARKS):
        return UTF_8 if content.startswith(_MARKS[0]) else "utf-16"
    declared = _DECLARED.search(content, 0, _DECLARED_WITHIN)
    if declared is None:
        return UTF_8
    name = declared[1].decode("ascii", "replace").lower()
    if name.startswith("utf-16"):  # it could not be read as ASCII if it were
        return UTF_8
    try:
        return check_encoding(
            "cp1252" if name in {"iso-8859-1", "latin1", "us-ascii", "ascii"} else name
        )  # as browsers
    except ValueError as error:
        raise InputError(f"names an {error}; say which it is with --encoding") from None
