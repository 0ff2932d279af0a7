"""The statements of the store: what corrections and documents are wanted, and what nothing refers to any more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from service.corrections.records import (
    CorrectedDocument,
    Correction,
    Disagreement,
    Doubt,
    Filter,
    Position,
    QueuedDocument,
    Said,
)
from service.corrections.rows import to_correction, to_document
from service.corrections.tables import CorrectionRow, DocumentRow, DoubtRow, SeenRow

DOCUMENTS_AT_ONCE: Final = 100
_IDS_AT_ONCE: Final = 500


def to_conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """Return the conditions that a wanted correction fulfils."""
    row = CorrectionRow
    conditions: list[ColumnElement[bool]] = []
    if wanted.label is not None:
        conditions.append(row.label == wanted.label)
    if wanted.model is not None:
        conditions.append(row.model_hash.startswith(wanted.model, autoescape=True))
    if wanted.since is not None:
        conditions.append(row.created >= wanted.since)
    if wanted.by is not None:
        conditions.append(row.author == wanted.by)
    if wanted.document is not None:
        conditions.append(row.document_id == wanted.document)
    other = aliased(CorrectionRow)
    by_people = exists().where(_contradict(row, other))
    by_kind: dict[Disagreement, ColumnElement[bool]] = {
        "model": row.disagrees.is_(True),
        "people": by_people,
        "any": or_(row.disagrees, by_people),
        "none": and_(~row.disagrees, ~by_people),
    }
    if wanted.disagreement is not None:
        conditions.append(by_kind[wanted.disagreement])
    return conditions


def _contradict(one: type[CorrectionRow], other: type[CorrectionRow]) -> ColumnElement[bool]:
    """Two corrections of one sentence give it different labels, speakers or roles, or differ on page furniture.

    Where one of the two says nothing of something (null), the comparison is null, which is not true.
    """
    return and_(
        one.document_id == other.document_id,
        one.sentence == other.sentence,
        or_(
            one.label != other.label,
            one.boilerplate != other.boilerplate,
            one.role != other.role,
            and_(one.speaker_given, other.speaker_given, one.speaker.is_distinct_from(other.speaker)),
        ),
    )


def find_corrections(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]] = (),
    limit: int | None = None,
) -> list[Correction]:
    """Return corrections, each marked with those that contradict it."""
    rows = session.scalars(select(CorrectionRow).where(*conditions).order_by(*order).limit(limit)).all()
    contradicting: dict[str, list[str]] = {row.id: [] for row in rows}
    other = aliased(CorrectionRow)
    for ids in in_parts(list(contradicting)):
        pairs = select(CorrectionRow.id, other.id).join(other, _contradict(CorrectionRow, other))
        for one, contrary in session.execute(pairs.where(CorrectionRow.id.in_(ids)).order_by(other.created, other.id)):
            contradicting[one].append(contrary)
    return [replace(to_correction(row), contradicts=tuple(contradicting[row.id])) for row in rows]


def find_of_documents(session: Session, documents: Sequence[str]) -> list[Correction]:
    """Return the corrections of some documents, oldest first."""
    order = (CorrectionRow.created.asc(), CorrectionRow.id.asc())
    return find_corrections(session, [CorrectionRow.document_id.in_(documents)], order)


def find_documents(session: Session, after: str) -> list[CorrectedDocument]:
    """Return the next documents that have corrections, in the order of their ids."""
    corrected = exists().where(CorrectionRow.document_id == DocumentRow.id)
    wanted = select(DocumentRow).where(corrected, DocumentRow.id > after).order_by(DocumentRow.id)
    documents = [to_document(row) for row in session.scalars(wanted.limit(DOCUMENTS_AT_ONCE))]
    corrections: dict[str, list[Correction]] = {document.id: [] for document in documents}
    for correction in find_of_documents(session, list(corrections)):
        corrections[correction.document].append(correction)
    return [CorrectedDocument(document, tuple(corrections[document.id])) for document in documents]


def _is_in_doubt() -> ColumnElement[bool]:
    """Nobody has said anything of the sentence yet."""
    of_sentence = and_(CorrectionRow.document_id == DoubtRow.document_id, CorrectionRow.sentence == DoubtRow.sentence)
    return ~exists().where(of_sentence)


def find_queued(session: Session, limit: int, after: Position | None) -> list[QueuedDocument]:
    """Return the next documents of the queue, those with the most doubtful sentence first."""
    highest = func.max(DoubtRow.uncertainty)
    wanted = select(DoubtRow.document_id).where(_is_in_doubt()).group_by(DoubtRow.document_id)
    if after is not None:
        wanted = wanted.having(or_(highest < after.key, and_(highest == after.key, DoubtRow.document_id < after.id)))
    ids = session.scalars(wanted.order_by(highest.desc(), DoubtRow.document_id.desc()).limit(limit)).all()
    rows = session.execute(select(DocumentRow, SeenRow.seen).join(SeenRow).where(DocumentRow.id.in_(ids)))
    documents = {row.id: (to_document(row), seen) for row, seen in rows}
    doubts: dict[str, list[Doubt]] = {identifier: [] for identifier in ids}
    in_doubt = select(DoubtRow).where(DoubtRow.document_id.in_(ids), _is_in_doubt()).order_by(DoubtRow.sentence)
    for row in session.scalars(in_doubt):
        doubts[row.document_id].append(Doubt(row.sentence, Said(**row.said)))
    return [QueuedDocument(*documents[identifier], tuple(doubts[identifier])) for identifier in ids]


def rank_seen() -> Select[str]:
    """Select the documents of the queue, the most doubtful first, those without doubt last."""
    highest = (
        select(DoubtRow.document_id, func.max(DoubtRow.uncertainty).label("doubt"))
        .where(_is_in_doubt())
        .group_by(DoubtRow.document_id)
        .subquery()
    )
    return (
        select(SeenRow.document_id)
        .outerjoin(highest, highest.c.document_id == SeenRow.document_id)
        .order_by(func.coalesce(highest.c.doubt, -1).desc(), SeenRow.document_id.desc())
    )


def forget_seen(session: Session, documents: Sequence[str]) -> int:
    """Take documents off the queue; return how many of them were deleted since nothing else refers to them."""
    for ids in in_parts(documents):
        session.execute(delete(SeenRow).where(SeenRow.document_id.in_(ids)))  # and, by cascade, their doubts
    return delete_unused(session, documents)


def delete_unused(session: Session, documents: Sequence[str]) -> int:
    """Delete those documents that neither a correction nor the queue refers to; return how many."""
    corrected = exists().where(CorrectionRow.document_id == DocumentRow.id)
    queued = exists().where(SeenRow.document_id == DocumentRow.id)
    count = 0
    for ids in in_parts(documents):
        unused = delete(DocumentRow).where(DocumentRow.id.in_(ids), ~corrected, ~queued).returning(DocumentRow.id)
        count += len(session.scalars(unused, execution_options={"synchronize_session": False}).all())
    return count


def in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield ids in parts that are short enough for one statement."""
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]
