"""The registry: versions by hash, one of them in service, switched from one moment to the next."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from model import ArtifactError, Classifier
from model.artifact import find_version, read_manifest
from service.cli import main
from service.retraining.registry import Registry, RegistryError, choose_registry
from service.web.live_model import LiveModel
from tests.service.artifacts import replace_artifact
from training.artifact import load_pipeline, replace_folder

VERDICT = {
    "passed": False,
    "reasons": ["news: the F1 of threat has fallen"],
    "margin": 0.03,
    "sets": [
        {
            "name": "held-out corpus",
            "documents": 9,
            "sentences": 90,
            "f1": {"threat": {"before": 0.7, "after": 0.6, "bound": -0.1, "risk": 0.9}},
            "macro_f1": {"before": 0.7, "after": 0.69, "bound": -0.03, "risk": 0.9},
            "accuracy": {"before": 0.8, "after": 0.79, "bound": -0.02, "risk": 0.9},
            "given": {"before": 0.7, "after": 0.7, "bound": -0.01, "risk": 0.0},
        }
    ],
    "corrections": {
        "name": "held-out corrections",
        "documents": 3,
        "sentences": 10,
        "f1": {},
        "macro_f1": {"before": 0.2, "after": 0.3, "bound": 0.0, "risk": 0.9},
        "accuracy": {"before": 0.2, "after": 0.4, "bound": 0.1, "risk": 0.9},
        "given": {"before": 0.2, "after": 0.3, "bound": 0.0, "risk": 0.0},
    },
}


@pytest.fixture(scope="module")
def second(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another artifact than the one of all tests."""
    folder = tmp_path_factory.mktemp("second") / "artifact"
    replace_artifact(artifact, folder)
    return folder


@pytest.fixture
def registry(artifact: Path, tmp_path: Path) -> Registry:
    """A registry with one version, which is in service."""
    registry = Registry(tmp_path / "artifacts")
    registry.promote(registry.add(artifact))
    return registry


def test_a_version_is_a_whole_artifact_named_by_its_hash(registry: Registry, artifact: Path):
    (version,) = registry.list_versions()

    assert version.name == read_manifest(artifact).hash[:16]
    assert version.manifest == read_manifest(artifact)
    assert (registry.folder / "current").readlink() == Path(version.name)
    assert registry.add(artifact).name == version.name  # the same artifact once more is the same version
    assert len(registry.list_versions()) == 1
    assert not [path for path in registry.folder.iterdir() if path.name.startswith(".")]


def test_whoever_reads_an_artifact_may_name_the_registry_or_its_link(registry: Registry, artifact: Path):
    expected = read_manifest(artifact)
    for folder in (registry.folder, registry.folder / "current", registry.folder / expected.hash[:16]):
        assert read_manifest(folder) == expected
        assert Classifier.load(folder).manifest == expected
        assert load_pipeline(folder).classes_.tolist()
        assert choose_registry(None, folder).folder == registry.folder
    assert find_version(artifact) == artifact
    assert choose_registry(None, artifact).folder == Path("artifacts")


def test_a_server_follows_the_link(registry: Registry, artifact: Path, second: Path):
    loaded: list[Classifier | None] = []
    live = LiveModel(registry.folder, loaded.append)
    live.refresh()
    registry.promote(registry.add(second))
    live.refresh()
    live.refresh()
    registry.rollback()
    live.refresh()

    first, other = read_manifest(artifact).hash, read_manifest(second).hash
    assert [classifier.manifest.hash for classifier in loaded] == [first, other, first]


def test_readers_never_find_a_registry_without_a_model(registry: Registry, second: Path):
    versions = [registry.list_versions()[0], registry.add(second)]
    faults: list[Exception] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                read_manifest(registry.folder)
            except ArtifactError as error:
                faults.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(8):
            registry.promote(versions[number % 2])
    finally:
        stop.set()
        reader.join()
    assert faults == []


def test_going_back_goes_back_step_by_step(registry: Registry, artifact: Path, second: Path, tmp_path: Path):
    third = tmp_path / "third"
    replace_artifact(artifact, third, version="9.9.10")
    names = [registry.list_versions()[0].name]
    for folder in (second, third):
        version = registry.add(folder)
        registry.promote(version)
        names.append(version.name)

    assert registry.rollback().name == names[1]
    assert registry.rollback().name == names[0]
    with pytest.raises(RegistryError, match="nothing to go back to"):
        registry.rollback()
    registry.promote(registry.get(names[2]))
    assert registry.rollback().name == names[0]
    actions = [json.loads(line)["action"] for line in (registry.folder / "history.jsonl").read_text().splitlines()]
    assert actions == ["promoted"] * 3 + ["rolled back"] * 2 + ["promoted", "rolled back"]


def test_a_link_switched_by_hand_counts_as_in_service(registry: Registry, second: Path):
    first, version = registry.list_versions()[0], registry.add(second)
    link = registry.folder / "current"
    link.unlink()
    link.symlink_to(version.name)

    assert registry.get_current().name == version.name
    assert registry.rollback().name == first.name


def test_what_is_damaged_does_not_go_into_service(registry: Registry, second: Path):
    version = registry.add(second)
    (version.folder / "weights.json").write_bytes(b"{}")

    with pytest.raises(ArtifactError, match="not the file that was saved"):
        registry.promote(version)
    assert registry.get_current().name != version.name


def test_a_link_that_leads_nowhere_says_what_to_do(registry: Registry):
    shutil.rmtree(registry.get_current().folder)

    with pytest.raises(ArtifactError, match="stance models promote VERSION --registry"):
        read_manifest(registry.folder)


def test_training_does_not_write_over_the_link(registry: Registry):
    with pytest.raises(ArtifactError, match="stance models promote"), replace_folder(registry.folder / "current"):
        raise AssertionError("it must not get so far")


def test_the_command_line_lists_promotes_and_goes_back(registry: Registry, second: Path, capsys):
    option = ["--registry", str(registry.folder)]
    first = registry.get_current()
    version = registry.add(second, {"before": first.manifest.hash, "verdict": VERDICT})

    assert main(["models", "promote", version.manifest.hash[:6], *option]) == 0
    said = capsys.readouterr()
    assert "the gate refused this version" in said.err
    assert f"{version.name} is in service" in said.out

    assert main(["models", "list", "--json", *option]) == 0
    listed = {each["version"]: each for each in json.loads(capsys.readouterr().out)}
    assert listed[version.name]["in_service"]
    assert listed[version.name]["passed"] is False
    assert listed[version.name]["change"]["held-out corpus"]["threat"] == pytest.approx(-0.1)
    assert listed[first.name]["change"] is None
    assert Path(listed[first.name]["card"]).is_file()

    assert main(["models", "list", *option]) == 0
    table = capsys.readouterr().out
    assert f"{version.name} *" in table
    assert "refused" in table
    assert "-0.010" in table

    assert main(["models", "show", *option]) == 0
    shown = capsys.readouterr().out
    assert "The gate refuses it:" in shown
    assert "- news: the F1 of threat has fallen" in shown

    assert main(["models", "rollback", *option]) == 0
    assert registry.get_current().name == first.name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list"], "there is no registry"),
        (["promote", "abc"], "there is no registry"),
        (["rollback"], "no version is in service"),
    ],
)
def test_without_a_registry_the_message_says_so(arguments, message, tmp_path: Path, capsys):
    assert main(["models", *arguments, "--registry", str(tmp_path / "none")]) == 1
    assert message in capsys.readouterr().err


def test_an_unknown_version_is_told_with_those_there_are(registry: Registry, artifact: Path, capsys):
    assert main(["models", "promote", "zzz", "--registry", str(registry.folder)]) == 1
    assert f"there are: {registry.get_current().name}" in capsys.readouterr().err
    assert main(["models", "list", "--registry", str(artifact)]) == 1
    assert "is an artifact, not a registry" in capsys.readouterr().err
