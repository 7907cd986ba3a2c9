"""Judgements with reasons and calculations; dwellings one does not decide on."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    _recusals()
    _judgements()


def _recusals() -> None:
    op.create_table(
        "recusals",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid()),
        sa.Column("dwelling_id", sa.Uuid()),
        sa.Column("declared_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_recusals")),
    )
    op.create_index("ix_recusals_staff_id", "recusals", ["scope", "staff_id"])


def _judgements() -> None:
    op.add_column("judgements", sa.Column("reason", sa.Text()))
    op.add_column("judgements", sa.Column("calculated_grade", sa.Text()))
    op.add_column("judgements", sa.Column("calculated_percent", sa.Text()))
    op.add_column("judgements", sa.Column("calculation_method", sa.Text()))
    op.add_column("judgements", sa.Column("edition", sa.Text()))
