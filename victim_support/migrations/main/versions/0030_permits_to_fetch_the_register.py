"""Permits to fetch the register."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    _register_permits()


def _register_permits() -> None:
    op.create_table(
        "register_permits",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("node", sa.Uuid()),
        sa.Column("expires_on", sa.Date()),
        sa.Column("towns", sa.JSON(none_as_null=True)),
        sa.Column("allowed_at", sa.DateTime(timezone=True)),
        sa.Column("allowed_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_register_permits")),
    )
