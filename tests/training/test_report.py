"""The threshold table says what the thresholds do."""

import pytest

from model.labels import LABELS
from model.thresholds import Thresholds
from training.evaluate import Prediction
from training.tables import THRESHOLDS, format_difference, format_interval, tabulate_thresholds


def make_prediction(gold, threat):
    """Make a sentence whose rest of probability goes to plain fact."""
    predicted = "threat" if threat > 0.5 else "factual_report"
    return Prediction(0, "a", gold, (), predicted, (1 - threat, 0.0, 0.0, threat))


SAID = [
    make_prediction("threat", 0.9),
    make_prediction("factual_report", 0.6),
    make_prediction("threat", 0.25),
    make_prediction("factual_report", 0.07),
]


def test_precision_and_recall_by_threshold():
    header, *rows = tabulate_thresholds(SAID, "threat")
    assert header[:3] == ["threshold", "precision", "recall"]
    assert rows == [
        ["none: most probable", "0.50", "0.50", "2", "50.0"],
        ["0.05", "0.50", "1.00", "4", "100.0"],
        ["0.1", "0.67", "1.00", "3", "75.0"],
        ["0.2", "0.67", "1.00", "3", "75.0"],
        ["0.3", "0.50", "0.50", "2", "50.0"],
        ["0.5", "0.50", "0.50", "2", "50.0"],
    ]


def test_a_label_never_given_and_one_that_never_occurs_have_no_figure():
    facts = [make_prediction("factual_report", 0.01)]
    assert {tuple(row[1:3]) for row in tabulate_thresholds(facts, "threat")[1:]} == {("–", "–")}


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_the_table_counts_what_a_request_with_that_threshold_would_label(threshold):
    thresholds = Thresholds.of({"threat": threshold})
    labels = [thresholds.decide(dict(zip(LABELS, j.probabilities, strict=True))) for j in SAID]
    row = next(row for row in tabulate_thresholds(SAID, "threat") if row[0] == f"{threshold:g}")
    assert row[3] == str(labels.count("threat"))


def test_the_model_card_has_the_table_and_says_how_to_use_it(artifact):
    card = (artifact / "model-card.md").read_text(encoding="utf-8")
    section = card.partition("## Missing fewer threats")[2].partition("\n## ")[0]
    assert "--threshold threat=0.2" in section
    recalls = [float(line.split("|")[3]) for line in section.splitlines() if line.startswith("| 0.")]
    assert len(recalls) == len(THRESHOLDS)
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[0] > recalls[-1]


def test_a_figure_with_its_interval():
    assert format_interval(0.7041, (0.6, 0.75)) == "0.704 [0.600, 0.750]"


def test_a_difference_has_a_sign():
    assert format_difference(SAID, SAID) == "+0.000 [+0.000, +0.000]"
    assert format_difference(SAID[:1], [make_prediction("threat", 0.1)]).startswith("+1.000 ")
