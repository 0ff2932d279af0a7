"""How sure attribution is of a speaker, and what it takes for evidence."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.attribution import attribute
from model.attribution.confidence import (
    _WEIGHTS,
    Back,
    Evidence,
    Opening,
    Source,
    Step,
    Strength,
    Way,
    confidence_of,
    facts_of,
)

_VALUES = [get_args(values) for values in (Way, Source, Strength, Back, Opening, Step)]
_WORDS = [
    "said",
    "says",
    "told",
    "that",
    "by",
    "the",
    "a",
    "he",
    "she",
    "it",
    "they",
    "who",
    "minister",
    "Ann",
    "Lee",
    "Mr.",
    "Bode",
    "WHO",
    ",",
    ":",
    ".",
    "“",
    "”",
    '"',
    "report",
]
_DOCUMENTS = st.lists(st.lists(st.sampled_from(_WORDS), max_size=20).map(" ".join), max_size=6)


@given(_DOCUMENTS)
def test_confidence_is_a_probability_above_zero(sentences: list[str]) -> None:
    for found in attribute(sentences):
        assert (found.speaker is None) == (found.evidence is None)
        assert found.speaker is None or 0 < found.speaker.confidence <= 1


def test_every_combination_of_evidence_has_a_confidence() -> None:
    for values in product(*_VALUES):
        assert 0 < confidence_of(Evidence(*values)) <= 1


def test_the_data_file_holds_nothing_unknown() -> None:
    known = {fact for values in product(*_VALUES) for fact in facts_of(Evidence(*values))}
    assert set(_WEIGHTS.facts) <= known
    assert set(_WEIGHTS.steps) == set(get_args(Step)) - {""}


# The article, and what speaks for the speaker of its last sentence.
_EVIDENCE = [
    (["Ann Lee said the dam would hold."], ("cue", "full name", "here", "", "")),
    (["Ann Lee walked in.", "Lee said the dam would hold."], ("cue", "surname", "here", "", "")),
    (["Ann Lee walked in.", "She said the dam would hold."], ("cue", "pronoun", "1", "", "")),
    (["Ann Lee met Mary Bode.", "She said the dam would hold."], ("cue", "unclear pronoun", "1", "", "")),
    (
        ["Ann Lee, the mayor, walked in.", "It rained.", "The mayor said the dam would hold."],
        ("cue", "description", "2-3", "", ""),
    ),
    (["A spokesman said the dam would hold."], ("cue", "unnamed person", "here", "a", "")),
    (["Residents said the dam would hold."], ("cue", "unnamed people", "here", "", "")),
    (["The ministry said the dam would hold."], ("cue", "unnamed body", "here", "the", "")),
    (["The dam would hold, according to a report."], ("cue", "document", "here", "a", "")),
    (["Ann Lee and Mary Bode said the dam would hold."], ("cue", "names", "here", "", "")),
    (
        ["“The dam will hold,” Ann Lee said.", "“It always has held so far.”"],
        ("cue", "full name", "here", "", "continued"),
    ),
    (["Ann Lee added:", "The dam will hold."], ("cue", "full name", "here", "", "announced")),
    (["“The dam will hold.", "It has held so far,” Ann Lee said."], ("cue", "full name", "here", "", "")),
]


@pytest.mark.parametrize(("sentences", "expected"), _EVIDENCE)
def test_evidence_of_the_last_sentence(sentences: list[str], expected: tuple[str, ...]) -> None:
    evidence = attribute(sentences)[-1].evidence
    assert evidence is not None
    assert (evidence.way, evidence.source, evidence.back, evidence.opening, evidence.step) == expected


def test_a_quotation_that_runs_on_takes_over_the_evidence_of_where_it_is_attributed() -> None:
    first, last = attribute(["“The dam will hold.", "It has held so far,” Ann Lee said."])
    assert first.evidence is not None
    assert last.evidence is not None
    assert first.evidence == last.evidence._replace(step="run-on")


def test_a_label_of_a_transcript_is_as_good_as_a_name_with_a_strong_cue() -> None:
    found = attribute(["OTTO BRANDT: I will not resign.", "MARA IDLE: Why will you not?", "OTTO BRANDT: I won."])
    for one in found:
        assert one.evidence == Evidence("label", "full name", "strong", "here", "", "")


# Each pair: articles of which the first is surer of the speaker of its last sentence than the second.
_SURER = [
    (
        ["“The dam will hold,” Ann Lee said."],
        ["Ann Lee walked in.", "“The dam will hold,” she said.", "“It always has held so far.”"],
    ),
    (["Ann Lee said that the dam would hold."], ["A spokesman said that the dam would hold."]),
    (["Ann Lee said that the dam would hold."], ["Moorcroft said that the dam would hold."]),
    (
        ["Ann Lee walked in.", "She said the dam would hold."],
        ["Ann Lee met Mary Bode.", "It rained.", "It rained.", "It rained.", "She said the dam would hold."],
    ),
    (
        ["Ann Lee walked in.", "She said the dam would hold."],
        ["Ann Lee met Mary Bode.", "She said the dam would hold."],
    ),
    (
        ["“The dam will hold,” Ann Lee said."],
        ["“The dam will hold,” Ann Lee said.", "“It always has held so far.”"],
    ),
    (["“The dam will hold,” Ann Lee said."], ["“The dam will hold for years”: Ann Lee in Bergen."]),
    (["The ministry said the dam would hold."], ["Its engineers said the dam would hold."]),
]


@pytest.mark.parametrize(("surer", "less_sure"), _SURER)
def test_who_is_surer(surer: list[str], less_sure: list[str]) -> None:
    first, second = (attribute(sentences)[-1].speaker for sentences in (surer, less_sure))
    assert first is not None
    assert second is not None
    assert first.confidence > second.confidence
