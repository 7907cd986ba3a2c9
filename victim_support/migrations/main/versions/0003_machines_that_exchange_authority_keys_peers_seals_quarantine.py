"""Machines that exchange: authority, keys, peers, seals, quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _authorities()
    _machine_secrets()
    _peers()
    _quarantined()
    _seals()


def _authorities() -> None:
    op.create_table(
        "authorities",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("private_key", sa.LargeBinary()),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_authorities")),
    )


def _machine_secrets() -> None:
    op.create_table(
        "machine_secrets",
        sa.Column("node", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_machine_secrets")),
    )


def _peers() -> None:
    op.create_table(
        "peers",
        sa.Column("node", sa.Uuid(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("revocation", sa.LargeBinary()),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("last_contact_at", sa.DateTime(timezone=True)),
        sa.Column("clock_offset", sa.Double()),
        sa.Column("acknowledged", sa.LargeBinary()),
        sa.Column("last_fault", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_peers")),
    )


def _quarantined() -> None:
    op.create_table(
        "quarantined",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("node", sa.Uuid(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("segment", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined")),
    )


def _seals() -> None:
    op.create_table(
        "seals",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("node", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "node", "seq", name=op.f("pk_seals")),
    )
