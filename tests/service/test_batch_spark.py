"""The Spark engine, on a real local Spark: the answers of the other engines, whatever happens to its tasks."""

import json
import os
import shutil
import signal
import sys
from itertools import product

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.service.archives import articles, read, score, write

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17 or newer, and there is none"),
    pytest.mark.filterwarnings("default"),  # PySpark's own are not this project's
]
pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'stancewire[spark]'")


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "16",
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
    }
    session = SparkSession.builder.master("local[2,3]").config(map=settings).getOrCreate()  # three tries a task
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A folder of Parquet, partitioned by day, with a few wrong rows."""
    folder = tmp_path_factory.mktemp("archive")
    rows = [*articles(60), {"id": "null", "outlet": "x", "length": 1, "text": None}]
    for day in (1, 2, 3):
        write(folder / f"day=2026-05-0{day}" / f"part-{day}.parquet", rows[day - 1 :: 3])
    return folder


def without_place(records: list[dict]) -> list[dict]:
    return sorted(
        ({k: v for k, v in record.items() if k not in ("article_file", "day")} for record in records),
        key=lambda record: (record["id"], record["sentence_id"] or 0),
    )


def test_partitioned_parquet_gives_what_the_pool_gives(spark, artifact, archive, tmp_path):
    assert score(artifact, archive, tmp_path / "pool.parquet", "--workers", 2) == 0
    assert score(artifact, archive, tmp_path / "spark.parquet", "--engine", "spark") == 0
    table = pq.read_table(tmp_path / "spark.parquet")
    assert sorted(path.name for path in (tmp_path / "spark.parquet").glob("day=*")) == [
        f"day=2026-05-0{day}" for day in (1, 2, 3)
    ]
    assert without_place(table.to_pylist()) == without_place(read(tmp_path / "pool.parquet"))
    days = {str(day) for day in table["day"].to_pylist()}
    assert days == {"2026-05-01", "2026-05-02", "2026-05-03"}


@pytest.mark.parametrize(
    ("out", "rows"), list(product(["parquet", "jsonl"], ["articles", "sentences"])), ids=lambda name: name
)
def test_it_counts_what_the_pool_counts(spark, artifact, archive, tmp_path, capsys, out, rows):
    found = []
    for engine in ("local", "spark"):
        assert score(artifact, archive, tmp_path / f"{engine}.{out}", "--engine", engine, "--rows", rows) == 0
        found.append(json.loads(capsys.readouterr().out))
    counted = ("rows", "scored", "errors", "sentences", "given", "labels", "uncertain", "boilerplate")
    pool, cluster = [{name: summary[name] for name in counted} for summary in found]
    assert cluster == pool
    assert pool["boilerplate"] == 15  # a by-line in every fourth of 60 articles


@pytest.mark.parametrize("rows", ["articles", "sentences"])
def test_parquet_becomes_the_lines_that_the_pool_writes(spark, artifact, archive, tmp_path, rows):
    files = sorted(archive.rglob("*.parquet"))
    assert score(artifact, *files, tmp_path / "pool.jsonl", "--workers", 2, "--rows", rows) == 0
    assert score(artifact, *files, tmp_path / "spark.jsonl", "--engine", "spark", "--rows", rows) == 0
    parts = (tmp_path / "spark.jsonl").glob("part-*")
    lines = [line for part in parts for line in part.read_text().split("\n")[:-1]]
    assert sorted(lines) == sorted((tmp_path / "pool.jsonl").read_text().split("\n")[:-1])


def test_lines_of_jsonl_are_those_of_one_machine(spark, artifact, tmp_path, capsys):
    write(tmp_path / "in" / "1.jsonl", articles(20))
    write(tmp_path / "in" / "2.csv.gz", articles(10))
    (tmp_path / "in" / "3.jsonl").write_bytes(
        b'{"id": "broken\n{"id": "u", "text": "caf\xe9"}\n{"text": "Rain fell."}\n'
    )
    assert score(artifact, tmp_path / "in", tmp_path / "pool.jsonl") == 0
    capsys.readouterr()
    assert score(artifact, tmp_path / "in", tmp_path / "spark.jsonl", "--engine", "spark") == 0
    parts = sorted((tmp_path / "spark.jsonl").glob("part-*"))
    assert len(parts) == 3
    assert b"".join(part.read_bytes() for part in parts) == (tmp_path / "pool.jsonl").read_bytes()
    summary = capsys.readouterr().out
    assert '"rows": 33' in summary
    assert '"bad_json": 1' in summary


def test_a_task_whose_process_is_killed_is_tried_again_and_nothing_is_lost_or_doubled(
    spark, artifact, classifier, tmp_path
):
    from service.batch.spark import score as score_frame

    rows = articles(200)
    fell = tmp_path / "fell"

    def die_once(batches):
        """Pass the batches on; the first process to see the third batch of a partition falls dead."""
        for number, batch in enumerate(batches):
            if number == 2:
                try:
                    os.close(os.open(fell, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    pass
                else:
                    os.kill(os.getpid(), signal.SIGKILL)
            yield batch

    frame = spark.createDataFrame(pa.Table.from_pylist(rows)).repartition(4, "id")
    frame = frame.mapInArrow(die_once, frame.schema)
    result = score_frame(frame, artifact).toArrow().to_pylist()
    assert fell.exists()
    expected = {
        (row["id"], place): sentence.label
        for row in rows
        for place, sentence in enumerate(classifier.classify(row["text"]).sentences)
    }
    assert {(record["id"], record["sentence_id"]): record["label"] for record in result} == expected
    assert len(result) == len(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in.jsonl", "there"], "is there already; remove it first"),
        (["in.jsonl", "out.csv"], "name it something.parquet, not out.csv"),
        (["in.jsonl", "in.parquet", "out.jsonl"], "score them one after the other"),
        (["in.jsonl", "out.jsonl", "--max-errors", "1"], "--max-errors: not with --engine spark"),
    ],
)
def test_what_spark_cannot_do_says_what_to_do(artifact, tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    write(tmp_path / "in.jsonl", articles(1))
    write(tmp_path / "in.parquet", articles(1))
    assert score(artifact, *arguments, "--engine", "spark") == 1
    assert message in capsys.readouterr().err
