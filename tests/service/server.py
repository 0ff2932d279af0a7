"""A real server on a free port, for the tests and benchmarks that need one, and what they ask of it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

STANCE = Path(sys.executable).parent / "stance"
PATIENCE = 60  # seconds after which a test fails that waits for something to happen


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """``stance serve`` in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def classify(self, record: object, **headers: str) -> Answer:
        return self.request(
            "POST", "/v1/classify", json.dumps(record).encode(), {"Content-Type": "application/json"} | headers
        )

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = (json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{"))
        return [line for line in lines if line["event"] == name]

    def is_listening(self) -> bool:
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return False
        return True

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until the condition is true; fail if it does not become true in time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def _is_ready(server: Server) -> bool:
    assert server.process.poll() is None, server.log.read_text()
    try:
        return server.get("/readyz").status == 200
    except OSError:
        return False


@contextmanager
def run_server(
    artifact: Path, log: Path, *, workers: int = 2, stance: Path = STANCE, **settings: str
) -> Iterator[Server]:
    """Run a server until the block ends; yield it once every worker has its model.

    Args:
        artifact: The trained model's folder.
        log: File for all that the server prints.
        workers: Processes that answer.
        stance: The command of the installation to run.
        settings: Values of its variables, by their names without ``STANCE_``, in lower case.

    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"STANCE_" + name.upper(): value for name, value in settings.items()}
    command = [str(stance), "serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "--artifact", str(artifact)], env=os.environ | settings, stdout=file, stderr=file
        )
    server = Server(process, port, log)
    try:
        wait_until(lambda: _is_ready(server) and len(server.events("model_loaded")) >= workers)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def read_metrics(text: str) -> dict[tuple[str, ...], float]:
    """Return every sample of Prometheus's text format, by its name and the values of its labels."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(s.name, *(value for _, value in sorted(s.labels.items()))): s.value for s in samples}
