"""Long load on a server while clients stall, artifacts come, good and bad, and workers die."""

import asyncio
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from model import Classifier
from tests.bench.clients import HEAD, Tally, make_exchanges, press
from tests.bench.memory import memory_of
from tests.bench.report import Table
from tests.service.artifacts import replace_artifact
from tests.service.server import Server, run_server

CONNECTIONS = 8
STALLED = 50
ROUNDS = 12


def soak(artifact: Path, workers: int, seconds: float) -> None:
    """Press a server for so long with faults injected, and print what clients saw and what workers hold."""
    exchanges = make_exchanges(Classifier.load(artifact))
    settings = {"reload_seconds": "1", "client_seconds": "5"}
    total = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(artifact, Path(scratch) / "artifact"))  # faults are for a copy
        with run_server(folder, Path(scratch) / "log", workers=workers, **settings) as server, _stalled(server):
            faults = _faults(server, artifact, folder)
            for number in range(ROUNDS):
                if number in faults:
                    faults[number]()
                part = asyncio.run(press(server, exchanges, CONNECTIONS, seconds / ROUNDS))
                total.add(part)
                held = [round(memory_of(pid).share) for pid in server.workers()]
                print(f"{total.lasted:5.0f} s  {len(part.seconds):6} answers  MB a worker: {held}", flush=True)
            version = server.get("/v1/model").json["model"]["version"]
    note = f"Asked again after a broken connection: {total.retried}. Model at the end: {version}."
    Table("HTTP with faults", [{"connections": CONNECTIONS, **total.figures()}], key="connections", note=note).show()


def _faults(server: Server, artifact: Path, folder: Path) -> dict[int, Callable[[], object]]:
    """Return what is done before which round."""
    return {
        2: lambda: os.kill(server.workers()[0], signal.SIGKILL),
        4: lambda: (folder / "decision.json").write_text("{}"),
        6: lambda: replace_artifact(artifact, folder, "9.9.9"),
    }


@contextmanager
def _stalled(server: Server) -> Iterator[list[socket.socket]]:
    """Keep connections open whose requests never become whole."""
    connections = [server.connect() for _ in range(STALLED)]
    try:
        for connection in connections:
            connection.sendall(HEAD % 900 + b"{")
        yield connections
    finally:
        for connection in connections:
            connection.close()
