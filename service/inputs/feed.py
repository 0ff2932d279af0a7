"""Feeds (.rss, .atom, .xml): an article for each entry, by feedparser."""

from typing import Any

import feedparser

from service.inputs.article import Article, InputError, clean
from service.inputs.html import parse_fragment


def read(content: bytes, encoding: str | None) -> list[Article]:  # noqa: ARG001 -- the XML says its encoding
    """Return the entries with the text that the feed holds of each: all of it, or a summary.

    Raises:
        InputError: It is no feed.

    """
    feed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version"):
        raise InputError("is no RSS or Atom feed; of a sitemap or another XML file, save the pages themselves as .html")
    outlet = clean(feed.feed.get("title"))
    return [_read_entry(entry, outlet) for entry in feed.entries]


def _read_entry(entry: Any, outlet: str | None) -> Article:  # noqa: ANN401 -- feedparser's dictionaries
    contents = [part.get("value", "") for part in entry.get("content", [])]
    text = parse_fragment(max([*contents, entry.get("summary", "")], key=len))
    published = entry.get("published_parsed") or entry.get("updated_parsed")
    date = "{:04}-{:02}-{:02}".format(*published[:3]) if published else None
    title = parse_fragment(entry.get("title", ""))
    return Article(text, clean(title), date, outlet, clean(entry.get("link")))
