"""The engine of a cluster: the same scorer over the rows of a Spark DataFrame, or over files that Spark hands out.

``score(df)`` is for notebooks and jobs. It needs ``stancewire[spark]`` where the driver is and ``stancewire`` where the
executors are. The artifact travels with the job and is loaded once by each Python worker.

``score_files`` is ``stance score --engine spark``: files in, a folder of part files out, committed by Spark as a whole.
Parquet is read by Spark itself, split by row groups, and its partition columns are kept. JSONL and CSV are read a file
a task by the same readers as on one machine, so that bad rows are reported in the same way; the files have to be where
every executor sees them under the same path.
"""

import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from model import artifact as artifacts
from model.classifier import Classifier
from model.readers import is_careful_installed
from service.batch.contents import contents_of_batch, describe_missing, find_text_columns, gold_of_batch, has_gold
from service.batch.formats import FileType
from service.batch.formats.format import Layout, carry_columns
from service.batch.formats.jsonl import JSONL
from service.batch.formats.parquet import PARQUET, carry_objects
from service.batch.options import SENTENCES_FIELD, ScoreOptions
from service.batch.plan import Output, plan_outputs
from service.batch.results import name_carried, output_schema, result_batch, result_schema
from service.batch.rows import Rows, ScoredRows, Tally, summarize
from service.batch.score import RowScorer, score_batches

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_DEFAULTS: Final = ScoreOptions(form="sentences")
_BATCH_ROWS: Final = 512  # Spark's own batches have 10,000 rows; as articles, that would be gigabytes at a time
_LINES: Final = "value string"
# Where a row of Parquet comes from: Spark can hand this to Python only in columns beside the data's own.
_ROW, _FILE = "_stancewire_row", "_stancewire_file"


def score(df: "DataFrame", artifact: str | Path = "artifact", options: ScoreOptions = _DEFAULTS) -> "DataFrame":
    """Return ``df`` with its texts scored: a row a sentence, or a row an article with nested sentences.

    Rows come in the order of ``df`` within each partition, and no row is moved to another partition. A row that cannot
    be scored is a row with ``error_kind`` and ``error``.

    Args:
        df: A DataFrame with a column of text (or a column ``sentences`` of lists); the others are carried along.
        artifact: The model's folder on the driver; sent to the executors.
        options: Which columns hold what, and what to give.

    Raises:
        ArtifactError: The artifact cannot be used.
        ValueError: There is no column with text, or two columns would have the same name.

    """
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    schema = to_arrow_schema(df.schema)
    _check_columns(schema.names, options)
    load = send_artifact(df.sparkSession, Path(artifact))

    def score_partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from score_batches(_slice(batches), load(), options)

    return df.mapInArrow(score_partition, from_arrow_schema(result_schema(schema, options)))


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
    output = _plan_output(inputs, out)
    identity = artifacts.read_manifest(artifact).identity()
    spark = start_session(workers)
    started = time.monotonic()
    if all(source.format == PARQUET for source in output.sources):
        table, partitions = _read_parquet(spark, output, inputs)
        results = _score_placed(table, output, artifact, options)
    else:
        results, partitions = _score_sources(spark, output, artifact, options), []
    if output.file_type.format == JSONL:
        results.write.text(out)
    else:
        results.write.partitionBy(*partitions).parquet(out)
    seconds = time.monotonic() - started
    facts = {"outputs": [out], "seconds": round(seconds, 3)}
    return summarize(_count_results(spark, output), seconds, identity) | facts


def start_session(workers: int | None) -> "SparkSession":
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


def send_artifact(spark: "SparkSession", artifact: Path) -> Callable[[], Classifier]:
    """Send an artifact to the executors and return what loads it there, once in each process.

    Raises:
        ArtifactError: The artifact cannot be used.

    """
    artifact = artifacts.find_version(artifact)
    manifest = artifacts.read_manifest(artifact)
    artifacts.verify(artifact, manifest)
    name = f"stancewire-{manifest.hash[:16]}.zip"  # another artifact has another name: Spark sends each name once
    archive = Path(tempfile.gettempdir()) / name
    packed = Path(tempfile.mkstemp(prefix=name)[1])
    with zipfile.ZipFile(packed, "w") as file:
        for path in (artifacts.MANIFEST_FILE, *manifest.files):
            file.write(artifact / path, path)
    packed.replace(archive)
    spark.sparkContext.addArchive(str(archive))
    expected = manifest.hash, _hash_careful()

    def load() -> Classifier:
        from pyspark import SparkFiles

        return _load(SparkFiles.get(name), *expected)

    return load


def _hash_careful() -> str | None:
    """Return the hash of what the careful reader has learned; None where it is not installed."""
    if not is_careful_installed():
        return None
    from model.careful.bundle import load_bundle

    return load_bundle().hash


@cache
def _load(folder: str, artifact_hash: str, careful_hash: str | None) -> Classifier:
    if _hash_careful() != careful_hash:
        raise artifacts.ArtifactError(
            "the careful reader is not the same on every machine, or not installed; install the same "
            "stancewire[careful] everywhere, or choose the reader fast"
        )
    classifier = Classifier.load(folder)
    if classifier.manifest.hash != artifact_hash:
        raise artifacts.ArtifactError(f"{folder} is not the artifact that the job was started with; start it again")
    return classifier


def _check_columns(names: Sequence[str], options: ScoreOptions) -> None:
    if not find_text_columns(names, options) and SENTENCES_FIELD not in names:
        raise ValueError(describe_missing("there", "column", names, options) + ", or ScoreOptions(text_field=...)")


def _plan_output(inputs: Sequence[str], out: str) -> Output:
    """Return the one output that Spark is to write.

    Raises:
        ValueError: The files are not of a kind that Spark can do.

    """
    if Path(out).exists():
        raise ValueError(f"{out} is there already; remove it first, or write elsewhere")
    (output, *others), _ = plan_outputs(inputs, out)
    if others or output.file_type not in (FileType(JSONL), FileType(PARQUET)):
        raise ValueError(f"Spark writes one folder of Parquet or JSONL; name it something.parquet, not {out}")
    if len({source.format == PARQUET for source in output.sources}) > 1:
        raise ValueError("Spark reads either Parquet or JSONL and CSV; score them one after the other")
    return replace(output, with_file=True)


def _read_parquet(spark: "SparkSession", output: Output, inputs: Sequence[str]) -> tuple["DataFrame", list[str]]:
    """Return the rows with where they are from, and the columns that the folders' names hold ("day=2026-05-01")."""
    from pyspark.sql import functions as fn

    folders = [given for given in inputs if Path(given).is_dir()]
    reader = spark.read.option("basePath", folders[0]) if len(folders) == 1 and len(inputs) == 1 else spark.read
    table = reader.parquet(*(folders if len(folders) == len(inputs) else [source.path for source in output.sources]))
    levels = [part.split("=", 1)[0] for part in Path(output.sources[0].name).parts[:-1] if "=" in part]
    place = {_ROW: fn.col("_metadata.row_index") + 1, _FILE: fn.col("_metadata.file_name")}
    return table.withColumns(place), [level for level in levels if level in table.columns]


def _score_placed(table: "DataFrame", output: Output, artifact: Path, options: ScoreOptions) -> "DataFrame":
    """Return the results of rows of Parquet, which have their place in two columns: as rows, or as lines of JSON."""
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    schema = to_arrow_schema(table.drop(_ROW, _FILE).schema)
    _check_columns(schema.names, options)
    layout = Layout(with_file=True)
    if output.file_type.format != JSONL:
        named = name_carried(schema.names, options)
        carried = {name: pa.field(new, schema.field(name).type) for name, new in named.items()}
        columns = [*carried.values()]
        layout = Layout(True, carried, output_schema(columns, options, with_file=True, with_gold=has_gold(schema)))
    load = send_artifact(table.sparkSession, artifact)

    def score_partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scorer = RowScorer(load(), options)
        for batch in _slice(batches):
            for rows in _split_by_file(batch, layout, options):
                yield _to_batch(scorer.score(rows), layout, options)

    return table.mapInArrow(score_partition, _LINES if layout.schema is None else from_arrow_schema(layout.schema))


def _score_sources(spark: "SparkSession", output: Output, artifact: Path, options: ScoreOptions) -> "DataFrame":
    """Return the results of JSONL and CSV, a partition a file: as rows, or as lines of JSON."""
    from pyspark.sql.pandas.types import from_arrow_schema

    layout = output.find_layout(options)
    load = send_artifact(spark, artifact)
    sources = output.sources

    def score_partition(numbers: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scorer = RowScorer(load(), options)
        for number in (number for batch in numbers for number in batch.column("id").to_pylist()):
            source = sources[number]
            for chunk in source.format.cut(source, options):
                yield _to_batch(scorer.score(source.format.parse(chunk, layout, options)), layout, options)

    files = spark.range(0, len(sources), 1, numPartitions=len(sources))
    return files.mapInArrow(score_partition, _LINES if layout.schema is None else from_arrow_schema(layout.schema))


def _slice(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, _BATCH_ROWS):
            yield batch.slice(start, _BATCH_ROWS)


def _split_by_file(batch: pa.RecordBatch, layout: Layout, options: ScoreOptions) -> Iterator[Rows]:
    """Yield the rows of a batch that has their place in two columns, those of one file at a time."""
    start = 0
    for file, group in groupby(batch.column(_FILE).to_pylist()):
        length = sum(1 for _ in group)
        piece = batch.slice(start, length)
        start += length
        numbers = piece.column(_ROW).to_pylist()
        piece = piece.drop_columns([_ROW, _FILE])
        contents = contents_of_batch(piece, options)
        gold = gold_of_batch(piece, contents)
        if layout.carried is None:
            yield Rows(carry_objects(piece, contents, options), contents, numbers, file, gold)
        else:
            columns = dict(zip(piece.schema.names, piece.columns, strict=True))
            yield Rows(carry_columns(columns, layout.carried, length), contents, numbers, file, gold)


def _to_batch(scored: ScoredRows, layout: Layout, options: ScoreOptions) -> pa.RecordBatch:
    """Return scored rows as Spark takes them: as result columns, or as one column of JSON lines."""
    if layout.schema is not None:
        return result_batch(scored, layout.schema, options)
    lines = JSONL.encode(scored, layout, options).decode().split("\n")[:-1]
    return pa.RecordBatch.from_pydict({"value": pa.array(lines, pa.string())})


def _count_results(spark: "SparkSession", output: Output) -> Tally:
    """Count what was written: counting on the way would count twice what is retried."""
    from pyspark.sql import functions as fn

    is_jsonl = output.file_type.format == JSONL
    counted = ("label", "uncertain", "boilerplate")
    if is_jsonl:
        facts = "label string, uncertain boolean, boilerplate boolean"
        schema = f"article_row long, article_file string, error_kind string, {facts}, sentences array<struct<{facts}>>"
        records = spark.read.schema(schema).json(output.path)
    else:
        records = spark.read.parquet(output.path)
    columns = {name: fn.col(name) for name in counted}
    if "sentences" in records.columns:
        records = records.withColumn("nested", fn.explode_outer("sentences"))
        columns = {name: fn.col(f"nested.{name}") for name in counted}
        if is_jsonl:  # its records are in one form or the other
            columns = {name: fn.coalesce(column, name) for name, column in columns.items()}
    tally = Tally(rows=records.select("article_file", "article_row").distinct().count())
    named = [column.alias(f"of_{name}") for name, column in columns.items()]
    for row in records.groupBy("error_kind", *named).count().collect():
        count = row["count"]
        if row["error_kind"] is not None:
            tally.errors[row["error_kind"]] += count
        elif row["of_boilerplate"]:
            tally.boilerplate += count
        elif row["of_label"] is not None:
            tally.given[row["of_label"]] += count
            tally.sentences += count
            tally.uncertain += count if row["of_uncertain"] else 0
    return tally
