"""What a process of its own does to be measured.

Nothing of the project is imported at the top: the first figure of memory is the interpreter's, and none includes more
than a worker of the service holds.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.bench.memory import Memory, memory_of

BATCH = 64  # articles a call
CHECKPOINTS = [scale * 10**power for power in range(3, 7) for scale in (1, 3)]
WORDS = 100  # of so many words, one is made up, so that memory meets the unknown for ever, as in a stream of news
PATIENCE = 60  # seconds to wait for the other processes, one of which may have failed
_barrier: Barrier


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a process has come, in how many seconds of processor time, and what memory it holds then."""

    sentences: int
    seconds: float
    resident: float


def wait_at(barrier: Barrier) -> None:
    """Remember where processes that run at the same time wait for each other."""
    global _barrier
    _barrier = barrier


def grow(artifact: Path, articles: list[str], largest: int, limit: float) -> list[Mark]:
    """Classify an endless stream; note time and memory on the way, until there are enough or the time is over."""
    from model import Classifier

    classifier, stream, done = Classifier.load(artifact, "fast", choosable=False), endless(articles), 0
    marks, ahead = [], [mark for mark in CHECKPOINTS if mark <= largest]
    start, over = time.process_time(), time.perf_counter() + limit
    while ahead and time.perf_counter() < over:
        done += sum(len(d.sentences) for d in classifier.classify_documents(list(islice(stream, BATCH))))
        if done >= ahead[0]:
            del ahead[0]
            marks.append(Mark(done, time.process_time() - start, memory_of().resident))
    return marks


def rate(artifact: Path, articles: list[str], seconds: float, seed: int) -> float:
    """Return sentences a second over so many seconds, which begin when all processes have loaded."""
    from model import Classifier

    classifier, stream, done = Classifier.load(artifact, "fast", choosable=False), endless(articles, seed), 0
    classifier.classify_documents(list(islice(stream, BATCH)))
    _barrier.wait(PATIENCE)
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        done += sum(len(d.sentences) for d in classifier.classify_documents(list(islice(stream, BATCH))))
    return done / (time.perf_counter() - start)


def stages(artifact: Path, article: str) -> dict[str, Memory]:
    """Return what a process holds stage by stage, while others are at the same stage and share what can be shared."""
    held = {"interpreter": _held_together()}
    from model import Classifier

    classifier = Classifier.load(artifact)
    held["loaded"] = _held_together()
    classifier.classify("A minister said it.")
    held["first sentence"] = _held_together()
    classifier.classify(article)
    held["first article"] = _held_together()
    return held


def endless(articles: list[str], seed: int = 7) -> Iterator[str]:
    """Yield articles for ever, each time with other made-up words among theirs."""
    draw = random.Random(seed)
    while True:
        for article in articles:
            words = article.split(" ")
            for _ in range(len(words) // WORDS + 1):
                words[draw.randrange(len(words))] = f"{draw.choice('bdfgklmnprst')}a{draw.randrange(10**6):x}o"
            yield " ".join(words)


def _held_together() -> Memory:
    _barrier.wait(PATIENCE)  # until all have come to this stage
    memory = memory_of()
    _barrier.wait(PATIENCE)  # and until all have looked
    return memory
