"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

from victim_support.core.db.search import create_words

revision = "0001"
down_revision = None


def upgrade() -> None:
    _register_extracts()
    _resident_entries()
    _residents()
    _resident_words()


def _register_extracts() -> None:
    op.create_table(
        "register_extracts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_extracts")),
    )


def _resident_entries() -> None:
    op.create_table(
        "resident_entries",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_resident_entries")),
        sa.UniqueConstraint("owner", name=op.f("uq_resident_entries_owner")),
    )


def _residents() -> None:
    op.create_table(
        "residents",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("household_number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_display", sa.Text(), nullable=False),
        sa.Column("has_gaiji", sa.Boolean(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("former_name", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text()),
        sa.Column("birth_date", sa.Date()),
        sa.Column("birth_year", sa.Integer()),
        sa.Column("birth_month", sa.Integer()),
        sa.Column("birth_received", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_protected", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("missing_since", sa.Integer()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_residents")),
    )
    op.create_index(op.f("ix_residents_household_number"), "residents", ["household_number"])


def _resident_words() -> None:
    create_words(op.get_bind(), "resident")
