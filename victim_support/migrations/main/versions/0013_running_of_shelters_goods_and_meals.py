"""Running of shelters goods and meals."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    _ambulance_transfers()
    _animals()
    _area_placements()
    _crews()
    _depots()
    _diary_entries()
    _handout_rounds()
    _handouts()
    _meal_orders()
    _nights_out()
    _parcels()
    _shelter_areas()
    _shipments()
    _stock_movements()
    _supply_items()
    _supply_request_lines()


def _ambulance_transfers() -> None:
    op.create_table(
        "ambulance_transfers",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("stay_id", sa.Uuid()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("called_at", sa.DateTime(timezone=True)),
        sa.Column("symptoms", sa.Text()),
        sa.Column("history", sa.Text()),
        sa.Column("companion", sa.Text()),
        sa.Column("family_told", sa.Text()),
        sa.Column("hospital", sa.Text()),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_ambulance_transfers")),
    )
    op.create_index(
        "ix_ambulance_transfers_person_id", "ambulance_transfers", ["scope", "person_id"]
    )
    op.create_index(
        "ix_ambulance_transfers_shelter_id", "ambulance_transfers", ["scope", "shelter_id"]
    )


def _animals() -> None:
    op.create_table(
        "animals",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("owner", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("heads", sa.Integer()),
        sa.Column("tag", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("has_cage", sa.Boolean()),
        sa.Column("place", sa.Text()),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_animals")),
    )
    op.create_index("ix_animals_person_id", "animals", ["scope", "person_id"])
    op.create_index("ix_animals_shelter_id", "animals", ["scope", "shelter_id"])


def _area_placements() -> None:
    op.create_table(
        "area_placements",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("stay_id", sa.Uuid()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("area_id", sa.Uuid()),
        sa.Column("spot", sa.Text()),
        sa.Column("placed_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_area_placements")),
    )
    op.create_index("ix_area_placements_person_id", "area_placements", ["scope", "person_id"])
    op.create_index("ix_area_placements_shelter_id", "area_placements", ["scope", "shelter_id"])


def _crews() -> None:
    op.create_table(
        "crews",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("label", sa.Text()),
        sa.Column("people", sa.Integer()),
        sa.Column("eats", sa.Boolean()),
        sa.Column("contact", sa.Text()),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_crews")),
    )
    op.create_index("ix_crews_shelter_id", "crews", ["scope", "shelter_id"])


def _depots() -> None:
    op.create_table(
        "depots",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), server_default=""),
        sa.Column("kind", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_depots")),
    )


def _diary_entries() -> None:
    op.create_table(
        "diary_entries",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("words", sa.Text()),
        sa.Column("written_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_diary_entries")),
    )
    op.create_index("ix_diary_entries_shelter_id", "diary_entries", ["scope", "shelter_id"])


def _handout_rounds() -> None:
    op.create_table(
        "handout_rounds",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("label", sa.Text()),
        sa.Column("item_id", sa.Uuid()),
        sa.Column("portion", sa.Integer()),
        sa.Column("unit", sa.Text()),
        sa.Column("most", sa.Integer()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_handout_rounds")),
    )
    op.create_index("ix_handout_rounds_shelter_id", "handout_rounds", ["scope", "shelter_id"])


def _handouts() -> None:
    op.create_table(
        "handouts",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("group_id", sa.Uuid()),
        sa.Column("quantity", sa.Integer()),
        sa.Column("handed_at", sa.DateTime(timezone=True)),
        sa.Column("handed_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_handouts")),
    )
    op.create_index("ix_handouts_person_id", "handouts", ["scope", "person_id"])
    op.create_index("ix_handouts_round_id", "handouts", ["scope", "round_id"])


def _meal_orders() -> None:
    op.create_table(
        "meal_orders",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("served_on", sa.Date()),
        sa.Column("meal", sa.Text()),
        sa.Column("ordered_at", sa.DateTime(timezone=True)),
        sa.Column("ordered_by", sa.Uuid()),
        sa.Column("counted", sa.JSON(none_as_null=True)),
        sa.Column("ordered", sa.JSON(none_as_null=True)),
        sa.Column("reason", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_meal_orders")),
    )
    op.create_index("ix_meal_orders_shelter_id", "meal_orders", ["scope", "shelter_id"])


def _nights_out() -> None:
    op.create_table(
        "nights_out",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("stay_id", sa.Uuid()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("leaves_on", sa.Date()),
        sa.Column("returns_on", sa.Date()),
        sa.Column("destination", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("filed_at", sa.DateTime(timezone=True)),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_nights_out")),
    )
    op.create_index("ix_nights_out_person_id", "nights_out", ["scope", "person_id"])
    op.create_index("ix_nights_out_shelter_id", "nights_out", ["scope", "shelter_id"])


def _parcels() -> None:
    op.create_table(
        "parcels",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("addressee", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("sender", sa.Text()),
        sa.Column("kept_at", sa.Text()),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("handed_at", sa.DateTime(timezone=True)),
        sa.Column("handed_to", sa.Text()),
        sa.Column("handed_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_parcels")),
    )
    op.create_index("ix_parcels_person_id", "parcels", ["scope", "person_id"])
    op.create_index("ix_parcels_shelter_id", "parcels", ["scope", "shelter_id"])


def _shelter_areas() -> None:
    op.create_table(
        "shelter_areas",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("name", sa.Text(), server_default=""),
        sa.Column("kind", sa.Text()),
        sa.Column("capacity", sa.Integer()),
        sa.Column("square_metres", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_shelter_areas")),
    )
    op.create_index("ix_shelter_areas_shelter_id", "shelter_areas", ["scope", "shelter_id"])


def _shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid()),
        sa.Column("to_id", sa.Uuid()),
        sa.Column("request_id", sa.Uuid()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("carrier", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("received_by", sa.Uuid()),
        sa.Column("arrival_note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_shipments")),
    )
    op.create_index("ix_shipments_to_id", "shipments", ["scope", "to_id"])


def _stock_movements() -> None:
    op.create_table(
        "stock_movements",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid()),
        sa.Column("item_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("quantity", sa.Integer()),
        sa.Column("expires_on", sa.Date()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("origin", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("request_id", sa.Uuid()),
        sa.Column("shipment_id", sa.Uuid()),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_stock_movements")),
    )
    op.create_index("ix_stock_movements_place_id", "stock_movements", ["scope", "place_id"])
    op.create_index("ix_stock_movements_shipment_id", "stock_movements", ["scope", "shipment_id"])


def _supply_items() -> None:
    op.create_table(
        "supply_items",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), server_default=""),
        sa.Column("category", sa.Text()),
        sa.Column("unit", sa.Text()),
        sa.Column("pieces_per_case", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_supply_items")),
    )


def _supply_request_lines() -> None:
    op.create_table(
        "supply_request_lines",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid()),
        sa.Column("item_id", sa.Uuid()),
        sa.Column("words", sa.Text()),
        sa.Column("quantity", sa.Integer()),
        sa.Column("unit", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_supply_request_lines")),
    )
    op.create_index(
        "ix_supply_request_lines_request_id", "supply_request_lines", ["scope", "request_id"]
    )
