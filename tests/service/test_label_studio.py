"""What we export is what Label Studio's own validator and converter take, and they read it as it was meant."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli import main
from service.corrections.label_studio import to_task, write_labelling_config
from service.corrections.records import Change, CorrectedDocument, KeptDocument, Said
from service.corrections.store import Store

FOLDER = Path(__file__).parent
TEXT = "“We will strike back,” the general warned. Two bridges were destroyed on Monday.\n\nPhoto: Marta Lind"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory):
    """Run Label Studio's own code on the labelling interface and on tasks."""
    folder = tmp_path_factory.mktemp("label-studio")
    packages = ["--target", str(folder / "packages"), "-r", str(FOLDER / "label_studio_requirements.txt")]
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *packages], check=True)

    def read(tasks: Path) -> dict:
        (folder / "interface.xml").write_text(write_labelling_config(), "utf-8")
        command = [sys.executable, str(FOLDER / "label_studio_reader.py"), str(folder / "interface.xml"), str(tasks)]
        environment = os.environ | {"PYTHONPATH": str(folder / "packages")}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return read


@pytest.mark.slow
def test_label_studio_takes_our_tasks_and_reads_the_labels(reader, artifact: Path, classifier, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'stance.db'}"
    predicted = classifier.classify(TEXT)
    document, identity = KeptDocument.of(TEXT, predicted.sentences), classifier.manifest.identity()
    store = Store.open(url)
    for position, change in [
        (
            0,
            Change(label="threat", speaker="the general", speaker_given=True, role="official", note="clear", by="anna"),
        ),
        (1, Change(label="factual_report", speaker=None, speaker_given=True, by="anna")),
        (2, Change(boilerplate=True, by="anna")),
    ]:
        store.add(document, position, change, Said.of(predicted.sentences[position], identity))
    store.close()
    tasks = tmp_path / "tasks.json"
    how = ["--quiet", "--artifact", str(artifact), "--database", url]
    assert main(["corrections", "export", str(tasks), *how]) == 0
    records = json.loads(tasks.read_text())
    for number, record in enumerate(records, 1):  # what Label Studio adds when it takes a task
        record["id"] = number
        for annotation in record["annotations"]:
            annotation["completed_by"] = {"email": annotation.pop("by")}
    tasks.write_text(json.dumps(records))

    read = reader(tasks)

    assert read["faults"] == []
    assert read["invalid"] == []
    assert read["fit"] is True
    (converted,) = read["converted"]
    assert converted["annotator"] == "anna"
    found = [(label["text"], label["labels"], label["start"], label["end"]) for label in converted["label"]]
    meant = [["threat"], ["factual_report"], ["page_furniture"]]
    sentences = predicted.sentences
    assert found == [(s.text, labels, s.start, s.end) for s, labels in zip(sentences, meant, strict=True)]
    assert converted["speaker"] == "the general"
    assert converted["note"] == "clear"


@pytest.mark.slow
def test_label_studio_refuses_what_is_not_of_the_interface(reader, classifier, tmp_path: Path):
    """So the other test can fail."""
    predicted = classifier.classify(TEXT)
    task = to_task(CorrectedDocument(KeptDocument.of(TEXT, predicted.sentences), ()), predicted, "1")
    task["predictions"][0]["result"][0]["value"]["labels"] = ["joke"]
    task["predictions"][0]["result"][1]["from_name"] = "mood"
    task["id"] = 1
    (tmp_path / "tasks.json").write_text(json.dumps([task]))

    assert len(reader(tmp_path / "tasks.json")["faults"]) == 2
