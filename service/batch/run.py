"""A scoring run from beginning to end on one machine: jobs in, finished outputs and a summary out."""

import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from model import artifact as artifacts
from service.batch.files import STANDARD
from service.batch.options import ScoreOptions
from service.batch.plan import Job
from service.batch.pool import Encoded, Task, chosen_workers, score_tasks
from service.batch.progress import Progress
from service.batch.readers import chunks
from service.batch.spool import Spool
from service.batch.tally import Tally, summary_of
from service.batch.writers import finish, head

_CUT = 1  # version of how input is cut into chunks and written: a run of another version is not taken up


class TooManyErrorsError(RuntimeError):
    """More rows were wrong than allowed; what has been scored so far is kept, to be taken up again."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How to run, as far as it does not change the result.

    Attributes:
        artifact: The model's folder.
        workers: Number of processes; None to choose.
        max_errors: Wrong rows at which to stop; None for never.
        overwrite: Whether to score again what is complete already.
        quiet: Whether to report no progress.

    """

    artifact: Path
    workers: int | None = None
    max_errors: int | None = None
    overwrite: bool = False
    quiet: bool = False


@dataclass(slots=True)
class _Open:
    """An output being written, and how far the chunks given out for it reach into its input."""

    job: Job
    output: "Spool | _Pipe"
    schema: pa.Schema | None
    reached: deque[int]


def run(jobs: Sequence[Job], options: ScoreOptions, settings: RunSettings) -> dict[str, Any]:
    """Score all jobs and return the summary of the run, JSON-ready.

    Raises:
        ArtifactError: The artifact cannot be used.
        OSError: A file cannot be read or written, or a worker died.
        ValueError: A file is not what its extension says, or lacks the text.
        TooManyErrorsError: More rows are wrong than ``max_errors``.

    """
    identity = artifacts.read_manifest(settings.artifact).identity()
    return _Run(jobs, options, settings, identity).run()


class _Run:
    def __init__(
        self, jobs: Sequence[Job], options: ScoreOptions, settings: RunSettings, identity: Mapping[str, str]
    ) -> None:
        self._jobs = jobs
        self._options = options
        self._settings = settings
        self._identity = identity
        self._opened: deque[_Open] = deque()
        self._total = Tally()
        self._seconds = 0.0
        self._outputs: list[str] = []

    def run(self) -> dict[str, Any]:
        sizes = [job.size for job in self._jobs]
        workers = chosen_workers(self._settings.workers, sizes)
        started = mark = time.monotonic()
        try:
            with Progress(sum(sizes), quiet=self._settings.quiet) as progress:
                self._progress = progress
                results = score_tasks(self._tasks(), self._settings.artifact, self._options, workers)
                with closing(results):
                    for result in results:
                        if result is None:
                            self._complete(self._opened[0])
                            self._opened.popleft()
                        else:
                            now = time.monotonic()
                            self._append(result, now - mark)
                            mark = now
        finally:
            for open_ in self._opened:
                open_.output.close()
        facts = {"outputs": self._outputs, "workers": workers, "seconds": round(time.monotonic() - started, 3)}
        return summary_of(self._total, self._seconds, self._identity) | facts

    def _tasks(self) -> Iterator[Task | None]:
        """Yield the chunks of every job that is not complete, and None after the last of each."""
        start = 0  # bytes of all input before the file
        for job in self._jobs:
            output = self._output(job)
            if isinstance(output, Spool) and not self._settings.overwrite and output.is_complete():
                start += job.size
                self._skip(job, output, start)
                continue
            layout = job.layout(self._options)
            schema = job.schema(layout, self._options)
            opened = _Open(job, output, schema, deque())
            self._opened.append(opened)
            output.open(head(schema, job.format) if schema is not None else b"")
            self._total.add(output.tally)
            self._seconds += output.seconds
            done = output.steps
            for source in job.sources:
                for chunk in chunks(source, self._options):
                    if done:
                        done -= 1
                        self._progress.skip_to(start + chunk.consumed)
                        continue
                    opened.reached.append(start + chunk.consumed)
                    yield Task(chunk, layout, job.format)
                start += source.size
            yield None

    def _append(self, result: Encoded, seconds: float) -> None:
        opened = self._opened[0]
        opened.output.append(result.content, result.tally, seconds)
        self._total.add(result.tally)
        self._seconds += seconds
        self._progress.advance(opened.reached.popleft(), result.tally)
        allowed = self._settings.max_errors
        if allowed is not None and self._total.wrong > allowed:
            kinds = ", ".join(f"{kind} {count}" for kind, count in self._total.errors.most_common())
            raise TooManyErrorsError(
                f"{self._total.wrong} of {self._total.rows} rows wrong, more than --max-errors {allowed} ({kinds}); "
                "what has been scored so far is kept: raise it and run again to go on"
            )

    def _complete(self, opened: _Open) -> None:
        output, job = opened.output, opened.job
        if isinstance(output, Spool):
            if opened.schema is not None:
                finish(output.path, output.finished_path, opened.schema, job.format)
            output.complete(summary_of(output.tally, output.seconds, self._identity))
        self._outputs.append(job.out)

    def _skip(self, job: Job, output: Spool, end: int) -> None:
        summary = output.summary()
        self._total.add(Tally.from_dict(summary))
        self._seconds += summary["seconds_scoring"]
        self._outputs.append(job.out)
        self._progress.note(f"{job.out} is complete already; --overwrite scores it again")
        self._progress.skip_to(end)

    def _output(self, job: Job) -> "Spool | _Pipe":
        if job.out == STANDARD:
            return _Pipe()
        place = Path(job.out)
        place.parent.mkdir(parents=True, exist_ok=True)
        return Spool(place, self._fingerprint(job))

    def _fingerprint(self, job: Job) -> dict[str, Any]:
        """Return all that the output depends on; standard input is never the same twice."""
        inputs = []
        for source in job.sources:
            facts = Path(source.path).stat() if source.path != STANDARD else None
            inputs.append([source.name, facts.st_size, facts.st_mtime_ns] if facts else [source.name, uuid4().hex])
        return {
            "cut": _CUT,
            "inputs": inputs,
            "options": self._options.to_dict(),
            "model": dict(self._identity),
            "pyarrow": pa.__version__,
        }


class _Pipe:
    """Standard output: nothing to take up, nothing to put in place."""

    def __init__(self) -> None:
        self.steps = 0
        self.seconds = 0.0
        self.tally = Tally()

    def open(self, head_: bytes) -> None:
        """Begin."""
        sys.stdout.buffer.write(head_)

    def append(self, content: bytes, tally: Tally, seconds: float) -> None:
        """Write, and let the reader have it at once."""
        self.tally.add(tally)
        self.seconds += seconds
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

    def close(self) -> None:
        """Flush what there is."""
        sys.stdout.buffer.flush()
