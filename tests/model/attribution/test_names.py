"""Golden articles of names: who speaks, by which name, where the words that name them stand, and as one entity."""

from itertools import groupby
from pathlib import Path

import pytest

from model.attribution import attribute

_LINES = (Path(__file__).parent / "names.txt").read_text(encoding="utf-8").splitlines()


def articles() -> list:
    """Return each article as a case: its sentences, and the name of who speaks in each."""
    lines = [line for line in _LINES if not line.startswith("#")]
    cases = []
    for empty, block in groupby(lines, key=lambda line: not line):
        if not empty:
            sentences, names = zip(*(line.split(" | ") for line in block), strict=True)
            cases.append(pytest.param(list(sentences), list(names), id=sentences[0]))
    return cases


@pytest.mark.parametrize(("sentences", "names"), articles())
def test_names(sentences: list[str], names: list[str]) -> None:
    speakers = [found.speaker for found in attribute(sentences)]
    assert [speaker.name if speaker else "-" for speaker in speakers] == names


@pytest.mark.parametrize(("sentences", "names"), articles())
def test_a_mention_stands_where_its_offsets_say(sentences: list[str], names: list[str]) -> None:
    for sentence, found in zip(sentences, attribute(sentences), strict=True):
        speaker = found.speaker
        if speaker is not None and speaker.start is not None:
            assert sentence[speaker.start : speaker.end] == speaker.mention


@pytest.mark.parametrize(("sentences", "names"), articles())
def test_one_name_is_one_entity(sentences: list[str], names: list[str]) -> None:
    found = {(s.name, s.id) for s in (found.speaker for found in attribute(sentences)) if s}
    assert len({name for name, _ in found}) == len({number for _, number in found}) == len(found)


def test_a_description_is_one_entity_throughout_and_a_resident_somebody_else_each_time() -> None:
    sentences = [
        "The ministry said the road was open.",
        "A resident said it was shut.",
        "Another thing, the ministry said: it is icy.",
        "A resident said so too.",
    ]
    ids = [found.speaker.id if found.speaker else 0 for found in attribute(sentences)]
    assert ids[0] == ids[2]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("Engineers Without Walls condemned the law.", "official"),
        ("Parents Against Noise said the runway was too near.", "official"),
        ("Canada and Norway condemned the raid.", "official"),
        ("Ministers Rui Paz and Ana Reis promised funds.", "official"),
        ("Serbia's Interior Ministry said two men were held.", "official"),
    ],
)
def test_roles_of_bodies_and_of_several(sentence: str, role: str) -> None:
    speaker = attribute([sentence])[0].speaker
    assert speaker
    assert speaker.role == role
