"""Support register blocks and lists to publish."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    _blocks()
    _emergency_decisions()
    _support_provisions()
    _publications()
    _safety_checks()
    _support_entries()


def _blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("town", sa.Text()),
        sa.Column("first", sa.Text()),
        sa.Column("last", sa.Text()),
        sa.Column("corners", sa.JSON(none_as_null=True)),
        sa.Column("drawn_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_blocks")),
    )


def _emergency_decisions() -> None:
    op.create_table(
        "emergency_decisions",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_emergency_decisions")),
    )


def _support_provisions() -> None:
    op.create_table(
        "support_provisions",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text()),
        sa.Column("recipient_kind", sa.Text()),
        sa.Column("ground", sa.Text()),
        sa.Column("decision_id", sa.Uuid()),
        sa.Column("purpose", sa.Text()),
        sa.Column("area", sa.Text()),
        sa.Column("entry_ids", sa.JSON(none_as_null=True)),
        sa.Column("provided_by", sa.Uuid()),
        sa.Column("provided_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_support_provisions")),
    )


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid()),
        sa.Column("policy", sa.Text()),
        sa.Column("person_ids", sa.JSON(none_as_null=True)),
        sa.Column("reason", sa.Text()),
        sa.Column("requested_by", sa.Uuid()),
        sa.Column("requested_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_publications")),
    )


def _safety_checks() -> None:
    op.create_table(
        "safety_checks",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("outcome", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_safety_checks")),
    )
    op.create_index("ix_safety_checks_person_id", "safety_checks", ["scope", "person_id"])


def _support_entries() -> None:
    op.create_table(
        "support_entries",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("number", sa.Text()),
        sa.Column("register_number", sa.Text()),
        sa.Column("name", sa.Text()),
        sa.Column("name_display", sa.Text()),
        sa.Column("kana", sa.Text()),
        sa.Column("birth_date", sa.Date()),
        sa.Column("sex", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("postal_code", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("reasons", sa.Text()),
        sa.Column("consent", sa.Text()),
        sa.Column("consent_on", sa.Date()),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("note", sa.Text()),
        sa.Column("plan", sa.Text()),
        sa.Column("plan_on", sa.Date()),
        sa.Column("supporters", sa.Text()),
        sa.Column("destination", sa.Text()),
        sa.Column("route", sa.Text()),
        sa.Column("protection", sa.Text()),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_support_entries")),
    )
    op.create_index("ix_support_entries_person_id", "support_entries", ["scope", "person_id"])
