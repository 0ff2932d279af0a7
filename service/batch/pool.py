"""The engine of one machine: processes that parse, score and encode chunks, in order, a bounded number at a time."""

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
from service.batch.formats import FileType
from service.batch.formats.format import Chunk, Layout
from service.batch.options import ScoreOptions
from service.batch.rows import Tally
from service.batch.score import RowScorer

_AHEAD = 2  # chunks in flight for each worker: one being scored, one waiting
_LITTLE = 1 << 20  # bytes of input that one worker has scored before others have started


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk to score, and the output it goes into."""

    chunk: Chunk
    layout: Layout
    file_type: FileType


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A scored chunk as the bytes that go into the output, and its counts."""

    content: bytes
    tally: Tally


def choose_workers(asked: int | None, sizes: Sequence[int]) -> int:
    """Return how many workers to start: as asked, else one for each processor, but only one for little input."""
    if asked is not None:
        return asked
    return 1 if 0 < sum(sizes) < _LITTLE else _count_processors()


def score_tasks(
    tasks: Iterator[Task | None], artifact: Path, options: ScoreOptions, workers: int
) -> Generator[ScoredChunk | None, None, None]:
    """Score tasks on ``workers`` processes and yield the results in order; None passes through.

    At most two tasks a worker are taken from ``tasks`` ahead of the result that is yielded, so memory does not grow
    with the input, however slow the output. One worker means this process itself.

    Raises:
        ArtifactError: The artifact cannot be loaded.
        OSError: A worker died (out of memory, most likely).

    """
    if workers == 1:
        worker = _Worker(artifact, options)
        for task in tasks:
            yield None if task is None else worker.score(task)
        return
    with _start_pool(artifact, options, workers) as pool:
        waiting: deque[Future[ScoredChunk] | None] = deque()
        for task in tasks:
            waiting.append(None if task is None else _submit(pool, task))
            if len(waiting) > _AHEAD * workers:
                yield _wait_for(waiting.popleft())
        while waiting:
            yield _wait_for(waiting.popleft())


def _submit(pool: ProcessPoolExecutor, task: Task) -> "Future[ScoredChunk]":
    """Give a task to the pool; a worker that is started for it never sees Ctrl-C, which is the parent's alone.

    A worker inherits which signals are blocked, so that it is deaf from its very beginning.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_score_in_worker, task)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _start_pool(artifact: Path, options: ScoreOptions, workers: int) -> Iterator[ProcessPoolExecutor]:
    _load(artifact, options)  # so that an unusable artifact is an error here, with its message
    context = multiprocessing.get_context("spawn")  # forking a process that has threads (Arrow's) can hang
    pool = ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(artifact, options))
    others = set(multiprocessing.active_children())
    try:
        yield pool
    except (KeyboardInterrupt, GeneratorExit):  # nobody waits for what the workers are doing
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _load(artifact: Path, options: ScoreOptions) -> Classifier:
    return Classifier.load(artifact, options.reader, choosable=False)


def _wait_for(future: "Future[ScoredChunk] | None") -> ScoredChunk | None:
    try:
        return None if future is None else future.result()
    except BrokenProcessPool as error:
        raise OSError(
            "a worker process died, most likely for lack of memory; run the same command again, with fewer --workers, "
            "and it goes on from here"
        ) from error


class _Worker:
    """The model and the options that one process scores all its tasks with."""

    def __init__(self, artifact: Path, options: ScoreOptions) -> None:
        self._scorer = RowScorer(_load(artifact, options), options)
        self._options = options

    def score(self, task: Task) -> ScoredChunk:
        """Parse, score and encode a chunk."""
        chunk, layout, file_type = task.chunk, task.layout, task.file_type
        rows = chunk.source.format.parse(chunk, layout, self._options)
        scored = self._scorer.score(rows)
        return ScoredChunk(file_type.pack(file_type.format.encode(scored, layout, self._options)), scored.tally)


_workers: list[_Worker] = []  # in a worker process: its one worker


def _start_worker(artifact: Path, options: ScoreOptions) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _workers.append(_Worker(artifact, options))


def _end_with_parent() -> None:
    """End this process when its parent is gone: killed with SIGKILL, the parent cannot say so itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _score_in_worker(task: Task) -> ScoredChunk:
    return _workers[0].score(task)


def _count_processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
