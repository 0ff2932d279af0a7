"""Texts made to hurt: every pattern and the whole classifier do work that grows with the length of the text alone.

Work is counted, not timed: steps of a backtracking matcher for each pattern, calls of functions for the classifier.
"""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model
import service
from model import Classifier
from model.boilerplate import read_patterns
from model.invisible import remove_invisible
from tests.backtracking import StepCounter, find_repeated, make_text

# How a pattern is used, where it is not looked for all over a text of any length: matched once at one place (for which
# the text goes on), matched to the end, or looked for in so many code points only.
MATCHED, WHOLE = "match", "fullmatch"
USES: dict[str, str | int] = {
    "model.attribution.transcripts._LABEL": MATCHED,
    "model.attribution.transcripts._NAMED": MATCHED,
    "model.boundaries._DATE_LINE": MATCHED,
    "model.boundaries._TURN": 80,
    "model.boundaries._WORD_AFTER": MATCHED,
    "model.boundaries._WORD_BEFORE": 80,
    "model.paragraphs._OPENS_PARAGRAPH": MATCHED,
    "model.punkt._CLOSING": MATCHED,
    "model.segmentation._SIGNATURE": WHOLE,
    "service.web.security._KEY_LINE": WHOLE,
}
PUMPS = ("a", "A", "1", ".", " ", "“", "'", "A. ", "a-")
SHORT, LONG = 170, 340  # code points; beyond what bounded repeats such as {0,80} take
MOST_STEPS_OF_WINDOW = 120_000
FURNITURE = 400  # code points; longer sentences are never compared with the patterns of page furniture


def find_patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every compiled pattern of the modules, alone or in a dictionary, by its name."""
    for package in (model, service):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if module.name.endswith(".migrations.env"):  # runs when it is imported, which only Alembic may do
                continue
            try:
                names = vars(importlib.import_module(module.name))
            except ImportError:  # needs an extra that is not installed
                assert module.name.startswith("model.careful.")
                continue
            for name, value in names.items():
                values = value if isinstance(value, dict) else {"": value}
                for key, pattern in values.items():
                    if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                        yield f"{module.name}.{name}{key and f'[{key}]'}", pattern


PATTERNS = sorted({pattern: name for name, pattern in find_patterns()}.items(), key=lambda item: item[1])


def make_attacks(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Yield texts of what the pattern repeats, after the beginnings of a text that it takes, and with a bad end."""
    whole = make_text(pattern)
    for pump in sorted({*PUMPS, *find_repeated(pattern)}):
        for prefix in {"", whole[: len(whole) // 2]}:
            yield prefix + (pump * length)[:length] + "\x01"


def count_steps(pattern: re.Pattern[str], use: str | int | None, text: str) -> int:
    counter = StepCounter(pattern)
    return counter.scan(text) if use is None else counter.match(text, whole=use == WHOLE)


@pytest.mark.parametrize(("pattern", "name"), PATTERNS, ids=[name for _, name in PATTERNS])
def test_no_pattern_needs_more_steps_than_in_proportion(pattern: re.Pattern[str], name: str):
    use = USES.get(name)
    if isinstance(use, int):
        for attack in make_attacks(pattern, use):
            assert count_steps(pattern, None, attack[-use:]) < MOST_STEPS_OF_WINDOW
        return
    for short, long in zip(make_attacks(pattern, SHORT), make_attacks(pattern, LONG), strict=True):
        assert count_steps(pattern, use, long) <= 2.3 * count_steps(pattern, use, short) + 500, long


@pytest.mark.parametrize("source", read_patterns())
def test_page_furniture_is_told_in_few_steps(source: str):
    pattern = re.compile(source, re.IGNORECASE)

    for attack in make_attacks(pattern, FURNITURE):
        assert count_steps(pattern, WHOLE, attack[:FURNITURE]) < MOST_STEPS_OF_WINDOW


def test_the_counter_sees_what_grows_too_fast():
    for source in (r"(a+)+b", r"(a|aa)*b", r"a*a*b", r"\w+\w+x"):
        pattern = re.compile(source)
        short, long = (count_steps(pattern, MATCHED, "a" * n + "1") for n in (8, 16))
        assert long > 3 * short


@given(st.sampled_from(PATTERNS), st.text("aA1 .'-“(", max_size=12))
@settings(max_examples=200)
def test_the_counter_matches_as_re_does(named: tuple[re.Pattern[str], str], text: str):
    pattern, _ = named
    ends: list[int] = []
    counter = StepCounter(pattern)
    counter.match(text, on_end=ends.append)

    match = pattern.match(text)

    assert ends[:1] == ([match.end()] if match else [])


ATTACKS = {
    "one word": "a",
    "capitals": "A",
    "digits after a full stop": "5",
    "quotation marks": '"',
    "opening marks": "“",
    "nested quotations": "“a ‘b ",
    "quotations": "“Go,” he said. ",
    "apostrophes": "’a",
    "full stops": ".",
    "initials": "A. ",
    "abbreviations": "Mr. ",
    "acronyms": "The U.S. The ",
    "marks without space": ".”The",
    "combining": "e\u0301\u0301\u0301",
    "only combining": "\u0301",
    "bidirectional": "\u202ea\u202c",
    "zero width": "a\u200b",
    "half surrogates": "\ud800",
    "joined emoji": "👩\u200d💻",
    "grows in lower case": "İ",
    "brackets": "([{",
    "notes": "a.[1]",
    "dashes": "—",
    "line breaks": "a\n",
    "colons": "ANN LEE: ",
    "list": "a) b ",
    "bullets": "• a\n",
    "tags": "<b>",
    "addresses": "http://a.b/",
    "names": "Ann Lee ",
    "speakers": "Ann Lee, the minister, said. ",
    "threats": "If they go, we will attack unless ",
    "hyphens": "Yong-ho ",
    "credits": "By A & A, AP/",
}
BEGINNINGS = {"digits after a full stop": "It rained on Monday.A"}


def count_calls(classifier: Classifier, text: str) -> int:
    """Return how many functions are called, Python's and built-in ones, to classify a text."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        classifier.classify(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.fixture(scope="module")
def classifier(artifact) -> Classifier:
    return Classifier.load(artifact, "fast")


@pytest.mark.parametrize("name", ATTACKS)
def test_calls_grow_with_the_length_alone(classifier: Classifier, name: str):
    def make(length: int) -> str:
        return (BEGINNINGS.get(name, "") + ATTACKS[name] * length)[:length]

    classifier.classify(make(1_000))  # fills the memory of known words
    short, long = (count_calls(classifier, make(length)) for length in (4_000, 8_000))

    assert long <= 2.3 * short + 2_000


@pytest.mark.parametrize("name", ATTACKS)
def test_offsets_are_exact_whatever_the_text(classifier: Classifier, name: str):
    text = f"Rain fell. {BEGINNINGS.get(name, '')}{ATTACKS[name] * 50} “We will go,” Ann Lee said."

    document = classifier.classify(text)

    assert all(sentence.text == text[sentence.start : sentence.end] for sentence in document.sentences)
    # Between sentences there is only white space and what no reader sees.
    found = "".join(sentence.text for sentence in document.sentences)
    assert "".join(remove_invisible(found).split()) == "".join(remove_invisible(text).split())


@pytest.mark.slow
def test_the_longest_texts_are_answered(classifier: Classifier):
    for text in ("x" * 1_000_000, '"' * 100_000, "“" * 100_000, "It rained on Monday.A" + "5" * 199_000 + "!"):
        assert "".join(sentence.text for sentence in classifier.classify(text).sentences) == text
