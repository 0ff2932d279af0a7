"""Figures of merit: against scikit-learn, and on cases small enough to count by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from model.labels import LABELS
from tests.training.predictions import A, F, S, T, make_prediction
from training.evaluate import (
    bootstrap_confusions,
    calibration_error,
    count_confusions,
    evaluate,
    interval95,
    macro_f1,
)


def test_a_case_counted_by_hand():
    figures = evaluate(
        [
            make_prediction(0, F, F, confidence=0.9),
            make_prediction(0, S, F, also=[F], confidence=0.8, source="s"),
            make_prediction(1, T, T, confidence=0.6, source="t"),
            make_prediction(1, A, S, confidence=0.4, source="t"),
        ]
    )
    assert (figures.n, figures.accuracy, figures.accuracy_lenient) == (4, 0.5, 0.75)
    assert figures.macro_f1 == pytest.approx((2 / 3 + 0 + 0 + 1) / 4)
    assert figures.per_class[F].precision == 0.5
    assert figures.per_class[F].recall == 1.0
    assert figures.confusion[A][S] == 1
    assert figures.ece == pytest.approx((0.1 + 0.8 + 0.4 + 0.4) / 4)
    assert figures.accuracy_confident80 == pytest.approx(2 / 3)
    assert figures.by_source["t"] == {"n": 2, "macro_f1": 0.5, "accuracy": 0.5}
    low, high = figures.macro_f1_ci95
    assert 0 <= low <= figures.macro_f1 <= high <= 1


pairs = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1)


@given(pairs)
def test_agrees_with_scikit_learn(rows):
    sentences = [make_prediction(document, gold, predicted) for document, gold, predicted in rows]
    gold, predicted = [r[1] for r in rows], [r[2] for r in rows]
    figures = evaluate(sentences)
    present = sorted(set(gold))
    expected = f1_score(gold, predicted, labels=present, average="macro", zero_division=0)
    assert figures.macro_f1 == pytest.approx(expected)
    assert figures.accuracy == pytest.approx(accuracy_score(gold, predicted))
    assert sum(sum(row.values()) for row in figures.confusion.values()) == len(rows)
    assert 0 <= figures.ece <= 1


def test_the_bootstrap_resamples_whole_documents():
    counts = count_confusions([make_prediction(d, F, F if d else S) for d in range(3) for _ in range(5)])
    draws = bootstrap_confusions(counts, rounds=50)
    assert (draws.sum(axis=(1, 2)) == 15).all()
    assert (draws % 5 == 0).all()
    assert len(np.unique(macro_f1(draws))) > 1


def test_the_interval_holds_95_percent():
    assert interval95(np.arange(1001.0)) == (25.0, 975.0)


def test_perfect_calibration_has_no_error():
    right = np.array([True] * 75 + [False] * 25)
    assert calibration_error(right, np.full(100, 0.75)) == 0


def test_nothing_to_evaluate_is_an_error():
    with pytest.raises(ValueError, match="every label is null"):
        evaluate([])
