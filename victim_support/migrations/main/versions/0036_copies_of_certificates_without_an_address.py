"""Copies of certificates without an address."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    _certificate_copies()


def _certificate_copies() -> None:
    op.add_column("certificate_copies", sa.Column("hides_address", sa.Boolean()))
