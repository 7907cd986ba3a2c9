"""The stick on which a register travelled."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    _register_takeouts()


def _register_takeouts() -> None:
    op.add_column("register_takeouts", sa.Column("stick", sa.Uuid()))
