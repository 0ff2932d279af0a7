"""Clients of the HTTP service, each with its next request as soon as it has an answer; every answer is checked."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import orjson

from model import Classifier
from tests.service.server import Server
from training.corpus import load_corpus

ARTICLES = 200
HEAD = b"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and what its answer has to hold."""

    request: bytes
    sentences: bytes
    count: int


@dataclass(slots=True)
class Tally:
    """What clients saw.

    Attributes:
        lasted: Seconds from the first request to the last answer.
        seconds: What each answer took.
        sentences: How many came back.
        refused: Answers with 503, as a service should give that is asked for too much.
        wrong: Answers other than the classifier's.
        retried: Requests sent again after a broken connection.
        lost: Requests whose connection broke again.

    """

    lasted: float = 0
    seconds: list[float] = field(default_factory=list)
    sentences: int = 0
    refused: int = 0
    wrong: int = 0
    retried: int = 0
    lost: int = 0

    def add(self, other: "Tally") -> None:
        """Count what was seen afterwards, too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def figures(self) -> dict[str, float]:
        """Return rates, latencies and counts of what went wrong, by name."""
        latencies = np.percentile(self.seconds, [50, 99, 99.9]) if self.seconds else []  # else all was refused or lost
        return {
            "requests/s": len(self.seconds) / self.lasted,
            "sentences/s": self.sentences / self.lasted,
            **{name: 1e3 * float(s) for name, s in zip(("p50 ms", "p99 ms", "p99.9 ms"), latencies, strict=False)},
            "refused": self.refused,
            "wrong": self.wrong,
            "lost": self.lost,
        }


def make_exchanges(classifier: Classifier) -> list[Exchange]:
    """Return requests for articles of the corpus, each with the classifier's answer."""
    texts = [" ".join(document.texts) for document in load_corpus()]
    texts = [text for text in texts if text.count(" ") > 100][:ARTICLES]
    exchanges = []
    for text in texts:
        body = orjson.dumps({"text": text})
        sentences = classifier.classify(text).to_dict()["sentences"]
        expected = orjson.dumps({"sentences": sentences})[1:]
        exchanges.append(Exchange(HEAD % len(body) + body, expected, len(sentences)))
    return exchanges


async def press(server: Server, exchanges: list[Exchange], connections: int, seconds: float) -> Tally:
    """Ask over so many connections at once, each as soon as it has its answer, for so many seconds."""
    tally, turn, start = Tally(), count(), time.perf_counter()
    await asyncio.gather(*(_client(server, exchanges, turn, start + seconds, tally) for _ in range(connections)))
    tally.lasted = time.perf_counter() - start  # answers to what was asked before the end are waited for, and counted
    return tally


async def _client(server: Server, exchanges: list[Exchange], turn: Iterator[int], end: float, tally: Tally) -> None:
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
