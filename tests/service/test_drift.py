"""Drift over HTTP, in the metrics and on the command line: what was read beside what the model was measured on."""

import json
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from model import Classifier
from model.artifact import read_manifest
from service.cli import main
from service.web.app import create_app
from service.web.config import Config
from tests.service.archives import articles, score, write
from tests.service.server import read_metrics, run_server
from training.drift.reference import FEATURES, load_reference

THREATS = " ".join(
    f"“We will bomb the port if they do not leave by day {day},” the general warned." for day in range(12)
)


@pytest.fixture
def fresh(config: Config) -> FlaskClient:
    return create_app(config).test_client()


def ask(client: FlaskClient) -> dict:
    return client.get("/v1/drift").json


def test_before_the_first_sentence_nothing_is_said(fresh: FlaskClient, artifact: Path):
    drift = ask(fresh)

    assert drift["model"]["artifact_hash"] == read_manifest(artifact).hash
    assert drift["sentences"] == 0
    assert drift["moved"] is False
    assert drift["summary"] == "No sentence has come yet."
    assert drift["reference"]["sentences"] == load_reference(artifact).sentences
    assert drift["features"]["label"]["psi"] is None
    assert ("stance_drift_psi", "label") not in read_metrics(fresh.get("/metrics").text)


def test_what_is_read_is_counted_and_compared(fresh: FlaskClient, classifier: Classifier):
    for _ in range(10):
        fresh.post("/v1/classify", json={"text": f"By Anna Weil\n\n{THREATS}"})
    drift = ask(fresh)
    labels = [sentence.label for sentence in classifier.classify(THREATS).sentences]

    assert drift["sentences"] == 10 * len(labels) == 120
    assert drift["features"]["label"]["shares"]["threat"]["now"] == labels.count("threat") / len(labels)
    assert drift["features"]["speaker"]["sample"] == 120
    assert drift["moved"] is True
    assert "Labels have moved a lot" in drift["summary"]
    assert drift["since"].endswith("+00:00")

    found = read_metrics(fresh.get("/metrics").text)
    assert found["stance_drift_sentences",] == 120
    for feature in FEATURES:
        assert found["stance_drift_psi", feature] == pytest.approx(drift["features"][feature]["psi"])
        assert found["stance_drift_js_distance", feature] == pytest.approx(drift["features"][feature]["js_distance"])
    assert found["stance_drift_moved", "label"] == 1


def test_thresholds_of_a_request_are_no_drift(fresh: FlaskClient):
    answer = fresh.post("/v1/classify", json={"text": "It rained on Monday.", "threshold": {"threat": 1e-6}})
    assert answer.json["sentences"][0]["label"] == "threat"

    assert ask(fresh)["features"]["label"]["shares"]["threat"]["now"] == 0


def test_a_model_without_a_reference_says_so(artifact: Path, tmp_path: Path, capsys):
    folder = Path(shutil.copytree(artifact, tmp_path / "old"))
    (folder / "reference.json").unlink()
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"]["reference.json"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    client = create_app(Config(artifact=folder, reload_seconds=0)).test_client()

    answer = client.get("/v1/drift")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert "trained without a reference" in answer.json["detail"]
    assert client.post("/v1/classify", json={"text": "It rained."}).status_code == 200
    assert client.get("/metrics").status_code == 200
    assert main(["drift", str(folder), "--artifact", str(folder)]) == 1
    assert capsys.readouterr().err


def test_without_a_model_it_is_not_ready(tmp_path: Path):
    client = create_app(Config(artifact=tmp_path / "none", reload_seconds=0)).test_client()

    assert client.get("/v1/drift").status_code == 503
    assert client.get("/metrics").status_code == 200


def test_all_workers_are_counted_together(artifact: Path, tmp_path: Path):
    with run_server(artifact, tmp_path / "log", workers=2, reader="fast") as server:
        for _ in range(12):
            assert server.classify({"text": THREATS}).status == 200
        drift = server.get("/v1/drift").json
        found = read_metrics(server.get("/metrics").body.decode())

    assert drift["sentences"] == 12 * 12
    assert found["stance_drift_psi", "label"] == pytest.approx(drift["features"]["label"]["psi"])
    assert found["stance_sentences_total", "threat"] > 0


@pytest.mark.parametrize("name", ["scored.jsonl", "scored.jsonl.gz", "scored.csv", "scored.parquet"])
@pytest.mark.parametrize("rows", ["articles", "sentences"])
def test_scored_archives_of_every_format_give_the_same(name: str, rows: str, artifact: Path, tmp_path: Path, capsys):
    source = write(tmp_path / "articles.jsonl", articles(40))
    assert score(artifact, source, tmp_path / name, "--rows", rows, "--reader", "fast") == 0
    client = create_app(Config(artifact=artifact, reader="fast", reload_seconds=0)).test_client()
    for line in source.read_text().splitlines():
        client.post("/v1/classify", json={"text": json.loads(line)["text"]})
    capsys.readouterr()

    assert main(["drift", str(tmp_path / name), "--artifact", str(artifact), "--json"]) == 0
    drift = json.loads(capsys.readouterr().out)
    over_http = ask(client)
    assert drift["sentences"] == over_http["sentences"] > 40
    assert drift["features"] == over_http["features"]
    assert drift["since"] is None


def test_the_command_line_says_it_in_words(artifact: Path, tmp_path: Path, capsys):
    source = write(tmp_path / "articles.jsonl", [{"id": "a", "text": THREATS * 10}])
    score(artifact, source, tmp_path / "scored.parquet", "--reader", "fast")
    capsys.readouterr()

    assert main(["drift", str(tmp_path / "scored.parquet"), "--artifact", str(artifact)]) == 0
    said = capsys.readouterr().out
    assert "held-out articles of real news" in said
    assert "Labels have moved a lot since the model of" in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}\n", "no field text, label, confidence"),
        ("[]\n", "no object"),
        ("no\n", "not JSON"),
        ('{"text": "A.", "label": "opinion", "confidence": 1}\n', "unknown label 'opinion'"),
    ],
)
def test_what_is_no_scored_archive_is_refused(content, message, artifact: Path, tmp_path: Path, capsys):
    path = tmp_path / "other.jsonl"
    path.write_text(content)

    assert main(["drift", str(path), "--artifact", str(artifact)]) == 1
    assert message in capsys.readouterr().err
