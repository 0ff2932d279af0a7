"""Reads the sentences of scored archives, whatever their formats, one record at a time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.labels import LABELS, Label
from service.batch.scored import Record, read_records

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
    for number, record in enumerate(read_records(path), 1):
        try:
            yield from _read_record(record)
        except ValueError as error:
            raise ValueError(f"{path}, record {number}: {error}; give outputs of stance score") from None


def _read_record(record: Record) -> Iterator[ScoredSentence]:
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


def _read_sentence(record: Record) -> Iterator[ScoredSentence]:
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
