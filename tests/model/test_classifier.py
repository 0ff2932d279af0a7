"""The classifier: invariants of its answers, thresholds, and the same answer however a text arrives."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import LABELS, Classifier
from model.records import Speaker
from model.thresholds import Thresholds

ARTICLE = (
    "ACCRA, March 3 - The defence ministry said on Monday that 12 soldiers were killed near the border.\n\n"
    '"They have been warned," spokesman Kofi Ansah-Boakye told reporters. '
    'He threatened to "strike back" unless they leave by Friday.\n\n'
    "Esi Dankwa, a professor at the University of Cape Coast, said a wider war was unlikely.\n\n"
    "The two countries share a border of 1,100 km."
)

documents = st.lists(
    st.one_of(st.text(min_size=1, max_size=120), st.sampled_from(ARTICLE.split("\n\n")), st.just(ARTICLE)), max_size=4
)
loaded = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


@loaded
@given(texts=documents)
def test_batch_equals_one_by_one(classifier, texts):
    assert classifier.classify_documents(texts) == [classifier.classify(text) for text in texts]


@loaded
@given(text=st.one_of(st.text(max_size=200), st.just(ARTICLE)))
def test_every_sentence_is_a_piece_of_the_text_with_a_distribution(classifier, text):
    for sentence in classifier.classify(text).sentences:
        assert sentence.text == text[sentence.start : sentence.end]
        if sentence.boilerplate:
            assert (sentence.label, sentence.confidence, sentence.probabilities, sentence.speaker) == (None,) * 4
            continue
        assert list(sentence.probabilities) == list(LABELS)
        assert sum(sentence.probabilities.values()) == pytest.approx(1, abs=1e-12)
        assert sentence.confidence == sentence.probabilities[sentence.label] == max(sentence.probabilities.values())
        by_careful = sentence.reader == "careful"
        doubted = classifier.readers.careful.decision.uncertain_below if by_careful else classifier.uncertain_below
        assert sentence.uncertain == (sentence.confidence < doubted)


def moved(speaker: Speaker | None, by: int) -> Speaker | None:
    """Return the speaker with the mention's offsets moved."""
    if speaker is None or speaker.start is None:
        return speaker
    return replace(speaker, start=speaker.start + by, end=speaker.end + by)


def test_sentences_given_are_labelled_like_sentences_found(classifier):
    found = classifier.classify(ARTICLE).sentences
    given_ = classifier.classify_sentences([s.text for s in found]).sentences
    assert [(s.text, s.label, s.probabilities) for s in given_] == [(s.text, s.label, s.probabilities) for s in found]
    assert [s.speaker for s in given_] == [moved(s.speaker, -s.start) for s in found]
    assert [(s.start, s.end) for s in given_] == [(0, len(s.text)) for s in given_]


def test_labels_and_speakers_of_an_article(classifier):
    sentences = classifier.classify(ARTICLE).sentences
    assert sentences[0].label == "official_statement"
    assert sentences[2].label == "threat"
    assert sentences[-1].label == "factual_report"
    assert sentences[3].label == "analyst_opinion"
    assert [s.speaker and s.speaker.name for s in sentences] == [
        "The defence ministry",
        "Kofi Ansah-Boakye",
        "Kofi Ansah-Boakye",
        "Esi Dankwa",
        None,
    ]


@pytest.mark.parametrize("nothing", ["", " \n\t "])
def test_no_text_no_sentences(classifier, nothing):
    assert classifier.classify(nothing).sentences == ()
    assert classifier.classify_documents([]) == []
    assert classifier.classify_sentences([]).sentences == ()


def test_long_text_is_not_truncated(classifier):
    text = "\n\n".join([ARTICLE] * 200)
    sentences = classifier.classify(text).sentences
    assert len(sentences) == 200 * len(classifier.classify(ARTICLE).sentences)
    assert sentences[-1].end == len(text)


PROBABILITIES = {"factual_report": 0.4, "official_statement": 0.3, "analyst_opinion": 0.05, "threat": 0.25}
DECISIONS = [
    ({}, "factual_report"),
    ({"threat": 0.2}, "threat"),
    ({"threat": 0.3}, "factual_report"),
    ({"factual_report": 0.5}, "official_statement"),
    ({"threat": 0.2, "official_statement": 0.1}, "official_statement"),  # three times its threshold
    (dict.fromkeys(LABELS, 0.9), "factual_report"),  # none reaches it: the likeliest
    ({"uncertain": 0.9}, "factual_report"),
]


@pytest.mark.parametrize(("thresholds", "label"), DECISIONS)
def test_thresholds_decide(thresholds, label):
    assert Thresholds.of(thresholds).decide(PROBABILITIES) == label


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"threat": 0}, "above 0"),
        ({"uncertain": 1.5}, "at most 1"),
        ({"menace": 0.5}, "unknown threshold 'menace'; give uncertain or one of factual_report"),
        ({"threat": float("nan")}, "above 0"),
    ],
)
def test_wrong_thresholds_say_what_to_give(values, message):
    with pytest.raises(ValueError, match=message):
        Thresholds.of(values)


def test_thresholds_per_call(classifier):
    doubtful = classifier.classify(ARTICLE, thresholds=Thresholds(uncertain=1.0))
    assert all(s.uncertain for s in doubtful.sentences)
    eager = classifier.classify(ARTICLE, thresholds=Thresholds(labels={"threat": 1e-9}))
    assert {s.label for s in eager.sentences} == {"threat"}


def test_loading_again_gives_the_same_answers(artifact, classifier):
    assert Classifier.load(artifact).classify(ARTICLE) == classifier.classify(ARTICLE)
