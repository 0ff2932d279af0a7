"""One path from text to result: file, HTTP and process pool give the same answers, to the last bit.

Spark's are compared with those of the file in test_batch_spark.py, byte by byte.
"""

import json

import pytest

from service.web.app import create_app
from service.web.config import Config
from tests.service.archives import articles, read, score, write


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    split = {"id": "split", "sentences": ["Rain fell.", "“We will strike back,” the minister said."]}
    return [*({key: row[key] for key in ("id", "text")} for row in articles(30)), split]


@pytest.fixture(scope="module")
def answers(rows, artifact) -> dict[str, list[dict]]:
    """What HTTP says, by id."""
    client = create_app(Config(artifact=artifact, reload_seconds=0)).test_client()
    response = client.post("/v1/classify", json={"documents": rows})
    assert response.status_code == 200
    return {document["id"]: document["sentences"] for document in response.get_json()["documents"]}


@pytest.mark.parametrize("workers", [1, 2])
def test_file_and_pool_say_what_http_says(artifact, rows, answers, tmp_path, workers):
    assert score(artifact, write(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl", "--workers", workers) == 0
    records = read(tmp_path / "out.jsonl")
    assert {record["id"]: record["sentences"] for record in records} == answers


def test_parquet_articles_say_what_http_says(artifact, rows, answers, tmp_path):
    source = write(tmp_path / "in.jsonl", rows)
    assert score(artifact, source, tmp_path / "out.parquet", "--rows", "articles") == 0
    found = {record["id"]: record["sentences"] for record in read(tmp_path / "out.parquet")}
    assert json.dumps(found, sort_keys=True) == json.dumps(answers, sort_keys=True)
