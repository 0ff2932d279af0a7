"""The engine of one machine: a process pool over the core, in order, with a bounded number of chunks in flight."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

from model.classifier import Classifier
from service.batch.batches import Layout, batch_of
from service.batch.files import Format
from service.batch.options import ScoreOptions
from service.batch.readers import Chunk
from service.batch.score import Scorer
from service.batch.tally import Tally
from service.batch.writers import encoded

_AHEAD = 2  # chunks in flight for each worker: one being scored, one waiting


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk, how to parse it and how to write it."""

    chunk: Chunk
    layout: Layout
    format: Format


@dataclass(frozen=True, slots=True)
class Encoded:
    """A scored chunk as it goes into the output, and what there was in it."""

    content: bytes
    tally: Tally


def default_workers() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def score_tasks(
    tasks: Iterator[Task | None], artifact: Path, options: ScoreOptions, workers: int
) -> Generator[Encoded | None, None, None]:
    """Score tasks on ``workers`` processes and yield the results in order; None passes through.

    At most two tasks a worker are taken from ``tasks`` ahead of the result that is yielded, so memory does not grow
    with the input, however slow the output. One worker means this process itself.

    Raises:
        ArtifactError: The artifact cannot be loaded.
        OSError: A worker died (out of memory, most likely).

    """
    if workers == 1:
        scorer = Scorer(Classifier.load(artifact), options)
        for task in tasks:
            yield None if task is None else _score(scorer, options, task)
        return
    with _pool(artifact, options, workers) as pool:
        waiting: deque[Future[Encoded] | None] = deque()
        for task in tasks:
            waiting.append(None if task is None else pool.submit(_score_in_worker, task))
            if len(waiting) > _AHEAD * workers:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())


@contextmanager
def _pool(artifact: Path, options: ScoreOptions, workers: int) -> Iterator[ProcessPoolExecutor]:
    Classifier.load(artifact)  # so that an unusable artifact is an error here, with its message
    context = multiprocessing.get_context("spawn")  # forking a process that has threads (Arrow's) can hang
    pool = ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(artifact, options))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(future: "Future[Encoded] | None") -> Encoded | None:
    try:
        return None if future is None else future.result()
    except BrokenProcessPool as error:
        raise OSError(
            "a worker process died, most likely for want of memory; run the same command again, with fewer --workers, "
            "and it goes on from here"
        ) from error


@dataclass(slots=True)
class _Worker:
    """What a worker process keeps between tasks."""

    scorer: Scorer
    options: ScoreOptions


_workers: list[_Worker] = []  # in a worker process: its one worker


def _start_worker(artifact: Path, options: ScoreOptions) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _workers.append(_Worker(Scorer(Classifier.load(artifact), options), options))


def _end_with_parent() -> None:
    """End this process when its parent is gone: killed with SIGKILL, the parent cannot say so itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _score_in_worker(task: Task) -> Encoded:
    return _score(_workers[0].scorer, _workers[0].options, task)


def _score(scorer: Scorer, options: ScoreOptions, task: Task) -> Encoded:
    scored = scorer.score(batch_of(task.chunk, task.layout, options))
    return Encoded(encoded(scored.batch, task.format), scored.tally)


def chosen_workers(asked: int | None, sizes: Sequence[int]) -> int:
    """Return how many workers to start: as asked, else a process for each processor, but only one for little input."""
    if asked is not None:
        return asked
    little = 1 << 20
    return 1 if 0 < sum(sizes) < little else default_workers()
