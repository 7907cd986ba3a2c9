"""The queue, applications from files, and who was told of a regrade."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    _filed_applications()
    _queue_calls()
    _queue_days()
    _regrade_notices()


def _filed_applications() -> None:
    op.create_table(
        "filed_applications",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("digest", sa.Text()),
        sa.Column("content", sa.JSON(none_as_null=True)),
        sa.Column("state", sa.Text(), server_default="waiting"),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.Column("taken_in_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_filed_applications")),
    )


def _queue_calls() -> None:
    op.create_table(
        "queue_calls",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("series", sa.Text(), server_default=""),
        sa.Column("number", sa.Integer()),
        sa.Column("window", sa.Text()),
        sa.Column("called_at", sa.DateTime(timezone=True)),
        sa.Column("called_by", sa.Uuid()),
        sa.Column("outcome", sa.Text()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_queue_calls")),
    )
    op.create_index("ix_queue_calls_day", "queue_calls", ["scope", "day"])


def _queue_days() -> None:
    op.create_table(
        "queue_days",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("series", sa.Text(), server_default=""),
        sa.Column("printed_to", sa.Integer()),
        sa.Column("handed_to", sa.Integer()),
        sa.Column("opens_at", sa.Text()),
        sa.Column("per_hour", sa.Integer()),
        sa.Column("district", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_queue_days")),
    )


def _regrade_notices() -> None:
    op.create_table(
        "regrade_notices",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("judgement_id", sa.Uuid()),
        sa.Column("means", sa.Text()),
        sa.Column("told_to", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("told_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_regrade_notices")),
    )
    op.create_index(
        "ix_regrade_notices_application_id", "regrade_notices", ["scope", "application_id"]
    )
