"""Real servers: dead workers, new and bad artifacts, slow clients, and signals to stop."""

import gzip
import http.client
import json
import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from model import Classifier
from service.cli import main
from tests.service.artifacts import replace_artifact
from tests.service.server import PATIENCE, Answer, Server, read_metrics, run_server, wait_until

TEXT = "“We will strike back,” the general warned. Two bridges were destroyed on Monday."
LONG = TEXT + " It rained on Monday." * 400
HALF = b"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"


@pytest.fixture(scope="module")
def folder(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(artifact, tmp_path_factory.mktemp("served") / "artifact"))


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    settings = {"reload_seconds": "0.2", "client_seconds": "2", "body_bytes": "100000", "rate_limit": "100000/second"}
    with run_server(folder, log, **settings) as server:
        yield server


@pytest.fixture
def expected(folder: Path) -> dict:
    return json.loads(json.dumps(Classifier.load(folder).classify(TEXT).to_dict()))


class Clients:
    """Clients in threads: they send requests until the block ends, retry broken connections, and keep the answers."""

    def __init__(self, server: Server, count: int) -> None:
        self.server = server
        self.answers: list[Answer] = []
        self.broken = 0  # connections
        self.lost = 0  # requests that got no answer even when sent again
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send_requests) for _ in range(count)]

    def _send_requests(self) -> None:
        while not self._stop.is_set():
            for _ in range(3):
                try:
                    self.answers.append(self.server.classify({"text": TEXT}))
                    break
                except OSError:
                    self.broken += 1
            else:
                self.lost += 1

    def __enter__(self) -> "Clients":
        for thread in self._threads:
            thread.start()
        wait_until(lambda: len(self.answers) >= len(self._threads))
        return self

    def wait_for_answers(self, more: int) -> None:
        target = len(self.answers) + more
        wait_until(lambda: len(self.answers) >= target)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)


def test_it_answers_as_the_classifier_does(server: Server, expected: dict):
    answer = server.classify({"id": 5, "text": TEXT})

    assert answer.status == 200
    assert answer.json["id"] == 5
    assert answer.json["sentences"] == expected["sentences"]


def test_bodies_and_answers_may_be_compressed(server: Server, expected: dict):
    body = gzip.compress(json.dumps({"documents": [{"text": TEXT}] * 5}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Accept-Encoding": "gzip"}

    answer = server.request("POST", "/v1/classify", body, headers)

    assert answer.headers["Content-Encoding"] == "gzip"
    documents = json.loads(gzip.decompress(answer.body))["documents"]
    assert [document["sentences"] for document in documents] == [expected["sentences"]] * 5


def test_bodies_may_come_in_chunks(server: Server, expected: dict):
    parts = iter([b'{"text": ', json.dumps(TEXT).encode(), b"}"])

    answer = server.request("POST", "/v1/classify", parts, {"Content-Type": "application/json"})

    assert answer.json["sentences"] == expected["sentences"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_with_an_answer_the_client_can_read(server: Server, chunked: bool):
    body = b"x" * 500_000

    answer = server.request(
        "POST", "/v1/classify", iter([body]) if chunked else body, {"Content-Type": "application/json"}
    )

    assert answer.status == 413
    assert "at most 100000 bytes" in answer.json["detail"]


class Stream:
    """A streamed answer that is read line by line."""

    def __init__(self, server: Server, documents: int) -> None:
        body = json.dumps({"documents": [{"id": i, "text": LONG} for i in range(documents)]}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/x-ndjson", "Content-Encoding": "gzip"}
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self.connection.request("POST", "/v1/classify", gzip.compress(body), headers)
        self.answer = self.connection.getresponse()

    def read_line(self) -> dict:
        return json.loads(self.answer.readline())

    def read_rest(self) -> list[dict]:
        with closing(self.connection):
            return [json.loads(line) for line in self.answer.read().splitlines()]


def test_a_stream_has_every_document_in_order(server: Server, folder: Path):
    lines = Stream(server, 4).read_rest()
    expected = json.loads(json.dumps(Classifier.load(folder).classify(LONG).to_dict()))

    assert [line["id"] for line in lines] == [0, 1, 2, 3]
    assert all(line["sentences"] == expected["sentences"] for line in lines)


def test_metrics_are_of_all_workers(server: Server):
    def count() -> float:
        return read_metrics(server.get("/metrics").body.decode())[
            "stance_http_requests_total", "GET", "/v1/labels", "200"
        ]

    server.get("/v1/labels")
    before = count()
    for _ in range(30):
        server.get("/v1/labels")

    assert {count() for _ in range(8)} == {before + 30}
    found = read_metrics(server.get("/metrics").body.decode())
    assert sum(value for key, value in found.items() if key[0] == "stance_model_info") == 2


def test_clients_that_send_half_a_request_do_not_delay_others(server: Server, expected: dict):
    stalled = [server.connect() for _ in range(150)]
    for connection, part in zip(stalled, [HALF, HALF[:30]] * 75, strict=True):
        connection.sendall(part)
    try:
        answers = [server.classify({"text": TEXT}) for _ in range(10)]
        assert [answer.json["sentences"] for answer in answers] == [expected["sentences"]] * 10
        answer = stalled[0].recv(10_000)
    finally:
        for connection in stalled:
            connection.close()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"did not arrive whole" in answer


def test_clients_that_do_not_read_do_not_delay_others(server: Server, expected: dict):
    """The answer is far larger than what the buffers between the two can hold."""
    body = json.dumps({"documents": [{"sentences": ["a"] * 900}] * 20}).encode()
    head = (
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAccept: application/x-ndjson\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.connect(("127.0.0.1", server.port))
        silent.sendall(head.encode() + body)
        wait_until(lambda: bool(server.events("answer_not_taken")))
        answers = [server.classify({"text": TEXT}) for _ in range(6)]

    assert all(answer.json["sentences"] == expected["sentences"] for answer in answers)


def test_a_killed_worker_comes_back(server: Server, expected: dict):
    victim = server.workers()[0]
    with Clients(server, 4) as clients:
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: victim not in server.workers() and len(server.workers()) == 2)
        clients.wait_for_answers(40)

    assert clients.lost == 0
    assert {answer.status for answer in clients.answers} == {200}
    assert all(answer.json["sentences"] == expected["sentences"] for answer in clients.answers)
    wait_until(lambda: set(server.workers()) <= {event["pid"] for event in server.events("model_loaded")})
    found = read_metrics(server.get("/metrics").body.decode())
    assert sum(value for key, value in found.items() if key[0] == "stance_model_info") == 2


def test_a_new_artifact_takes_over_without_a_lost_answer_and_a_bad_one_never(
    server: Server, artifact: Path, folder: Path, expected: dict
):
    def versions() -> set[str]:
        return {server.get("/v1/model").json["model"]["version"] for _ in range(12)}

    with Clients(server, 4) as clients:
        refused = len(server.events("model_refused"))
        (folder / "decision.json").write_text("{}")
        wait_until(lambda: len(server.events("model_refused")) >= refused + 2)
        assert server.get("/readyz").status == 200
        clients.wait_for_answers(20)

        replace_artifact(artifact, folder, "9.9.9")
        wait_until(lambda: versions() == {"9.9.9"})
        clients.wait_for_answers(20)

    assert clients.broken == 0
    assert {answer.status for answer in clients.answers} == {200}
    assert {answer.json["model"]["version"] for answer in clients.answers} >= {"9.9.9"}
    assert all(answer.json["sentences"] == expected["sentences"] for answer in clients.answers)


def test_it_logs_json_only_and_no_text(server: Server):
    server.classify({"text": "Zanzibarian words."})
    log = server.log.read_text()

    assert "Zanzibarian" not in log
    assert {"request", "model_loaded", "model_refused"} <= {json.loads(line)["event"] for line in log.splitlines()}


def test_on_sigterm_requests_in_flight_are_finished(artifact: Path, tmp_path: Path):
    with run_server(artifact, tmp_path / "log", workers=1) as server:
        streams = [Stream(server, 4) for _ in range(2)]
        assert [stream.read_line()["id"] for stream in streams] == [0, 0]

        server.process.send_signal(signal.SIGTERM)

        for stream in streams:
            lines = stream.read_rest()
            assert [line["id"] for line in lines] == [1, 2, 3]
            assert {len(line["sentences"]) for line in lines} == {402}
        assert server.process.wait(PATIENCE) == 0
        with pytest.raises(ConnectionRefusedError):
            server.connect()


def test_a_wrong_setting_is_an_error_at_the_start(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("STANCE_DOCUMENTS", "none")

    assert main(["serve", "--port", "0"]) == 2
    assert "STANCE_DOCUMENTS" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "{port}"], "cannot listen on 127.0.0.1:{port}"),
        (["--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid:8000"),
    ],
)
def test_a_wrong_option_is_an_error(server: Server, capsys, arguments: list[str], message: str):
    assert main(["serve", *(argument.format(port=server.port) for argument in arguments)]) == 1
    assert message.format(port=server.port) in capsys.readouterr().err
