"""The artifact: verified before it is unpickled, replaced in one step, clear about what is wrong."""

import json
import shutil

import pytest
from skops.io import get_untrusted_types
from skops.io import load as load_skops

from model import ArtifactError, Classifier
from model.artifact import MANIFEST_FILE, load, read_manifest
from training.artifact import export_skops, load_pipeline, replace_folder


@pytest.fixture
def copy(artifact, tmp_path):
    return shutil.copytree(artifact, tmp_path / "artifact")


def files_of(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_holds_the_model_its_manifest_and_a_report(artifact):
    assert files_of(artifact) == [
        "decision.json",
        "manifest.json",
        "model-card.md",
        "model.joblib",
        "plots/confusion.png",
        "plots/precision-recall.png",
        "plots/reliability.png",
        "reference.json",
        "terms.npy",
        "weights.json",
    ]
    assert set(read_manifest(artifact).files) == set(files_of(artifact)) - {MANIFEST_FILE}
    assert all((artifact / name).read_bytes()[:4] == b"\x89PNG" for name in files_of(artifact) if name.endswith("png"))


def test_every_changed_file_is_refused(copy):
    for name in read_manifest(copy).files:
        original = (copy / name).read_bytes()
        (copy / name).write_bytes(original[:-1] + bytes([original[-1] ^ 1]))
        with pytest.raises(ArtifactError, match=f"{name} is not the file that was saved"):
            Classifier.load(copy)
        (copy / name).write_bytes(original)
    Classifier.load(copy)


def test_every_missing_file_is_named(copy):
    for name in read_manifest(copy).files:
        (copy / name).rename(copy / "aside")
        with pytest.raises(ArtifactError, match=f"{name} is missing"):
            Classifier.load(copy)
        (copy / "aside").rename(copy / name)


MANIFEST_FAULTS = [
    (lambda m: {**m, "format": 99}, "artifact format 99, this version reads format 3; train a new one"),
    (lambda m: {k: v for k, v in m.items() if k != "files"}, "lacks or has unknown keys"),
    (lambda m: {**m, "files": {k: v for k, v in m["files"].items() if k != "model.joblib"}}, "does not list model"),
    (lambda m: {**m, "files": {k: v for k, v in m["files"].items() if k != "weights.json"}}, "does not list weights"),
    (lambda m: [], "artifact format None"),
]


@pytest.mark.parametrize("load", [load, load_pipeline])
@pytest.mark.parametrize(("change", "message"), MANIFEST_FAULTS)
def test_a_wrong_manifest_says_what_to_do(copy, change, message, load):
    path = copy / MANIFEST_FILE
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(ArtifactError, match=message):
        load(copy)


def test_another_scikit_learn_concerns_only_those_who_load_the_pipeline(copy, classifier):
    path = copy / MANIFEST_FILE
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "libraries": {**manifest["libraries"], "scikit-learn": "0.1"}}))
    with pytest.raises(ArtifactError, match=r"trained with scikit-learn 0\.1"):
        load_pipeline(copy)
    text = "The ministry said two ships were hit."
    assert Classifier.load(copy).classify(text) == classifier.classify(text)


def test_no_artifact_and_broken_manifest(tmp_path):
    with pytest.raises(ArtifactError, match=r"no artifact in .*: stance train --out "):
        load(tmp_path)
    (tmp_path / MANIFEST_FILE).write_text("{")
    with pytest.raises(ArtifactError, match="cannot be read"):
        load(tmp_path)


def test_a_failure_while_writing_leaves_the_old_artifact(copy):
    before = {name: (copy / name).read_bytes() for name in files_of(copy)}
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012, SIM117 -- the interruption is part of the block
        with replace_folder(copy) as staging:
            (staging / "model.joblib").write_bytes(b"half")
            raise KeyboardInterrupt
    assert {name: (copy / name).read_bytes() for name in files_of(copy)} == before
    assert [p.name for p in copy.parent.iterdir()] == ["artifact"]


def test_replace_folder_takes_the_place_in_one_step_and_leaves_nothing_behind(copy):
    with replace_folder(copy) as staging:
        (staging / MANIFEST_FILE).write_text("{}")
    assert files_of(copy) == [MANIFEST_FILE]
    assert [p.name for p in copy.parent.iterdir()] == ["artifact"]


def test_a_folder_of_something_else_is_not_replaced(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(ArtifactError, match="is not an artifact"), replace_folder(tmp_path):
        pass
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_the_hash_follows_the_contents(artifact):
    manifest = read_manifest(artifact)
    assert len(manifest.hash) == 64
    assert manifest.identity()["artifact_hash"] == manifest.hash


def test_the_exchange_format_gives_the_same_probabilities(artifact, tmp_path, classifier):
    path = tmp_path / "model.skops"
    export_skops(artifact, path)
    trusted = get_untrusted_types(file=path)
    assert all(name.startswith(("training.", "sklearn.")) for name in trusted)  # classes to read before trusting them
    pipeline = load_skops(path, trusted=trusted)
    original = load_pipeline(artifact)
    from model.features import fields_of

    rows = fields_of(["The ministry said it would retaliate.", "Rain fell."])
    assert (pipeline.predict_proba(rows) == original.predict_proba(rows)).all()
