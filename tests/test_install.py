"""An installation without extras is enough to answer: what serving imports, no more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.server import run_server
from tests.wheel import ROOT

TEXT = "The ministry said two ships were hit. It vowed to retaliate unless they leave by Friday."
TRAINING_ONLY = ("sklearn", "scipy", "joblib", "nltk", "gensim", "matplotlib")


@pytest.fixture(scope="module")
def stance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment that holds the project's wheel, installed without extras."""
    folder = tmp_path_factory.mktemp("install")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", str(folder / "venv"))
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    run(*pip, "-c", str(ROOT / "requirements.lock"), str(wheel))
    return folder / "venv" / "bin" / "stance"


@pytest.mark.slow
def test_it_brings_nothing_that_only_training_needs(stance: Path):
    python = stance.with_name("python")
    program = "import importlib.util, sys; print([name for name in sys.argv[1:] if importlib.util.find_spec(name)])"
    assert run(str(python), "-c", program, *TRAINING_ONLY).strip() == "[]"


@pytest.mark.slow
def test_it_classifies_scores_and_serves(stance: Path, artifact: Path, classifier, tmp_path: Path):
    expected = json.loads(json.dumps(classifier.classify(TEXT).to_dict()))["sentences"]
    (tmp_path / "article.txt").write_text(TEXT)
    (tmp_path / "archive.jsonl").write_text(json.dumps({"id": 1, "text": TEXT}) + "\n")
    by_artifact = ["--artifact", str(artifact)]
    said = json.loads(run(str(stance), "classify", "--json", "article.txt", *by_artifact, cwd=tmp_path))
    assert said["sentences"] == expected
    run(str(stance), "score", "archive.jsonl", "scored.jsonl", "--quiet", *by_artifact, cwd=tmp_path)
    assert json.loads((tmp_path / "scored.jsonl").read_text())["sentences"] == expected
    with run_server(artifact, tmp_path / "log", stance=stance) as server:
        assert server.classify({"text": TEXT}).json["sentences"] == expected


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command that must succeed, in an environment that knows nothing of this checkout; return its output."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout
