"""Paper: cards, sheets typed twice, rosters printed and taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    _printed_rosters()
    _roster_files()
    _sheet_checks()
    _sheet_runs()
    _typed_sheets()


def _printed_rosters() -> None:
    op.create_table(
        "printed_rosters",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("printed_at", sa.DateTime(timezone=True)),
        sa.Column("printed_by", sa.Uuid()),
        sa.Column("sheets", sa.Integer()),
        sa.Column("taken_by", sa.Text()),
        sa.Column("shredded_at", sa.DateTime(timezone=True)),
        sa.Column("shredded_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_printed_rosters")),
    )
    op.create_index("ix_printed_rosters_shelter_id", "printed_rosters", ["scope", "shelter_id"])


def _roster_files() -> None:
    op.create_table(
        "roster_files",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("file_name", sa.Text(), server_default=""),
        sa.Column("sha256", sa.Text(), server_default=""),
        sa.Column("made_by", sa.Text(), server_default=""),
        sa.Column("imported_at", sa.DateTime(timezone=True)),
        sa.Column("imported_by", sa.Text(), server_default=""),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_roster_files")),
    )
    op.create_index("ix_roster_files_sha256", "roster_files", ["scope", "sha256"])


def _sheet_checks() -> None:
    op.create_table(
        "sheet_checks",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid()),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("checked_by", sa.Uuid()),
        sa.Column("differences", sa.Integer()),
        sa.Column("corrected", sa.Integer()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_sheet_checks")),
    )
    op.create_index("ix_sheet_checks_sheet_id", "sheet_checks", ["scope", "sheet_id"])


def _sheet_runs() -> None:
    op.create_table(
        "sheet_runs",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.Text(), server_default=""),
        sa.Column("first", sa.Integer()),
        sa.Column("count", sa.Integer()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("printed_at", sa.DateTime(timezone=True)),
        sa.Column("printed_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_sheet_runs")),
    )
    op.create_index("ix_sheet_runs_prefix", "sheet_runs", ["scope", "prefix"])


def _typed_sheets() -> None:
    op.create_table(
        "typed_sheets",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), server_default=""),
        sa.Column("group_id", sa.Uuid()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("edition", sa.Text(), server_default=""),
        sa.Column("typed_at", sa.DateTime(timezone=True)),
        sa.Column("typed_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_typed_sheets")),
    )
    op.create_index("ix_typed_sheets_group_id", "typed_sheets", ["scope", "group_id"])
    op.create_index("ix_typed_sheets_number", "typed_sheets", ["scope", "number"])
