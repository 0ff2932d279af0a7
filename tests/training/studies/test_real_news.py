"""Goals, errors and the two modes, on the small artifact."""

import pytest

from model.labels import LABELS
from training.corpus import load_documents
from training.evaluate import Prediction, evaluate
from training.studies import real_news
from training.studies.real_news import GOALS, predict_alone, tabulate_errors, tabulate_goals

RIGHT = [
    Prediction(i, "a", label, (), label, tuple(float(label == other) for other in LABELS))
    for i, label in enumerate(LABELS)
]


def make_prediction(gold, predicted, source="a", also=()):
    return Prediction(0, source, gold, also, predicted, tuple(float(label == predicted) for label in LABELS))


def test_perfect_predictions_meet_every_goal():
    assert [row[-1] for row in tabulate_goals(evaluate(RIGHT))[1:]] == ["met"] * len(GOALS)


def test_one_label_for_all_misses_every_goal():
    facts = [make_prediction(label, "factual_report") for label in LABELS]
    assert [row[-1] for row in tabulate_goals(evaluate(facts))[1:]] == ["missed"] * len(GOALS)


def test_errors_are_counted_by_kind_and_source_most_frequent_first():
    said = [
        make_prediction("threat", "threat"),
        make_prediction("threat", "official_statement", "b", also=("official_statement",)),
        make_prediction("factual_report", "analyst_opinion"),
        make_prediction("factual_report", "analyst_opinion", "b"),
    ]
    assert tabulate_errors(said) == [
        ["gold", "predicted", "errors", "acceptable", "a", "b"],
        ["`factual_report`", "`analyst_opinion`", "2", "0", "1", "1"],
        ["`threat`", "`official_statement`", "1", "1", "0", "1"],
        ["sentences", "", "4", "", "2", "2"],
    ]


def test_alone_no_sentence_knows_its_neighbours(classifier, data):
    documents = load_documents(data.evaluation)[:5]
    alone = predict_alone(classifier, documents)
    expected = [
        classifier.classify_sentences([sentence.text]).sentences[0].label
        for document in documents
        for sentence in document.sentences
        if sentence.label
    ]
    assert [j.predicted for j in alone] == expected
    assert [j.document for j in alone] == [i for i, d in enumerate(documents) for s in d.sentences if s.label]


def test_the_command_fills_every_section(artifact, data, tmp_path):
    real_news.main([str(data.evaluation), "--artifact", str(artifact), "--out", str(tmp_path)])
    page = (tmp_path / "accuracy.md").read_text(encoding="utf-8")
    for name in ("figures", "modes", "threats", "errors"):
        assert f"<!-- {name} -->\n" in page
    assert page.count("| met |") + page.count("| missed |") == len(GOALS)


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_a_goal_is_met_at_its_very_value(goal):
    evaluation = evaluate(RIGHT)
    assert real_news.Goal("", lambda _: goal.value, goal.value, goal.at_most).is_met(evaluation)
