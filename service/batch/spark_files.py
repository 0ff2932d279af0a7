"""``stance score --engine spark``: files in, a folder of part files out, committed by Spark as a whole.

Parquet is read by Spark itself, split by row groups, and its partition columns are kept. JSONL and CSV are read a file
a task by the same readers as on one machine, so that wrong rows are told in the same way; the files have to be where
every executor sees them under the same path.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from model import artifact as artifacts
from service.batch.batches import batch_of
from service.batch.files import Format
from service.batch.options import FILE, ROW, ScoreOptions
from service.batch.plan import Job, plan
from service.batch.readers import chunks
from service.batch.score import score_batches
from service.batch.spark import score, shipped
from service.batch.tally import Tally, summary_of
from service.batch.writers import encoded

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_JSONL = Format("jsonl")
_LINES = "value string"


def score_files(
    inputs: Sequence[str], out: str, options: ScoreOptions, artifact: Path, workers: int | None
) -> dict[str, Any]:
    """Score files on Spark and return the summary, JSON-ready.

    Args:
        inputs: Files, folders or patterns.
        out: The folder to write, ending in .parquet or .jsonl.
        options: What to give.
        artifact: The model's folder.
        workers: Processes on this machine; None for what the session is set up for.

    Raises:
        ArtifactError: The artifact cannot be used.
        ValueError: Spark is not installed, ``out`` is there already, or files are not of a kind that Spark can do.

    """
    job = _job(inputs, out)
    identity = artifacts.read_manifest(artifact).identity()
    spark = session(workers)
    started = time.monotonic()
    if all(source.format.kind == "parquet" for source in job.sources):
        table, partitions = _read_parquet(spark, job, inputs)
        results = score(table, artifact, options)
        if job.format == _JSONL:
            results.mapInArrow(_lines, _LINES).write.text(out)
        else:
            results.write.partitionBy(*partitions).parquet(out)
    elif job.format == _JSONL:
        _score_sources(spark, job, artifact, options).write.text(out)
    else:
        _score_sources(spark, job, artifact, options).write.parquet(out)
    seconds = time.monotonic() - started
    facts = {"outputs": [out], "seconds": round(seconds, 3)}
    return summary_of(_tally(spark, job), seconds, identity) | facts


def session(workers: int | None) -> "SparkSession":
    """Return the running session, or start the one that the environment is set up for; ``workers`` means this machine.

    Raises:
        ValueError: Spark is not installed.

    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ValueError("Spark is not installed: pip install 'stancewire[spark]'; it needs Java 17 or newer") from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else executors take whatever "python3" is
    builder = SparkSession.builder.appName("stance score")
    if workers:
        builder = builder.master(f"local[{workers}]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    return builder.getOrCreate()


def _job(inputs: Sequence[str], out: str) -> Job:
    """Return what is to be done.

    Raises:
        ValueError: The files are not of a kind that Spark can do.

    """
    if Path(out).exists():
        raise ValueError(f"{out} is there already; remove it first, or write elsewhere")
    (job, *others), _ = plan(inputs, out)
    if others or job.format not in (_JSONL, Format("parquet")):
        raise ValueError(f"Spark writes one folder of Parquet or JSONL; name it something.parquet, not {out}")
    if len({source.format.kind == "parquet" for source in job.sources}) > 1:
        raise ValueError("Spark reads either Parquet or JSONL and CSV; score them one after the other")
    return Job(job.sources, out, job.format, with_file=True)


def _read_parquet(spark: "SparkSession", job: Job, inputs: Sequence[str]) -> tuple["DataFrame", list[str]]:
    """Return the rows with where they are from, and the columns that the folders' names hold ("day=2026-05-01")."""
    from pyspark.sql import functions as fn

    folders = [given for given in inputs if Path(given).is_dir()]
    reader = spark.read.option("basePath", folders[0]) if len(folders) == 1 and len(inputs) == 1 else spark.read
    table = reader.parquet(*(folders if len(folders) == len(inputs) else [source.path for source in job.sources]))
    levels = [part.split("=", 1)[0] for part in Path(job.sources[0].name).parts[:-1] if "=" in part]
    place = {ROW: fn.col("_metadata.row_index") + 1, FILE: fn.col("_metadata.file_name")}
    return table.withColumns(place), [level for level in levels if level in table.columns]


def _score_sources(spark: "SparkSession", job: Job, artifact: Path, options: ScoreOptions) -> "DataFrame":
    """Return the results of JSONL and CSV, a partition a file: as rows, or as lines of JSON for JSONL."""
    from pyspark.sql.pandas.types import from_arrow_schema

    layout = job.layout(options)
    schema = job.schema(layout, options)
    classifier = shipped(spark, artifact)
    sources = job.sources

    def partition(numbers: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for number in (number for batch in numbers for number in batch.column("id").to_pylist()):
            batches = (batch_of(chunk, layout, options) for chunk in chunks(sources[number], options))
            scored = score_batches(batches, classifier(), options)
            yield from scored if schema is not None else _lines(scored)

    files = spark.range(0, len(sources), 1, numPartitions=len(sources))
    return files.mapInArrow(partition, from_arrow_schema(schema) if schema is not None else _LINES)


def _lines(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        lines = encoded(batch, _JSONL).decode().split("\n")[:-1]
        yield pa.RecordBatch.from_pydict({"value": pa.array(lines, pa.string())})


def _tally(spark: "SparkSession", job: Job) -> Tally:
    """Count what was written: counting on the way would count twice what is retried."""
    from pyspark.sql import functions as fn

    if job.format == _JSONL:
        sentence = "struct<label: string, uncertain: boolean>"
        schema = (
            f"row long, file string, error_kind string, label string, uncertain boolean, sentences array<{sentence}>"
        )
        records = spark.read.schema(schema).json(job.out)
    else:
        records = spark.read.parquet(job.out)
    label, uncertain = fn.col("label"), fn.col("uncertain")
    if "sentences" in records.columns:
        records = records.withColumn("nested", fn.explode_outer("sentences"))
        label, uncertain = fn.col("nested.label"), fn.col("nested.uncertain")
        if job.format == _JSONL:  # which of both forms it is, its records tell
            label, uncertain = fn.coalesce(label, "label"), fn.coalesce(uncertain, "uncertain")
    tally = Tally(rows=records.select("file", "row").distinct().count())
    for row in records.groupBy("error_kind", label.alias("given"), uncertain.alias("doubtful")).count().collect():
        count = row["count"]
        if row["error_kind"] is not None:
            tally.errors[row["error_kind"]] += count
        elif row["given"] is not None:
            tally.given[row["given"]] += count
            tally.sentences += count
            tally.uncertain += count if row["doubtful"] else 0
    return tally
