"""Calculations kept with judgements, tables of the municipality, photographs of cards."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    _incoming_photos()
    _table_decisions()
    _judgements()


def _incoming_photos() -> None:
    op.create_table(
        "incoming_photos",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("original", sa.Text(), server_default=""),
        sa.Column("sha256", sa.Text()),
        sa.Column("size", sa.Integer()),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("card_id", sa.Uuid()),
        sa.Column("file_name", sa.Text()),
        sa.Column("camera", sa.Text()),
        sa.Column("code", sa.Text()),
        sa.Column("number", sa.Text()),
        sa.Column("doubt", sa.Text()),
        sa.Column("dwelling_id", sa.Uuid()),
        sa.Column("sorted_at", sa.DateTime(timezone=True)),
        sa.Column("sorted_by", sa.Uuid()),
        sa.Column("imported_at", sa.DateTime(timezone=True)),
        sa.Column("imported_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_incoming_photos")),
    )
    op.create_index("ix_incoming_photos_card_id", "incoming_photos", ["scope", "card_id"])
    op.create_index("ix_incoming_photos_dwelling_id", "incoming_photos", ["scope", "dwelling_id"])


def _table_decisions() -> None:
    op.create_table(
        "table_decisions",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.Text(), server_default=""),
        sa.Column("effective_from", sa.Date()),
        sa.Column("row_name", sa.Text(), server_default=""),
        sa.Column("row_values", sa.JSON(none_as_null=True)),
        sa.Column("source", sa.Text(), server_default=""),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_table_decisions")),
    )


def _judgements() -> None:
    op.add_column("judgements", sa.Column("calculated_case", sa.JSON(none_as_null=True)))
    op.add_column("judgements", sa.Column("calculated_reasons", sa.JSON(none_as_null=True)))
    op.add_column("judgements", sa.Column("unconfirmed", sa.JSON(none_as_null=True)))
