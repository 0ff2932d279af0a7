"""``stance corrections``: what is exported comes back, wrong rows are named and the others kept."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.cli import main
from service.corrections import open_store
from service.corrections.records import Change, Doubt, KeptDocument, QueuedDocument, Said
from training.corpus import load_documents

TEXT = "😀 “We will strike back,” the general warned. Two bridges were destroyed on Monday.\n\nPhoto: Marta Lind"


@pytest.fixture
def kept(database: str, classifier) -> str:
    """URL of a database with a running text that three people corrected, and a document that came split."""
    store = open_store(database)
    identity = classifier.manifest.identity()
    document = classifier.classify(TEXT)
    running = KeptDocument.of(TEXT, document.sentences)
    said = [Said.of(sentence, identity) for sentence in document.sentences]
    store.add(running, 0, Change(label="threat", speaker="the general", speaker_given=True, role="official"), said[0])
    store.add(running, 0, Change(label="threat", by="anna", note="see “line” 2"), said[0], key="desk")
    store.add(running, 0, Change(label="official_statement", by="ben"), said[0])
    store.add(running, 1, Change(speaker=None, speaker_given=True, by="anna"), said[1])
    store.add(running, 2, Change(boilerplate=True, by="anna"), said[2])
    split = classifier.classify_documents([["Prices rose.", "Wages fell."]])[0]
    last = Said.of(split.sentences[1], identity)
    store.add(KeptDocument.of(None, split.sentences), 1, Change(label="analyst_opinion"), last)
    store.close()
    return database


@pytest.fixture
def run(artifact: Path, capsys):
    def run(*arguments: object, status: int = 0) -> str:
        before = ["--artifact", artifact, "--quiet"] if arguments[0] in {"export", "import"} else []
        assert main(["corrections", str(arguments[0]), *map(str, before), *map(str, arguments[1:])]) == status
        return capsys.readouterr().out

    return run


def read_all(url: str) -> list:
    store = open_store(url)
    documents = list(store.iter_documents())
    store.close()
    return documents


def test_the_list_is_for_people_or_as_json(kept: str, run):
    printed = run("list", "--database", kept)
    records = [json.loads(line) for line in run("list", "--json", "--database", kept).splitlines()]

    assert len(records) == 6
    assert len(printed.splitlines()) == 12
    assert all(record["id"] in printed for record in records)
    assert "note: see “line” 2" in printed
    by_ben = run("list", "--json", "--by", "ben", "--label", "official_statement", "--database", kept)
    assert json.loads(by_ben)["contradicts"]
    assert len(run("list", "--json", "--disagreement", "people", "--database", kept).splitlines()) == 3
    assert len(run("list", "--json", "--limit", "2", "--order", "uncertain", "--database", kept).splitlines()) == 2
    assert run("list", "--since", "2999-01-01", "--database", kept) == ""


def test_the_export_is_a_corpus(kept: str, run, tmp_path: Path):
    run("export", tmp_path / "out.jsonl", "--database", kept)
    by_length = {len(document.sentences): document for document in load_documents(tmp_path / "out.jsonl")}

    running, split = by_length[3], by_length[2]
    assert [sentence.label for sentence in running.sentences] == ["threat", None, None]
    assert [sentence.speaker for sentence in running.sentences] == ["the general", None, None]
    assert [sentence.label for sentence in split.sentences] == [None, "analyst_opinion"]
    assert split.texts == ["Prices rose.", "Wages fell."]
    assert running.source == "corrections"
    assert list(tmp_path.glob(".*")) == []


def test_an_export_imported_elsewhere_is_the_same(kept: str, run, tmp_path: Path):
    run("export", tmp_path / "out.jsonl", "--database", kept)
    copy = f"sqlite:///{tmp_path / 'copy.db'}"

    assert "6 new corrections, 0 known before, 0 faults" in run("import", tmp_path / "out.jsonl", "--database", copy)
    assert read_all(copy) == read_all(kept)
    assert "0 new corrections, 6 known before, 0 faults" in run("import", tmp_path / "out.jsonl", "--database", copy)


def test_tasks_of_label_studio_come_back(kept: str, run, tmp_path: Path):
    run("export", tmp_path / "tasks.json", "--database", kept)
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    tasks = json.loads((tmp_path / "tasks.json").read_text())
    for task in tasks:
        for annotation in task["annotations"]:
            annotation["completed_by"] = {"email": annotation.pop("by") + "@example.org"}
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))

    assert "6 new corrections, 0 known before, 0 faults" in run("import", tmp_path / "tasks.json", "--database", copy)
    mine, theirs = read_all(kept), read_all(copy)
    assert [each.document for each in theirs] == [each.document for each in mine]

    def say(document) -> set:
        changes = {(c.sentence, c.change.by.removesuffix("@example.org"), c.said.label) for c in document.corrections}
        return changes | {(c.sentence, c.change.label, c.change.speaker, c.change.role) for c in document.corrections}

    assert [say(each) for each in theirs] == [say(each) for each in mine]


def test_the_queue_is_exported_as_tasks_with_predictions(database: str, classifier, run, tmp_path: Path):
    store = open_store(database)
    document = classifier.classify(TEXT)
    doubt = Doubt(0, Said.of(document.sentences[0], classifier.manifest.identity()))
    store.remember([QueuedDocument(KeptDocument.of(TEXT, document.sentences), datetime.now(UTC), (doubt,))])
    store.close()

    run("export", "--queue", tmp_path / "tasks.json", "--database", database)

    (task,) = json.loads((tmp_path / "tasks.json").read_text())
    assert task["data"]["text"] == TEXT
    assert task["annotations"] == []
    labels = [r["value"]["labels"][0] for r in task["predictions"][0]["result"] if r["type"] == "labels"]
    assert labels == [sentence.label or "page_furniture" for sentence in document.sentences]
    encoded = TEXT.encode("utf-16-le")
    for result in task["predictions"][0]["result"]:
        if result["type"] == "labels":
            value = result["value"]
            assert encoded[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]


def make_task(text: str, *results: dict, **more: object) -> dict:
    return {"id": 1, "data": {"text": text}, "annotations": [{"completed_by": 7, "result": list(results)}], **more}


def make_region(start: int, end: int, text: str, label: str, identifier: str = "r1") -> dict:
    return {
        "id": identifier,
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": {"start": start, "end": end, "text": text, "labels": [label]},
    }


@pytest.mark.parametrize("shift", [0, 1])
def test_a_task_of_somebody_elses_project_is_split_by_the_model(run, tmp_path: Path, shift: int):
    """The emoji is one code point and two UTF-16 units; tools count either."""
    text = "It rained 😀 again. Two bridges were destroyed on Monday."
    start = text.index("Two")
    task = make_task(text, make_region(start + shift, len(text) + shift, text[start:], "threat"))
    (tmp_path / "tasks.json").write_text(json.dumps([task]))
    url = f"sqlite:///{tmp_path / 'a.db'}"

    run("import", tmp_path / "tasks.json", "--database", url)

    (document,) = read_all(url)
    (correction,) = document.corrections
    assert (correction.text, correction.change.label, correction.change.by) == (text[start:], "threat", "7")
    assert document.document.text == text


def test_wrong_rows_are_named_and_the_others_kept(artifact: Path, tmp_path: Path, capsys):
    good = {"id": "a", "source": "desk", "sentences": [{"text": "It rained.", "label": "threat", "speaker": "Ann Lee"}]}
    other = {"id": "b", "source": "desk", "sentences": [{"text": "It snowed.", "label": "factual_report"}]}
    wrong = {"id": "c", "source": "desk", "sentences": [{"text": "It froze.", "label": "joke"}]}
    shifted = {"id": "d", "source": "desk", "text": "So it rained."}
    shifted["sentences"] = [{"text": "It rained.", "label": "threat", "start": 0, "end": 10}]
    half = {"id": "e", "source": "desk", "sentences": [{"text": "Half \ud83d.", "label": "threat"}]}
    lines = [json.dumps(each) for each in (good, wrong, half, shifted, other)]
    lines[1:1] = ["not JSON", ""]
    path = tmp_path / "in.jsonl"
    path.write_bytes("\n".join(lines).encode() + b"\n\xff\n")
    url = f"sqlite:///{tmp_path / 'a.db'}"
    how = ["--by", "anna", "--quiet", "--artifact", str(artifact), "--database", url]

    assert main(["corrections", "import", str(path), *how]) == 1

    printed = capsys.readouterr()
    assert "7 documents: 2 new corrections, 0 known before, 5 faults" in printed.out
    places = [f"{path}:{number}: " for number in (2, 4, 5, 6, 8)]
    messages = ["not JSON", "unknown label 'joke'", "half a surrogate pair", '"start" and "end"', "not UTF-8 at byte 0"]
    for fault, place, message in zip(printed.err.splitlines(), places, messages, strict=True):
        assert place in fault
        assert message in fault
    documents = {document.document.name: document for document in read_all(url)}
    assert set(documents) == {"a", "b"}
    change = documents["a"].corrections[0].change
    assert (change.label, change.speaker, change.by) == ("threat", "Ann Lee", "anna")
    assert documents["a"].document.source == "desk"


def test_wrong_tasks_and_regions_are_named_and_the_others_kept(artifact: Path, tmp_path: Path, capsys):
    text = "It rained. Two bridges were destroyed on Monday."
    good = make_region(0, 10, "It rained.", "threat", "r1")
    task = make_task(
        text,
        good,
        make_region(0, 5, "It ra", "threat", "r2"),
        make_region(11, 48, "something else", "threat", "r3"),
        make_region(11, 48, text[11:], "joke", "r4"),
        {"id": "r5", "from_name": "mood", "to_name": "text", "type": "rating", "value": {"rating": 5}},
        {"from_id": "r1", "to_id": "r2", "type": "relation"},
    )
    skipped = make_task("Skipped.", make_region(0, 8, "Skipped.", "threat"))
    skipped["annotations"][0]["was_cancelled"] = True
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps([task, {"data": {}}, make_task(" "), {"data": {"text": "a"}}, 5, skipped]))
    url = f"sqlite:///{tmp_path / 'a.db'}"

    status = main(["corrections", "import", str(path), "--artifact", str(artifact), "--quiet", "--database", url])

    printed = capsys.readouterr()
    assert status == 1
    assert "6 documents: 1 new corrections, 0 known before, 8 faults" in printed.out
    faults = printed.err.splitlines()
    assert len(faults) == 8
    for place, message in [
        ("task 1: annotation 1, region r2", "are not one whole sentence"),
        ("task 1: annotation 1, region r3", '"text" is not what stands'),
        ("task 1: annotation 1, region r4", '"label" must be one of'),
        ("task 1: annotation 1, region r5", "'rating' named 'mood'"),
        ("task 2", 'no text in "data"'),
        ("task 3", 'no text in "data"'),
        ("task 4", 'no list of "annotations"'),
        ("task 5", "a task is an object"),
    ]:
        assert any(f"{path}, {place}: " in fault and message in fault for fault in faults), (place, faults)


def test_deleting(kept: str, run):
    records = [json.loads(line) for line in run("list", "--json", "--database", kept).splitlines()]
    of_ben = next(record for record in records if record["by"] == "ben")

    assert run("delete", of_ben["id"], "--database", kept) == f"deleted {of_ben['id']}\n"
    assert run("delete", of_ben["id"], "--database", kept, status=1) == ""
    assert run("delete", "--by", "anna", "--database", kept) == "deleted 3 corrections\n"
    assert "with 1 corrections" in run("delete", "--document", of_ben["document"], "--database", kept)
    assert run("delete", "--document", of_ben["document"], "--database", kept, status=1) == ""
    assert run("delete", "--database", kept, status=1) == ""
    assert run("delete", "--all", "--database", kept) == "deleted 1 corrections\ntook 0 documents off the queue\n"
    assert read_all(kept) == []


def test_migrating(database: str, run):
    assert run("migrate", "--database", database) == "up to date: 0 corrections, 0 documents, 0 in the queue\n"


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(tmp_path)
    for arguments in (["list"], ["export", "out.jsonl"], ["delete", "--all"]):
        assert main(["corrections", *arguments]) == 2
        assert "STANCE_DATABASE: there is no file stance.db" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert main(["corrections", "list", "--database", "mysql://a/b"]) == 2


def test_a_file_that_cannot_be_read_is_an_error(run, tmp_path: Path):
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text("{}")
    url = f"sqlite:///{tmp_path / 'a.db'}"

    run("import", tmp_path / "a.json", "--database", url, status=1)
    run("import", tmp_path / "b.json", "--database", url, status=1)
    run("import", tmp_path / "none.jsonl", "--database", url, status=1)
