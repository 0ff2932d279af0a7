"""POST /v1/classify and what describes it: answers equal the classifier's, whatever the form of the request."""

import gzip
import json

import pytest
from flask.testing import FlaskClient

from model import Classifier
from model.thresholds import Thresholds

ARTICLE = (
    "“We will answer any attack,” the defence minister said on Monday. Two bridges were destroyed.\n\n"
    "Analysts doubt that the truce will hold — it “looks dead”, one of them wrote. 😀 Prices rose by 3.5 percent."
)
SENTENCES = ["The minister resigned on Friday.", "“We shall strike back,” the general said."]
STREAM = {"Accept": "application/x-ndjson"}


def to_json(value: object) -> object:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize(
    "options", [{}, {"explain": True}, {"threshold": 0.99}, {"threshold": {"threat": 0.05, "uncertain": 0.9}}]
)
@pytest.mark.parametrize("form", [{"text": ARTICLE}, {"sentences": SENTENCES}])
def test_one_document_is_answered_as_the_classifier_does(client: FlaskClient, classifier: Classifier, form, options):
    answer = client.post("/v1/classify", json={**form, **options})

    threshold = options.get("threshold", {})
    table = threshold if isinstance(threshold, dict) else {"uncertain": threshold}
    settings = {"explain": options.get("explain", False), "thresholds": Thresholds.of(table)}
    document = form.get("text") or form["sentences"]
    expected = classifier.classify_documents([document], **settings)[0]
    assert answer.status_code == 200
    assert answer.json == {"model": classifier.manifest.identity(), **to_json(expected.to_dict())}


def test_page_furniture_has_no_label(client: FlaskClient):
    sentences = client.post("/v1/classify", json={"text": "Photo: Ida Moll\n\nIt rained.", "explain": True}).json

    photo, rain = sentences["sentences"]
    assert photo == {
        "text": "Photo: Ida Moll",
        "start": 0,
        "end": 15,
        **dict.fromkeys(["label", "confidence", "probabilities", "speaker", "reader", "threat"]),
        "uncertain": False,
        "boilerplate": True,
        "language": "en",
    }
    assert rain["boilerplate"] is False
    assert rain["reader"] in {"fast", "careful"}
    meanings = [c["meaning"] for c in rain["explanation"]["contributions"] if c["field"] != "word"]
    assert meanings
    assert all(meanings)


def test_offsets_are_code_points_of_the_text(client: FlaskClient):
    sentences = client.post("/v1/classify", json={"text": ARTICLE}).json["sentences"]

    assert len(sentences) >= 4
    assert [ARTICLE[s["start"] : s["end"]] for s in sentences] == [s["text"] for s in sentences]


@pytest.mark.parametrize("identifier", ["a/1", 7, 7.0, "", "ü😀", 2**53 - 1])
def test_the_id_of_a_document_is_echoed(client: FlaskClient, identifier):
    assert client.post("/v1/classify", json={"id": identifier, "text": "A."}).json["id"] == identifier


def test_documents_are_answered_in_order_each_as_if_alone(client: FlaskClient, classifier: Classifier):
    documents = [
        {"id": "a", "text": ARTICLE},
        {"id": 2, "sentences": SENTENCES},
        {"text": "It rained."},
        {"id": "a", "text": "A."},
    ]

    answer = client.post("/v1/classify", json={"documents": documents}).json

    alone = [client.post("/v1/classify", json=document).json for document in documents]
    assert answer["model"] == classifier.manifest.identity()
    assert [d["id"] for d in answer["documents"]] == ["a", 2, None, "a"]
    assert [d["sentences"] for d in answer["documents"]] == [a["sentences"] for a in alone]


def test_one_document_in_a_list_is_answered_as_a_list(client: FlaskClient):
    answer = client.post("/v1/classify", json={"documents": [{"text": "It rained."}]}).json

    assert set(answer) == {"model", "documents"}
    assert len(answer["documents"]) == 1


@pytest.mark.parametrize(
    "request_body", [{"documents": [{"id": i, "text": ARTICLE} for i in range(10)]}, {"id": 1, "text": ARTICLE}]
)
def test_a_stream_has_a_line_for_each_document(client: FlaskClient, request_body):
    plain = client.post("/v1/classify", json=request_body).json
    streamed = client.post("/v1/classify", json=request_body, headers=STREAM)

    assert streamed.mimetype == "application/x-ndjson"
    lines = [json.loads(line) for line in streamed.data.splitlines()]
    documents = plain.get("documents") or [{"id": plain["id"], "sentences": plain["sentences"]}]
    assert lines == [{"model": plain["model"], **document} for document in documents]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.1", "nonsense"])
def test_other_clients_get_no_stream(client: FlaskClient, accept):
    answer = client.post("/v1/classify", json={"text": "A."}, headers={"Accept": accept})

    assert answer.mimetype == "application/json"


def test_a_compressed_body_is_read(client: FlaskClient):
    body = gzip.compress(json.dumps({"text": ARTICLE}).encode())

    answer = client.post(
        "/v1/classify", data=body, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}
    )

    assert answer.json == client.post("/v1/classify", json={"text": ARTICLE}).json


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_answers_are_compressed_for_clients_that_accept_it(client: FlaskClient, accept):
    request = {"documents": [{"text": ARTICLE}] * 3}
    plain = client.post("/v1/classify", json=request, headers={"Accept": accept})
    packed = client.post("/v1/classify", json=request, headers={"Accept": accept, "Accept-Encoding": "br, gzip;q=0.5"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.vary.find("Accept-Encoding") == plain.vary.find("Accept-Encoding") == 0
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("accept", ["gzip;q=0", "identity", "br"])
def test_answers_are_not_compressed_for_other_clients(client: FlaskClient, accept):
    answer = client.post("/v1/classify", json={"text": ARTICLE}, headers={"Accept-Encoding": accept})

    assert "Content-Encoding" not in answer.headers


def test_the_model_and_the_limits_are_described(client: FlaskClient, classifier: Classifier, config):
    answer = client.get("/v1/model").json

    assert answer["model"] == classifier.manifest.identity()
    assert answer["manifest"] == to_json(classifier.manifest.to_dict())
    assert answer["metrics"] == to_json(classifier.manifest.metrics)
    assert answer["uncertain_below"] == classifier.uncertain_below
    assert answer["limits"] == {
        "body_bytes": 20_000, "characters": 2_000, "page_characters": 2_000_000, "sentences": 20, "documents": 10,
    }  # fmt: skip


def test_the_labels_are_listed_in_the_order_of_the_probabilities(client: FlaskClient):
    labels = [label["name"] for label in client.get("/v1/labels").json["labels"]]

    sentence = client.post("/v1/classify", json={"text": "A."}).json["sentences"][0]
    assert labels == list(sentence["probabilities"])
