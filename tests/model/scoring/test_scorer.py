"""The scorer gives the probabilities of the pipeline as scikit-learn would compute them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.artifact import load
from model.features import fields_of
from model.scoring.scorer import Scorer
from tests.stock import stock_pipeline
from tests.strategies import texts
from training.artifact import load_pipeline
from training.pipeline import extract_weights


@pytest.fixture(scope="module")
def pipeline(artifact):
    return load_pipeline(artifact)


@pytest.fixture(scope="module")
def stock(pipeline):
    return stock_pipeline(pipeline)


@pytest.fixture(scope="module")
def scorer(artifact):
    weights, _, _ = load(artifact)
    return Scorer(weights)


@pytest.fixture(scope="module")
def rows(corpus):
    return [row for document in corpus[::5] for row in fields_of(document.texts)]


@pytest.fixture(scope="module")
def expected(stock, rows):
    return stock.predict_proba(rows)


def test_stock_pipeline_is_scikit_learns(stock):
    blocks = [block.named_steps["tfidf"] for _, block in stock.named_steps["features"].transformer_list]
    assert {type(block).__module__ for block in blocks} == {"sklearn.feature_extraction.text"}


def test_pipeline_and_scorer_agree_with_stock_on_the_corpus(pipeline, scorer, rows, expected):
    for probabilities in (pipeline.predict_proba(rows), scorer.probabilities(rows)):
        np.testing.assert_allclose(probabilities, expected, rtol=0, atol=1e-12)
        assert np.array_equal(probabilities.argmax(axis=1), expected.argmax(axis=1))


def test_a_sentence_alone_scores_as_in_company(scorer, rows, expected):
    alone = np.vstack([scorer.probabilities([row]) for row in rows[:100]])
    np.testing.assert_allclose(alone, expected[:100], rtol=0, atol=1e-12)


def test_threads_share_a_scorer(scorer, rows, expected):
    with ThreadPoolExecutor(4) as pool:
        parts = pool.map(lambda i: scorer.probabilities(rows[i : i + 50]), range(0, len(rows), 50))
        np.testing.assert_allclose(np.vstack(list(parts)), expected, rtol=0, atol=1e-12)


@given(sentences=st.lists(texts, min_size=1, max_size=6))
def test_any_text_agrees_with_stock(stock, scorer, sentences):
    fields = fields_of(sentences)
    np.testing.assert_allclose(scorer.probabilities(fields), stock.predict_proba(fields), rtol=0, atol=1e-12)


def test_no_rows(scorer):
    assert scorer.probabilities([]).shape == (0, len(scorer.classes))


def test_another_kind_of_vectorizer_is_refused(stock):
    with pytest.raises(TypeError, match="MemoTfidfVectorizer"):
        extract_weights(stock)
