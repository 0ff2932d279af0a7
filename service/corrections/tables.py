"""The tables, as SQLAlchemy models. A change here needs a migration in ``migrations/versions``; a test checks that."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Float, ForeignKey, Index, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_ID = String(32)


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time; it is UTC in Python and in the database, also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Convert to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Say that it is UTC where the database has lost that."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables; constraints have names on every database, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )


class DocumentRow(Base):
    """A document whose text is kept because a correction or the queue refers to it."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    sentences: Mapped[list[Any]] = mapped_column(JSON)  # [text, …] if it came split, else [[start, end], …]
    source: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)


class CorrectionRow(Base):
    """What somebody said of one sentence, and what the model had said."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index("ix_corrections_created_id", "created", "id"),
        Index("ix_corrections_uncertainty_id", "uncertainty", "id"),
        Index("ix_corrections_document_id_sentence", "document_id", "sentence"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    document_id: Mapped[str] = mapped_column(_ID, ForeignKey("documents.id"))
    sentence: Mapped[int]
    sentence_text: Mapped[str] = mapped_column(Text)
    sentence_start: Mapped[int]
    sentence_end: Mapped[int]
    label: Mapped[str | None] = mapped_column(String(32))
    speaker: Mapped[str | None] = mapped_column(Text)
    speaker_given: Mapped[bool]
    role: Mapped[str | None] = mapped_column(String(32))
    boilerplate: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    api_key: Mapped[str] = mapped_column(Text)
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    model_hash: Mapped[str] = mapped_column(String(64))
    uncertainty: Mapped[float] = mapped_column(Float(53))
    disagrees: Mapped[bool]


class SeenRow(Base):
    """A document in the queue: it was classified while corrections were on, and has sentences in doubt."""

    __tablename__ = "seen"

    document_id: Mapped[str] = mapped_column(_ID, ForeignKey("documents.id"), primary_key=True)
    seen: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DoubtRow(Base):
    """A sentence in doubt of a document in the queue."""

    __tablename__ = "doubts"

    document_id: Mapped[str] = mapped_column(_ID, ForeignKey("seen.document_id", ondelete="CASCADE"), primary_key=True)
    sentence: Mapped[int] = mapped_column(primary_key=True)
    uncertainty: Mapped[float] = mapped_column(Float(53))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
