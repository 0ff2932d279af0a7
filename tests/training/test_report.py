"""The threshold table says what the thresholds do."""

import re
from dataclasses import replace

import pytest

from model.labels import LABELS
from model.thresholds import Thresholds
from training.corpus import is_authored
from training.evaluate import Prediction
from training.fit import train
from training.params import load_params
from training.report import tabulate_parts
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


def read_section(artifact, title):
    card = (artifact / "model-card.md").read_text(encoding="utf-8")
    return card.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_the_model_card_has_the_tables_and_says_how_to_use_them(artifact):
    section = read_section(artifact, "Missing fewer threats")
    assert "--threshold threat=0.2" in section
    recalls = [float(line.split("|")[3]) for line in section.splitlines() if line.startswith("| 0.")]
    assert len(recalls) == 2 * len(THRESHOLDS)
    for own in (recalls[: len(THRESHOLDS)], recalls[len(THRESHOLDS) :]):
        assert own == sorted(own, reverse=True)
        assert own[0] > own[-1]


def test_the_model_card_begins_with_real_news_and_says_what_is_lost(artifact):
    card = (artifact / "model-card.md").read_text(encoding="utf-8")
    assert card.index("## How good it is on real news") < card.index("## Held-out figures on all text")
    section = read_section(artifact, "How good it is on real news")
    assert "(abc, newsarticles)" in section
    missed = re.search(r"of (\d+) threats in these articles, (\d+)% are missed", section)
    row = next(line for line in section.splitlines() if line.startswith("| threat |"))
    recall = float(row.split("|")[3].split()[0])
    assert int(missed[1]) == int(row.split("|")[5])
    assert int(missed[2]) == pytest.approx(100 * (1 - recall), abs=1)
    table = read_section(artifact, "Missing fewer threats").splitlines()
    precision, recall = (float(cell) for cell in next(r for r in table if r.startswith("| 0.2 |")).split("|")[2:4])
    told = re.search(r"threat=0.2`, (\d+)% are missed, and (\d+)%", section)
    assert [int(told[1]), int(told[2])] == pytest.approx([100 * (1 - recall), 100 * (1 - precision)], abs=1)


def test_parts_of_the_corpus_are_shown_with_real_news_first():
    sources = ["authored", "authored", "wire", "authored-as-filed", "abc", "abc"]
    predictions = [replace(make_prediction("threat", 0.9), source=source) for source in sources]
    header, *rows = tabulate_parts(predictions)
    assert [row[0] for row in rows] == ["abc", "wire", "authored", "authored-as-filed"]
    assert rows[0] == ["abc", "2", "1.000 [1.000, 1.000]", "1.000", "2", "1.00", "1.00"]
    assert len(header) == len(rows[0])


def test_a_corpus_without_real_news_has_a_card_without_that_section(corpus, tmp_path):
    authored = [d for d in corpus if is_authored(d.source)][::30]
    train(authored, replace(load_params(), validation_folds=2, calibration_folds=2), tmp_path / "artifact")
    card = (tmp_path / "artifact" / "model-card.md").read_text(encoding="utf-8")
    assert "real news" not in card
    assert "## Held-out figures on all text" in card


def test_a_figure_with_its_interval():
    assert format_interval(0.7041, (0.6, 0.75)) == "0.704 [0.600, 0.750]"


def test_a_difference_has_a_sign():
    assert format_difference(SAID, SAID) == "+0.000 [+0.000, +0.000]"
    assert format_difference(SAID[:1], [make_prediction("threat", 0.1)]).startswith("+1.000 ")
