"""The vectoriser gives scikit-learn's matrices, whatever the text."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer

from model.scoring import tokens
from tests.strategies import MARKS, ODD, WHITE_SPACE, texts
from training.pipeline import TOKEN_PATTERN
from training.vectorizer import MemoTfidfVectorizer

WORD = {"token_pattern": TOKEN_PATTERN}
ITEM = {"token_pattern": r"\S+", "lowercase": False}
CHAR = {"analyzer": "char_wb"}
OPTIONS = [
    WORD | {"ngram_range": (1, 1)},
    WORD | {"ngram_range": (1, 2)},
    WORD | {"ngram_range": (2, 2)},
    WORD | {"ngram_range": (2, 4)},
    ITEM | {"ngram_range": (1, 1)},
    ITEM | {"ngram_range": (1, 3)},
    {"ngram_range": (1, 2)},  # scikit-learn's own pattern, which looks at word boundaries
    CHAR | {"ngram_range": (1, 1)},
    CHAR | {"ngram_range": (2, 5)},
    CHAR | {"ngram_range": (4, 9)},
    CHAR | {"ngram_range": (2, 4), "lowercase": False},
]
ADVERSARIAL = [
    *ODD,
    *(f"a{space}b{space}" for space in WHITE_SPACE),
    *(f"{mark}said{mark} “Yes{mark}”" for mark in MARKS),
    " ".join(ODD[:-1]),
    "İstanbul İSTANBUL straße STRASSE ΟΔΟΣ ὈΔΥΣΣΕΎΣ. ΑΣ, ΑΣ ΑΣΑ",
    "word " * 1000,
]


def pair(documents, **options):
    """Return scikit-learn's vectoriser and ours, fitted on the same documents."""
    options = {"sublinear_tf": True} | options
    return TfidfVectorizer(**options).fit(documents), MemoTfidfVectorizer(**options).fit(documents)


def assert_same(ours, theirs):
    assert type(ours) is type(theirs)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    assert np.array_equal(ours.indptr, theirs.indptr)
    assert np.array_equal(ours.indices, theirs.indices)
    np.testing.assert_allclose(ours.data, theirs.data, rtol=0, atol=1e-12)


@pytest.fixture(scope="module")
def news(corpus):
    """Return sentences to fit on and sentences of another source to transform."""
    by_source = {s: [t for d in corpus if d.source == s for t in d.texts] for s in ("abc", "authored")}
    return by_source["abc"][:500], by_source["authored"][:500]


@pytest.fixture(scope="module", params=OPTIONS, ids=repr)
def fitted(request, news):
    return pair([*news[0], *ADVERSARIAL], **request.param)


def test_fitted_attributes_are_scikit_learns(fitted):
    theirs, ours = fitted
    assert ours.vocabulary_ == theirs.vocabulary_
    assert np.array_equal(ours.idf_, theirs.idf_)
    assert np.array_equal(ours.get_feature_names_out(), theirs.get_feature_names_out())
    assert ours.build_analyzer()("Mr. Lee said: “No.”") == theirs.build_analyzer()("Mr. Lee said: “No.”")


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_fit_transform_is_scikit_learns(options, news):
    options = {"sublinear_tf": True, "min_df": 2} | options
    ours, theirs = MemoTfidfVectorizer(**options), TfidfVectorizer(**options)
    assert_same(ours.fit_transform(news[0]), theirs.fit_transform(news[0]))


@given(documents=st.lists(texts, max_size=8))
def test_any_text_is_learned_as_scikit_learn_does(documents):
    options = CHAR | {"ngram_range": (2, 5), "sublinear_tf": True}
    ours, theirs = MemoTfidfVectorizer(**options), TfidfVectorizer(**options)
    try:
        expected = theirs.fit_transform(documents)
    except ValueError as error:  # there is nothing to learn
        with pytest.raises(ValueError, match=str(error)):
            ours.fit_transform(documents)
    else:
        assert_same(ours.fit_transform(documents), expected)
        assert ours.vocabulary_ == theirs.vocabulary_


def test_news_from_another_source(fitted, news):
    theirs, ours = fitted
    expected = theirs.transform(news[1])
    assert_same(ours.transform(news[1]), expected)
    assert_same(ours.transform(iter(news[1])), expected)  # and again, from memory and from an iterator


def test_adversarial_text(fitted):
    theirs, ours = fitted
    assert_same(ours.transform(ADVERSARIAL), theirs.transform(ADVERSARIAL))
    for text in ADVERSARIAL:
        assert_same(ours.transform([text]), theirs.transform([text]))


@given(documents=st.lists(texts, max_size=8))
def test_any_text(fitted, documents):
    theirs, ours = fitted
    if documents:
        assert_same(ours.transform(documents), theirs.transform(documents))


def test_no_documents_at_all(fitted):
    theirs, ours = fitted
    for vectorizer in (theirs, ours):
        with pytest.raises(ValueError, match="0 sample"):
            vectorizer.transform([])


def test_one_string_is_refused_as_scikit_learn_does(fitted):
    with pytest.raises(ValueError, match="string object received"):
        fitted[1].transform("one text")


def test_bytes_are_decoded(fitted):
    theirs, ours = fitted
    assert_same(ours.transform(["straße".encode()]), theirs.transform(["straße".encode()]))


def test_unfitted_is_refused():
    with pytest.raises(NotFittedError):
        MemoTfidfVectorizer().transform(["text"])


@pytest.mark.parametrize(
    "options",
    [
        {"analyzer": "char"},
        {"analyzer": str.split},
        {"stop_words": "english"},
        {"strip_accents": "unicode"},
        {"binary": True},
        {"sublinear_tf": False},
        {"norm": "l1"},
        {"norm": None},
        {"use_idf": False},
        {"dtype": np.float32},
        {"preprocessor": str.upper},
        {"tokenizer": str.split, "token_pattern": None},
    ],
    ids=str,
)
def test_other_options_are_scikit_learns(options, news):
    theirs, ours = pair(news[0], **options)
    assert_same(ours.transform(news[1]), theirs.transform(news[1]))


def test_memory_of_tokens_stays_bounded_and_right(news, monkeypatch):
    monkeypatch.setattr(tokens, "MAX_TOKENS", 50)
    theirs, ours = pair(news[0], **CHAR, ngram_range=(2, 5))
    for text in news[1][:100] * 2:
        assert_same(ours.transform([text]), theirs.transform([text]))
        assert 0 < len(ours.encoder.table) < 50 + len(text.split())


def test_memory_of_codes_stays_bounded(news, monkeypatch):
    monkeypatch.setattr(tokens, "MAX_CODES", 1000)
    theirs, ours = pair(news[0], **CHAR, ngram_range=(2, 5))
    ours.transform(["said " + "minister" * 1000])
    full = ours.encoder.table
    assert full.is_full
    assert_same(ours.transform(["said he"]), theirs.transform(["said he"]))
    assert set(ours.encoder.table) == {"said", "he"}


def test_threads_share_a_table(news, monkeypatch):
    monkeypatch.setattr(tokens, "MAX_TOKENS", 50)
    theirs, ours = pair(news[0], **CHAR, ngram_range=(2, 5))
    parts = [news[1][i::8] for i in range(8)] * 3
    expected = [theirs.transform(part) for part in parts]
    with ThreadPoolExecutor(8) as pool:
        for ours_part, theirs_part in zip(pool.map(ours.transform, parts), expected, strict=True):
            assert_same(ours_part, theirs_part)


def test_table_is_not_pickled(news):
    theirs, ours = pair(news[0], **CHAR, ngram_range=(2, 5))
    fresh = pickle.dumps(ours)
    ours.transform(news[1])
    assert pickle.dumps(ours) == fresh
    assert_same(pickle.loads(fresh).transform(news[1]), theirs.transform(news[1]))


def test_refitting_and_other_options_renew_the_table(news):
    theirs, ours = pair(news[0][:50], ngram_range=(1, 2))
    ours.transform(news[1])
    for change in ({"ngram_range": (1, 1)}, {"token_pattern": r"\w+"}, {"lowercase": False}):
        theirs.set_params(**change)
        ours.set_params(**change)
        assert_same(ours.transform(news[1]), theirs.transform(news[1]))
    theirs.fit(news[0][50:])
    ours.fit(news[0][50:])
    assert_same(ours.transform(news[1]), theirs.transform(news[1]))
    assert clone(ours).get_params() == ours.get_params()
