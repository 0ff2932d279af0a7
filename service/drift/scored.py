"""Reads the sentences of scored archives, whatever their formats, one record at a time."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow.parquet as pq

from model.labels import LABELS, Label
from service.batch.files import open_stream
from service.batch.formats import file_type_of
from service.batch.formats.csv import Csv
from service.batch.formats.jsonl import JSONL

_LONGEST_LINE: Final = 1 << 28  # bytes: an article of the longest text that is scored, many times over
_NEEDED: Final = ("text", "label", "confidence")


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of an archive, with what the model said of it."""

    text: str
    label: Label
    confidence: float
    has_speaker: bool
    reader: str


def read_sentences(path: Path) -> Iterator[ScoredSentence]:
    """Yield the labelled sentences of a scored archive: not page furniture, and no rows that could not be scored.

    Raises:
        ValueError: The file is not a scored archive.
        OSError: The file cannot be read.

    """
    for number, record in enumerate(_read_records(path), 1):
        try:
            yield from _read_record(record)
        except ValueError as error:
            raise ValueError(f"{path}, record {number}: {error}; give outputs of stance score") from None


def _read_record(record: Mapping[str, Any]) -> Iterator[ScoredSentence]:
    """Yield the sentences of a record, which is an article or a sentence."""
    if record.get("error") or record.get("error_kind"):
        return
    if "sentences" in record and "label" not in record:
        sentences = record["sentences"]
        if isinstance(sentences, str):  # a cell of a table
            sentences = json.loads(sentences) if sentences else []
        for sentence in sentences or ():
            yield from _read_sentence(sentence)
        return
    yield from _read_sentence(record)


def _read_sentence(record: Mapping[str, Any]) -> Iterator[ScoredSentence]:
    """Yield the sentence unless it is page furniture."""
    missing = [name for name in _NEEDED if name not in record]
    if missing:
        raise ValueError(f"no field {', '.join(missing)}")
    label = record["label"]
    if not label:
        return
    if label not in LABELS:
        raise ValueError(f"unknown label {label!r}")
    speaker = record.get("speaker") or {}
    named = speaker.get("name") if isinstance(speaker, dict) else speaker
    has_speaker = bool(named or record.get("speaker_name"))
    reader = str(record.get("reader") or "fast")
    yield ScoredSentence(str(record["text"]), label, float(record["confidence"]), has_speaker, reader)


def _read_records(path: Path) -> Iterator[Mapping[str, Any]]:
    form = file_type_of(path.name).format
    if form == JSONL:
        yield from _read_objects(path)
    elif isinstance(form, Csv):
        yield from _read_table(path, form.delimiter)
    else:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=1000):
            yield from batch.to_pylist()


def _read_objects(path: Path) -> Iterator[Mapping[str, Any]]:
    with open_stream(str(path)) as stream:
        for number, line in enumerate(stream.lines(_LONGEST_LINE), 1):
            if line is None:
                raise ValueError(f"{path}:{number}: the line is longer than any that stance score writes")
            if not line.strip():
                continue
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise ValueError(f"{path}:{number}: not JSON ({error}); give outputs of stance score") from None
            if not isinstance(record, dict):
                raise ValueError(f"{path}:{number}: no object; give outputs of stance score")
            yield record


def _read_table(path: Path, delimiter: str) -> Iterator[Mapping[str, Any]]:
    csv.field_size_limit(min(sys.maxsize, _LONGEST_LINE))
    with open_stream(str(path)) as stream:
        rows = csv.DictReader(_decode(stream.lines(_LONGEST_LINE), path), delimiter=delimiter)
        yield from rows


def _decode(lines: Iterable[bytes | None], path: Path) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if line is None:
            raise ValueError(f"{path}:{number}: the line is longer than any that stance score writes")
        yield line.decode("utf-8-sig" if number == 1 else "utf-8")
