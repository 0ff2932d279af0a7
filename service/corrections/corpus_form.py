"""Documents with corrections in the corpus format, one JSON document a line, and back.

A sentence has the label that is settled (null where none is) and the speaker if one is settled. Beside what the corpus
format asks for, a document has its running ``text``, and a sentence its offsets and its ``corrections`` one by one, so
that an import keeps everything an export holds. Who reads the corpus format passes over these.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from service.corrections.agreement import settle
from service.corrections.exchange import (
    ExchangeError,
    ImportedCorrection,
    ImportedDocument,
    check_characters,
    read_change,
)
from service.corrections.records import OWN_SOURCE, CorrectedDocument, Correction, KeptDocument, Said, SentenceText
from training.corpus import LabelledSentence, parse_document

_SAID: Final = TypeAdapter(Said)


def to_corpus_record(corrected: CorrectedDocument) -> dict[str, Any]:
    """Return a document as a record of the corpus format, whole, with null for sentences without a settled label."""
    document = corrected.document
    record: dict[str, Any] = {"id": document.name or f"{OWN_SOURCE}/{document.id}", "source": document.source}
    if document.text is not None:
        record["text"] = document.text
    record["sentences"] = [
        _to_sentence_record(document, sentence, [c for c in corrected.corrections if c.sentence == position])
        for position, sentence in enumerate(document.sentences)
    ]
    return record


def parse_corpus_line(line: str, by: str = "") -> ImportedDocument:
    """Read a document from a line in the corpus format; it may come from an export, or from anybody's corpus.

    Args:
        line: The line.
        by: Who labelled, where the line does not tell.

    Raises:
        ExchangeError: The line is no document of the corpus format.

    """
    try:
        labelled = parse_document(line)  # checks all that the corpus format asks for
    except ValueError as error:
        raise ExchangeError(str(error)) from None
    check_characters(f"{labelled.id}{labelled.source}")
    record: dict[str, Any] = json.loads(line)
    name = None if labelled.id.startswith(f"{OWN_SOURCE}/") else labelled.id
    raw = record["sentences"] if "sha1" not in record else [{}] * len(labelled.sentences)
    sentences = _read_sentences(record.get("text"), labelled.sentences, raw)
    document = KeptDocument.of(record.get("text"), sentences, labelled.source, name)
    corrections: list[ImportedCorrection] = []
    for position, (sentence, given) in enumerate(zip(labelled.sentences, raw, strict=True)):
        try:
            corrections += _read_corrections(position, sentence, given, by)
        except ExchangeError as error:
            raise ExchangeError(f"sentence {position + 1}: {error}") from None
    return ImportedDocument(document, tuple(corrections))


def _to_sentence_record(
    document: KeptDocument, sentence: SentenceText, corrections: list[Correction]
) -> dict[str, Any]:
    settled = settle(corrections)
    record: dict[str, Any] = {"text": sentence.text, "label": settled.label}
    if settled.speaker is not None:
        record["speaker"] = settled.speaker
    if settled.boilerplate:
        record["boilerplate"] = True
    if document.text is not None:
        record |= {"start": sentence.start, "end": sentence.end}
    if corrections:
        record["corrections"] = [_to_correction_record(correction) for correction in corrections]
    return record


def _to_correction_record(correction: Correction) -> dict[str, Any]:
    change = correction.change
    said = {"label": change.label, "role": change.role, "boilerplate": change.boilerplate}
    record: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if change.speaker_given:
        record["speaker"] = change.speaker
    remarks = {"note": change.note, "by": change.by, "key": correction.key}
    record |= {name: value for name, value in remarks.items() if value}
    return {**record, "created": correction.created.isoformat(), "said": asdict(correction.said)}


def _read_sentences(
    text: object, labelled: tuple[LabelledSentence, ...], raw: list[Mapping[str, Any]]
) -> list[SentenceText]:
    """Return the sentences with their offsets, which must fit the running text if there is one."""
    for sentence in labelled:
        check_characters(sentence.text)
    if text is None:
        return [SentenceText(sentence.text, 0, len(sentence.text)) for sentence in labelled]
    if not isinstance(text, str):
        raise ExchangeError('"text" must be a string')
    check_characters(text)
    sentences = []
    for number, (sentence, given) in enumerate(zip(labelled, raw, strict=True), 1):
        start, end = given.get("start"), given.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or start < 0 or text[start:end] != sentence.text:
            raise ExchangeError(f'sentence {number}: "start" and "end" do not say where it stands in "text"')
        sentences.append(SentenceText(sentence.text, start, end))
    return sentences


def _read_corrections(
    position: int, sentence: LabelledSentence, given: Mapping[str, Any], by: str
) -> list[ImportedCorrection]:
    """Return the corrections that are listed, or else what the label and the speaker say."""
    if "corrections" in given:
        listed = given["corrections"]
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise ExchangeError('"corrections" must be a list of objects')
        return [_read_correction(position, each) for each in listed]
    is_furniture = given.get("boilerplate") is True
    if sentence.label is None and sentence.speaker is None and not is_furniture:
        return []
    record: dict[str, Any] = {"label": sentence.label}
    if sentence.speaker is not None:
        record["speaker"] = sentence.speaker
    if is_furniture:
        record["boilerplate"] = True
    if sentence.also:
        record["note"] = f"also acceptable: {', '.join(sentence.also)}"
    return [ImportedCorrection(position, read_change(record, by))]


def _read_correction(position: int, record: Mapping[str, Any]) -> ImportedCorrection:
    said, created, key = record.get("said"), record.get("created"), record.get("key", "")
    try:
        known = None if said is None else _SAID.validate_python(said)
    except ValidationError:
        raise ExchangeError('"said" of a correction is not what an export writes') from None
    if not isinstance(key, str):
        raise ExchangeError('"key" of a correction must be a string')
    check_characters(key)
    try:
        moment = None if created is None else datetime.fromisoformat(created)
    except (TypeError, ValueError):
        raise ExchangeError('"created" of a correction is no time') from None
    if moment is not None and moment.tzinfo is None:
        raise ExchangeError('"created" of a correction lacks its offset, such as +00:00')
    return ImportedCorrection(position, read_change(record), known, key, moment)
