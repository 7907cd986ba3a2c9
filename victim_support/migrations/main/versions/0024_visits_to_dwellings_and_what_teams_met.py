"""Visits to dwellings and what teams met."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    _survey_visits()
    _visit_outcomes()


def _survey_visits() -> None:
    op.create_table(
        "survey_visits",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dwelling_id", sa.Uuid()),
        sa.Column("number", sa.Text(), server_default=""),
        sa.Column("method", sa.Text()),
        sa.Column("team", sa.Text()),
        sa.Column("day", sa.Date()),
        sa.Column("position", sa.Integer()),
        sa.Column("assigned_at", sa.DateTime(timezone=True)),
        sa.Column("planned_at", sa.DateTime(timezone=True)),
        sa.Column("planned_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_survey_visits")),
    )
    op.create_index("ix_survey_visits_dwelling_id", "survey_visits", ["scope", "dwelling_id"])
    op.create_index("ix_survey_visits_number", "survey_visits", ["scope", "number"])


def _visit_outcomes() -> None:
    op.create_table(
        "visit_outcomes",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid()),
        sa.Column("dwelling_id", sa.Uuid()),
        sa.Column("result", sa.Text()),
        sa.Column("visited_on", sa.Date()),
        sa.Column("team", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("judgement_id", sa.Uuid()),
        sa.Column("entered_at", sa.DateTime(timezone=True)),
        sa.Column("entered_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_visit_outcomes")),
    )
    op.create_index("ix_visit_outcomes_dwelling_id", "visit_outcomes", ["scope", "dwelling_id"])
    op.create_index("ix_visit_outcomes_visit_id", "visit_outcomes", ["scope", "visit_id"])
