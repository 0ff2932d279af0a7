"""Web archives (.warc, .wet; .gz too), as crawlers write them: a row for each page that was answered with status 200.

Records are read one at a time by warcio, so that an archive of any size takes little memory. What is neither HTML nor
plain text, such as pictures, is passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Final, cast

import pyarrow as pa

from service.batch.files import STANDARD, open_standard_input
from service.batch.formats.documents import columns_of_articles, make_rows
from service.batch.formats.format import Chunk, Layout, Source
from service.batch.formats.jsonl import Jsonl
from service.batch.options import ScoreOptions
from service.batch.rows import BadRow, Rows
from service.inputs import KINDS, Article, InputError, extract
from service.inputs.article import MISSING_FORMATS

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_CHUNK_PAGES: Final = 16
_CHUNK_BYTES: Final = 1 << 21
_KINDS: Final = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt"}
_RECORDS = frozenset({"response", "resource", "conversion"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was crawled: its bytes, its kind by extension, the encoding it was sent with, and its address."""

    content: bytes
    extension: str
    encoding: str | None
    url: str | None


@dataclass(frozen=True)
class Warc(Jsonl):
    """Pages of a web archive."""

    name: ClassVar[str] = "WARC"
    is_written: ClassVar[bool] = False

    def find_columns(self, source: Source, options: ScoreOptions, *, dates: bool) -> dict[str, pa.DataType]:  # noqa: ARG002
        """Return what is known of a page beside its text."""
        return columns_of_articles(dates=dates)

    def cut(self, source: Source, options: ScoreOptions) -> Iterator[Chunk]:  # noqa: ARG002
        """Yield pages in chunks; a worker finds their text."""
        if find_spec("warcio") is None:
            raise ValueError(f"{source.name}: {MISSING_FORMATS}")
        if source.path == STANDARD:
            with open_standard_input() as content:
                yield from _cut_pages(source, content)
        else:
            with Path(source.path).open("rb") as file:
                yield from _cut_pages(source, file)

    def parse(self, chunk: Chunk, layout: Layout, options: ScoreOptions) -> Rows:
        """Find the article in each page."""
        pages = cast("list[Page | BadRow]", chunk.payload)
        articles = [page if isinstance(page, BadRow) else _read_page(page) for page in pages]
        return make_rows(chunk, chunk.numbers, articles, layout, options)


WARC: Final = Warc()


def _cut_pages(source: Source, file: BinaryIO) -> Iterator[Chunk]:
    numbers: list[int] = []
    pages: list[Any] = []
    size = 0
    for number, page in enumerate(_read_pages(source, file), start=1):
        numbers.append(number)
        pages.append(page)
        size += len(page.content) if isinstance(page, Page) else 0
        if len(pages) >= _CHUNK_PAGES or size >= _CHUNK_BYTES:
            yield Chunk(source, numbers, pages, consumed=_tell(source, file))
            numbers, pages, size = [], [], 0
    if pages:
        yield Chunk(source, numbers, pages, consumed=_tell(source, file))


def _tell(source: Source, file: BinaryIO) -> int:
    return 0 if source.path == STANDARD else file.tell()


def _read_pages(source: Source, file: BinaryIO) -> Iterator[Page | BadRow]:
    """Yield the pages of an archive, and a bad row where it cannot be read on.

    Raises:
        ValueError: The file is no web archive, from its beginning on.

    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    is_begun = False
    try:
        for record in ArchiveIterator(file):
            is_begun = True
            if (page := _take_page(record)) is not None:
                yield page
    except Exception as error:  # warcio lets through whatever its readers raise of a damaged file
        if not is_begun and isinstance(error, ArchiveLoadFailed):
            raise ValueError(f"{source.name} is no web archive (WARC): {error}") from None
        yield BadRow("unreadable", f"the archive cannot be read from here on ({type(error).__name__}: {error})")


def _take_page(record: "ArcWarcRecord") -> Page | BadRow | None:
    """Return a record's page; None for a record of another kind, a bad row for a page that is too large."""
    if record.rec_type not in _RECORDS or (record.http_headers and record.http_headers.get_statuscode() != "200"):
        return None
    headers = record.http_headers or record.rec_headers
    media_type, _, parameters = (headers.get_header("Content-Type") or "").partition(";")
    extension = _KINDS.get(media_type.strip().lower())
    if extension is None:
        return None
    limit = KINDS[extension].largest
    content = record.content_stream().read(limit + 1)
    if len(content) > limit:
        return BadRow("too_long", f"a page of more than {limit:,} bytes")
    _, _, charset = parameters.lower().partition("charset=")
    return Page(content, extension, charset.strip(" \"';") or None, record.rec_headers.get_header("WARC-Target-URI"))


def _read_page(page: Page) -> Article | BadRow:
    try:
        (article,) = extract(page.content, page.extension, page.encoding)
    except InputError as error:
        return BadRow("unreadable", f"the page {error}")
    return replace(article, url=page.url or article.url)
