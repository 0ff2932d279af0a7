"""The model that answers: verified before it is used, and replaced only by one that is sound."""

import io
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
from service.web.live_model import LiveModel, NotReadyError, run_self_test
from tests.service.artifacts import replace_artifact


@pytest.fixture
def folder(artifact: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(artifact, tmp_path / "artifact"))


def rewrite_file(folder: Path, name: str, content: bytes) -> None:
    """Change a file of an artifact, and its hash in the manifest."""
    (folder / name).write_bytes(content)
    manifest = artifacts.read_manifest(folder)
    files = {**manifest.files, name: artifacts.sha256_of(folder / name)}
    (folder / "manifest.json").write_text(json.dumps(replace(manifest, files=files).to_dict()))


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
        live.get_classifier()

    shutil.copytree(artifact, folder)
    live.refresh()

    assert live.get_classifier().manifest == artifacts.read_manifest(artifact)


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
        live.get_classifier()


def test_a_new_artifact_takes_over_and_the_old_one_finishes(artifact: Path, folder: Path):
    live = LiveModel(folder)
    live.refresh()
    old = live.get_classifier()

    replace_artifact(artifact, folder)
    live.refresh()

    assert live.get_classifier().manifest.version == "9.9.9"
    assert live.get_classifier().manifest.hash != old.manifest.hash
    assert old.classify("It rained.").sentences  # whoever holds the old one can go on


def test_nothing_is_loaded_again_while_nothing_changes(folder: Path):
    loads: list[Classifier | None] = []
    live = LiveModel(folder, loads.append)

    for _ in range(3):
        live.refresh()

    assert len(loads) == 1


def test_a_bad_artifact_is_refused_and_the_old_one_stays_until_a_good_one_comes(artifact: Path, folder: Path):
    loads: list[Classifier | None] = []
    live = LiveModel(folder, loads.append)
    live.refresh()
    old = live.get_classifier()

    (folder / "model.joblib").write_bytes(b"not a model")
    live.refresh()
    live.refresh()
    assert live.get_classifier() is old
    assert loads == [old, None]

    replace_artifact(artifact, folder)
    live.refresh()
    assert live.get_classifier().manifest.version == "9.9.9"


def test_an_artifact_whose_hashes_fit_but_whose_model_is_broken_is_refused(folder: Path):
    """A manifest can be made for anything: the model must classify, too."""
    rewrite_file(folder, "terms.npy", b"not a model")
    live = LiveModel(folder)

    live.refresh()

    with pytest.raises(NotReadyError, match="the artifact fails"):
        live.get_classifier()


def test_a_model_that_gives_everything_one_label_is_refused(folder: Path):
    run_self_test(Classifier.load(folder))
    terms = np.load(folder / "terms.npy")
    terms[:, :-1] = 0  # what each feature adds to the logits; the last column is about its length
    content = io.BytesIO()
    np.save(content, terms)
    rewrite_file(folder, "terms.npy", content.getvalue())
    live = LiveModel(folder)

    live.refresh()

    with pytest.raises(NotReadyError, match="same label"):
        live.get_classifier()
    with pytest.raises(ArtifactError, match="same label"):
        run_self_test(Classifier.load(folder))
