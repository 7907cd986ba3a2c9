"""Keep decisions on doubled people."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "person_links",
        sa.Column("first_id", sa.Uuid()),
        sa.Column("second_id", sa.Uuid()),
        sa.Column("decision", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_person_links")),
    )
    op.create_index("ix_person_links_first_id", "person_links", ["scope", "first_id"])
    op.create_index("ix_person_links_second_id", "person_links", ["scope", "second_id"])
