"""API keys, rate limits, headers for browsers, logs without texts, and the settings of all that."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.cli import main
from service.web.app import create_app
from service.web.config import Config, ConfigError
from service.web.security import ApiKeys, make_key
from tests.service.server import wait_until

BODY = {"text": "Secretive Zanzibarian words."}


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, str]:
    key, line = make_key("alice")
    _, other_line = make_key("bob")
    path = tmp_path / "keys"
    path.write_text(f"# who may ask\n{other_line}\n\n{line}\n")
    assert key not in path.read_text()
    return path, key


def authorize(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_with_keys_only_requests_with_a_key_are_answered(config: Config, keys):
    path, key = keys
    client = create_app(config.model_copy(update={"api_keys": path})).test_client()

    assert client.post("/v1/classify", json=BODY, headers=authorize(key)).status_code == 200
    assert client.get("/v1/model", headers=authorize(key)).status_code == 200
    assert client.get("/readyz").status_code == 200
    wrong = [
        {},
        authorize(""),
        authorize(key[:-1]),
        authorize(key + "x"),
        {"Authorization": f"Basic {key}"},
        {"Authorization": key},
    ]
    hashed = authorize(hashlib.sha256(key.encode()).hexdigest())
    for headers in [*wrong, hashed, authorize("ü")]:
        answer = client.post("/v1/classify", json=BODY, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "Authorization: Bearer" in answer.json["detail"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("", "holds no key"),
        ("alice secret", "line 1"),
        ("# a\nalice " + "0" * 63, "line 2"),
        (f"alice {'0' * 64}\nalice {'1' * 64}", "line 2"),
        (f"alice {'0' * 64} boss", "line 1"),
    ],
)
def test_a_bad_file_of_keys_is_an_error(tmp_path: Path, content, message):
    path = tmp_path / "keys"
    if content is not None:
        path.write_text(content)

    with pytest.raises(ConfigError, match=message):
        ApiKeys.read(path)


def test_the_command_makes_keys(tmp_path: Path, capsys):
    assert main(["key", "alice"]) == 0
    printed = capsys.readouterr()
    path = tmp_path / "keys"
    path.write_text(printed.out)
    key = printed.err.splitlines()[0].split(": ")[1]

    assert ApiKeys.read(path).find(key) == ("alice", "read")
    assert main(["key", "a b"]) == 1
    assert main(["key", "bob", "--scope", "admin"]) == 0
    assert capsys.readouterr().out.endswith(" admin\n")


def test_a_line_without_a_scope_may_read(tmp_path: Path):
    key, line = make_key("alice")
    path = tmp_path / "keys"
    path.write_text(line.removesuffix(" read"))

    assert ApiKeys.read(path).find(key) == ("alice", "read")


def make_limited_client(config: Config, **more: object):
    return create_app(config.model_copy(update={"rate_limit": "3/hour", **more})).test_client()


def post_texts(client, times: int, **arguments: object) -> list[int]:
    return [client.post("/v1/classify", json=BODY, **arguments).status_code for _ in range(times)]


def test_a_client_over_the_rate_limit_is_refused(config: Config):
    client = make_limited_client(config)

    assert post_texts(client, 4) == [200, 200, 200, 429]
    answer = client.post("/v1/classify", json=BODY)
    assert answer.mimetype == "application/problem+json"
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert client.get("/v1/model").status_code == 200
    assert post_texts(client, 1, environ_overrides={"REMOTE_ADDR": "10.0.0.9"}) == [200]


def test_keys_are_counted_apart_whatever_the_address(config: Config, tmp_path: Path):
    made = [make_key("alice"), make_key("bob")]
    path = tmp_path / "keys"
    path.write_text("\n".join(line for _, line in made))
    client = make_limited_client(config, api_keys=path)

    for key, _ in made:
        assert post_texts(client, 4, headers=authorize(key)) == [200, 200, 200, 429]


def test_a_forwarded_address_counts_only_from_trusted_proxies(config: Config):
    def ask(client, address: str) -> int:
        return client.post("/v1/classify", json=BODY, headers={"X-Forwarded-For": address}).status_code

    distrustful, trusting = make_limited_client(config), make_limited_client(config, trusted_proxies=1)

    assert [ask(distrustful, f"10.0.0.{i}") for i in range(4)] == [200, 200, 200, 429]
    assert [ask(trusting, f"10.0.0.{i}") for i in range(4)] == [200] * 4
    assert [ask(trusting, f"{i}.9.9.9, 10.1.1.1") for i in range(4)] == [200, 200, 200, 429]


@contextmanager
def run_redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("redis-server is not installed")
    path = tmp_path / "redis.sock"
    command = [server, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(path.exists)
        yield f"redis+unix://{path}", process
    finally:
        process.terminate()
        process.wait()


def test_workers_count_together_in_redis_and_alone_without_it(config: Config, tmp_path: Path):
    with run_redis(tmp_path) as (url, process):
        one, two = (make_limited_client(config, rate_limit_storage=url) for _ in range(2))
        assert post_texts(one, 2) + post_texts(two, 2) == [200, 200, 200, 429]
        process.terminate()
        process.wait()

        assert post_texts(one, 1) == [200]


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/v1/labels", "/healthz", "/nothing"])
def test_answers_carry_security_headers(client, path: str):
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == "'none'"
    scripts = policy.get("script-src", policy["default-src"])
    assert scripts in {"'self'", "'none'"}


def test_logs_hold_no_text_of_users(config: Config, capsys):
    client = create_app(config).test_client()
    secret = "Zanzibarian"  # pragma: allowlist secret

    client.post("/v1/classify", json=BODY, headers={"X-Request-ID": "trace-1"})
    client.post("/v1/classify", json={"text": 1, secret: 1})
    client.post("/v1/classify", data=b'{"text": "Zanzibarian', headers={"Content-Type": "application/json"})
    client.get(f"/{secret}?q={secret}", headers={"X-Request-ID": f"{secret} {secret}", "User-Agent": secret})
    client.open("/", method=secret.upper())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    requests = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in requests] == [200, 422, 400, 404, 405]
    assert requests[0]["request_id"] == "trace-1"
    assert len({line["request_id"] for line in requests}) == 5
    assert secret.lower() not in json.dumps(lines).lower()


def test_an_error_of_the_service_is_logged_without_its_message(config: Config, capsys):
    app = create_app(config)

    @app.get("/fault")
    def fault():
        raise RuntimeError("Zanzibarian")

    answer = app.test_client().get("/fault")
    log = capsys.readouterr().err

    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "Zanzibarian" not in answer.text + log
    event = next(line for line in map(json.loads, log.splitlines()) if line["event"] == "unexpected_error")
    assert event["error"] == "RuntimeError"
    assert event["request_id"] == answer.json["request_id"]
    assert event["frames"][-1].endswith(" fault")


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("STANCE_CHARACTERS", "many", "STANCE_CHARACTERS"),
        ("STANCE_RATE_LIMIT", "often", "STANCE_RATE_LIMIT"),
        ("STANCE_LOG_LEVEL", "loud", "STANCE_LOG_LEVEL"),
        ("STANCE_RUNNING", "0", "STANCE_RUNNING"),
    ],
)
def test_a_wrong_setting_is_named(variable, value, message):
    with pytest.raises(ConfigError, match=message):
        Config.from_environment({variable: value})


def test_settings_come_from_the_environment():
    config = Config.from_environment(
        {"STANCE_DOCUMENTS": "7", "STANCE_ARTIFACT": "/a", "STANCE_API_KEYS": "", "HOME": "/"}
    )

    assert (config.documents, config.artifact, config.api_keys) == (7, Path("/a"), None)
    assert config.limits.documents == 7


@pytest.mark.parametrize(("name", "default"), [(name, field.default) for name, field in Config.model_fields.items()])
def test_every_setting_is_documented(name: str, default: object):
    page = (Path(__file__).parents[2] / "docs" / "service.md").read_text()

    shown = "" if default in {None, ""} else f"{default} "
    assert f"| `STANCE_{name.upper()}` | {shown}| " in page
