"""The model that answers: never an unverified one, and replaced only by a better one."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model import ArtifactError, Classifier
from model import artifact as artifacts
from model.artifact import REQUIRED_FILES
from service.web.app import create_app
from service.web.config import Config
from service.web.live_model import LiveModel, NotReadyError, self_test
from training.artifact import load_pipeline, replace_folder, save


@pytest.fixture
def folder(artifact: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(artifact, tmp_path / "artifact"))


def retrained(artifact: Path, folder: Path, version: str) -> None:
    """Put an artifact of another version in the place of ``folder``, as training does."""
    manifest = artifacts.read_manifest(artifact)
    pipeline = load_pipeline(artifact)
    _, decision, _ = artifacts.load(artifact)
    facts = {
        name: getattr(manifest, name) for name in ("created", "labels", "corpus_sha256", "params_sha256", "metrics")
    }
    with replace_folder(folder) as staging:
        (staging / "model-card.md").write_text(version)
        save(staging, pipeline, decision, {**facts, "version": version})


def test_without_an_artifact_it_is_alive_but_not_ready(tmp_path: Path):
    client = create_app(Config(artifact=tmp_path / "none", reload_seconds=0)).test_client()

    assert client.get("/healthz").status_code == 200
    for answer in [client.get("/readyz"), client.get("/v1/model"), client.post("/v1/classify", json={"text": "A."})]:
        assert answer.status_code == 503
        assert "stance train --out" in answer.json["detail"]
        assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/v1/labels").status_code == 200


def test_it_becomes_ready_once_there_is_an_artifact(artifact: Path, tmp_path: Path):
    folder = tmp_path / "late"
    live = LiveModel(folder)
    live.refresh()
    with pytest.raises(NotReadyError, match="no artifact in"):
        live.current()

    shutil.copytree(artifact, folder)
    live.refresh()

    assert live.current().manifest == artifacts.read_manifest(artifact)


@pytest.mark.parametrize("name", [*REQUIRED_FILES, "manifest.json", "model-card.md"])
@pytest.mark.parametrize("damage", ["altered", "cut off", "removed"])
def test_an_artifact_that_was_tampered_with_is_refused(folder: Path, name: str, damage: str):
    path = folder / name
    content = path.read_bytes()
    if damage == "removed":
        path.unlink()
    elif damage == "cut off":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    live = LiveModel(folder)

    live.refresh()

    with pytest.raises(NotReadyError):
        live.current()


def test_a_new_artifact_takes_over_and_the_old_one_finishes(artifact: Path, folder: Path):
    live = LiveModel(folder)
    live.refresh()
    old = live.current()

    retrained(artifact, folder, "9.9.9")
    live.refresh()

    assert live.current().manifest.version == "9.9.9"
    assert live.current().manifest.hash != old.manifest.hash
    assert old.classify("It rained.").sentences  # whoever holds the old one can go on


def test_nothing_is_loaded_again_while_nothing_changes(folder: Path):
    loads: list[Classifier | None] = []
    live = LiveModel(folder, loads.append)

    for _ in range(3):
        live.refresh()

    assert len(loads) == 1


def test_a_bad_artifact_is_refused_and_the_old_one_goes_on_until_it_is_mended(artifact: Path, folder: Path):
    loads: list[Classifier | None] = []
    live = LiveModel(folder, loads.append)
    live.refresh()
    old = live.current()

    (folder / "model.joblib").write_bytes(b"not a model")
    live.refresh()
    live.refresh()
    assert live.current() is old
    assert loads == [old, None]

    retrained(artifact, folder, "9.9.9")
    live.refresh()
    assert live.current().manifest.version == "9.9.9"


def test_an_artifact_whose_hashes_fit_but_whose_model_is_broken_is_refused(folder: Path):
    """A manifest can be made for anything: the model has to classify, too."""
    (folder / "terms.npy").write_bytes(b"not a model")
    manifest = artifacts.read_manifest(folder)
    files = {**manifest.files, "terms.npy": artifacts.sha256_of(folder / "terms.npy")}
    (folder / "manifest.json").write_text(json.dumps(replace(manifest, files=files).to_dict()))
    live = LiveModel(folder)

    live.refresh()

    with pytest.raises(NotReadyError, match="the artifact fails"):
        live.current()


class Dull(Classifier):
    def _probabilities(self, rows):
        return np.tile([0.1, 0.7, 0.1, 0.1], (len(rows), 1))


def test_a_model_that_gives_everything_one_label_fails_the_self_test(artifact: Path):
    self_test(Classifier.load(artifact))

    with pytest.raises(ArtifactError, match="same label"):
        self_test(Dull.load(artifact))
