"""What speakers speak as, over invented articles: see roles.txt."""

from pathlib import Path

import pytest

from model.attribution import attribute
from model.features import fields_of


def articles() -> list:
    """Read the table: one test an article, named by its first sentence."""
    blocks = (Path(__file__).parent / "roles.txt").read_text(encoding="utf-8").strip().split("\n\n")
    return [_article(block.splitlines()) for block in blocks if not block.startswith("#")]


def _article(lines: list[str]):
    failing = lines[0].startswith("!")
    marks = [pytest.mark.xfail(strict=True, reason=lines[0][1:].strip())] if failing else []
    rows = [line.split(" | ") for line in lines[failing:]]
    return pytest.param([row[0] for row in rows], [tuple(row[1:]) for row in rows], marks=marks, id=rows[0][0])


@pytest.mark.parametrize(("sentences", "expected"), articles())
def test_roles(sentences: list[str], expected: list[tuple[str, ...]]) -> None:
    speakers = [found.speaker for found in attribute(sentences)]
    assert [(s.name, s.role) if s else ("-",) for s in speakers] == expected


@pytest.mark.parametrize(
    ("sentence", "party", "told"),
    [
        ("Democrat Lou Sands, a roofer in Dayton, said the vote meant little.", "democrat", False),
        ("Republican Ida Moss, 61, a school cook, said taxes were too high.", "republican", False),
        ("Republican Senator Ida Moss said taxes were too high.", "republican", True),
    ],
)
def test_a_party_says_nothing_of_who_holds_no_office(sentence: str, party: str, told: bool) -> None:
    (fields,) = fields_of([sentence], attribute([sentence]))
    assert (party in fields.descriptor) == told
