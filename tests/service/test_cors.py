"""Pages of other sites: only those that are named may ask; and OPTIONS, slashes at the end, Retry-After."""

import pytest

from service.web.app import create_app
from service.web.config import Config, ConfigError
from service.web.security import make_key
from tests.service.server import run_server

DESK = "https://desk.example"
BODY = {"text": "Rain fell."}
BEFOREHAND = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture(scope="module")
def open_client(config, tmp_path_factory):
    """A client of a service that asks for keys, limits rates and lets two origins ask; and a key."""
    key, line = make_key("desk")
    path = tmp_path_factory.mktemp("keys") / "keys"
    path.write_text(line + "\n")
    more = {"api_keys": path, "rate_limit": "3/hour", "cors_origins": f"{DESK}, http://localhost:3000"}
    return create_app(config.model_copy(update=more)).test_client(), {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (DESK, DESK),
        ("http://localhost:3000", "http://localhost:3000"),
        ("HTTPS://DESK.example", "HTTPS://DESK.example"),
        ("http://desk.example", None),
        ("https://desk.example.evil", None),
        ("https://desk.example:8443", None),
        ("null", None),
        (None, None),
    ],
)
def test_only_origins_that_are_named_may_ask(open_client, origin, allowed):
    client, _ = open_client
    headers = {"Origin": origin} if origin else {}
    for path in ("/v1/labels", "/healthz", "/openapi.json", "/v1/nothing"):
        answer = client.get(path, headers=headers)  # without a key: an error must be readable, too
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Origin" in answer.headers["Vary"]
    for path in ("/", "/metrics", "/docs"):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers=headers).headers


def test_a_browser_may_ask_beforehand_without_a_key(open_client):
    client, key = open_client
    answer = client.options("/v1/classify", headers={"Origin": DESK, **BEFOREHAND})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == DESK
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "Content-Type"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    answer = client.post("/v1/classify", json=BODY, headers={"Origin": DESK, **key})
    assert answer.status_code == 200
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    other = client.options("/v1/classify", headers={"Origin": "https://other.example", **BEFOREHAND})
    assert not [name for name, _ in other.headers if name.startswith("Access-Control")]


def test_without_the_setting_nobody_else_may_ask(client):
    for headers in ({"Origin": DESK}, {"Origin": DESK, **BEFOREHAND}):
        for answer in (client.get("/v1/labels", headers=headers), client.options("/v1/classify", headers=headers)):
            assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_all_origins_may_ask_where_a_star_says_so(config):
    client = create_app(config.model_copy(update={"cors_origins": "*"})).test_client()
    assert client.get("/v1/labels", headers={"Origin": DESK}).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "value", ["desk.example", "https://desk.example/", "https://desk.example/page", "ftp://a.b", "a,"]
)
def test_what_is_no_origin_is_refused(value):
    with pytest.raises(ConfigError, match=r"STANCE_CORS_ORIGINS=.*is not an origin such as https://desk.example"):
        Config.from_environment({"STANCE_CORS_ORIGINS": value})


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/classify", ["OPTIONS", "POST"]),
        ("/v1/labels", ["GET", "HEAD", "OPTIONS"]),
        ("/", ["GET", "HEAD", "OPTIONS"]),
    ],
)
def test_options_are_answered_in_json(client, path, methods):
    answer = client.options(path)
    assert (answer.status_code, answer.mimetype, answer.json) == (200, "application/json", {"methods": methods})
    assert sorted(answer.headers["Allow"].split(", ")) == methods


def test_options_of_nothing_are_a_problem(client):
    answer = client.options("/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/v1/labels", "/v1/model", "/healthz", "/readyz", "/metrics", "/openapi.json"])
def test_a_slash_at_the_end_changes_nothing(client, path):
    assert client.get(path + "/").status_code == client.get(path).status_code == 200
    assert client.get(path + "/x").status_code == 404


def test_a_slash_at_the_end_is_no_way_around_keys_and_limits(config, open_client):
    client, _ = open_client
    assert client.post("/v1/classify/", json=BODY).status_code == 401
    limited = create_app(config.model_copy(update={"rate_limit": "3/hour"})).test_client()
    statuses = [limited.post(path, json=BODY).status_code for path in ["/v1/classify", "/v1/classify/"] * 2]
    assert statuses == [200, 200, 200, 429]


def test_the_documentation_is_found_with_a_slash(client):
    answer = client.get("/docs/")
    assert (answer.status_code, answer.headers["Location"]) == (308, "../docs")  # also behind a proxy with a prefix


def test_only_those_who_shall_come_again_are_told_when(config):
    client = create_app(config.model_copy(update={"rate_limit": "2/hour"})).test_client()
    answers = [client.post("/v1/classify", json=body) for body in (BODY, {"no": 1}, BODY)]
    assert [answer.status_code for answer in answers] == [200, 422, 429]
    assert ["Retry-After" in answer.headers for answer in answers] == [False, False, True]
    assert all("X-RateLimit-Remaining" in answer.headers for answer in answers)


def test_a_real_server_does_the_same(artifact, tmp_path):
    with run_server(artifact, tmp_path / "log", workers=1, cors_origins=DESK) as server:
        answer = server.request("OPTIONS", "/v1/classify", headers={"Origin": DESK, **BEFOREHAND})
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, DESK)
        answer = server.classify(BODY, Origin=DESK)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, DESK)
        assert server.get("/v1/labels/").status == 200
