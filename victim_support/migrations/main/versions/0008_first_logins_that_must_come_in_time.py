"""First logins that must come in time."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _credentials()


def _credentials() -> None:
    op.add_column("credentials", sa.Column("expires_at", sa.DateTime(timezone=True)))
