"""One path from text to result: file, HTTP and process pool give the same answers, to the last bit.

Spark's are compared with those of the file in test_batch_spark.py, byte by byte.
"""

import json

import pytest

from model import LABELS
from service.web.app import create_app
from service.web.config import Config
from tests.service.archives import articles, read, score, write

RELAYED = (
    "By Anna Weil\n\nThe minister of transport, Davit Koren, said that two ships had left the port, Reuters reported. "
    "He threatened to bomb the port of Sefra unless they leave by Friday. He vowed to attack every ship and destroy "
    "the harbour if they stay.\n\nPhoto: Ida Moll"
)


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    split = {"id": "split", "sentences": ["Rain fell.", "“We will strike back,” the minister said."]}
    relayed = {"id": "relayed", "text": RELAYED}
    return [*({key: row[key] for key in ("id", "text")} for row in articles(30)), split, relayed]


@pytest.fixture(scope="module")
def answers(rows, artifact) -> dict[str, list[dict]]:
    """What HTTP says, by id."""
    client = create_app(Config(artifact=artifact, reload_seconds=0)).test_client()
    response = client.post("/v1/classify", json={"documents": rows})
    assert response.status_code == 200
    return {document["id"]: document["sentences"] for document in response.get_json()["documents"]}


def test_the_answers_have_furniture_a_relayed_speaker_and_a_threat(answers):
    byline, first, second, third, photo = answers["relayed"]
    assert (byline["boilerplate"], photo["boilerplate"]) == (True, True)
    assert (first["speaker"]["name"], first["speaker"]["via"]) == ("Davit Koren", {"name": "Reuters", "role": "media"})
    assert first["speaker"]["id"] == second["speaker"]["id"]
    parts = [part for sentence in (second, third) for part in (sentence["threat"] or {}).values() if part]
    assert parts
    assert [RELAYED[part["start"] : part["end"]] for part in parts] == [part["text"] for part in parts]


@pytest.mark.parametrize("workers", [1, 2])
def test_file_and_pool_say_what_http_says(artifact, rows, answers, tmp_path, workers):
    assert score(artifact, write(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl", "--workers", workers) == 0
    records = read(tmp_path / "out.jsonl")
    assert {record["id"]: record["sentences"] for record in records} == answers


@pytest.mark.parametrize("extension", ["jsonl", "parquet", "csv"])
def test_the_flat_form_says_what_http_says(artifact, rows, answers, tmp_path, extension):
    source, out = write(tmp_path / "in.jsonl", rows), tmp_path / f"out.{extension}"
    assert score(artifact, source, out, "--rows", "sentences", "--keep", "") == 0

    def flatten(sentence):
        speaker = sentence["speaker"] or {}
        via, threat = speaker.get("via") or {}, sentence["threat"] or {}
        names = ("name", "mention", "role", "descriptor", "cue", "kind", "id", "start", "end", "confidence")
        return {
            **{name: sentence[name] for name in ("text", "label", "confidence", "uncertain", "boilerplate", "reader")},
            **{f"p_{label}": (sentence["probabilities"] or {}).get(label) for label in LABELS},
            **{f"speaker_{name}": speaker.get(name) for name in names},
            "via": via.get("name"),
            "via_role": via.get("role"),
            **{f"threat_{name}": part and part["text"] for name, part in threat.items()},
        }

    expected = [flatten(sentence) for row in rows for sentence in answers[row["id"]]]
    found = read(out)
    assert len(found) == len(expected)
    for record, flat in zip(found, expected, strict=True):
        shown = {name: record[name] for name in flat}
        if extension == "csv":
            shown = {name: read_cell(cell, flat[name]) for name, cell in shown.items()}
        assert shown == flat


def read_cell(cell: str, like: object) -> object:
    """Read a cell of CSV as a value of the kind of another: numbers may be written in several ways."""
    if cell == "":
        return None if like is None else cell
    if isinstance(like, bool):
        return {"true": True, "false": False}[cell]
    return type(like)(cell)


def test_parquet_articles_say_what_http_says(artifact, rows, answers, tmp_path):
    source = write(tmp_path / "in.jsonl", rows)
    assert score(artifact, source, tmp_path / "out.parquet", "--rows", "articles") == 0
    found = {record["id"]: record["sentences"] for record in read(tmp_path / "out.parquet")}
    assert json.dumps(found, sort_keys=True) == json.dumps(answers, sort_keys=True)
