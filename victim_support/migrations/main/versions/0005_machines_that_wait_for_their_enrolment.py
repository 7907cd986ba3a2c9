"""Machines that wait for their enrolment."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _nodes()
    _quarantined()


def _nodes() -> None:
    op.add_column(
        "nodes", sa.Column("is_suspended", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def _quarantined() -> None:
    op.add_column("quarantined", sa.Column("decided_by", sa.Uuid()))
    op.add_column("quarantined", sa.Column("reason", sa.Text(), server_default="", nullable=False))
