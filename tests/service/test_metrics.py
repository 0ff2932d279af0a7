"""The metrics: traffic and what the model says are counted."""

import pytest

from model import Classifier
from service.web.app import create_app
from tests.service.server import read_metrics

KNOWN, UNKNOWN = "The minister said on Monday that the government would", "Xyzzyq plughhh"


@pytest.fixture
def client(config):
    return create_app(config).test_client()


def test_traffic_is_counted(client):
    for body in ({"text": "It rained."}, {"text": 1}, {"text": "It rained."}):
        client.post("/v1/classify", json=body)
    client.get("/anything")
    client.open("/v1/labels", method="BREW")
    found = read_metrics(client.get("/metrics").text)

    assert found["stance_http_requests_total", "POST", "/v1/classify", "200"] == 2
    assert found["stance_http_requests_total", "POST", "/v1/classify", "422"] == 1
    assert found["stance_http_requests_total", "GET", "unknown", "404"] == 1
    assert found["stance_http_requests_total", "other", "unknown", "405"] == 1
    assert found["stance_http_request_duration_seconds_count", "/v1/classify"] == 3
    assert found["stance_http_request_duration_seconds_bucket", "+Inf", "/v1/classify"] == 3


def test_results_of_the_model_are_counted(client, classifier: Classifier):
    texts = [
        "“We will strike back,” the general warned. It rained on Monday.",
        "Analysts doubt that the truce will last.",
    ]
    sentences = [s for text in texts for s in classifier.classify(text).sentences]

    client.post("/v1/classify", json={"documents": [{"text": text} for text in texts]})
    found = read_metrics(client.get("/metrics").text)

    assert found["stance_documents_total",] == 2
    for label in {sentence.label for sentence in sentences}:
        assert found["stance_sentences_total", label] == sum(s.label == label for s in sentences)
    assert found["stance_sentences_uncertain_total",] == sum(s.uncertain for s in sentences)
    assert found["stance_sentence_confidence_count",] == 3
    assert found["stance_sentence_confidence_sum",] == pytest.approx(sum(s.confidence for s in sentences))
    assert found["stance_sentence_confidence_bucket", "0.7"] == sum(s.confidence <= 0.7 for s in sentences)


def test_page_furniture_counts_nowhere(client):
    client.post("/v1/classify", json={"text": "By Anna Weil\n\nIt rained on Monday.\n\nPhoto: Ida Moll"})
    found = read_metrics(client.get("/metrics").text)

    assert sum(count for name, count in found.items() if name[0] == "stance_sentences_total") == 1
    assert found["stance_sentence_confidence_count",] == 1
    assert found["stance_words_total",] == 4


@pytest.mark.parametrize(
    ("text", "words", "unknown"), [(KNOWN, 9, 0), (UNKNOWN, 2, 2), (f"{KNOWN} {UNKNOWN} 1999!", 11, 2)]
)
def test_words_out_of_vocabulary_are_counted(client, text, words, unknown):
    client.post("/v1/classify", json={"text": text})
    found = read_metrics(client.get("/metrics").text)

    assert found["stance_words_total",] == words
    assert found["stance_words_out_of_vocabulary_total",] == unknown


def test_the_model_is_named(client, classifier: Classifier):
    found = read_metrics(client.get("/metrics").text)

    assert found["stance_model_info", classifier.manifest.hash, classifier.manifest.version] == 1
    assert found["stance_model_loads_total", "loaded"] == 1
