"""An output that survives the death of its writer: appended to in steps, each recorded, and put in place at the end.

Beside OUT lies, while it is not complete, the folder .OUT.partial: ``job.json`` says what is being written, ``spool``
is what has been written and ``state.json``, replaced at each step, how much of it is valid. Killed at any moment, a
run of the same job takes up where the record ends. When OUT is complete, _OUT.summary.json tells what it is; names
with a dot or an underscore in front are no part of a data set to Spark and Arrow.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from service.batch.rows import Tally


class Spool:
    """An unfinished output.

    Args:
        out: Where the finished output goes.
        job: All that the output depends on, JSON-ready: a run is taken up only if this is the same.

    """

    def __init__(self, out: Path, job: Mapping[str, Any]) -> None:
        self.out = out
        self.steps = 0
        self.seconds = 0.0
        self.tally = Tally()
        self._job = json.dumps(job, indent=2, sort_keys=True)
        self._folder = out.parent / f".{out.name}.partial"
        self._file: BinaryIO | None = None
        self._lock: BinaryIO | None = None

    @property
    def path(self) -> Path:
        """The file that the output is appended to."""
        return self._folder / "spool"

    @property
    def finished_path(self) -> Path:
        """Where the output is made of the spool, if it is not the spool itself."""
        return self._folder / "finished"

    @property
    def summary_path(self) -> Path:
        """Where the finished output's summary lies."""
        return self.out.parent / f"_{self.out.name}.summary.json"

    def is_complete(self) -> bool:
        """Tell whether this very job has been finished before, and its output is still there as it was then."""
        waiting = self._folder / "summary.json"
        if self._describes_out(waiting) and not self.path.exists() and not self.finished_path.exists():
            waiting.replace(self.summary_path)  # the earlier run died right after it had put the output in place
        if not self._describes_out(self.summary_path):
            return False
        shutil.rmtree(self._folder, ignore_errors=True)
        return True

    def summary(self) -> dict[str, Any]:
        """Return the summary of the finished output."""
        return _read_json(self.summary_path)

    def _describes_out(self, summary_path: Path) -> bool:
        summary = _read_json(summary_path)
        same_job = summary.get("job") == json.loads(self._job)
        return same_job and self.out.is_file() and summary.get("bytes") == self.out.stat().st_size

    def open(self, head: bytes) -> None:
        """Begin the output with ``head``, or take up what an earlier run of the same job has left.

        Raises:
            OSError: The place cannot be written to.
            ValueError: Another run is writing this output.

        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        if _read_text(self._folder / "job.json") != self._job:
            for name in ("state.json", "spool", "summary.json", "finished"):
                (self._folder / name).unlink(missing_ok=True)
            _replace(self._folder / "job.json", self._job)
        state = _read_json(self._folder / "state.json")
        if state and self.path.is_file() and self.path.stat().st_size >= state["size"]:
            self._resume(state)
        else:
            self._file = self.path.open("wb")
            self._record(head)

    def append(self, content: bytes, tally: Tally, seconds: float) -> None:
        """Add one step: its bytes, its counts and how long it took."""
        self.tally.add(tally)
        self.steps += 1
        self.seconds += seconds
        self._record(content)

    def complete(self, facts: Mapping[str, Any]) -> None:
        """Put the output in place, its summary beside it, and remove what is no longer needed.

        The output is the file at ``finished_path`` if there is one, else the spool itself.
        """
        self._close_file()
        finished = self.finished_path if self.finished_path.exists() else self.path
        summary = {**facts, "bytes": finished.stat().st_size, "job": json.loads(self._job)}
        _replace(self._folder / "summary.json", json.dumps(summary, indent=2) + "\n")
        self.summary_path.unlink(missing_ok=True)  # never a summary beside an output it does not describe
        finished.replace(self.out)
        self.path.unlink(missing_ok=True)
        _sync_folder(self.out.parent)
        (self._folder / "summary.json").replace(self.summary_path)
        shutil.rmtree(self._folder)
        self.close()

    def close(self) -> None:
        """Close the file and let others write; the output stays as it is, to be taken up again."""
        self._close_file()
        if self._lock:
            self._lock.close()
            self._lock = None

    def _close_file(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def _take_lock(self) -> None:
        self._lock = (self._folder / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise ValueError(f"another run is writing {self.out}; wait for it, or write elsewhere") from None

    def _resume(self, state: Mapping[str, Any]) -> None:
        self._file = self.path.open("r+b")
        self._file.truncate(state["size"])  # what was written after the record may be half a step
        self._file.seek(0, os.SEEK_END)
        self.steps, self.seconds = state["steps"], state["seconds"]
        self.tally = Tally.from_dict(state["tally"])

    def _record(self, content: bytes) -> None:
        assert self._file, "not open"  # noqa: S101
        self._file.write(content)
        self._file.flush()
        os.fsync(self._file.fileno())  # the record must never be ahead of what it records
        state = {"steps": self.steps, "seconds": self.seconds, "size": self._file.tell(), "tally": self.tally.to_dict()}
        _replace(self._folder / "state.json", json.dumps(state))


def _replace(path: Path, content: str) -> None:
    """Write a file in one step: whoever reads it finds the old content or the new."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value
