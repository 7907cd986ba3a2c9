"""What showed that somebody owns a house."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    _ownership_checks()


def _ownership_checks() -> None:
    op.create_table(
        "ownership_checks",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("proof", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("checked_by", sa.Uuid()),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_ownership_checks")),
    )
    op.create_index(
        "ix_ownership_checks_application_id", "ownership_checks", ["scope", "application_id"]
    )
