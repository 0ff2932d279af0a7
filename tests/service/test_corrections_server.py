"""Corrections on real servers: several workers, one killed, databases of both kinds, and starts that are refused."""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from service.cli import main
from service.corrections import open_store
from service.web.security import make_key
from tests.service.databases import PostgresServer
from tests.service.server import PATIENCE, STANCE, Server, run_server, wait_until

CLIENTS, CORRECTIONS = 4, 15  # of each client
LABELS = ("factual_report", "official_statement", "analyst_opinion", "threat")


def write_text(number: int) -> str:
    return f"Ship {number} left the port on Monday. It carried grain, the harbour master said."


def send_corrections(server: Server, person: int, answers: list[dict], faults: list[str]) -> None:
    """Send corrections, each again until it is answered, as a client must whose connection breaks."""
    for number in range(CORRECTIONS):
        record = {
            "text": write_text(number),
            "sentence": person % 2,
            "label": LABELS[(number + person) % 4],
            "by": f"person {person}",
        }
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = server.request(
                    "POST", "/v1/corrections", json.dumps(record).encode(), {"Content-Type": "application/json"}
                )
            except OSError:
                continue
            if answer.status in {200, 201}:
                answers.append(answer.json)
                break
            if answer.status != 503:
                faults.append(f"{answer.status}: {answer.body.decode()}")
                break
        else:
            faults.append(f"no answer to {record}")


@pytest.mark.slow
def test_four_clients_and_a_killed_worker_lose_and_double_nothing(artifact: Path, database: str, tmp_path: Path):
    answers: list[dict] = []
    faults: list[str] = []
    with run_server(artifact, tmp_path / "log", workers=2, corrections="on", database=database) as server:
        clients = [
            threading.Thread(target=send_corrections, args=(server, person, answers, faults))
            for person in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        wait_until(lambda: len(answers) >= 12)
        victim = server.workers()[0]
        os.kill(victim, signal.SIGKILL)
        assert len(answers) < CLIENTS * CORRECTIONS, "the worker was killed too late to be in the middle"
        for client in clients:
            client.join(2 * PATIENCE)
        wait_until(lambda: victim not in server.workers() and len(server.workers()) == 2)
        listed = server.get("/v1/corrections?limit=200").json["corrections"]

    assert faults == []
    store = open_store(database)
    documents = list(store.iter_documents())
    store.close()
    kept = [correction for document in documents for correction in document.corrections]
    assert len(answers) == len(kept) == len(listed) == CLIENTS * CORRECTIONS
    assert {answer["id"] for answer in answers} == {correction.id for correction in kept}
    assert len({correction.id for correction in kept}) == len(kept)
    assert {document.document.text for document in documents} == {write_text(n) for n in range(CORRECTIONS)}
    assert {(c.change.by, c.change.label, c.sentence) for c in kept} == {
        (f"person {p}", LABELS[(n + p) % 4], p % 2) for p in range(CLIENTS) for n in range(CORRECTIONS)
    }
    for correction in kept:  # every two people who said something else of the same sentence know of each other
        others = {
            other.id
            for other in kept
            if (other.document, other.sentence) == (correction.document, correction.sentence)
            and other.change.label != correction.change.label
        }
        assert set(correction.contradicts) == others


def test_documents_seen_are_written_before_the_server_stops(artifact: Path, classifier, tmp_path: Path):
    database = f"sqlite:///{tmp_path / 'stance.db'}"
    text = "It may be that trade will be hit, some said."
    assert classifier.classify(text).sentences[0].uncertain
    with run_server(artifact, tmp_path / "log", workers=1, corrections="on", database=database) as server:
        assert server.classify({"text": text}).status == 200

    store = open_store(database)
    assert [each.document.text for each in store.queue().documents] == [text]
    with run_server(
        artifact, tmp_path / "log", workers=1, corrections="on", database=database, queue_documents="0"
    ) as server:
        assert server.get("/v1/queue").json["documents"] == []
    assert store.count().documents == 0
    store.close()


def test_a_worker_that_starts_while_the_database_is_away_lives(
    artifact: Path, postgresql: PostgresServer, tmp_path: Path
):
    database = postgresql.empty_database()
    with run_server(artifact, tmp_path / "log", workers=1, corrections="on", database=database) as server:
        postgresql.stop()
        try:
            victim = server.workers()[0]
            time.sleep(6)  # a worker that dies within 5.5 seconds ends the service
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda: len(server.events("model_loaded")) == 2)
            assert server.classify({"text": write_text(1)}).status == 200
            assert server.get("/v1/corrections").status == 503
        finally:
            postgresql.start()
        wait_until(lambda: server.get("/v1/corrections").status == 200)


@pytest.mark.parametrize(
    ("settings", "host", "message"),
    [
        ({"database": "mysql://localhost/stance"}, "127.0.0.1", "STANCE_DATABASE: mysql is not supported"),
        (
            {"database": "sqlite:////no/such/folder/a.db"},
            "127.0.0.1",
            "STANCE_DATABASE: sqlite:////no/such/folder/a.db",
        ),
        ({"database": "postgresql+psycopg://u:hush@127.0.0.1:1/a"}, "127.0.0.1", "STANCE_DATABASE: postgresql+psycopg"),
        ({}, "0.0.0.0", "STANCE_CORRECTIONS: on 0.0.0.0, everybody could read"),
        ({}, "::", "STANCE_CORRECTIONS: on ::, everybody could read"),
    ],
)
def test_a_start_that_cannot_be_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys, tmp_path: Path, settings: dict, host: str, message: str
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STANCE_CORRECTIONS", "on")
    for name, value in settings.items():
        monkeypatch.setenv(f"STANCE_{name.upper()}", value)

    assert main(["serve", "--host", host, "--port", "0"]) == 2

    printed = capsys.readouterr().err
    assert printed.startswith(f"stance serve: {message}")
    assert printed.count("\n") == 1
    assert "hush" not in printed
    assert list(tmp_path.iterdir()) == []


def test_a_public_address_with_keys_is_served(artifact: Path, tmp_path: Path):
    key, line = make_key("anna", "correct")
    (tmp_path / "keys").write_text(line)
    environment = {
        "STANCE_CORRECTIONS": "on",
        "STANCE_DATABASE": f"sqlite:///{tmp_path / 'stance.db'}",
        "STANCE_API_KEYS": str(tmp_path / "keys"),
    }
    command = [str(STANCE), "serve", "--host", "0.0.0.0", "--port", "0", "--workers", "1", "--artifact", str(artifact)]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log) as process,
    ):
        wait_until(lambda: "model_loaded" in (tmp_path / "log").read_text() or process.poll() is not None)
        assert process.poll() is None, (tmp_path / "log").read_text()
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert key not in (tmp_path / "log").read_text()
    assert (tmp_path / "stance.db").exists()
