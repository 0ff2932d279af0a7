"""No label can be guessed from a sentence's standing alone, which in news says nothing about it."""

import numpy as np
import pytest

from training.corpus import NEWS_SOURCE
from training.evaluate import pair_predictions, predict_documents
from training.fit import fit_uncalibrated
from training.params import load_params
from training.split import make_rows
from training.studies.curves import predict
from training.studies.real_news import predict_alone
from training.studies.threats import measure_loss_in_place
from training.studies.weights import isolate_threats, split_real

MOST_LOST = 0.1  # of a threat's probability inside its article, on average


def test_a_sentence_alone_has_the_labels_of_any_other_sentence(corpus):
    params = load_params()
    documents = corpus[::4]
    rows = make_rows(documents, params.source_weights, params.label_shares)
    alone = np.array([len(documents[group].sentences) == 1 for group in rows.groups])
    assert alone.any()
    for label in np.unique(rows.labels):
        weights = np.where(rows.labels == label, rows.weights, 0.0)
        assert weights[alone].sum() / rows.weights[alone].sum() == pytest.approx(weights.sum() / rows.weights.sum())


def test_threats_the_small_model_has_not_seen_keep_their_probability_inside_their_article(classifier, corpus):
    unseen = [document for i, document in enumerate(corpus) if i % 8 and document.source == NEWS_SOURCE]
    articles = [d for d in unseen if any(s.label == "threat" for s in d.sentences)]
    within, alone = predict_documents(classifier, articles), predict_alone(classifier, articles)
    assert sum(p.gold == "threat" for p in within) > 100
    assert measure_loss_in_place(within, alone)[0] <= MOST_LOST


@pytest.mark.slow
def test_held_out_threats_keep_their_probability_inside_their_article(corpus):
    params = load_params()
    rows = make_rows(corpus, params.source_weights, params.label_shares)
    train, test = next(split_real(rows, corpus, 3, params.seed))
    inside = rows.subset(test)
    alone = isolate_threats(inside)
    pipeline = fit_uncalibrated(rows.subset(train), params.model)
    threats = [p for p in pair_predictions(inside, predict(pipeline, inside)) if p.gold == "threat"]
    assert len(threats) > 50
    assert measure_loss_in_place(threats, pair_predictions(alone, predict(pipeline, alone)))[0] <= MOST_LOST
