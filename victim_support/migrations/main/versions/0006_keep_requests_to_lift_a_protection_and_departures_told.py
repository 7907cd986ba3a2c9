"""Keep requests to lift a protection and departures told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _departures()
    _protection_liftings()


def _departures() -> None:
    op.create_table(
        "departures",
        sa.Column("person_id", sa.Uuid()),
        sa.Column("stay_id", sa.Uuid()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("name", sa.Text()),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text()),
        sa.Column("destination", sa.Text()),
        sa.Column("destination_phone", sa.Text()),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.Uuid()),
        sa.Column("settled_how", sa.Text()),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_departures")),
    )
    op.create_index("ix_departures_person_id", "departures", ["scope", "person_id"])


def _protection_liftings() -> None:
    op.create_table(
        "protection_liftings",
        sa.Column("person_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.Column("requested_by", sa.Uuid()),
        sa.Column("requested_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_reason", sa.Text()),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_protection_liftings")),
    )
    op.create_index(
        "ix_protection_liftings_person_id", "protection_liftings", ["scope", "person_id"]
    )
