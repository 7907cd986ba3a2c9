"""Enquiries, messages, what was given outside, opponents, the dead."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    _deaths()
    _enquiries()
    _message_deliveries()
    _messages()
    _opponents()
    _provisions()


def _deaths() -> None:
    op.create_table(
        "deaths",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_by", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("told_to", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_deaths")),
    )
    op.create_index("ix_deaths_person_id", "deaths", ["scope", "person_id"])


def _enquiries() -> None:
    op.create_table(
        "enquiries",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("taken_by", sa.Uuid()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("channel", sa.Text()),
        sa.Column("edition", sa.Text()),
        sa.Column("asker_name", sa.Text()),
        sa.Column("asker_address", sa.Text()),
        sa.Column("asker_phone", sa.Text()),
        sa.Column("identity", sa.Text()),
        sa.Column("relation", sa.Text()),
        sa.Column("purpose", sa.Text()),
        sa.Column("name", sa.Text()),
        sa.Column("kana", sa.Text()),
        sa.Column("birth", sa.Text()),
        sa.Column("sex", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("marks", sa.Text()),
        sa.Column("office", sa.Text()),
        sa.Column("organisation", sa.Text()),
        sa.Column("called_number", sa.Text()),
        sa.Column("number_found_in", sa.Text()),
        sa.Column("call_back", sa.Text()),
        sa.Column("ground", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_enquiries")),
    )
    op.create_index("ix_enquiries_asked_at", "enquiries", ["scope", "asked_at"])


def _message_deliveries() -> None:
    op.create_table(
        "message_deliveries",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("delivered_by", sa.Uuid()),
        sa.Column("reply", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_message_deliveries")),
    )
    op.create_index(
        "ix_message_deliveries_message_id", "message_deliveries", ["scope", "message_id"]
    )
    op.create_index("ix_message_deliveries_person_id", "message_deliveries", ["scope", "person_id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("taken_by", sa.Uuid()),
        sa.Column("enquiry_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("name", sa.Text()),
        sa.Column("kana", sa.Text()),
        sa.Column("birth", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("sender", sa.Text()),
        sa.Column("sender_phone", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_left_at", "messages", ["scope", "left_at"])
    op.create_index("ix_messages_person_id", "messages", ["scope", "person_id"])


def _opponents() -> None:
    op.create_table(
        "opponents",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("name", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_opponents")),
    )
    op.create_index("ix_opponents_person_id", "opponents", ["scope", "person_id"])


def _provisions() -> None:
    op.create_table(
        "provisions",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("given_at", sa.DateTime(timezone=True)),
        sa.Column("given_by", sa.Uuid()),
        sa.Column("recipient", sa.Text()),
        sa.Column("items", sa.Text()),
        sa.Column("people", sa.Integer()),
        sa.Column("ground", sa.Text()),
        sa.Column("law", sa.Text()),
        sa.Column("purpose", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("means", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_provisions")),
    )
    op.create_index("ix_provisions_enquiry_id", "provisions", ["scope", "enquiry_id"])
    op.create_index("ix_provisions_person_id", "provisions", ["scope", "person_id"])
