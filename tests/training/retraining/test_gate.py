"""The gate: what is clearly as good passes, and each kind of harm is refused with its reason."""

from dataclasses import replace

import pytest

from model.labels import LABELS
from training.evaluate import Prediction
from training.retraining.gate import Contradiction, Pair, compare, judge

RIGHT = 0.9


def predict(gold: str, predicted: str, document: int) -> Prediction:
    rest = (1 - RIGHT) / (len(LABELS) - 1)
    values = tuple(RIGHT if label == predicted else rest for label in LABELS)
    return Prediction(document, "news", gold, (), predicted, values)


def predict_articles(articles: int, wrong_threats: int = 0) -> list[Prediction]:
    """Four sentences an article, one of each label; so many articles' threats are taken for reports."""
    return [
        predict(label, "factual_report" if label == "threat" and document < wrong_threats else label, document)
        for document in range(articles)
        for label in LABELS
    ]


def predict_corrected(right: int, sentences: int = 20) -> list[Prediction]:
    return [predict("threat", "threat" if i < right else "factual_report", i) for i in range(sentences)]


def judge_pair(before: list[Prediction], after: list[Prediction], *, fixed: int = 5, given: float = 0.3, **options):
    corrections = Pair("corrections", predict_corrected(5 + fixed), predict_corrected(5))
    contradictions = [Contradiction(given)] * 15
    return judge([Pair("news", after, before)], corrections, contradictions, expected=0.3, **options)


def test_a_candidate_that_is_as_good_and_learned_from_corrections_passes():
    verdict = judge_pair(predict_articles(50), predict_articles(50))

    assert verdict.passed
    assert verdict.reasons == ()
    assert verdict.corrections.accuracy.before == 0.25
    assert verdict.corrections.accuracy.after == 0.5
    assert verdict.corrections.given.change > 0
    assert (verdict.sets[0].f1["threat"].bound, verdict.sets[0].f1["threat"].risk) == (0, 0)


def test_a_label_that_fell_is_refused_and_named():
    verdict = judge_pair(predict_articles(50), predict_articles(50, wrong_threats=10))

    assert not verdict.passed
    named = " ".join(verdict.reasons)
    assert "news: the F1 of threat has fallen by more than 0.03 with a probability of 100%" in named
    assert "official_statement" not in named


def test_a_fall_within_the_margin_is_allowed_and_the_margin_is_told():
    before, after = predict_articles(400), predict_articles(400, wrong_threats=4)

    assert judge_pair(before, after).passed
    strict = judge_pair(before, after, margin=0.001)
    assert not strict.passed
    assert strict.to_dict()["margin"] == 0.001


def test_a_small_set_cannot_show_that_nothing_fell():
    """One threat of ten lost may be chance, or may be many more: the bound decides, not the difference."""
    comparison = compare(Pair("news", predict_articles(10, wrong_threats=1), predict_articles(10)))

    assert comparison.f1["threat"].bound < comparison.f1["threat"].change < 0
    assert 0.5 < comparison.f1["threat"].risk < 0.9


def test_a_correction_can_help_before_it_changes_a_label():
    surer = [replace(p, probabilities=(0.35, 0.0, 0.0, 0.65)) for p in predict_corrected(5)]
    news = Pair("news", predict_articles(50), predict_articles(50))

    verdict = judge([news], Pair("corrections", surer, predict_corrected(5)), [], expected=0.3)
    assert verdict.corrections.accuracy.change == 0
    assert verdict.passed


@pytest.mark.parametrize("fixed", [0, -2])
def test_corrections_that_did_not_get_better_are_refused(fixed):
    verdict = judge_pair(predict_articles(50), predict_articles(50), fixed=fixed)

    assert [reason.partition(":")[0] for reason in verdict.reasons] == ["held-out corrections did not get better"]


def test_corrections_that_the_model_has_good_reason_to_exclude_are_refused():
    verdict = judge_pair(predict_articles(50), predict_articles(50), given=0.05)

    assert len(verdict.reasons) == 1
    assert "turned round or random" in verdict.reasons[0]


def test_few_contradictions_say_nothing_about_the_corrections():
    pair = Pair("news", predict_articles(50), predict_articles(50))
    corrections = Pair("corrections", predict_corrected(10), predict_corrected(5))

    assert judge([pair], corrections, [Contradiction(0.01)] * 9, expected=0.3).passed
    assert not judge([pair], corrections, [Contradiction(0.01)] * 10, expected=0.3).passed


def test_wrong_input_is_an_error():
    pair = Pair("news", predict_articles(50), predict_articles(50))
    with pytest.raises(ValueError, match="different sentences"):
        compare(Pair("news", predict_articles(50), predict_articles(49)))
    with pytest.raises(ValueError, match="no labelled sentence"):
        compare(Pair("news", [], []))
    with pytest.raises(ValueError, match="margin"):
        judge([pair], pair, [], 0.3, margin=1.0)
