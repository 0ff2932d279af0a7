"""Corrections over HTTP: what is kept, what is answered, who may do what, and that nothing is kept unless asked for."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.web.app import create_app
from service.web.config import Config
from service.web.security import make_key
from tests.service.databases import PostgresServer
from tests.service.server import wait_until

TEXT = "“We will strike back,” the general warned. Two bridges were destroyed on Monday."
SPLIT = ["Prices rose.", "Wages fell."]
UNKNOWN = "0" * 32
ALL_IN_DOUBT = {"uncertain": 1.0}


@pytest.fixture
def start(config: Config) -> Iterator[Callable[..., FlaskClient]]:
    """Start the application with corrections on and further settings; return a client."""
    apps: list[Flask] = []

    def start(**settings: object) -> FlaskClient:
        apps.append(create_app(config.model_copy(update={"corrections": "on", **settings})))
        return apps[-1].test_client()

    yield start
    for app in apps:
        app.extensions["stance"].close()


@pytest.fixture
def client(start, database: str) -> FlaskClient:
    return start(database=database)


def write_queue(client: FlaskClient) -> None:
    """Write what waits for the queue; nothing more can be put into it then."""
    client.application.extensions["stance"].queue.close()


def correct(client: FlaskClient, **record) -> dict:
    answer = client.post("/v1/corrections", json={"text": TEXT, "sentence": 0, **record})
    assert answer.status_code in {200, 201}, answer.text
    return answer.json


def test_a_correction_is_answered_with_what_the_model_had_said(client: FlaskClient):
    said = client.post("/v1/classify", json={"text": TEXT})
    sentence, model = said.json["sentences"][1], said.json["model"]

    answer = client.post(
        "/v1/corrections",
        json={"text": TEXT, "sentence": 1, "label": "threat", "speaker": "Ann Lee", "role": "analyst", "by": "me"},
    )

    assert answer.status_code == 201
    record = answer.json
    assert (record["text"], record["start"], record["end"]) == (sentence["text"], sentence["start"], sentence["end"])
    assert (record["label"], record["speaker"], record["role"], record["boilerplate"]) == (
        "threat",
        "Ann Lee",
        "analyst",
        False,
    )
    assert (record["note"], record["by"], record["sentence"], record["contradicts"]) == ("", "me", 1, [])
    kept = ("label", "confidence", "probabilities", "uncertain", "boilerplate", "speaker", "reader")
    assert {name: record["said"][name] for name in kept} == {name: sentence[name] for name in kept}
    assert record["said"]["other_probabilities"] is None
    assert record["model"] == {name: model[name] for name in ("version", "artifact_hash")}
    assert record["disagrees"] is True
    assert client.get("/v1/corrections").json == {"corrections": [record], "next": None}


def test_a_document_that_is_split_already(client: FlaskClient):
    answer = client.post("/v1/corrections", json={"sentences": SPLIT, "sentence": 1, "boilerplate": True})

    assert answer.status_code == 201
    assert answer.json["text"] == "Wages fell."
    assert answer.json["boilerplate"] is True
    assert answer.json["label"] is None
    assert "speaker" not in answer.json


def test_the_same_twice_is_one_and_contradicting_ones_stay(client: FlaskClient):
    first = client.post("/v1/corrections", json={"text": TEXT, "sentence": 0, "label": "threat"})
    again = client.post("/v1/corrections", json={"text": TEXT, "sentence": 0, "label": "threat", "note": ""})
    other = client.post("/v1/corrections", json={"text": TEXT, "sentence": 0, "label": "factual_report"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert again.json == first.json
    assert other.json["contradicts"] == [first.json["id"]]
    listed = client.get("/v1/corrections?disagreement=people").json["corrections"]
    assert {each["id"]: each["contradicts"] for each in listed} == {
        first.json["id"]: [other.json["id"]],
        other.json["id"]: [first.json["id"]],
    }


def test_speaker_null_is_the_reporter(client: FlaskClient):
    record = correct(client, speaker=None)

    assert record["speaker"] is None
    assert record["said"]["speaker"]["name"] == "the general"
    assert record["disagrees"] is True
    assert "speaker" not in correct(client, label="threat")


@pytest.mark.parametrize(
    ("body", "pointer", "message"),
    [
        ({}, "", "with exactly one of text, sentences"),
        ({"text": TEXT, "label": "threat"}, "/sentence", "is missing"),
        ({"text": TEXT, "sentence": 0}, "", "corrects nothing"),
        ({"text": TEXT, "sentence": 0, "note": "hm"}, "", "corrects nothing"),
        ({"text": TEXT, "sentence": -1, "label": "threat"}, "/sentence", "at least 0"),
        ({"text": TEXT, "sentence": "0", "label": "threat"}, "/sentence", "a whole number from 0"),
        ({"text": TEXT, "sentence": True, "label": "threat"}, "/sentence", "a whole number from 0"),
        ({"text": TEXT, "sentence": 0, "label": "joke"}, "/label", "'factual_report'"),
        ({"text": TEXT, "sentence": 0, "label": None}, "/label", "'factual_report'"),
        ({"text": TEXT, "sentence": 0, "role": "boss"}, "/role", "'official'"),
        ({"text": TEXT, "sentence": 0, "boilerplate": "yes"}, "/boilerplate", "true or false"),
        ({"text": TEXT, "sentence": 0, "boilerplate": True, "label": "threat"}, "", "page furniture"),
        ({"text": TEXT, "sentence": 0, "speaker": None, "role": "media"}, "", "no role"),
        ({"text": TEXT, "sentence": 0, "speaker": "  "}, "/speaker", "no text"),
        ({"text": TEXT, "sentence": 0, "speaker": "a\0"}, "/speaker", "NUL"),
        ({"text": TEXT, "sentence": 0, "speaker": "a" * 257}, "/speaker", "more than 256 characters"),
        ({"text": TEXT, "sentence": 0, "label": "threat", "note": "\0"}, "/note", "NUL"),
        ({"text": TEXT, "sentence": 0, "label": "threat", "by": 5}, "/by", "a string"),
        ({"text": TEXT, "sentence": 0, "label": "threat", "mood": "bad"}, "/mood", "not known"),
        ({"text": " ", "sentence": 0, "label": "threat"}, "/text", "no text"),
        ({"text": TEXT, "sentences": SPLIT, "sentence": 0, "label": "threat"}, "", "exactly one of"),
    ],
)
def test_a_wrong_correction_is_refused_with_its_place(client: FlaskClient, body: dict, pointer: str, message: str):
    answer = client.post("/v1/corrections", json=body)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]
    assert message in answer.json["errors"][0]["detail"]
    assert client.get("/v1/corrections").json["corrections"] == []


def test_a_sentence_that_the_model_does_not_find(client: FlaskClient):
    answer = client.post("/v1/corrections", json={"text": TEXT, "sentence": 2, "label": "threat"})

    assert answer.status_code == 409
    assert "finds 2 sentences" in answer.json["detail"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "limit must be a whole number from 1 to 200"),
        ("limit=201", "limit must be"),
        ("limit=ten", "limit must be"),
        ("limit=5&limit=6", "limit is given more than once"),
        ("cursor=abc", "cursor must be the value of next"),
        ("order=oldest", "order must be one of newest, uncertain"),
        ("label=joke", "label must be one of factual_report"),
        ("model=XYZ", "model must be the hash"),
        ("since=yesterday", "since must be a time with its offset"),
        ("since=2026-11-28T12:00:00", "since must be a time with its offset"),
        ("since=2026-13-28T12:00:00Z", "since must be a time with its offset"),
        ("disagreement=some", "disagreement must be one of model, people, any, none"),
        ("lable=threat", "'lable' is not known here"),
        ("limit=0&label=joke", "limit must be"),
    ],
)
def test_a_wrong_query_is_refused(client: FlaskClient, query: str, message: str):
    answer = client.get(f"/v1/corrections?{query}")

    assert answer.status_code == 422
    assert message in answer.json["detail"]


def doubt_of(said: dict) -> float:
    """Return what the confidence lacks to 1, or how far the readers are apart, if that is more."""
    one, other = said["probabilities"], said["other_probabilities"] or said["probabilities"]
    return max(1 - said["confidence"], sum(abs(one[label] - other[label]) for label in one) / 2)


def test_filters_and_pages(client: FlaskClient):
    a = correct(client, label="threat", by="a")
    b = correct(client, label="factual_report", by="b", sentence=1)
    c = correct(client, speaker="Ann Lee", by="c")
    version = a["model"]["artifact_hash"]

    def find(query: str) -> list[str]:
        return [each["id"] for each in client.get(f"/v1/corrections?{query}").json["corrections"]]

    everything = [c["id"], b["id"], a["id"]]
    assert find("") == find(f"model={version}") == find(f"model={version[:8]}") == everything
    assert find("since=2020-01-01T00:00:00%2B01:00") == find("since=0001-01-01T00:00:00%2B23:00") == everything
    assert find("since=9999-12-31T23:59:59-23:00") == find("model=0000000000000000") == []
    assert find(f"since={b['created']}") == [c["id"], b["id"]]
    assert find("label=threat") == [a["id"]]
    assert find(f"document={a['document']}") == everything
    assert set(find("disagreement=model")) == {each["id"] for each in (a, b, c) if each["disagrees"]}
    assert set(find("disagreement=any")) | set(find("disagreement=none")) == set(everything)
    doubts = {each["id"]: doubt_of(each["said"]) for each in (a, b, c)}
    by_doubt = [doubts[identifier] for identifier in find("order=uncertain")]
    assert by_doubt == sorted(by_doubt, reverse=True)
    for order in ("newest", "uncertain"):
        paged, cursor = [], ""
        while cursor is not None:
            page = client.get(f"/v1/corrections?limit=1&order={order}" + (f"&cursor={cursor}" if cursor else "")).json
            assert len(page["corrections"]) == 1
            paged += [each["id"] for each in page["corrections"]]
            cursor = page["next"]
        assert paged == find(f"order={order}")


def test_deleting(client: FlaskClient):
    one, two = correct(client, label="threat"), correct(client, label="factual_report")

    first = client.delete(f"/v1/corrections/{one['id']}")
    second = client.delete(f"/v1/corrections/{two['id']}")

    assert first.json == {"id": one["id"], "document": one["document"], "text_deleted": False}
    assert second.json["text_deleted"] is True
    assert client.delete(f"/v1/corrections/{one['id']}").status_code == 404
    assert client.delete("/v1/corrections/x").status_code == 404
    assert client.get("/v1/corrections").json["corrections"] == []


def queue(client: FlaskClient, query: str = "") -> list[dict]:
    return client.get(f"/v1/queue{query}").json["documents"]


@pytest.fixture
def doubting(start, database: str) -> FlaskClient:
    """A client of a service that keeps documents, two at the most."""
    return start(database=database, queue_documents=2, reader="fast")


DOUBTFUL = [f"Some fear that {thing} will suffer." for thing in ("trade", "the port", "the market", "peace")]


@pytest.fixture
def doubtful(classifier) -> list[str]:
    found = [text for text in DOUBTFUL if classifier.classify(text, reader="fast").sentences[0].uncertain]
    assert len(found) >= 3, "write sentences that the model is less sure of"
    return found


def test_classified_documents_in_doubt_are_queued_and_no_others(doubting: FlaskClient, doubtful: list[str], classifier):
    sure = "Two bridges were destroyed on Monday."
    assert not classifier.classify(sure, reader="fast").sentences[0].uncertain
    doubting.post("/v1/classify", json={"text": sure, "threshold": 1.0})

    answer = doubting.post("/v1/classify", json={"text": doubtful[0], "threshold": {"threat": 0.01}})
    write_queue(doubting)

    (queued,) = queue(doubting)
    assert queued["text"] == doubtful[0]
    assert "sentences" not in queued
    (doubt,) = queued["doubts"]
    sentence = answer.json["sentences"][0]
    assert doubt["said"]["probabilities"] == sentence["probabilities"]
    assert doubt["said"]["label"] == max(sentence["probabilities"], key=sentence["probabilities"].get)
    assert doubt["uncertainty"] == queued["uncertainty"] == 1 - max(sentence["probabilities"].values())
    assert (doubt["sentence"], doubt["text"], doubt["start"]) == (0, doubtful[0], 0)
    assert doubting.get("/v1/corrections").json["corrections"] == []


def test_streamed_and_split_documents_are_queued_too(doubting: FlaskClient, doubtful: list[str]):
    documents = {"documents": [{"sentences": ["It rained.", doubtful[0]]}]}
    doubting.post("/v1/classify", json=documents, headers={"Accept": "application/x-ndjson"}).get_data()
    write_queue(doubting)

    assert queue(doubting)[0]["sentences"] == ["It rained.", doubtful[0]]
    assert 1 in {doubt["sentence"] for doubt in queue(doubting)[0]["doubts"]}


def test_the_queue_is_bounded_and_worked_off(doubting: FlaskClient, doubtful: list[str]):
    for text in doubtful:
        doubting.post("/v1/classify", json={"text": text})
    write_queue(doubting)

    most, other = queue(doubting)
    assert most["uncertainty"] >= other["uncertainty"]
    page = doubting.get("/v1/queue?limit=1").json
    assert [each["id"] for each in page["documents"]] == [most["id"]]
    assert [each["id"] for each in queue(doubting, f"?limit=1&cursor={page['next']}")] == [other["id"]]
    correct(doubting, text=most["text"], label="threat")
    assert [each["id"] for each in queue(doubting)] == [other["id"]]
    assert doubting.delete(f"/v1/queue/{other['id']}").json == {"id": other["id"], "text_deleted": True}
    assert doubting.delete(f"/v1/queue/{other['id']}").status_code == 404
    assert doubting.delete(f"/v1/queue/{most['id']}").json["text_deleted"] is False
    assert queue(doubting) == []
    assert doubting.get("/v1/queue?limit=51").status_code == 422


def test_without_a_queue_no_document_is_kept(start, database: str, doubtful: list[str]):
    client = start(database=database, queue_documents=0)

    client.post("/v1/classify", json={"text": doubtful[0]})
    correct(client, label="threat")

    assert queue(client) == []
    assert len(client.get("/v1/corrections").json["corrections"]) == 1


def test_off_by_default_and_then_nothing_is_kept(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    client = create_app(config).test_client()

    client.post("/v1/classify", json={"text": DOUBTFUL[0]})
    answers = [
        client.post("/v1/corrections", json={"text": TEXT, "sentence": 0, "label": "threat"}),
        client.get("/v1/corrections"),
        client.delete(f"/v1/corrections/{UNKNOWN}"),
        client.get("/v1/queue"),
        client.delete(f"/v1/queue/{UNKNOWN}"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert all("STANCE_CORRECTIONS=on" in answer.json["detail"] for answer in answers)
    assert list(tmp_path.iterdir()) == []
    assert not any("corrections" in path for path in client.get("/openapi.json").json["paths"])


@pytest.fixture
def keyed(start, database: str, tmp_path: Path) -> tuple[FlaskClient, dict[str, dict[str, str]]]:
    """A client of a service with keys, and the headers for each of them."""
    made = {
        "reader": make_key("reader", "read"),
        "anna": make_key("anna", "correct"),
        "ben": make_key("ben", "correct"),
        "chief": make_key("chief", "admin"),
    }
    path = tmp_path / "keys"
    old = make_key("old")
    path.write_text("\n".join([*(line for _, line in made.values()), old[1].removesuffix(" read")]))
    client = start(database=database, api_keys=path)
    secrets = {name: secret for name, (secret, _) in made.items()} | {"old": old[0]}
    return client, {name: {"Authorization": f"Bearer {secret}"} for name, secret in secrets.items()}


def test_keys_may_do_what_their_scope_says(keyed):
    client, headers = keyed
    body = {"text": TEXT, "sentence": 0, "label": "threat"}
    for name in ("reader", "old"):
        assert client.post("/v1/classify", json={"text": TEXT}, headers=headers[name]).status_code == 200
        refused = [
            client.post("/v1/corrections", json=body, headers=headers[name]),
            client.get("/v1/corrections", headers=headers[name]),
            client.delete(f"/v1/corrections/{UNKNOWN}", headers=headers[name]),
            client.get("/v1/queue", headers=headers[name]),
            client.delete(f"/v1/queue/{UNKNOWN}", headers=headers[name]),
        ]
        assert {answer.status_code for answer in refused} == {403}
        assert all("scope correct; yours has read" in answer.json["detail"] for answer in refused)

    assert client.post("/v1/corrections", json=body).status_code == 401
    annas = client.post("/v1/corrections", json=body, headers=headers["anna"]).json
    bens = client.post("/v1/corrections", json=body, headers=headers["ben"]).json
    assert (annas["by"], bens["by"]) == ("anna", "ben")
    assert annas["id"] != bens["id"]
    assert client.delete(f"/v1/corrections/{annas['id']}", headers=headers["ben"]).status_code == 403
    assert client.delete(f"/v1/corrections/{annas['id']}", headers=headers["anna"]).status_code == 200
    assert client.delete(f"/v1/corrections/{bens['id']}", headers=headers["chief"]).status_code == 200
    assert client.get("/v1/queue", headers=headers["ben"]).status_code == 200


def test_who_says_so_may_be_another_than_the_key(keyed):
    client, headers = keyed
    body = {"text": TEXT, "sentence": 0, "label": "threat", "by": "guest"}

    record = client.post("/v1/corrections", json=body, headers=headers["anna"]).json

    assert record["by"] == "guest"
    assert client.delete(f"/v1/corrections/{record['id']}", headers=headers["ben"]).status_code == 403
    assert client.delete(f"/v1/corrections/{record['id']}", headers=headers["anna"]).status_code == 200


def test_corrections_count_against_the_rate_limit(start, database: str):
    client = start(database=database, rate_limit="2/hour")
    body = {"text": TEXT, "sentence": 0, "label": "threat"}

    assert [client.post("/v1/corrections", json=body).status_code for _ in range(3)] == [201, 200, 429]
    assert client.get("/v1/corrections").status_code == 200


def test_a_database_that_is_away_is_a_503_and_classifying_goes_on(
    start, postgresql: PostgresServer, doubtful: list[str], capsys
):
    client = start(database=postgresql.empty_database())
    kept = correct(client, label="threat")
    postgresql.stop()
    try:
        answers = [
            client.post("/v1/corrections", json={"text": TEXT, "sentence": 1, "label": "threat"}),
            client.get("/v1/corrections"),
            client.delete(f"/v1/corrections/{kept['id']}"),
            client.get("/v1/queue"),
            client.delete(f"/v1/queue/{UNKNOWN}"),
        ]
        assert client.post("/v1/classify", json={"text": doubtful[0]}).status_code == 200
        assert client.get("/readyz").status_code == 200
        wait_until(lambda: "stance_queue_lost_total 1.0" in client.get("/metrics").text)
    finally:
        postgresql.start()

    assert {answer.status_code for answer in answers} == {503}
    assert all(answer.headers["Retry-After"] for answer in answers)
    assert all(answer.mimetype == "application/problem+json" for answer in answers)
    assert [each["id"] for each in client.get("/v1/corrections").json["corrections"]] == [kept["id"]]
    log = capsys.readouterr().err
    events = [json.loads(line) for line in log.splitlines()]
    assert {"store_unavailable", "documents_not_queued"} <= {event["event"] for event in events}
    assert "general" not in log
    assert doubtful[0] not in log


def test_metrics_count_corrections(client: FlaskClient):
    correct(client, label="threat")
    correct(client, label="threat")

    found = client.get("/metrics").text
    assert 'stance_corrections_total{outcome="new"} 1.0' in found
    assert 'stance_corrections_total{outcome="same"} 1.0' in found


def test_the_page_is_told_whether_corrections_are_on(client: FlaskClient, config: Config):
    assert client.get("/").status_code == 200
    assert create_app(config).test_client().get("/").status_code == 200
