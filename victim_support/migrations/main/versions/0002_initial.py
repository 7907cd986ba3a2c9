"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

from victim_support.core.db.search import create_words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _person_needs()
    _person_search_entries()
    _persons()
    _sealed_search_entries()
    _settings()
    _shelter_operations()
    _shelters()
    _staff()
    _statements()
    _stays()
    _person_search_words()
    _sealed_search_words()


def _person_needs() -> None:
    op.create_table(
        "person_needs",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_person_needs")),
    )
    op.create_index("ix_person_needs_person_id", "person_needs", ["scope", "person_id"])


def _person_search_entries() -> None:
    op.create_table(
        "person_search_entries",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_person_search_entries")),
        sa.UniqueConstraint("owner", name=op.f("uq_person_search_entries_owner")),
    )


def _persons() -> None:
    op.create_table(
        "persons",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid()),
        sa.Column("name", sa.Text()),
        sa.Column("name_display", sa.Text()),
        sa.Column("kana", sa.Text()),
        sa.Column("name_note", sa.Text()),
        sa.Column("birth_date", sa.Date()),
        sa.Column("birth_precision", sa.Text()),
        sa.Column("birth_year", sa.Integer()),
        sa.Column("birth_month", sa.Integer()),
        sa.Column("age", sa.Integer()),
        sa.Column("age_months", sa.Integer()),
        sa.Column("age_band", sa.Integer()),
        sa.Column("age_told_on", sa.Date()),
        sa.Column("sex", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("postal_code", sa.Text()),
        sa.Column("town", sa.Text()),
        sa.Column("address_kind", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("relation", sa.Text()),
        sa.Column("register_number", sa.Text()),
        sa.Column("register_link", sa.Text()),
        sa.Column("protection", sa.Text(), server_default="none"),
        sa.Column("tag_number", sa.Text()),
        sa.Column("same_as_id", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_persons")),
    )
    op.create_index("ix_persons_household_id", "persons", ["scope", "household_id"])
    op.create_index("ix_persons_register_number", "persons", ["scope", "register_number"])


def _sealed_search_entries() -> None:
    op.create_table(
        "sealed_search_entries",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_sealed_search_entries")),
        sa.UniqueConstraint("owner", name=op.f("uq_sealed_search_entries_owner")),
    )


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), server_default=""),
        sa.Column("value", sa.JSON(none_as_null=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_settings")),
    )


def _shelter_operations() -> None:
    op.create_table(
        "shelter_operations",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("status", sa.Text()),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_shelter_operations")),
    )
    op.create_index(
        "ix_shelter_operations_shelter_id", "shelter_operations", ["scope", "shelter_id"]
    )


def _shelters() -> None:
    op.create_table(
        "shelters",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), server_default=""),
        sa.Column("kind", sa.Text()),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("municipality", sa.Text(), server_default=""),
        sa.Column("common_id", sa.Text()),
        sa.Column("municipal_id", sa.Text()),
        sa.Column("name_kana", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("elevation", sa.Double()),
        sa.Column("phone", sa.Text()),
        sa.Column("hazards", sa.JSON(none_as_null=True)),
        sa.Column("capacity_indoor", sa.Integer()),
        sa.Column("capacity_outdoor", sa.Integer()),
        sa.Column("capacity_total", sa.Integer()),
        sa.Column("capacity_text", sa.Text()),
        sa.Column("overlaps_other_kind", sa.Boolean()),
        sa.Column("accepts", sa.Text()),
        sa.Column("other_matters", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("area", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_shelters")),
    )
    op.create_index("ix_shelters_municipality", "shelters", ["scope", "municipality"])


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login_name", sa.Text(), server_default=""),
        sa.Column("display_name", sa.Text(), server_default=""),
        sa.Column("role", sa.Text(), server_default=""),
        sa.Column("grants", sa.JSON(none_as_null=True)),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("expires_on", sa.Date()),
        sa.Column("home_municipality", sa.Text(), server_default=""),
        sa.Column("is_disabled", sa.Boolean(), server_default=sa.false()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_staff")),
    )
    op.create_index("ix_staff_login_name", "staff", ["scope", "login_name"])


def _statements() -> None:
    op.create_table(
        "statements",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("informant", sa.Text()),
        sa.Column("informant_phone", sa.Text()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("place", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_statements")),
    )
    op.create_index("ix_statements_person_id", "statements", ["scope", "person_id"])


def _stays() -> None:
    op.create_table(
        "stays",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("group_id", sa.Uuid()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text()),
        sa.Column("destination", sa.Text()),
        sa.Column("destination_phone", sa.Text()),
        sa.Column("count_id", sa.Uuid()),
        sa.Column("away_since", sa.DateTime(timezone=True)),
        sa.Column("away_until", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_stays")),
    )
    op.create_index("ix_stays_group_id", "stays", ["scope", "group_id"])
    op.create_index("ix_stays_person_id", "stays", ["scope", "person_id"])
    op.create_index("ix_stays_shelter_id", "stays", ["scope", "shelter_id"])


def _person_search_words() -> None:
    create_words(op.get_bind(), "person_search")


def _sealed_search_words() -> None:
    create_words(op.get_bind(), "sealed_search")
