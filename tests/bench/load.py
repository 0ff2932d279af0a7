"""Load on a real server of one's own on the loopback address: every answer is compared with the classifier's.

    python -m tests.bench.load                     # throughput and latency at 1, 8 and 64 connections
    python -m tests.bench.load --soak 600          # ten minutes with faults injected, and the memory meanwhile

Both stop by themselves.
"""

import argparse
import asyncio
import os
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
import orjson

from model import Classifier
from tests.service.conftest import Server, running
from tests.service.test_live_model import retrained
from training.corpus import load_corpus

ARTICLES = 200
HEAD = b"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
STALLED = 50


@dataclass(frozen=True)
class Exchange:
    """A request, and what its answer has to hold."""

    request: bytes
    sentences: bytes
    count: int


@dataclass
class Tally:
    """What clients saw."""

    seconds: list[float] = field(default_factory=list)
    sentences: int = 0
    refused: int = 0  # 503, as a service should that is asked for too much
    wrong: int = 0
    retried: int = 0
    lost: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifact", type=Path, default=Path("artifact"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--seconds", type=float, default=10, help="how long each number of connections is measured")
    parser.add_argument("--soak", type=float, default=0, help="instead: so many seconds with faults, 8 connections")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(options.artifact, Path(scratch) / "artifact"))
        exchanges = make_exchanges(Classifier.load(folder))
        settings = {"reload_seconds": "1", "client_seconds": "5"}
        with running(folder, Path(scratch) / "log", workers=options.workers, **settings) as server:
            if options.soak:
                soak(server, exchanges, options.soak, options.artifact, folder)
                return
            print("connections  requests/s  sentences/s   p50 ms   p99 ms  p99.9 ms  refused  wrong  lost")
            for connections in options.connections:
                asyncio.run(press(server, exchanges, connections, 1))  # warm
                tally = asyncio.run(press(server, exchanges, connections, options.seconds))
                print_row(connections, tally, options.seconds)


def make_exchanges(classifier: Classifier) -> list[Exchange]:
    """Return requests for articles of the corpus, each with the classifier's answer."""
    texts = [" ".join(sentence.text for sentence in document.sentences) for document in load_corpus()]
    texts = [text for text in texts if text.count(" ") > 100][:ARTICLES]
    exchanges = []
    for text in texts:
        body = orjson.dumps({"text": text})
        head = HEAD % len(body)
        sentences = classifier.classify(text).to_dict()["sentences"]
        exchanges.append(Exchange(head + body, orjson.dumps({"sentences": sentences})[1:], len(sentences)))
    return exchanges


async def press(server: Server, exchanges: list[Exchange], connections: int, seconds: float) -> Tally:
    """Ask over so many connections at once, each as soon as it has its answer, for so many seconds."""
    tally = Tally()
    end = time.perf_counter() + seconds
    turn = count()
    await asyncio.gather(*(_client(server, exchanges, turn, end, tally) for _ in range(connections)))
    return tally


async def _client(server: Server, exchanges: list[Exchange], turn: "count[int]", end: float, tally: Tally) -> None:
    streams = None
    while time.perf_counter() < end:
        exchange = exchanges[next(turn) % len(exchanges)]
        began = time.perf_counter()
        for attempt in (1, 2):
            try:
                streams = streams or await asyncio.open_connection("127.0.0.1", server.port)
                status, body = await asyncio.wait_for(_ask(*streams, exchange.request), 60)
                break
            except (OSError, EOFError, TimeoutError):  # EOFError: closed before the whole answer
                streams = None
                tally.retried += attempt == 1
                tally.lost += attempt == 2
        else:
            continue
        if status == 503:
            tally.refused += 1
            await asyncio.sleep(1)
            continue
        tally.seconds.append(time.perf_counter() - began)
        tally.sentences += exchange.count
        tally.wrong += status != 200 or not body.endswith(exchange.sentences)
    if streams:
        streams[1].close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, bytes]:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head.split(b" ", 2)[1]), await reader.readexactly(length)


def print_row(connections: int, tally: Tally, seconds: float) -> None:
    p50, p99, p999 = np.percentile(tally.seconds, [50, 99, 99.9]) * 1000
    rates = f"{len(tally.seconds) / seconds:10.0f}  {tally.sentences / seconds:11.0f}"
    times = f"{p50:7.1f}  {p99:7.1f}  {p999:8.1f}"
    print(f"{connections:11}  {rates}  {times}  {tally.refused:7}  {tally.wrong:5}  {tally.lost:4}")


def soak(server: Server, exchanges: list[Exchange], seconds: float, artifact: Path, folder: Path) -> None:
    """Press for so long, while clients stall, artifacts come, good and bad, and workers die."""
    faults = [
        lambda: _kill(server),
        lambda: (folder / "decision.json").write_text("{}"),
        lambda: retrained(artifact, folder, "9.9.9"),
    ]
    total, rounds = Tally(), 12
    stalled = [server.connect() for _ in range(STALLED)]
    for connection in stalled:
        connection.sendall(HEAD % 900 + b"{")
    for number in range(rounds):
        if 0 < number <= len(faults) * 2 and number % 2 == 0:
            faults[number // 2 - 1]()
        part = asyncio.run(press(server, exchanges, 8, seconds / rounds))
        for name in ("seconds", "sentences", "refused", "wrong", "retried", "lost"):
            setattr(total, name, getattr(total, name) + getattr(part, name))
        at = (number + 1) * seconds / rounds
        print(f"{at:5.0f} s  {len(part.seconds):6} answers  memory of the workers {_memory(server)} MiB")
    for connection in stalled:
        connection.close()
    print_row(8, total, seconds)
    print(f"asked again after a broken connection: {total.retried}; model at the end: ", end="")
    print(server.get("/v1/model").json["model"]["version"])


def _kill(server: Server) -> None:
    os.kill(server.workers()[0], signal.SIGKILL)


def _memory(server: Server) -> list[int]:
    """Return what each worker holds for itself and its part of what they share (PSS)."""
    files = [Path(f"/proc/{pid}/smaps_rollup") for pid in server.workers()]
    lines = [line for file in files for line in file.read_text().splitlines() if line.startswith("Pss:")]
    return [int(line.split()[1]) // 1024 for line in lines]


if __name__ == "__main__":
    main()
