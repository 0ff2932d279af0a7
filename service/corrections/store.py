"""The store: adds, finds and deletes corrections, and keeps the queue of documents that need a look.

Every call is one transaction. What a caller was told is kept survives the death of its process, and of its machine.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self, TypeVar

from sqlalchemy import (
    URL,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from service.corrections.database import (
    BEGIN_OPTION,
    erase_free_space,
    open_engine,
    parse_url,
    translate_failures,
    upgrade_database,
)
from service.corrections.errors import CorrectionsConfigError, StoreUnavailableError
from service.corrections.records import (
    Change,
    CorrectedDocument,
    Correction,
    Counts,
    Deleted,
    Filter,
    KeptDocument,
    Order,
    Page,
    Position,
    QueuedDocument,
    QueuePage,
    Said,
)
from service.corrections.rows import to_document, to_row
from service.corrections.statements import (
    DOCUMENTS_AT_ONCE,
    delete_unused,
    find_corrections,
    find_documents,
    find_of_documents,
    find_queued,
    forget_seen,
    in_parts,
    rank_seen,
    to_conditions,
)
from service.corrections.tables import CorrectionRow, DocumentRow, DoubtRow, SeenRow

_ATTEMPTS: Final = 5
_PAUSE_SECONDS: Final = 0.05
_LOST_RACES: Final = frozenset({"40001", "40P01"})  # PostgreSQL: serialization failure, deadlock
T = TypeVar("T")


class _LostRaceError(Exception):
    """Another transaction got in between; the same work, done again, will see what it did."""


class Store:
    """Corrections and the queue in one database. Safe for threads; each process opens its own."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = open_engine(url)
        self._insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        # SQLite does so by itself.
        self._reading = {"isolation_level": "REPEATABLE READ"} if url.get_backend_name() == "postgresql" else {}
        self._is_up_to_date = False

    @classmethod
    def open(cls, url: str, *, connect: bool = True) -> Self:
        """Open the store in the database of this URL, and bring its tables up to date.

        Args:
            url: SQLAlchemy URL of an SQLite file or of a PostgreSQL database.
            connect: Do so now; else with the first use, so that a service can start before its database.

        Raises:
            CorrectionsConfigError: A package is missing, or the URL is wrong, or the database cannot be used.

        """
        store = cls(parse_url(url))
        if connect:
            store.upgrade()
        return store

    def upgrade(self) -> None:
        """Create the tables, or bring them up to date, unless this store has done so already.

        Raises:
            CorrectionsConfigError: The database cannot be used.

        """
        if not self._is_up_to_date:
            upgrade_database(self._url)
            self._is_up_to_date = True

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def check(self) -> None:
        """Ask the database something.

        Raises:
            StoreUnavailableError: It does not answer; every other method raises this, too.

        """
        self._read(lambda session: session.scalar(select(exists().where(CorrectionRow.id == ""))))

    def add(
        self,
        document: KeptDocument,
        sentence: int,
        change: Change,
        said: Said,
        *,
        key: str = "",
        created: datetime | None = None,
    ) -> tuple[Correction, bool]:
        """Keep a correction and its document.

        Args:
            document: The whole document.
            sentence: Position of the corrected sentence, from 0.
            change: What is said of it.
            said: What the model says of it.
            key: Name of the API key it came with.
            created: When it was made; now, unless it comes from an export.

        Returns:
            The correction as it is kept, and whether it is new. If it was kept already, it is the one from before, with
            what the model said then.

        Raises:
            IndexError: The document has no such sentence.
            StoreUnavailableError: The database does not answer. The correction may have been kept all the same; adding
                it again does not double it.

        """
        if not 0 <= sentence < len(document.sentences):
            raise IndexError(f"the document has {len(document.sentences)} sentences, from 0; there is no {sentence}")
        values = to_row(document, sentence, change, said, key, created or datetime.now(UTC))

        def work(session: Session) -> tuple[Correction, bool]:
            self._insert_document(session, document)
            new = self._insert_if_absent(session, CorrectionRow, values)
            found = find_corrections(session, [CorrectionRow.id == values["id"]], limit=1)
            if not found:
                raise _LostRaceError
            return found[0], new

        return self._write(work)

    def get(self, identifier: str) -> Correction | None:
        """Return the correction with this id, or None."""
        found = self._read(lambda session: find_corrections(session, [CorrectionRow.id == identifier], limit=1))
        return found[0] if found else None

    def find(
        self,
        wanted: Filter | None = None,
        *,
        order: Order = "newest",
        limit: int = 50,
        after: Position | None = None,
    ) -> Page:
        """Return a page of corrections.

        Args:
            wanted: Which; all of them by default.
            order: Newest first, or the sentences first of which the model was least sure.
            limit: How many at the most, from 1.
            after: Where the page before ended.

        """
        column = CorrectionRow.created if order == "newest" else CorrectionRow.uncertainty
        conditions = to_conditions(wanted or Filter())
        if after is not None:
            later = and_(column == after.key, CorrectionRow.id < after.id)
            conditions.append(or_(column < after.key, later))
        sort = (column.desc(), CorrectionRow.id.desc())
        found = self._read(lambda session: find_corrections(session, conditions, sort, limit + 1))
        if len(found) <= limit:
            return Page(tuple(found), None)
        last = found[limit - 1]
        return Page(
            tuple(found[:limit]), Position(last.created if order == "newest" else last.said.uncertainty, last.id)
        )

    def find_all(self, wanted: Filter | None = None, *, order: Order = "newest") -> Iterator[Correction]:
        """Yield all corrections that are wanted, read page by page."""
        after: Position | None = None
        while True:
            page = self.find(wanted, order=order, limit=200, after=after)
            yield from page.corrections
            if page.next is None:
                return
            after = page.next

    def iter_documents(self) -> Iterator[CorrectedDocument]:
        """Yield every document that has corrections, with all of them, in the order of the documents' ids."""
        last = ""
        while True:
            documents = self._read(lambda session, after=last: find_documents(session, after))  # type: ignore[misc]
            yield from documents
            if len(documents) < DOCUMENTS_AT_ONCE:
                return
            last = documents[-1].document.id

    def get_document(self, identifier: str) -> CorrectedDocument | None:
        """Return the document with this id and its corrections (there may be none), or None."""

        def work(session: Session) -> CorrectedDocument | None:
            row = session.get(DocumentRow, identifier)
            if row is None:
                return None
            return CorrectedDocument(to_document(row), tuple(find_of_documents(session, [identifier])))

        return self._read(work)

    def delete(self, identifier: str) -> Deleted | None:
        """Delete a correction, and its document unless something else refers to that; None if there is none."""

        def work(session: Session) -> Deleted | None:
            row = session.get(CorrectionRow, identifier)
            if row is None:
                return None
            session.execute(delete(CorrectionRow).where(CorrectionRow.id == identifier))
            return Deleted(row.document_id, bool(delete_unused(session, [row.document_id])))

        return self._erase(work)

    def delete_document(self, identifier: str) -> int | None:
        """Delete a document with all its corrections, also from the queue.

        Returns:
            How many corrections it had; None if there is no such document.

        """

        def work(session: Session) -> int | None:
            if session.get(DocumentRow, identifier) is None:
                return None
            of_document = CorrectionRow.document_id == identifier
            count = session.scalar(select(func.count()).select_from(CorrectionRow).where(of_document)) or 0
            session.execute(delete(CorrectionRow).where(of_document))
            forget_seen(session, [identifier])
            return count

        return self._erase(work)

    def delete_all(self, wanted: Filter | None = None) -> int:
        """Delete all corrections that are wanted, with documents that nothing else refers to; return how many."""

        def work(session: Session) -> int:
            conditions = to_conditions(wanted or Filter())
            rows = session.execute(select(CorrectionRow.id, CorrectionRow.document_id).where(*conditions)).all()
            for ids in in_parts([row.id for row in rows]):
                session.execute(delete(CorrectionRow).where(CorrectionRow.id.in_(ids)))
            delete_unused(session, sorted({row.document_id for row in rows}))
            return len(rows)

        return self._erase(work)

    def remember(self, documents: Sequence[QueuedDocument]) -> None:
        """Put documents into the queue; one that is there already gets the new time and doubts."""

        def work(session: Session) -> None:
            for queued in sorted(documents, key=lambda each: each.document.id):  # one order: no deadlocks
                self._insert_document(session, queued.document)
                values = {"document_id": queued.document.id, "seen": queued.seen}
                insert = self._insert(SeenRow).values(values)
                session.execute(
                    insert.on_conflict_do_update(index_elements=["document_id"], set_={"seen": insert.excluded.seen})
                )
                session.execute(delete(DoubtRow).where(DoubtRow.document_id == queued.document.id))
                for doubt in queued.doubts:
                    session.add(
                        DoubtRow(
                            document_id=queued.document.id,
                            sentence=doubt.sentence,
                            uncertainty=doubt.said.uncertainty,
                            said=asdict(doubt.said),
                        )
                    )
                session.flush()

        self._write(work)

    def queue(self, *, limit: int = 20, after: Position | None = None) -> QueuePage:
        """Return documents of the queue, those with the most doubtful sentence first.

        A sentence that has a correction is in doubt no longer; a document without sentences in doubt is left out.
        """
        found = self._read(lambda session: find_queued(session, limit + 1, after))
        if len(found) <= limit:
            return QueuePage(tuple(found), None)
        last = found[limit - 1]
        return QueuePage(tuple(found[:limit]), Position(last.uncertainty, last.document.id))

    def dismiss(self, identifier: str) -> Deleted | None:
        """Take a document off the queue, and delete its text unless corrections refer to it.

        Returns:
            What was deleted; None if the queue has no such document.

        """

        def work(session: Session) -> Deleted | None:
            if session.get(SeenRow, identifier) is None:
                return None
            return Deleted(identifier, bool(forget_seen(session, [identifier])))

        return self._erase(work)

    def shorten_queue(self, documents: int, age: timedelta) -> int:
        """Take off the queue what is older than ``age``, then the least doubtful until at most so many are left.

        Returns:
            How many were taken off.

        """

        def work(session: Session) -> int:
            old = session.scalars(select(SeenRow.document_id).where(SeenRow.seen < datetime.now(UTC) - age)).all()
            forget_seen(session, old)
            surplus = session.scalars(rank_seen().offset(documents)).all()
            forget_seen(session, surplus)
            return len(old) + len(surplus)

        taken_off = self._write(work)
        if taken_off:
            erase_free_space(self._engine)
        return taken_off

    def count(self) -> Counts:
        """Count what is kept."""

        def work(session: Session) -> Counts:
            tables = (DocumentRow, CorrectionRow, SeenRow)
            return Counts(*(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables))

        return self._read(work)

    def _insert_document(self, session: Session, document: KeptDocument) -> None:
        values = {
            "id": document.id,
            "text": document.text,
            "sentences": document.content if document.text is None else [[s.start, s.end] for s in document.sentences],
            "source": document.source,
            "name": document.name,
        }
        self._insert_if_absent(session, DocumentRow, values)

    def _insert_if_absent(self, session: Session, table: type[DeclarativeBase], values: dict[str, Any]) -> bool:
        """Insert a row unless there is one with its id; return whether it was inserted."""
        insert = self._insert(table).values(values).on_conflict_do_nothing(index_elements=["id"])
        return session.scalar(insert.returning(literal(1))) is not None

    def _connect(self) -> None:
        try:
            self.upgrade()
        except CorrectionsConfigError as error:
            raise StoreUnavailableError(str(error)) from error

    def _read(self, work: Callable[[Session], T]) -> T:
        """Do the work on one state of the database, whatever others write meanwhile."""
        self._connect()
        engine = self._engine.execution_options(**self._reading)
        with translate_failures(), Session(engine) as session:
            return work(session)

    def _write(self, work: Callable[[Session], T]) -> T:
        """Do the work in a transaction; again where another transaction got in between."""
        self._connect()
        engine = self._engine.execution_options(**{BEGIN_OPTION: "IMMEDIATE"})
        with translate_failures():
            for attempt in range(_ATTEMPTS):
                try:
                    with Session(engine) as session, session.begin():
                        return work(session)
                except (_LostRaceError, IntegrityError, OperationalError) as error:
                    if not _is_worth_another_try(error):
                        raise
                time.sleep(_PAUSE_SECONDS * (attempt + 1))
        raise StoreUnavailableError("other transactions kept getting in between")

    def _erase(self, work: Callable[[Session], T]) -> T:
        """Write, then leave nothing of what was deleted in the files of the database."""
        result = self._write(work)
        erase_free_space(self._engine)
        return result


def _is_worth_another_try(error: Exception) -> bool:
    """Tell whether another transaction caused an error, so that the same work can succeed."""
    if isinstance(error, OperationalError):
        return getattr(error.orig, "sqlstate", None) in _LOST_RACES
    return True
