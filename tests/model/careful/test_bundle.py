"""What the careful reader has learned is verified before use, and small enough to come with the project."""

import json
import shutil
from pathlib import Path

import pytest

from model import ArtifactError
from model.careful.bundle import CARD_FILE, FILES, LEARNED, MANIFEST_FILE, READER_FILE, load_bundle, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LEARNED, tmp_path / "learned"))


def test_it_weighs_at_most_25_megabytes():
    assert sum(path.stat().st_size for path in LEARNED.iterdir()) <= 25_000_000


def test_it_says_of_what_it_was_made():
    facts, card = load_bundle().facts, (LEARNED / CARD_FILE).read_text("utf-8")
    assert {"created", "base", "learned_from", "held_out", "corpus_sha256", "params_sha256", "metrics"} <= set(facts)
    assert facts["base"]["licence"] in card
    assert "make train-careful" in card


@pytest.mark.parametrize("name", [*FILES, MANIFEST_FILE])
def test_a_missing_file_is_named(folder: Path, name: str):
    (folder / name).unlink()
    with pytest.raises(ArtifactError, match=f"{name}.*make train-careful"):
        load_bundle(folder)


@pytest.mark.parametrize("name", FILES)
def test_an_altered_file_is_refused(folder: Path, name: str):
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ArtifactError, match=f"{name} is not the file that was saved"):
        load_bundle(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "cannot be read"), ("[]", "no JSON object"), ('{"format": 99, "files": {}}', "format 1"), ("{}", "format 1")],
)
def test_a_manifest_that_is_none_is_refused(folder: Path, content: str, message: str):
    (folder / MANIFEST_FILE).write_text(content)
    with pytest.raises(ArtifactError, match=message):
        load_bundle(folder)


def test_an_unknown_decision_is_refused(folder: Path):
    decision = json.loads((folder / READER_FILE).read_text())
    (folder / READER_FILE).write_text(json.dumps({**decision, "mood": 1}))
    write_manifest(folder, {})
    with pytest.raises(ArtifactError, match="unknown keys"):
        load_bundle(folder)
