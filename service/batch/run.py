"""A scoring run on one machine from beginning to end: files in, finished outputs and a summary out."""

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
from service.batch.formats.format import Layout
from service.batch.options import ScoreOptions
from service.batch.plan import Output
from service.batch.pool import ScoredChunk, Task, choose_workers, score_tasks
from service.batch.progress import Progress
from service.batch.rows import Tally, summarize
from service.batch.spool import Spool

_CUT = 3  # version of how input is cut into chunks and written: a run of another version is not taken up


class Interrupted(KeyboardInterrupt):
    """A run was stopped by Ctrl-C; the message says what is kept."""


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
class _Unfinished:
    """An output being written.

    Attributes:
        output: The output.
        sink: Where its bytes go.
        layout: What its records have in common.
        reached: For each chunk that is being scored, the byte of all input at which it ends.

    """

    output: Output
    sink: "Spool | _Pipe"
    layout: Layout
    reached: deque[int]


def run(outputs: Sequence[Output], options: ScoreOptions, settings: RunSettings) -> dict[str, Any]:
    """Score the inputs of all outputs and return the summary of the run, JSON-ready.

    Raises:
        ArtifactError: The artifact cannot be used.
        OSError: A file cannot be read or written, or a worker died.
        ValueError: A file is not what its extension says, or lacks the text.
        TooManyErrorsError: More rows are wrong than ``max_errors``.

    """
    identity = artifacts.read_manifest(settings.artifact).identity()
    return _Run(outputs, options, settings, identity).run()


class _Run:
    def __init__(
        self, outputs: Sequence[Output], options: ScoreOptions, settings: RunSettings, identity: Mapping[str, str]
    ) -> None:
        self._outputs = outputs
        self._options = options
        self._settings = settings
        self._identity = identity
        self._unfinished: deque[_Unfinished] = deque()
        self._total = Tally()
        self._seconds = 0.0
        self._written: list[str] = []
        self._complete_already: list[str] = []

    def run(self) -> dict[str, Any]:
        sizes = [output.size for output in self._outputs]
        workers = choose_workers(self._settings.workers, sizes)
        started = mark = time.monotonic()
        try:
            with Progress(sum(sizes), quiet=self._settings.quiet) as progress:
                self._progress = progress
                progress.begin(self._describe_start(workers))
                results = score_tasks(self._tasks(), self._settings.artifact, self._options, workers)
                with closing(results):
                    for result in results:
                        if result is None:
                            self._complete(self._unfinished[0])
                            self._unfinished.popleft()
                        else:
                            now = time.monotonic()
                            self._append(result, now - mark)
                            mark = now
        except KeyboardInterrupt:
            raise Interrupted(self._describe_kept()) from None
        finally:
            for unfinished in self._unfinished:
                unfinished.sink.close()
        facts: dict[str, Any] = {"outputs": self._written, "complete_already": self._complete_already}
        facts |= {"workers": workers, "seconds": round(time.monotonic() - started, 3)}
        return summarize(self._total, self._seconds, self._identity) | facts

    def _describe_start(self, workers: int) -> str:
        files = sum(len(output.sources) for output in self._outputs)
        size = sum(output.size for output in self._outputs) / 1e6
        processes = "one process" if workers == 1 else f"{workers} processes"
        megabytes = f", {size:,.1f} MB" if size else ""
        return f"{files:,} file{'' if files == 1 else 's'}{megabytes}; starting {processes}"

    def _describe_kept(self) -> str:
        """Return what a run that is interrupted has done, and how to go on."""
        spools = [unfinished for unfinished in self._unfinished if isinstance(unfinished.sink, Spool)]
        kept = sum(unfinished.sink.tally.rows for unfinished in spools)
        done = len(self._written) - len(self._complete_already)
        said = [f"{done:,} output{' is' if done == 1 else 's are'} complete"] if done else []
        if not kept:
            return ", ".join([*said, "nothing else is kept" if done else "nothing is kept"])
        rows = f"{kept:,} row{' is' if kept == 1 else 's are'} scored and kept"
        return ", ".join([*said, f"{rows}: run the same command again to go on"])

    def _tasks(self) -> Iterator[Task | None]:
        """Yield the chunks of every output that is not complete, and None after the last of each."""
        start = 0  # bytes of all input before the file
        for output in self._outputs:
            sink = self._open_sink(output)
            if isinstance(sink, Spool) and not self._settings.overwrite and sink.is_complete():
                start += output.size
                self._skip(output, sink, start)
                continue
            unfinished = _Unfinished(output, sink, output.find_layout(self._options), deque())
            self._unfinished.append(unfinished)
            yield from self._tasks_of(unfinished, start)
            start += output.size
            yield None

    def _tasks_of(self, unfinished: _Unfinished, start: int) -> Iterator[Task]:
        """Yield the chunks of one output that an earlier run has not scored; its input begins at byte ``start``."""
        output, sink, layout = unfinished.output, unfinished.sink, unfinished.layout
        sink.open(output.file_type.pack(output.file_type.format.encode_head(layout)))
        self._total.add(sink.tally)
        self._seconds += sink.seconds
        done = sink.steps
        for source in output.sources:
            for chunk in source.format.cut(source, self._options):
                if done:
                    done -= 1
                    self._progress.skip_to(start + chunk.consumed)
                    continue
                unfinished.reached.append(start + chunk.consumed)
                yield Task(chunk, layout, output.file_type)
            start += source.size

    def _append(self, result: ScoredChunk, seconds: float) -> None:
        unfinished = self._unfinished[0]
        unfinished.sink.append(result.content, result.tally, seconds)
        self._total.add(result.tally)
        self._seconds += seconds
        self._progress.advance(unfinished.reached.popleft(), result.tally)
        allowed = self._settings.max_errors
        if allowed is not None and self._total.bad > allowed:
            kinds = ", ".join(f"{kind} {count}" for kind, count in self._total.errors.most_common())
            raise TooManyErrorsError(
                f"{self._total.bad} of {self._total.rows} rows wrong, more than --max-errors {allowed} ({kinds}); "
                "what has been scored so far is kept: raise it and run again to go on"
            )

    def _complete(self, unfinished: _Unfinished) -> None:
        output, sink = unfinished.output, unfinished.sink
        if isinstance(sink, Spool):
            output.file_type.format.finish(sink.path, sink.finished_path, unfinished.layout)
            sink.complete(summarize(sink.tally, sink.seconds, self._identity))
        self._written.append(output.path)

    def _skip(self, output: Output, spool: Spool, end: int) -> None:
        summary = spool.summary()
        self._total.add(Tally.from_dict(summary))
        self._seconds += summary["seconds_scoring"]
        self._written.append(output.path)
        self._complete_already.append(output.path)
        self._progress.note(f"{output.path} is complete already; --overwrite scores it again")
        self._progress.skip_to(end)

    def _open_sink(self, output: Output) -> "Spool | _Pipe":
        if output.path == STANDARD:
            return _Pipe()
        place = Path(output.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        return Spool(place, self._fingerprint(output))

    def _fingerprint(self, output: Output) -> dict[str, Any]:
        """Return all that the output depends on; standard input is never the same twice."""
        inputs = []
        for source in output.sources:
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
