"""Who asked for one more survey, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    _survey_visits()


def _survey_visits() -> None:
    op.add_column("survey_visits", sa.Column("application_id", sa.Uuid()))
    op.add_column("survey_visits", sa.Column("reason", sa.Text()))
    op.add_column("survey_visits", sa.Column("requested_at", sa.DateTime(timezone=True)))
    op.add_column("survey_visits", sa.Column("requested_by", sa.Uuid()))
