"""Interrupted at any point, a run of the same command completes the output, byte for byte as if nothing had been."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from model import Classifier
from service.batch.formats import format as formats
from tests.service.archives import articles, read, score, write

STANCE = Path(sys.executable).with_name("stance")
FORMATS = ["jsonl", "csv.gz", "parquet"]


class Died(BaseException):
    """Stands for the end of the process: nothing in the code under test catches it."""


class Reaper:
    """Raises at the n-th change to a file in a folder, before the change is made."""

    def __init__(self) -> None:
        self.folder = None
        self.left = 0
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple) -> None:
        if self.folder is None or event not in ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir"):
            return
        path, mode = os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else "", arguments[1]
        if path.startswith(self.folder) and not (event == "open" and str(mode).startswith("r") and "+" not in mode):
            self.left -= 1
            if self.left == 0:
                raise Died

    @contextmanager
    def after(self, changes: int, folder: Path):
        self.folder, self.left = str(folder), changes
        try:
            yield
        finally:
            self.folder = None


@pytest.fixture(scope="module")
def reaper():
    return Reaper()  # an audit hook cannot be taken away again


@pytest.mark.parametrize("extension", FORMATS)
def test_whatever_change_to_a_file_was_the_last(artifact, classifier, tmp_path, monkeypatch, reaper, extension):
    monkeypatch.setattr(formats, "CHUNK_ROWS", 2)
    monkeypatch.setattr(
        Classifier, "load", lambda *_, **__: classifier
    )  # a hundred runs need not read it a hundred times
    source = write(tmp_path / "in.csv", articles(4))
    whole, out = tmp_path / "whole" / f"x.{extension}", tmp_path / "out" / f"x.{extension}"
    assert score(artifact, source, whole) == 0
    for changes in range(1, 200):
        shutil.rmtree(out.parent, ignore_errors=True)
        died = run_until(reaper, changes, artifact, source, out)
        assert not out.exists() or out.read_bytes() == whole.read_bytes()
        run_until(reaper, changes % 7 + 1, artifact, source, out)  # and dies once more on taking it up
        assert not out.exists() or out.read_bytes() == whole.read_bytes()
        assert score(artifact, source, out) == 0
        assert out.read_bytes() == whole.read_bytes()
        assert sorted(path.name for path in out.parent.iterdir()) == sorted([out.name, f"_{out.name}.summary.json"])
        summary = json.loads((out.parent / f"_{out.name}.summary.json").read_text())
        assert (summary["rows"], summary["scored"]) == (4, 4)
        if not died:
            break
    assert changes > 15


def run_until(reaper: Reaper, changes: int, artifact: Path, source: Path, out: Path) -> bool:
    """Score until the n-th change to a file of the output; tell whether it came to that."""
    with reaper.after(changes, out.parent):
        try:
            score(artifact, source, out)
        except Died:
            return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("extension", ["jsonl", "parquet"])
def test_killed_at_random_points(artifact, tmp_path, extension):
    chance = random.Random()  # another point each time; what it was is in the message of a failure
    source = write(tmp_path / "in.jsonl.gz", articles(1800))
    whole, out = tmp_path / "whole" / f"x.{extension}", tmp_path / f"x.{extension}"
    assert score(artifact, source, whole) == 0
    command = [STANCE, "score", "--quiet", "--artifact", artifact, "--workers", "2", source, out]
    state = tmp_path / f".x.{extension}.partial" / "state.json"
    reached, kills = 0, []
    while True:
        target = reached + chance.randint(1, 4) if len(kills) < 4 else 1 << 30
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            while process.poll() is None and steps(state) < target:
                time.sleep(0.001)
            time.sleep(chance.random() * 0.05)
            if process.poll() is None:
                workers = children(process.pid)
                process.send_signal(signal.SIGKILL)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        assert out.exists() or steps(state) >= reached, kills  # what was done is kept
        reached = steps(state)
        kills.append(reached)
        gone(workers)
        if chance.random() < 0.5 and (spool := state.with_name("spool")).exists():
            with spool.open("ab") as file:
                file.write(b"half a step")
    assert kills
    assert digest(out) == digest(whole), kills
    summary = json.loads((tmp_path / f"_x.{extension}.summary.json").read_text())
    assert (summary["rows"], summary["scored"], summary["errors"]) == (1800, 1800, {})


def test_the_number_of_workers_changes_nothing(artifact, tmp_path):
    source = write(tmp_path / "in.jsonl", [*articles(700), {"text": None}])
    outs = [tmp_path / f"{workers}.parquet" for workers in (1, 3)]
    for out in outs:
        assert score(artifact, source, out, "--workers", out.stem) == 0
    assert digest(outs[0]) == digest(outs[1])


def test_what_is_complete_is_not_scored_again(artifact, tmp_path, capsys):
    source, out = write(tmp_path / "in.jsonl", articles(3)), tmp_path / "out.jsonl"
    assert score(artifact, source, out) == 0
    first = json.loads(capsys.readouterr().out)
    written = out.stat().st_mtime_ns
    assert score(artifact, source, out) == 0
    again = json.loads(capsys.readouterr().out)
    assert out.stat().st_mtime_ns == written
    assert {k: again[k] for k in ("rows", "labels", "errors")} == {k: first[k] for k in ("rows", "labels", "errors")}
    assert score(artifact, source, out, "--overwrite") == 0
    assert out.stat().st_mtime_ns > written


@pytest.mark.parametrize("change", ["input", "options", "output"])
def test_what_has_changed_is_scored_again(artifact, tmp_path, change):
    source, out = write(tmp_path / "in.jsonl", articles(3)), tmp_path / "out.jsonl"
    assert score(artifact, source, out) == 0
    if change == "input":
        write(source, articles(4))
    if change == "output":
        out.write_text("lost\n")
    assert score(artifact, source, out, *(["--keep", ""] if change == "options" else [])) == 0
    assert len(read(out)) == (4 if change == "input" else 3)
    assert ("outlet" in read(out)[0]) == (change != "options")


def test_an_interrupted_run_with_other_options_starts_anew(artifact, tmp_path, monkeypatch, reaper):
    monkeypatch.setattr(formats, "CHUNK_ROWS", 4)
    source, out = write(tmp_path / "in.jsonl", articles(10)), tmp_path / "out" / "out.jsonl"
    with reaper.after(18, out.parent), pytest.raises(Died):
        score(artifact, source, out)
    assert steps(out.parent / ".out.jsonl.partial" / "state.json") > 0
    assert score(artifact, source, out, "--keep", "") == 0
    assert [set(record) for record in read(out)] == [{"id", "article_row", "sentences"}] * 10


def test_two_runs_do_not_write_the_same_output(artifact, tmp_path, capsys):
    source, out = write(tmp_path / "in.jsonl", articles(3000)), tmp_path / "out.jsonl"
    command = [STANCE, "score", "--quiet", "--artifact", artifact, "--workers", "1", source, out]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        while process.poll() is None and not steps(tmp_path / ".out.jsonl.partial" / "state.json"):
            time.sleep(0.001)
        assert score(artifact, source, out) == 1
        assert "another run is writing" in capsys.readouterr().err
        process.kill()


def steps(state: Path) -> int:
    try:
        return json.loads(state.read_text())["steps"]
    except FileNotFoundError:  # not begun, or finished and cleared away meanwhile
        return 0


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def gone(processes: list[int]) -> None:
    """Wait until none of the processes runs: workers must not outlive the run."""
    deadline = time.monotonic() + 30
    while any(_runs(process) for process in processes):
        assert time.monotonic() < deadline, "a worker outlived the run that was killed"
        time.sleep(0.01)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
