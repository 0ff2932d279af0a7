"""Goals, errors and the two modes, on the small artifact."""

import json

import pytest

from model.labels import LABELS
from training.corpus import load_documents
from training.evaluate import Prediction, evaluate
from training.studies import real_news
from training.studies.real_news import GOALS, join_tables, predict_alone, tabulate_errors, tabulate_goals

RIGHT = [
    Prediction(i, "a", label, (), label, tuple(float(label == other) for other in LABELS))
    for i, label in enumerate(LABELS)
]


def make_prediction(gold, predicted, source="a", also=()):
    return Prediction(0, source, gold, also, predicted, tuple(float(label == predicted) for label in LABELS))


def test_each_file_has_its_own_column_of_goals():
    facts = [make_prediction(label, "factual_report") for label in LABELS]
    header, *rows = tabulate_goals({"right": evaluate(RIGHT), "one label for all": evaluate(facts)})
    assert header == ["", "goal", "right", "one label for all"]
    assert [row[2].endswith(", met") for row in rows] == [True] * len(GOALS)
    assert [row[3].endswith(", missed") for row in rows] == [True] * len(GOALS)


def test_tables_are_joined_at_their_first_column():
    one, two = [["by", "n"], ["x", "1"], ["y", "2"]], [["by", "n"], ["x", "3"], ["y", "4"]]
    assert join_tables({"one": one, "two": two}) == [["by", "one: n", "two: n"], ["x", "1", "3"], ["y", "2", "4"]]
    with pytest.raises(ValueError, match="shorter"):
        join_tables({"one": one, "two": two[:2]})


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


def test_the_command_fills_every_section_for_each_file(artifact, data, tmp_path):
    files = [f"some articles={data.evaluation}", str(data.corpus)]
    real_news.main([*files, "--artifact", str(artifact), "--out", str(tmp_path)])
    page = (tmp_path / "accuracy.md").read_text(encoding="utf-8")
    for name in ("figures", "modes", "threats", "threats-apart", "errors"):
        section = page.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]
        assert "some articles" in section
        assert "corpus" in section
    assert page.count(", met |") + page.count(", missed |") == 2 * len(GOALS)
    assert page.count("Alone, a threat has ") == 2


def test_a_file_without_threats_has_no_line_on_what_they_lose(artifact, tmp_path):
    path = tmp_path / "peaceful.jsonl"
    sentence = {"text": "The library opens at nine.", "label": "factual_report"}
    path.write_text(json.dumps({"id": "1", "source": "x", "sentences": [sentence]}), encoding="utf-8")
    real_news.main([str(path), "--artifact", str(artifact), "--out", str(tmp_path)])
    page = (tmp_path / "accuracy.md").read_text(encoding="utf-8")
    assert "| threats | 0 |" in page
    assert "Alone, a threat has " not in page


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_a_goal_is_met_at_its_very_value(goal):
    evaluation = evaluate(RIGHT)
    assert real_news.Goal("", lambda _: goal.value, goal.value, goal.at_most).is_met(evaluation)
