"""The engine of a cluster: the same core over the record batches of a Spark DataFrame.

``score(df)`` is for notebooks and jobs; it needs ``stancewire[spark]`` where the driver is and ``stancewire`` where the
executors are. The artifact travels with the job and is loaded once by each Python worker.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from model import artifact as artifacts
from model.classifier import Classifier
from service.batch.options import SENTENCES_FIELD, ScoreOptions
from service.batch.results import result_schema
from service.batch.score import score_batches

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_DEFAULTS = ScoreOptions(form="sentences")
_ROWS = 512  # a batch of Spark's has 10,000 rows, which as articles would be gigabytes at a time


def score(df: "DataFrame", artifact: str | Path = "artifact", options: ScoreOptions = _DEFAULTS) -> "DataFrame":
    """Return ``df`` with its texts scored: a row a sentence, or a row an article with nested sentences.

    Rows come in the order of ``df`` within each partition, and no row is moved to another partition. A row that cannot
    be scored is a row with ``error_kind`` and ``error``.

    Args:
        df: A DataFrame with a column of text (or a column ``sentences`` of lists); the others are carried along.
        artifact: The model's folder on the driver; shipped to the executors.
        options: Which columns hold what, and what to give.

    Raises:
        ArtifactError: The artifact cannot be used.
        ValueError: There is no column with text, or two columns would have the same name.

    """
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    schema = to_arrow_schema(df.schema)
    if options.text_field not in schema.names and SENTENCES_FIELD not in schema.names:
        raise ValueError(
            f"there is no column {options.text_field!r} and no {SENTENCES_FIELD!r}; "
            f"the columns are {', '.join(schema.names)}: name the one with the text: ScoreOptions(text_field=...)"
        )
    classifier = shipped(df.sparkSession, Path(artifact))

    def partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        pieces = (batch.slice(start, _ROWS) for batch in batches for start in range(0, batch.num_rows, _ROWS))
        yield from score_batches(pieces, classifier(), options)

    return df.mapInArrow(partition, from_arrow_schema(result_schema(schema, options)))


def shipped(spark: "SparkSession", artifact: Path) -> Callable[[], Classifier]:
    """Send an artifact to the executors and return what loads it there, once in each process.

    Raises:
        ArtifactError: The artifact cannot be used.

    """
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
    artifact_hash = manifest.hash

    def load() -> Classifier:
        from pyspark import SparkFiles

        return _load(SparkFiles.get(name), artifact_hash)

    return load


@cache
def _load(folder: str, artifact_hash: str) -> Classifier:
    classifier = Classifier.load(folder)
    if classifier.manifest.hash != artifact_hash:
        raise artifacts.ArtifactError(f"{folder} is not the artifact that the job was started with; start it again")
    return classifier
