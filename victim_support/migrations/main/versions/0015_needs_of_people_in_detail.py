"""Needs of people in detail."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    _need_details()


def _need_details() -> None:
    op.create_table(
        "need_details",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("value", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("day", sa.Date()),
        sa.Column("told_by", sa.Text()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_need_details")),
    )
    op.create_index("ix_need_details_person_id", "need_details", ["scope", "person_id"])
