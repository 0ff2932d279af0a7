"""Training: no article on both sides of a split, and the same input gives the same model."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from model import LABELS, Classifier
from tests.training.predictions import A, F, S, T, make_prediction
from training.corpus import CorpusError, LabelledDocument, LabelledSentence
from training.fit import find_uncertain_threshold, fit, fit_inverse_temperature, fit_uncalibrated, hash_corpus, train
from training.params import load_params
from training.split import make_rows, split_by_article


@pytest.fixture(scope="module")
def params():
    return load_params()


@pytest.fixture(scope="module")
def rows(corpus, params):
    return make_rows(corpus[::20], params.source_weights, params.label_shares)


def test_no_article_is_on_both_sides(rows):
    tested = []
    for train_index, test_index in split_by_article(rows, 5, seed=7):
        assert not set(rows.groups[train_index]) & set(rows.groups[test_index])
        tested += test_index.tolist()
    assert sorted(tested) == list(range(len(rows)))


def test_rows_carry_context_weights_and_only_scored_sentences(corpus, params):
    document = next(d for d in corpus if any(s.label is None for s in d.sentences) and len(d.sentences) > 5)
    made = make_rows([document], {document.source: 0.25})
    assert len(made) == sum(s.label is not None for s in document.sentences)
    assert set(made.weights) == {0.25}
    assert all(row.text == s.text for row, s in zip(made.fields, made.sentences, strict=True))


def test_a_few_sentences_can_be_learned_by_heart(rows, params):
    few = rows.subset(np.concatenate([np.flatnonzero(rows.labels == label)[:12] for label in LABELS]))
    eager = replace(params.model, c=1000.0, blocks={n: replace(b, min_df=1) for n, b in params.model.blocks.items()})
    pipeline = fit(few, eager, calibration_folds=2, seed=1)
    assert pipeline.predict(few.fields).tolist() == few.labels.tolist()


def test_the_same_input_gives_the_same_probabilities(rows, params):
    first, second = (fit(rows, params.model, 2, 7).predict_proba(rows.fields) for _ in range(2))
    assert (first == second).all()


def test_the_artifact_knows_what_it_was_trained_on(artifact, corpus):
    manifest = Classifier.load(artifact).manifest
    assert manifest.params_sha256 == load_params().digest
    assert manifest.corpus_sha256 != hash_corpus(corpus)  # trained on a part
    assert hash_corpus(corpus) == hash_corpus(corpus[::-1])
    assert 0.5 < manifest.metrics["macro_f1"] < 1


def test_uncertainty_begins_where_precision_ends():
    sure = [make_prediction(i, F, F, confidence=0.9) for i in range(8)]
    unsure = [make_prediction(i, S, F, confidence=0.5) for i in range(4)]
    assert find_uncertain_threshold(sure + unsure, 0.8) == 0.9
    assert find_uncertain_threshold(sure + unsure, 0.6) == 0.5
    assert find_uncertain_threshold(unsure, 0.8) == 1.0


def test_a_corpus_too_small_is_refused(params, tmp_path):
    document = LabelledDocument("a", "s", tuple(LabelledSentence(f"Text {x}.", x) for x in (F, S, A, T)))
    with pytest.raises(CorpusError, match="occurs in 1 articles; training needs it in at least 5"):
        train([document], params, tmp_path / "artifact")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [("[regression", "TOMLDecodeError"), ("", "KeyError: 'blocks'"), ("[blocks.a]\nfield='text'", "TypeError")],
)
def test_wrong_hyperparameters_are_named(tmp_path, content, message):
    path = tmp_path / "params.toml"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"params.toml: {message}"):
        load_params(path)


def test_the_model_card_has_tables_and_plots(artifact):
    card = (artifact / "model-card.md").read_text()
    for part in (
        "## Trained on",
        "Truth is not judged",
        "| threat |",
        "macro-F1",
        "![confusion](plots/confusion.png)",
        "expected calibration error",
    ):
        assert part in card


def test_the_temperature_is_scikit_learns():
    draw = np.random.default_rng(3)
    features, weights = draw.normal(size=(400, 5)), draw.uniform(0.1, 1, 400)
    gold = (features[:, :3] + draw.normal(size=(400, 3))).argmax(axis=1)
    regression = LogisticRegression(C=100).fit(features[:50], gold[:50])
    theirs = CalibratedClassifierCV(FrozenEstimator(regression), method="temperature", ensemble=False)
    with pytest.warns(UserWarning, match="only be used for the calibration itself"):  # as is meant
        theirs.fit(features, gold, sample_weight=weights)
    (calibrated,) = theirs.calibrated_classifiers_
    ours = fit_inverse_temperature(regression.decision_function(features), gold, weights)
    assert ours == pytest.approx(float(calibrated.calibrators[0].beta_), rel=1e-4)
    assert not 0.99 < ours < 1.01


def test_offsets_are_added_to_the_logits_before_the_temperature(rows, params):
    few = rows.subset(np.arange(0, len(rows), 2))
    plain = fit(few, replace(params.model, offsets={}), 2, 7)
    shifted = fit(few, replace(params.model, offsets={T: 0.7}), 2, 7)
    (calibrated,) = plain.named_steps["classifier"].calibrated_classifiers_
    gained = np.log(shifted.predict_proba(few.fields)) - np.log(plain.predict_proba(few.fields))
    threat, fact = (plain.classes_.tolist().index(label) for label in (T, F))
    assert gained[:, threat] - gained[:, fact] == pytest.approx(0.7 * float(calibrated.calibrators[0].beta_), abs=1e-6)


def test_an_offset_of_a_label_that_was_not_learned_changes_nothing(rows, params):
    peaceful = rows.subset(np.flatnonzero(rows.labels != T)[:200])
    plain, shifted = (
        fit_uncalibrated(peaceful, replace(params.model, offsets=offsets)).predict_proba(peaceful.fields)
        for offsets in ({}, {T: 0.7})
    )
    assert (plain == shifted).all()
