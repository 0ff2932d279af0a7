"""Which reader decides, on sentences of a whole article."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model import Classifier
from model.classifier import SentenceIndexError
from model.labels import LABELS
from model.preparation import prepare
from model.reader_choice import READER_CHOICES, ReaderUnavailableError
from model.readers import Readers, is_careful_installed

ARTICLE = (Path(__file__).parents[2] / "examples" / "article.txt").read_text("utf-8")
LONG = "The minister said " + "that it had rained and " * 300 + "that it would go on."
needs_careful = pytest.mark.skipif(not is_careful_installed(), reason="the extra careful is not installed")


def test_by_default_the_careful_reader_is_asked_where_it_is_installed(classifier):
    assert classifier.reader == ("auto" if is_careful_installed() else "fast")


def test_the_fast_reader_reads_alone(classifier):
    assert {s.reader for s in classifier.classify(ARTICLE, reader="fast").sentences if s.label} == {"fast"}


@needs_careful
def test_the_careful_reader_reads_everything(classifier):
    assert {s.reader for s in classifier.classify(ARTICLE, reader="careful").sentences if s.label} == {"careful"}


@needs_careful
def test_auto_asks_where_the_fast_reader_is_not_sure_and_of_what_may_be_a_threat(classifier):
    by = {choice: classifier.classify(ARTICLE, reader=choice).sentences for choice in READER_CHOICES}
    decision = classifier.readers.careful.decision
    asked = 0
    for fast, careful, auto in zip(by["fast"], by["careful"], by["auto"], strict=True):
        if fast.label is None:
            continue
        unsure = fast.confidence < decision.ask_below or fast.probabilities["threat"] >= decision.ask_from_threat
        expected = careful if unsure else fast
        asked += unsure
        assert auto == expected
    assert 0 < asked < len(by["fast"])


@needs_careful
@pytest.mark.parametrize("choice", READER_CHOICES)
def test_probabilities_sum_to_1_and_documents_do_not_touch(classifier, choice):
    texts = [ARTICLE, "Rain fell.", LONG]
    together = classifier.classify_documents(texts, reader=choice)
    assert together == [classifier.classify(text, reader=choice) for text in texts]
    for document in together:
        for sentence in document.sentences:
            if sentence.probabilities:
                assert sum(sentence.probabilities.values()) == pytest.approx(1, abs=1e-12)


@needs_careful
def test_a_sentence_too_long_is_left_to_the_fast_reader(classifier):
    (sentence,) = classifier.classify(LONG, reader="careful").sentences
    assert sentence.reader == "fast"
    assert sentence == classifier.classify(LONG, reader="fast").sentences[0]


@needs_careful
def test_a_threshold_works_on_what_both_give(classifier):
    from model.thresholds import Thresholds

    eager = classifier.classify(ARTICLE, thresholds=Thresholds.of({"threat": 0.01})).sentences
    assert all((s.label == "threat") == (s.probabilities["threat"] >= 0.01) for s in eager if s.label)


def test_without_the_careful_reader_auto_is_fast_and_careful_is_an_error(classifier):
    readers = Readers(classifier.readers.scorer)
    prepared = [prepare(["Rain fell.", "“We will strike,” he said."])]
    np.testing.assert_array_equal(readers.read(prepared, "auto").probabilities, readers.read(prepared, "fast").fast)
    with pytest.raises(ReaderUnavailableError, match="pip install 'stancewire\\[careful\\]'"):
        readers.read(prepared, "careful")


def test_a_classifier_for_the_fast_reader_alone_loads_no_other(artifact):
    assert Classifier.load(artifact, "fast", choosable=False).readers.careful is None


@needs_careful
def test_explanations_show_both_readers_and_what_moved_the_careful_one(classifier):
    for sentence in classifier.classify(ARTICLE, explain=True, reader="auto").sentences:
        if sentence.label is None:
            continue
        why = sentence.explanation
        assert why.logit == pytest.approx(why.intercept + sum(share.weight for share in why.contributions))
        assert list(why.readers) == (["fast", "careful"] if sentence.reader == "careful" else ["fast"])
        for shares in why.readers.values():
            assert list(shares) == list(LABELS)
            assert sum(shares.values()) == pytest.approx(1)
        assert bool(why.approximate) == (sentence.reader == "careful")
        for share in why.approximate:
            assert sentence.text[share.start : share.start + len(share.text)] == share.text


@needs_careful
def test_a_sentence_is_explained_by_its_index(classifier):
    explained = classifier.classify(ARTICLE, explain=[1]).sentences
    whole = classifier.classify(ARTICLE, explain=True).sentences
    assert [s.explanation is not None for s in explained[:3]] == [False, True, False]
    assert explained[1] == whole[1]
    assert replace(whole[0], explanation=None) == explained[0]


def test_an_index_beyond_the_document_is_an_error(classifier):
    with pytest.raises(SentenceIndexError, match="no sentence 7 to explain: a document has 1"):
        classifier.classify("Rain fell.", explain=[7])
