"""House ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    _house_links()


def _house_links() -> None:
    op.create_table(
        "house_links",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("house_number", sa.Text(), server_default=""),
        sa.Column("household_number", sa.Text(), server_default=""),
        sa.Column("decision", sa.Text()),
        sa.Column("since", sa.Date()),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_house_links")),
    )
    op.create_index("ix_house_links_house_number", "house_links", ["scope", "house_number"])
    op.create_index("ix_house_links_household_number", "house_links", ["scope", "household_number"])
