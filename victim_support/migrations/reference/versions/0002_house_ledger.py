"""House ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _house_occupants()
    _houses()
    _ledger_files()


def _house_occupants() -> None:
    op.create_table(
        "house_occupants",
        sa.Column("house_number", sa.Text(), nullable=False),
        sa.Column("household_number", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "house_number", "household_number", name=op.f("pk_house_occupants")
        ),
    )
    op.create_index(
        op.f("ix_house_occupants_household_number"), "house_occupants", ["household_number"]
    )


def _houses() -> None:
    op.create_table(
        "houses",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("house_number", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("lot_key", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("owner_number", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("owner_address", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("structure", sa.Text(), nullable=False),
        sa.Column("storeys", sa.Integer()),
        sa.Column("basement", sa.Integer()),
        sa.Column("area", sa.Double()),
        sa.Column("built_year", sa.Integer()),
        sa.Column("built_received", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("missing_since", sa.Integer()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_houses")),
    )
    op.create_index(op.f("ix_houses_address_key"), "houses", ["address_key"])
    op.create_index(op.f("ix_houses_lot_key"), "houses", ["lot_key"])
    op.create_index(op.f("ix_houses_owner_number"), "houses", ["owner_number"])


def _ledger_files() -> None:
    op.create_table(
        "ledger_files",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_files")),
    )
