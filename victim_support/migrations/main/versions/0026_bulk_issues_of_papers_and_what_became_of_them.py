"""Bulk issues of papers and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    _batch_items()
    _paper_batches()
    _paper_handlings()


def _batch_items() -> None:
    op.create_table(
        "batch_items",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid()),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("position", sa.Integer()),
        sa.Column("outcome", sa.Text()),
        sa.Column("certificate_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_batch_items")),
    )
    op.create_index("ix_batch_items_application_id", "batch_items", ["scope", "application_id"])
    op.create_index("ix_batch_items_batch_id", "batch_items", ["scope", "batch_id"])
    op.create_index("ix_batch_items_certificate_id", "batch_items", ["scope", "certificate_id"])


def _paper_batches() -> None:
    op.create_table(
        "paper_batches",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("choice", sa.Text(), server_default=""),
        sa.Column("asked", sa.Integer()),
        sa.Column("is_mailed", sa.Boolean(), server_default=sa.false()),
        sa.Column("called", sa.Text(), server_default=""),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("started_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_paper_batches")),
    )


def _paper_handlings() -> None:
    op.create_table(
        "paper_handlings",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("way", sa.Text()),
        sa.Column("day", sa.Date()),
        sa.Column("note", sa.Text()),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_paper_handlings")),
    )
    op.create_index(
        "ix_paper_handlings_certificate_id", "paper_handlings", ["scope", "certificate_id"]
    )
