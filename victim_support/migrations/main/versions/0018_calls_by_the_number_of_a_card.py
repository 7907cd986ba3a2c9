"""Calls by the number of a card."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    _pagings()
    _person_messages()


def _pagings() -> None:
    op.create_table(
        "pagings",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_number", sa.Text()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("place", sa.Text()),
        sa.Column("called_at", sa.DateTime(timezone=True)),
        sa.Column("called_by", sa.Uuid()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_pagings")),
    )
    op.create_index("ix_pagings_shelter_id", "pagings", ["scope", "shelter_id"])


def _person_messages() -> None:
    op.drop_index(op.f("ix_person_messages_person_id"), table_name="person_messages")
    op.drop_table("person_messages")
