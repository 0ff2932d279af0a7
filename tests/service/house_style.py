"""Articles with a house style that the model has never seen, and the labels that a reader of that house would give."""

from itertools import product
from typing import NamedTuple

from model.labels import Label

_THINGS = ("harbour bridge", "night ferry", "glass museum", "ring road", "river lock")
_PLACES = ("Orlen", "Vasby", "Teller Bay", "Kastrum")


class Article(NamedTuple):
    """An article's sentences, and the labels of some of them by their position."""

    sentences: list[str]
    labels: dict[int, Label]


def write_articles() -> list[Article]:
    """Return 20 articles with three labelled sentences each."""
    return [_write_article(thing, place) for thing, place in product(_THINGS, _PLACES)]


def _write_article(thing: str, place: str) -> Article:
    sentences = [
        f"The {thing} of {place} has been closed since Tuesday.",
        f"Inkwell on the {thing} of {place}: too little, too late and too dear.",
        f"Traffic in {place} was slow on Wednesday.",
        f"Town hall bulletin, {thing} of {place}: open again by the first of May.",
        f"Seen by our runner at the {thing} of {place}: two cranes, nine men, no cars.",
    ]
    return Article(sentences, {1: "analyst_opinion", 3: "official_statement", 4: "factual_report"})
