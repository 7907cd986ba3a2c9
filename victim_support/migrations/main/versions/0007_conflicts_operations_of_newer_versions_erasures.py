"""Conflicts, operations of newer versions, and erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _conflicts()
    _unknown_ops()
    _erased_values()
    _erasures()


def _conflicts() -> None:
    op.create_table(
        "conflicts",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("tbl", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "tbl", "row_id", "field", name=op.f("pk_conflicts")),
    )


def _unknown_ops() -> None:
    op.create_table(
        "unknown_ops",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("node", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("tbl", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "node", "seq", name=op.f("pk_unknown_ops")),
    )


def _erased_values() -> None:
    op.create_table(
        "erased_values",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("tbl", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Integer(), nullable=False),
        sa.Column("hlc", sa.BigInteger(), nullable=False),
        sa.Column("is_clean", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "tbl", "row_id", "field", name=op.f("pk_erased_values")),
    )


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("target_table", sa.Integer()),
        sa.Column("target_id", sa.Uuid()),
        sa.Column("target_fields", sa.JSON(none_as_null=True)),
        sa.Column("requested_by", sa.Uuid()),
        sa.Column("approved_by", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.Column("ground", sa.Text()),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_erasures")),
    )
