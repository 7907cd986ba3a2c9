"""Cards and presence."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _cards()
    _person_messages()
    _presence_events()
    _whereabouts()
    _stays()


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("issued_at", sa.DateTime(timezone=True)),
        sa.Column("issued_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_cards")),
    )
    op.create_index("ix_cards_number", "cards", ["scope", "number"])
    op.create_index("ix_cards_person_id", "cards", ["scope", "person_id"])


def _person_messages() -> None:
    op.create_table(
        "person_messages",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("name", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.Column("sender", sa.Text()),
        sa.Column("sender_phone", sa.Text()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("left_by", sa.Uuid()),
        sa.Column("handed_at", sa.DateTime(timezone=True)),
        sa.Column("handed_by", sa.Uuid()),
        sa.Column("handed_how", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_person_messages")),
    )
    op.create_index("ix_person_messages_person_id", "person_messages", ["scope", "person_id"])


def _presence_events() -> None:
    op.create_table(
        "presence_events",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("card_number", sa.Text()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("stay_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("node", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_presence_events")),
    )
    op.create_index("ix_presence_events_card_number", "presence_events", ["scope", "card_number"])
    op.create_index("ix_presence_events_person_id", "presence_events", ["scope", "person_id"])
    op.create_index("ix_presence_events_shelter_id", "presence_events", ["scope", "shelter_id"])


def _whereabouts() -> None:
    op.create_table(
        "whereabouts",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("stay_id", sa.Uuid()),
        sa.Column("place", sa.Text()),
        sa.Column("plate", sa.Text()),
        sa.Column("people", sa.Integer()),
        sa.Column("phone", sa.Text()),
        sa.Column("noted_at", sa.DateTime(timezone=True)),
        sa.Column("noted_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_whereabouts")),
    )
    op.create_index("ix_whereabouts_person_id", "whereabouts", ["scope", "person_id"])
    op.create_index("ix_whereabouts_stay_id", "whereabouts", ["scope", "stay_id"])


def _stays() -> None:
    op.add_column("stays", sa.Column("away_kind", sa.Text()))
