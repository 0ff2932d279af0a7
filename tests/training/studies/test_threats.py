"""Recall of threats at a precision, and what a threat loses inside its article."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.labels import LABELS
from training.evaluate import Prediction
from training.studies.threats import measure_loss_in_place, measure_recall_at, tabulate_threats


def make_sentence(gold, threat, document=0):
    """Make a sentence whose rest of probability goes to plain fact."""
    predicted = "threat" if threat > 0.5 else "factual_report"
    return Prediction(document, "a", gold, (), predicted, (1 - threat, 0.0, 0.0, threat))


RANKED = [  # precision down to here: 1, 1/2, 2/3, 1/2
    make_sentence("threat", 0.9),
    make_sentence("factual_report", 0.8),
    make_sentence("threat", 0.4),
    make_sentence("factual_report", 0.2),
    make_sentence("threat", 0.1),
    make_sentence("factual_report", 0.1),
    make_sentence("factual_report", 0.1),
]


@pytest.mark.parametrize(
    ("precision", "recall"),
    [(1.0, 1 / 3), (0.6, 2 / 3), (0.5, 2 / 3), (3 / 7, 1.0), (0.0, 1.0)],
)
def test_the_best_recall_among_thresholds_that_are_precise_enough(precision, recall):
    value, (low, high) = measure_recall_at(RANKED, precision)
    assert value == pytest.approx(recall)
    assert low <= value <= high


def test_sentences_of_equal_probability_are_all_called_threats_or_none():
    tied = [make_sentence("threat", 0.3), *[make_sentence("factual_report", 0.3)] * 3]
    assert measure_recall_at(tied, 0.5)[0] == 0
    assert measure_recall_at(tied, 0.25)[0] == 1


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 10)), min_size=1, max_size=30), st.sampled_from([0.2, 0.3, 0.5])
)
def test_recall_at_a_precision_is_what_trying_every_threshold_gives(sentences, precision):
    predictions = [make_sentence("threat" if is_threat else "factual_report", p / 10) for is_threat, p in sentences]
    threats = sum(is_threat for is_threat, _ in sentences)
    recalls = [0.0]
    for threshold in {p for _, p in sentences}:
        said = [is_threat for is_threat, p in sentences if p >= threshold]
        if sum(said) >= precision * len(said):
            recalls.append(sum(said) / max(threats, 1))
    assert measure_recall_at(predictions, precision)[0] == pytest.approx(max(recalls))


def test_the_table_has_a_row_for_each_mode():
    spread = [make_sentence(p.gold, p.probabilities[-1], document) for document, p in enumerate(RANKED)]
    header, within, alone = tabulate_threats({"in its article": RANKED, "alone": spread})
    assert header[-2:] == ["recall at precision 0.5", "recall at precision 0.3"]
    assert within[:2] == ["in its article", "3"]
    assert within[-2:] == ["0.667 [0.667, 0.667]", "1.000 [1.000, 1.000]"]  # a single document: no spread
    assert alone[3].startswith("0.500 [0.000, ")
    assert alone[4].startswith("0.333 [0.000, ")


def test_only_threats_count_in_what_is_lost_inside_an_article():
    within = [make_sentence("threat", 0.3), make_sentence("threat", 0.6, 1), make_sentence("factual_report", 0.0)]
    alone = [make_sentence("threat", 0.5), make_sentence("threat", 0.6, 1), make_sentence("factual_report", 0.9)]
    loss, (low, high) = measure_loss_in_place(within, alone)
    assert loss == pytest.approx(0.1)
    assert np.allclose((low, high), (0.0, 0.2))


@pytest.mark.parametrize(
    ("within", "alone"),
    [
        ([make_sentence("threat", 0.5)], []),
        ([make_sentence("threat", 0.5)], [make_sentence("factual_report", 0.5)]),
        ([make_sentence("factual_report", 0.5)], [make_sentence("factual_report", 0.5)]),
    ],
)
def test_modes_that_cannot_be_compared_are_refused(within, alone):
    with pytest.raises(ValueError, match="same sentences in both modes, and a threat"):
        measure_loss_in_place(within, alone)


def test_probabilities_of_other_labels_do_not_matter():
    shifted = [
        Prediction(0, "a", p.gold, (), p.predicted, (0.0, *p.probabilities[:1], 0.0, p.probabilities[3]))
        for p in RANKED
    ]
    assert LABELS[3] == "threat"
    assert measure_recall_at(shifted, 0.5) == measure_recall_at(RANKED, 0.5)
