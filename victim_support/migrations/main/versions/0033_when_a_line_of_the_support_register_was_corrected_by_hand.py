"""When a line of the support register was corrected by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    _support_entries()


def _support_entries() -> None:
    op.add_column("support_entries", sa.Column("edited_at", sa.DateTime(timezone=True)))
