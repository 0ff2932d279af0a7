"""The first tables: documents, corrections, and the queue of documents seen."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
_ID = sa.String(32)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "documents",
        sa.Column("id", _ID, nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_table(
        "corrections",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_id", _ID, nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=False),
        sa.Column("sentence_text", sa.Text(), nullable=False),
        sa.Column("sentence_start", sa.Integer(), nullable=False),
        sa.Column("sentence_end", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(32)),
        sa.Column("speaker", sa.Text()),
        sa.Column("speaker_given", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(32)),
        sa.Column("boilerplate", sa.Boolean()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("api_key", sa.Text(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("model_hash", sa.String(64), nullable=False),
        sa.Column("uncertainty", sa.Float(53), nullable=False),
        sa.Column("disagrees", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_corrections_document_id"),
    )
    op.create_index("ix_corrections_created_id", "corrections", ["created", "id"])
    op.create_index("ix_corrections_uncertainty_id", "corrections", ["uncertainty", "id"])
    op.create_index("ix_corrections_document_id_sentence", "corrections", ["document_id", "sentence"])
    op.create_table(
        "seen",
        sa.Column("document_id", _ID, nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_seen"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_seen_document_id"),
    )
    op.create_index("ix_seen_seen", "seen", ["seen"])
    op.create_table(
        "doubts",
        sa.Column("document_id", _ID, nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=False),
        sa.Column("uncertainty", sa.Float(53), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "sentence", name="pk_doubts"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["seen.document_id"], name="fk_doubts_document_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drop the tables, with everything in them."""
    for table in ("doubts", "seen", "corrections", "documents"):
        op.drop_table(table)
