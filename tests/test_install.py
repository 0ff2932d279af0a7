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
CORRECTIONS_ONLY = ("sqlalchemy", "alembic", "psycopg")


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
def test_it_brings_nothing_that_only_training_or_corrections_need(stance: Path):
    python = stance.with_name("python")
    program = "import importlib.util, sys; print([name for name in sys.argv[1:] if importlib.util.find_spec(name)])"
    assert run(str(python), "-c", program, *TRAINING_ONLY, *CORRECTIONS_ONLY).strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["stance", "train", "--out", "artifact"],
        ["python", "-m", "training.learn_punkt"],
        ["python", "-m", "training.studies.composition"],
        ["python", "-m", "training.studies.ablation", "evaluation.jsonl"],
    ],
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_training_says_what_to_install(stance: Path, arguments: list[str], tmp_path: Path):
    program, *rest = arguments
    done = start(str(stance.with_name(program)), *rest, cwd=tmp_path)
    message = "training needs more packages: pip install 'stancewire[train]'\n"
    assert done.returncode == 1
    assert done.stderr.removeprefix("stance train: ") == message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "corrections list"])
def test_corrections_say_what_to_install(stance: Path, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STANCE_CORRECTIONS", "on")
    arguments = command.split()
    done = start(str(stance), *arguments, cwd=tmp_path)
    assert done.returncode == 2
    advice = "corrections need more packages: pip install 'stancewire[corrections]'"
    assert done.stderr == f"stance {arguments[0]}: STANCE_CORRECTIONS: {advice}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_wheel_holds_the_migrations(stance: Path, tmp_path: Path):
    program = (
        "from importlib.resources import files; "
        "print(sorted(file.name for file in (files('service.corrections') / 'migrations').rglob('*.py')))"
    )
    found = run(str(stance.with_name("python")), "-c", program, cwd=tmp_path).strip()
    sources = (ROOT / "service" / "corrections" / "migrations").rglob("*.py")
    assert found == str(sorted(file.name for file in sources))
    assert "v0001_first_tables.py" in found


@pytest.mark.slow
def test_the_exchange_format_says_what_to_install(stance: Path, artifact: Path, tmp_path: Path):
    export = ["info", "--artifact", str(artifact), "--export-skops", "model.skops"]
    done = start(str(stance), *export, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "stance info: training needs more packages: pip install 'stancewire[train]'\n"


@pytest.mark.slow
def test_reports_say_what_to_install(stance: Path, tmp_path: Path):
    done = start(str(stance), "report", "scored.parquet", cwd=tmp_path)
    assert done.returncode == 1
    assert "reports need one more package: pip install 'stancewire[report]'" in done.stderr


@pytest.mark.slow
def test_it_classifies_scores_and_serves(stance: Path, artifact: Path, classifier, tmp_path: Path):
    expected = json.loads(json.dumps(classifier.classify(TEXT, reader="fast").to_dict()))["sentences"]
    (tmp_path / "article.txt").write_text(TEXT)
    (tmp_path / "archive.jsonl").write_text(json.dumps({"id": 1, "text": TEXT}) + "\n")
    by_artifact = ["--artifact", str(artifact)]
    said = json.loads(run(str(stance), "classify", "--json", "article.txt", *by_artifact, cwd=tmp_path))
    assert said["sentences"] == expected
    run(str(stance), "score", "archive.jsonl", "scored.jsonl", "--quiet", *by_artifact, cwd=tmp_path)
    assert json.loads((tmp_path / "scored.jsonl").read_text())["sentences"] == expected
    with run_server(artifact, tmp_path / "log", stance=stance) as server:
        assert server.classify({"text": TEXT}).json["sentences"] == expected


@pytest.mark.slow
def test_documents_say_what_to_install(stance: Path, artifact: Path, tmp_path: Path):
    (tmp_path / "page.html").write_text(f"<p>{TEXT}</p>")
    advice = "reading this kind of file needs more packages: pip install 'stancewire[formats]'\n"
    done = start(str(stance), "classify", "page.html", "--artifact", str(artifact), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, f"stance classify: page.html cannot be read here: {advice}")
    done = start(str(stance), "score", "page.html", "out.jsonl", "--quiet", "--artifact", str(artifact), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, f"stance score: page.html cannot be read here: {advice}")


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command that must succeed, and return its output."""
    done = start(*command, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in an environment that knows nothing of this checkout."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)
