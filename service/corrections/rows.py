"""Records to rows of the tables, and back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from model.labels import Label
from model.records import Role
from service.corrections.records import Change, Correction, KeptDocument, Said, SentenceText, hash_content
from service.corrections.tables import CorrectionRow, DocumentRow


def to_row(
    document: KeptDocument, position: int, change: Change, said: Said, key: str, created: datetime
) -> dict[str, Any]:
    """Return the values of a correction's row; its id is a hash of what was corrected, how, and by whom."""
    sentence = document.sentences[position]
    identity = {"document": document.id, "sentence": position, "key": key, **asdict(change)}
    return {
        "id": hash_content(identity),
        "created": created,
        "document_id": document.id,
        "sentence": position,
        "sentence_text": sentence.text,
        "sentence_start": sentence.start,
        "sentence_end": sentence.end,
        "label": change.label,
        "speaker": change.speaker,
        "speaker_given": change.speaker_given,
        "role": change.role,
        "boilerplate": change.boilerplate,
        "note": change.note,
        "author": change.by,
        "api_key": key,
        "said": asdict(said),
        "model_hash": said.model_hash,
        "uncertainty": said.uncertainty,
        "disagrees": change.disagrees_with(said),
    }


def to_correction(row: CorrectionRow) -> Correction:
    """Return the correction in a row, without those that contradict it."""
    change = Change(
        label=cast("Label | None", row.label),
        speaker=row.speaker,
        speaker_given=row.speaker_given,
        role=cast("Role | None", row.role),
        boilerplate=row.boilerplate,
        note=row.note,
        by=row.author,
    )
    return Correction(
        id=row.id,
        created=row.created,
        document=row.document_id,
        sentence=row.sentence,
        text=row.sentence_text,
        start=row.sentence_start,
        end=row.sentence_end,
        change=change,
        said=Said(**row.said),
        key=row.api_key,
    )


def to_document(row: DocumentRow) -> KeptDocument:
    """Return the document in a row."""
    text = row.text
    if text is None:
        sentences = [SentenceText(sentence, 0, len(sentence)) for sentence in row.sentences]
    else:
        sentences = [SentenceText(text[start:end], start, end) for start, end in row.sentences]
    return KeptDocument(row.id, text, tuple(sentences), row.source, row.name)
