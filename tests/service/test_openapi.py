"""The OpenAPI document: the service does what it says, it is complete, and it is shown without the network."""

import json
import re
from collections.abc import Iterator

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from service.web.app import create_app
from service.web.config import Config

STATUSES = {"400", "401", "413", "415", "422", "429", "503"}


@pytest.fixture(scope="module")
def document(app) -> dict:
    return app.test_client().get("/openapi.json").json


@pytest.fixture(scope="module")
def correcting(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with corrections on; what is too long for a field is not too large for a body."""
    database = f"sqlite:///{tmp_path_factory.mktemp('corrections') / 'stance.db'}"
    settings = {"corrections": "on", "database": database, "body_bytes": 1_000_000}
    app = create_app(config.model_copy(update=settings))
    yield app
    app.extensions["stance"].close()


@pytest.fixture(scope="module")
def api(correcting):
    return schemathesis.openapi.from_wsgi("/openapi.json", correcting)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(
    ("method", "path", "examples"),
    [
        ("POST", "/v1/classify", 120),
        ("GET", "/v1/model", 5),
        ("GET", "/v1/drift", 5),
        ("GET", "/v1/labels", 5),
        ("GET", "/healthz", 5),
        ("GET", "/readyz", 5),
        ("GET", "/metrics", 5),
        ("POST", "/v1/corrections", 120),
        ("GET", "/v1/corrections", 60),
        ("DELETE", "/v1/corrections/{identifier}", 10),
        ("GET", "/v1/queue", 30),
        ("DELETE", "/v1/queue/{identifier}", 10),
    ],
)
def test_the_service_does_what_its_document_says(api, method, path, examples, mode):
    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(api[path][method].as_strategy(generation_mode=mode))
    def check(case):
        if mode == GenerationMode.POSITIVE and isinstance(case.body, dict) and case.body.get("explain"):
            case.body["explain"] = True  # no schema can say how many sentences there are to explain
        if mode == GenerationMode.NEGATIVE and isinstance(case.body, dict) and case.body.get("on_error") == "report":
            case.body["on_error"] = "refuse"  # else a wrong document has an error in its place, in an answer 200
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    try:
        check()
    except Unsatisfiable:
        assert method == "GET", "there is no wrong request to be made"


def test_the_document_is_valid(api, document):
    api.validate()

    assert document["openapi"] == "3.1.0"
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert references == set(document["components"]["schemas"])


def test_every_address_and_error_is_in_it(document):
    about = {"/v1/model", "/v1/drift", "/v1/labels", "/healthz", "/readyz", "/metrics"}
    assert set(document["paths"]) == {"/v1/classify", *about}
    assert set(document["paths"]["/v1/classify"]["post"]["responses"]) == {"200"} | STATUSES


def test_corrections_are_in_it_where_they_are_on(correcting: Flask):
    document = correcting.test_client().get("/openapi.json").json

    paths = {path: set(methods) for path, methods in document["paths"].items() if "corr" in path or "queue" in path}
    assert paths == {
        "/v1/corrections": {"post", "get"},
        "/v1/corrections/{identifier}": {"delete"},
        "/v1/queue": {"get"},
        "/v1/queue/{identifier}": {"delete"},
    }
    answers = document["paths"]["/v1/corrections"]["post"]["responses"]
    assert set(answers) == {"200", "201", "403", "409"} | STATUSES
    record = document["components"]["schemas"]["CorrectionAnswer"]
    assert set(record["properties"]) - set(record["required"]) == {"speaker"}
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert references == set(document["components"]["schemas"])


def test_operations_have_plain_names_and_a_server(document):
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = {operation["operationId"] for operation in operations}
    about = {"describe_model", "describe_drift", "list_labels", "check_alive", "check_ready", "read_metrics"}
    assert names == {"classify", *about}
    assert {tag for operation in operations for tag in operation["tags"]} == {tag["name"] for tag in document["tags"]}
    assert document["servers"] == [{"url": "/", "description": "this service"}]


def test_its_examples_are_answered_as_it_shows(document, client):
    operation = document["paths"]["/v1/classify"]["post"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    assert set(examples) == {"text", "sentences", "documents"}
    shown = operation["responses"]["200"]["content"]["application/json"]
    validator = jsonschema_rs.validator_for({**shown["schema"], "components": document["components"]})
    for example in shown["examples"].values():
        validator.validate(example["value"])
    for example in examples.values():
        answer = client.post("/v1/classify", json=example["value"])
        assert answer.status_code == 200
        validator.validate(answer.json)
    (sentence,) = shown["examples"]["one"]["value"]["sentences"]
    given = client.post("/v1/classify", json={"text": sentence["text"]}).json["sentences"][0]
    assert given.keys() == sentence.keys()
    for part in (sentence["speaker"], *filter(None, sentence["threat"].values())):
        assert sentence["text"][part["start"] : part["end"]] == part.get("text", part.get("mention"))


def test_what_may_be_null_is_so_in_it(document):
    schemas = document["components"]["schemas"]

    def nullable(name):
        properties = schemas[name]["properties"].items()
        return {key for key, schema in properties if {"type": "null"} in schema.get("anyOf", [])}

    unlabelled = {"label", "confidence", "probabilities", "reader"}
    assert nullable("Sentence") == unlabelled | {"speaker", "threat", "explanation"}
    assert nullable("Speaker") == {"via", "start", "end"}
    assert nullable("Threat") == set(schemas["Threat"]["properties"]) == {"by", "against", "condition", "deadline"}
    assert set(schemas["Medium"]["properties"]) == {"name", "role"}
    assert set(schemas["Part"]["properties"]) == {"text", "start", "end"}
    assert "meaning" in schemas["Contribution"]["properties"]


def test_the_limits_are_in_it(document, config):
    schemas = document["components"]["schemas"]

    assert schemas["TextRequest"]["properties"]["text"]["maxLength"] == config.characters
    assert schemas["SentencesDocument"]["properties"]["sentences"]["maxItems"] == config.sentences
    assert schemas["DocumentsRequest"]["properties"]["documents"]["maxItems"] == config.documents
    assert f"{config.body_bytes} bytes" in document["info"]["description"]


def test_the_documentation_page_needs_no_network(client: FlaskClient):
    page = client.get("/docs")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert len(links) == 5
    for link in links:
        assert link.startswith("/")
        assert client.get(link, buffered=True).status_code == 200
    assert 'url: "openapi.json"' in client.get("/docs/start.js").text
