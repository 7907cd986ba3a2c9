"""A ledger of sticks."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    _sticks()
    _read_bundles()
    _written_bundles()


def _sticks() -> None:
    op.create_table(
        "sticks",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("volume", sa.Text()),
        sa.Column("registered_at", sa.DateTime(timezone=True)),
        sa.Column("registered_by", sa.Uuid()),
        sa.Column("node", sa.Uuid()),
        sa.Column("state", sa.Text(), server_default="in_use"),
        sa.Column("state_at", sa.DateTime(timezone=True)),
        sa.Column("state_by", sa.Uuid()),
        sa.Column("state_note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_sticks")),
    )


def _read_bundles() -> None:
    op.add_column("read_bundles", sa.Column("stick", sa.Uuid()))


def _written_bundles() -> None:
    op.add_column("written_bundles", sa.Column("stick", sa.Uuid()))
