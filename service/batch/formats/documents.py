"""Files of other kinds, such as web pages, Word and PDF: read as ``service.inputs`` does, an article a row.

Of an article, title, date, outlet and address are carried along where the file has them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from service.batch.contents import check_text
from service.batch.files import STANDARD, open_standard_input
from service.batch.formats.dates import DATE
from service.batch.formats.format import Chunk, Layout, Source
from service.batch.formats.jsonl import Jsonl, carry_records
from service.batch.options import ScoreOptions
from service.batch.rows import BadRow, Content, Rows
from service.inputs import KINDS, Article, InputError, extract
from service.inputs.guard import require_formats

FACTS = ("title", "date", "outlet", "url")


@dataclass(frozen=True)
class Documents(Jsonl):
    """Files of one kind; most hold one article each.

    Attributes:
        extension: Tells the kind.

    """

    name: ClassVar[str] = "documents"
    is_written: ClassVar[bool] = False
    extension: str = ".txt"

    def find_columns(self, source: Source, options: ScoreOptions, *, dates: bool) -> dict[str, pa.DataType]:  # noqa: ARG002
        """Return what is known of an article beside its text."""
        return columns_of_articles(dates=dates)

    def cut(self, source: Source, options: ScoreOptions) -> Iterator[Chunk]:  # noqa: ARG002
        """Yield the whole file as a chunk; a worker reads it."""
        if KINDS[self.extension].is_guarded:
            try:
                require_formats()
            except InputError as error:
                raise ValueError(f"{source.name} {error}") from None
        if source.path != STANDARD:
            yield Chunk(source, [1], [], consumed=source.size)
            return
        with open_standard_input() as content:
            yield Chunk(source, [1], [content.read(KINDS[self.extension].largest + 1)])

    def parse(self, chunk: Chunk, layout: Layout, options: ScoreOptions) -> Rows:
        """Read the file's articles."""
        articles: Sequence[Article | BadRow]
        try:
            content = self._read(chunk)
            articles = extract(content, self.extension, options.encoding)
        except InputError as error:
            articles = [BadRow("unreadable", f"the file {error}")]
        except OSError as error:
            articles = [BadRow("unreadable", f"the file cannot be read: {error.strerror}")]
        return make_rows(chunk, range(1, len(articles) + 1), articles, layout, options)

    def _read(self, chunk: Chunk) -> bytes:
        for content in chunk.payload:
            if isinstance(content, bytes):
                return content
        with Path(chunk.source.path).open("rb") as file:
            return file.read(KINDS[self.extension].largest + 1)


def columns_of_articles(*, dates: bool) -> dict[str, pa.DataType]:
    """Return the columns for what is known of an article beside its text."""
    return {name: DATE if dates and name == "date" else pa.string() for name in FACTS}


def make_rows(
    chunk: Chunk, numbers: Sequence[int], articles: Sequence[Article | BadRow], layout: Layout, options: ScoreOptions
) -> Rows:
    """Return articles as rows, with the place they come from and what is carried along."""
    contents: list[Content | BadRow] = [
        article if isinstance(article, BadRow) else check_text(article.text, "text", options) for article in articles
    ]
    records = [
        {} if isinstance(article, BadRow) else {name: getattr(article, name) for name in FACTS} for article in articles
    ]
    file = chunk.source.name if layout.with_file else None
    return Rows(carry_records(records, layout, options), contents, numbers, file)
