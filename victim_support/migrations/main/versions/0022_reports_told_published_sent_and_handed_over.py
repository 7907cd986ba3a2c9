"""Reports told, published, sent and handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    _damage_figures()
    _handovers()
    _published_reports()
    _relief_entries()
    _report_transfers()
    _shelter_reports()


def _damage_figures() -> None:
    op.create_table(
        "damage_figures",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Text(), server_default=""),
        sa.Column("value", sa.Double()),
        sa.Column("as_of", sa.DateTime(timezone=True)),
        sa.Column("told_by", sa.Text()),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_damage_figures")),
    )


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("handed_at", sa.DateTime(timezone=True)),
        sa.Column("handed_by", sa.Uuid()),
        sa.Column("taken_by", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_handovers")),
    )
    op.create_index("ix_handovers_shelter_id", "handovers", ["scope", "shelter_id"])


def _published_reports() -> None:
    op.create_table(
        "published_reports",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("number", sa.Integer()),
        sa.Column("as_of", sa.DateTime(timezone=True)),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("published_by", sa.Uuid()),
        sa.Column("content", sa.JSON(none_as_null=True)),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_published_reports")),
    )


def _relief_entries() -> None:
    op.create_table(
        "relief_entries",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("day", sa.Date()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("item", sa.Text()),
        sa.Column("quantity", sa.Double()),
        sa.Column("unit", sa.Text()),
        sa.Column("people", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_relief_entries")),
    )


def _report_transfers() -> None:
    op.create_table(
        "report_transfers",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid()),
        sa.Column("destination", sa.Text()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("sent_by", sa.Uuid()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_report_transfers")),
    )
    op.create_index("ix_report_transfers_report_id", "report_transfers", ["scope", "report_id"])


def _shelter_reports() -> None:
    op.create_table(
        "shelter_reports",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("way", sa.Text()),
        sa.Column("caller", sa.Text()),
        sa.Column("caller_phone", sa.Text()),
        sa.Column("taken_by", sa.Uuid()),
        sa.Column("count_id", sa.Uuid()),
        sa.Column("households", sa.Integer()),
        sa.Column("outside", sa.Integer()),
        sa.Column("injured", sa.Integer()),
        sa.Column("ill", sa.Integer()),
        sa.Column("crowding", sa.Text()),
        sa.Column("power", sa.Text()),
        sa.Column("water", sa.Text()),
        sa.Column("gas", sa.Text()),
        sa.Column("telecom", sa.Text()),
        sa.Column("toilet", sa.Text()),
        sa.Column("requests", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_shelter_reports")),
    )
    op.create_index("ix_shelter_reports_shelter_id", "shelter_reports", ["scope", "shelter_id"])
