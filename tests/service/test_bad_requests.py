"""Mistakes of clients: each gets the right status, and a message that says what to do."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from model import LABELS
from service.web.errors import BodyFault, Problem
from service.web.requests import ThresholdTable

JSON = {"Content-Type": "application/json"}
GZIP = {**JSON, "Content-Encoding": "gzip"}


def dumps(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("body", "headers", "status", "message"),
    [
        pytest.param(b"", JSON, 400, "body is empty", id="no body"),
        pytest.param(b'{"text": "a"', JSON, 400, "not JSON: Expecting ',' delimiter at line 1, column 13", id="broken"),
        pytest.param(b'{"text": "a\xff"}', JSON, 400, "not UTF-8: byte 11", id="broken UTF-8"),
        pytest.param(b'{"text": "a\x00b"}', JSON, 400, "not JSON: Invalid control character", id="bare NUL"),
        pytest.param(b'{"text": "a", "text": "b"}', JSON, 400, "a key given twice", id="key twice"),
        pytest.param(
            b'{"text": "a", "threshold": {"threat": 0.1, "threat": 1}}', JSON, 400, "key given twice", id="deep twice"
        ),
        pytest.param(b'{"text": "a", "threshold": NaN}', JSON, 400, "NaN is no JSON value", id="NaN"),
        pytest.param(b"[" * 9000 + b"]" * 9000, JSON, 400, "nested too deeply", id="deep nesting"),
        pytest.param(b'{"id": ' + b"9" * 9000 + b"}", JSON, 400, "number that is too long", id="long number"),
        pytest.param(b'"' + b'{\\"text\\": \\"a\\"}"', JSON, 422, "must be an object", id="JSON within a string"),
        pytest.param(b"not gzip", GZIP, 400, "not gzip", id="not gzip"),
        pytest.param(gzip.compress(b'{"text": "a"}')[:-9], GZIP, 400, "cut off", id="gzip cut off"),
        pytest.param(gzip.compress(b"{}") + b"x", GZIP, 400, "more follows", id="after gzip"),
        pytest.param(dumps({"text": "a" * 30_000}), JSON, 413, "at most 20000 bytes", id="too large"),
        pytest.param(gzip.compress(b" " * 10_000_000), GZIP, 413, "at most 20000 bytes", id="gzip bomb"),
        pytest.param(b'{"text": "a"}', {}, 415, "Content-Type: application/json", id="no media type"),
        pytest.param(b"text=a", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "Send JSON", id="a form"),
        pytest.param(b"{}", {"Content-Type": "application/json; charset=utf-16"}, 415, "UTF-8", id="charset"),
        pytest.param(b"{}", {**JSON, "Content-Encoding": "br"}, 415, "with gzip, or not at all", id="encoding"),
    ],
)
def test_a_body_that_is_not_json(client: FlaskClient, body, headers, status, message):
    assert_problem(client.post("/v1/classify", data=body, headers=headers), status, message)


ONE_OF = "must be an object with exactly one of text, sentences, html, file, documents"


@pytest.mark.parametrize(
    ("record", "pointer", "message"),
    [
        ([], "", ONE_OF),
        ("text", "", ONE_OF),
        (None, "", ONE_OF),
        ({}, "", ONE_OF),
        ({"explain": True}, "", ONE_OF),
        ({"text": "a", "sentences": ["b"]}, "", ONE_OF),
        ({"text": 1}, "/text", "must be a string"),
        ({"text": None}, "/text", "must be a string"),
        ({"text": ["a"]}, "/text", "must be a string"),
        ({"text": ""}, "/text", "holds no text"),
        ({"text": " \n\t\u2003"}, "/text", "holds no text"),
        ({"text": "a\0b"}, "/text", "NUL character (U+0000): remove it"),
        ({"text": "a\ud83d"}, "/text", "half a surrogate pair"),
        ({"text": "a" * 2_001}, "/text", "more than 2000 characters: split it"),
        ({"text": "a", "txet": 1}, "/txet", "not known here"),
        ({"text": "a", "\ud83d": 1}, "", "half a surrogate pair"),
        ({"sentences": "a"}, "/sentences", "must be a list"),
        ({"sentences": []}, "/sentences", "at least 1 item"),
        ({"sentences": ["a", ""]}, "/sentences/1", "holds no text"),
        ({"sentences": ["a", None]}, "/sentences/1", "must be a string"),
        ({"sentences": ["a"] * 21}, "/sentences", "more than 20 items"),
        ({"documents": {}}, "/documents", "must be a list"),
        ({"documents": []}, "/documents", "at least 1 item"),
        ({"documents": ["a"]}, "/documents/0", "exactly one of text, sentences"),
        ({"documents": [{"text": "a"}, {"id": 1}]}, "/documents/1", "exactly one of text, sentences"),
        ({"documents": [{"documents": []}]}, "/documents/0", "exactly one of text, sentences"),
        ({"documents": [{"text": "a", "explain": True}]}, "/documents/0/explain", "not known here"),
        ({"documents": [{"text": "a"}] * 11}, "/documents", "more than 10 items"),
        ({"documents": [{"text": "a"}], "id": 1}, "/id", "not known here"),
        ({"text": "a", "id": True}, "/id", "must be a string or an integer"),
        ({"text": "a", "id": 1.5}, "/id", "must be a string or an integer"),
        ({"text": "a", "id": ["a"]}, "/id", "must be a string or an integer"),
        ({"text": "a", "id": "a" * 257}, "/id", "more than 256 characters"),
        ({"text": "a", "id": 2**53}, "/id", "must be at most"),
        ({"text": "a", "explain": "yes"}, "/explain", "must be true or false"),
        ({"text": "a", "explain": 1}, "/explain", "must be true or false"),
        ({"text": "a", "explain": [0, True]}, "/explain/1", "must be a whole number"),
        ({"text": "a", "explain": [-1]}, "/explain/0", "must be at least 0"),
        ({"text": "a", "explain": [3]}, "/explain", "there is no sentence 3 to explain: a document has 1"),
        ({"text": "a", "threshold": "0.5"}, "/threshold", "must be a number, or an object"),
        ({"text": "a", "threshold": True}, "/threshold", "must be a number, or an object"),
        ({"text": "a", "threshold": 0}, "/threshold", "must be above 0"),
        ({"text": "a", "threshold": 1.1}, "/threshold", "must be at most 1"),
        ({"text": "a", "threshold": {"threat": -0.1}}, "/threshold/threat", "must be above 0"),
        ({"text": "a", "threshold": {"threat": "high"}}, "/threshold/threat", "must be a number"),
        ({"text": "a", "threshold": {"threats": 0.1}}, "/threshold/threats", "not known here"),
    ],
)
def test_json_that_is_not_a_request(client: FlaskClient, record, pointer, message):
    answer = client.post("/v1/classify", data=dumps(record), headers=JSON)

    assert_problem(answer, 422, message)
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]


def test_every_fault_is_listed_up_to_a_limit(client: FlaskClient):
    few = client.post("/v1/classify", json={"sentences": ["", 1], "id": True}).json
    many = client.post("/v1/classify", json={"text": "a"} | {f"k{i}": 1 for i in range(50)}).json

    assert [fault["pointer"] for fault in few["errors"]] == ["/id", "/sentences/0", "/sentences/1"]
    assert len(many["errors"]) + many["errors_left_out"] == 50


def test_pointers_are_escaped(client: FlaskClient):
    answer = client.post("/v1/classify", json={"text": "a", "a/b~c": 1}).json

    assert [fault["pointer"] for fault in answer["errors"]] == ["/a~1b~0c"]


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/v1/labels/x", "/docs/assets/../config.py", "/static/x"])
def test_an_unknown_address(client: FlaskClient, path):
    assert_problem(client.get(path), 404, "see /docs")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/classify", "POST"),
        ("PUT", "/v1/classify", "POST"),
        ("DELETE", "/v1/model", "GET"),
        ("POST", "/healthz", "GET"),
        ("POST", "/", "GET"),
        ("BREW", "/v1/labels", "GET"),
    ],
)
def test_a_wrong_method(client: FlaskClient, method, path, allowed):
    answer = client.open(path, method=method)

    assert_problem(answer, 405, "header Allow")
    assert allowed in answer.headers["Allow"]


def test_a_request_exactly_at_the_limits(client: FlaskClient):
    assert client.post("/v1/classify", json={"text": "a" * 2_000}).status_code == 200
    assert client.post("/v1/classify", json={"sentences": ["a"] * 20}).status_code == 200
    assert client.post("/v1/classify", json={"documents": [{"text": "a"}] * 10}).status_code == 200
    padded = dumps({"text": "a"}).ljust(20_000)
    assert client.post("/v1/classify", data=padded, headers=JSON).status_code == 200
    assert client.post("/v1/classify", data=padded + b" ", headers=JSON).status_code == 413


def test_every_label_may_have_a_threshold():
    assert list(ThresholdTable.model_fields) == ["uncertain", *LABELS]


def test_a_problem_can_be_raised_inside_a_context_manager(app: Flask):
    @contextmanager
    def hold() -> Iterator[None]:
        yield

    faults = [BodyFault("/text", "holds no text")]
    with pytest.raises(Problem, match="no good") as raised, hold():
        raise Problem(422, "The body is no good.", faults, headers={"Retry-After": "1"})

    with app.test_request_context():
        record = raised.value.to_dict()
    assert (record["status"], record["detail"]) == (422, "The body is no good.")
    assert record["errors"] == [{"pointer": "/text", "detail": "holds no text"}]
    assert raised.value.headers == {"Retry-After": "1"}


def assert_problem(answer, status: int, message: str) -> None:
    assert answer.status_code == status, answer.json
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status
    assert problem["title"]
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    faults = " ".join(fault["detail"] for fault in problem.get("errors", []))
    assert message in problem["detail"] + faults
    assert "Traceback" not in answer.text
