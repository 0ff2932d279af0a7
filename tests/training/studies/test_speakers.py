"""Calibration of speakers on made-up evidence."""

import numpy as np
import pytest

from model.attribution.confidence import Evidence, probability
from training.corpus import LabelledDocument, LabelledSentence
from training.studies.speakers import Found, calibrate, cross_validate, find_speakers, fit_weights

_NAMED = Evidence("cue", "full name", "strong", "here", "", "")
_VAGUE = Evidence("cue", "unnamed", "weak", "here", "the", "")
_CONTINUED = _NAMED._replace(step="continued")


def _found(evidence: Evidence, right: int, wrong: int) -> list[Found]:
    return [Found(number % 20, evidence, number < right) for number in range(right + wrong)]


_FOUND = _found(_NAMED, 190, 10) + _found(_VAGUE, 80, 120) + _found(_CONTINUED, 30, 10)


def test_weights_give_the_share_that_is_right() -> None:
    weights = fit_weights(_FOUND)
    assert probability(weights, _NAMED) == pytest.approx(0.95, abs=0.02)
    assert probability(weights, _VAGUE) == pytest.approx(0.4, abs=0.02)
    assert weights.steps["continued"] == pytest.approx((30 + 9) / 50)  # ten more, nine of them right
    assert weights.steps["run-on"] == pytest.approx(0.9)


def test_held_out_confidence_is_calibrated() -> None:
    measured = calibrate(_FOUND)
    assert (measured.speakers, measured.right) == (440, pytest.approx(300 / 440))
    assert measured.ece < 0.1
    assert measured.brier < measured.brier_constant
    assert measured.reliability["cue, full name"][::2] == (200, 0.95)
    assert measured.reliability["continued, full name"][::2] == (40, 0.75)
    assert np.all(cross_validate(_FOUND) > 0)


def test_a_speaker_is_right_where_the_annotation_names_the_same_and_wrong_where_it_names_none() -> None:
    sentences = [
        LabelledSentence("Ann Lee said that the dam would hold.", None, speaker="Ann Lee"),
        LabelledSentence("Mary Bode said that it would not.", None, speaker="Otto Brandt"),
        LabelledSentence("Residents said that they had left.", None),
        LabelledSentence("It rained.", None),
    ]
    silent = LabelledDocument("silent", "s", (LabelledSentence("Ann Lee said so.", None),))
    found = find_speakers([silent, LabelledDocument("speaking", "s", tuple(sentences))])
    assert [one.right for one in found] == [True, False, False]
