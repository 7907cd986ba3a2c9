"""Registers handed out and proofs of wiping."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _register_takeouts()
    _wipe_proofs()


def _register_takeouts() -> None:
    op.create_table(
        "register_takeouts",
        sa.Column("node", sa.Uuid()),
        sa.Column("as_of", sa.DateTime(timezone=True)),
        sa.Column("expires_on", sa.Date()),
        sa.Column("towns", sa.JSON(none_as_null=True)),
        sa.Column("people", sa.Integer()),
        sa.Column("handed_at", sa.DateTime(timezone=True)),
        sa.Column("handed_by", sa.Uuid()),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_register_takeouts")),
    )


def _wipe_proofs() -> None:
    op.create_table(
        "wipe_proofs",
        sa.Column("node", sa.Uuid()),
        sa.Column("wiped_at", sa.DateTime(timezone=True)),
        sa.Column("is_machine", sa.Boolean()),
        sa.Column("statement", sa.LargeBinary()),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_wipe_proofs")),
    )
