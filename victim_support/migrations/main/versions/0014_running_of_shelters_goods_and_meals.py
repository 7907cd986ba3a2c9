"""Running of shelters goods and meals."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    _supply_request_steps()
    _supply_requests()
    _vehicles()
    _wishes()


def _supply_request_steps() -> None:
    op.create_table(
        "supply_request_steps",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid()),
        sa.Column("state", sa.Text()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("origin", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_supply_request_steps")),
    )
    op.create_index(
        "ix_supply_request_steps_request_id", "supply_request_steps", ["scope", "request_id"]
    )


def _supply_requests() -> None:
    op.create_table(
        "supply_requests",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("requested_at", sa.DateTime(timezone=True)),
        sa.Column("requested_by", sa.Uuid()),
        sa.Column("people", sa.Integer()),
        sa.Column("is_urgent", sa.Boolean()),
        sa.Column("wanted_on", sa.Date()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_supply_requests")),
    )
    op.create_index("ix_supply_requests_shelter_id", "supply_requests", ["scope", "shelter_id"])


def _vehicles() -> None:
    op.create_table(
        "vehicles",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("owner", sa.Text()),
        sa.Column("plate", sa.Text()),
        sa.Column("model", sa.Text()),
        sa.Column("place", sa.Text()),
        sa.Column("sleepers", sa.Integer()),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_vehicles")),
    )
    op.create_index("ix_vehicles_person_id", "vehicles", ["scope", "person_id"])
    op.create_index("ix_vehicles_shelter_id", "vehicles", ["scope", "shelter_id"])


def _wishes() -> None:
    op.create_table(
        "wishes",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("said_by", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.Column("is_urgent", sa.Boolean()),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.Column("state", sa.Text()),
        sa.Column("state_at", sa.DateTime(timezone=True)),
        sa.Column("state_by", sa.Uuid()),
        sa.Column("answer", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_wishes")),
    )
    op.create_index("ix_wishes_person_id", "wishes", ["scope", "person_id"])
    op.create_index("ix_wishes_shelter_id", "wishes", ["scope", "shelter_id"])
