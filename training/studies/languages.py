"""How well languages are told apart: on short texts, and on English news that must not be refused.

``python -m training.studies.languages`` measures the project's own detector, and whichever of py3langid, langdetect,
pycld2 and lingua is installed.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from typing import NamedTuple

from model.language import ENGLISH, find_languages, identify_language
from model.segmentation import default_segmenter
from training.packaged_text import read_news_articles
from training.tables import format_plain_table

Detector = Callable[[str], str | None]


class Example(NamedTuple):
    """A sentence and the language it is in."""

    language: str
    text: str


def read_examples() -> list[Example]:
    """Return the sentences of ``languages.txt``."""
    lines = files(__package__).joinpath("languages.txt").read_text("utf-8").splitlines()
    return [Example(*line.split("\t")) for line in lines if not line.startswith("#")]


def find_detectors() -> Iterator[tuple[str, Detector]]:
    """Yield the detectors that are installed, each with its name."""
    yield "own", identify_language
    with suppress(ImportError):
        import py3langid

        yield "py3langid", lambda text: str(py3langid.classify(text)[0])
    with suppress(ImportError):
        import langdetect

        yield "langdetect", langdetect.detect
    with suppress(ImportError):
        import pycld2

        yield "pycld2", lambda text: str(pycld2.detect(text)[2][0][1])
    with suppress(ImportError):
        import lingua

        lingua_detector = lingua.LanguageDetectorBuilder.from_all_languages().build()
        yield "lingua", lambda text: _name_of(lingua_detector.detect_language_of(text))


def count_outcomes(detect: Detector, examples: Sequence[Example], english: Sequence[str]) -> list[str]:
    """Return a row of the table: how short texts in other languages, and English ones, are taken; and the speed."""
    counts = Counter(_name_outcome(detect(example.text), example.language) for example in examples)
    start = time.perf_counter()
    taken = Counter(_name_outcome(_detect_safely(detect, text), ENGLISH) for text in english)
    micros = 1e6 * (time.perf_counter() - start) / len(english)
    wrong = taken["wrong"]
    return [
        *(str(counts[name]) for name in ("right", "undecided", "wrong")),
        f"{wrong} of {len(english):,}",
        f"{micros:.0f}",
    ]


def measure_articles(articles: Mapping[str, str]) -> str:
    """Return how many articles of English news are refused, how many sentences are marked, and what it costs."""
    segmenter, refused, marked, alone, sentences, seconds = default_segmenter(), 0, 0, 0, 0, 0.0
    for text in articles.values():
        spans = segmenter.spans(text)
        start = time.perf_counter()
        found = find_languages(text, spans)
        seconds += time.perf_counter() - start
        refused += found.document != ENGLISH
        marked += sum(language != ENGLISH for language in found.sentences)
        alone += sum(identify_language(text[s.start : s.end]) not in {None, ENGLISH} for s in spans)
        sentences += len(spans)
    micros = 1e6 * seconds / len(articles)
    return (
        f"NewsArticles: {refused} of {len(articles):,} articles refused, {marked} of {sentences:,} sentences marked as "
        f"another language, {alone} if each is looked at alone; {micros:.0f} microseconds an article"
    )


def main() -> None:
    """Measure and print."""
    articles = read_news_articles()
    segmenter = default_segmenter()
    english = [text[s.start : s.end] for text in list(articles.values())[::20] for s in segmenter.spans(text)]
    examples = read_examples()
    head = ["detector", "right", "undecided", "wrong", "English taken for another", "microseconds a sentence"]
    rows = [[name, *count_outcomes(detect, examples, english)] for name, detect in find_detectors()]
    print(f"{len(examples)} sentences in 12 languages, and {len(english):,} English ones\n")
    print(format_plain_table([head, *rows]))
    print(f"\n{measure_articles(articles)}")


def _name_outcome(found: str | None, language: str) -> str:
    if found == language:
        return "right"
    return "undecided" if found in {None, "un"} else "wrong"


def _detect_safely(detect: Detector, text: str) -> str | None:
    try:
        return detect(text)
    except Exception:  # langdetect and pycld2 raise errors of their own where nothing tells
        return None


def _name_of(language: object) -> str | None:
    code = getattr(language, "iso_code_639_1", None)
    return code.name.lower() if code is not None else None


if __name__ == "__main__":
    main()
