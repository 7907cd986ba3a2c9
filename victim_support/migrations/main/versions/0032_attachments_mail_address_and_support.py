"""What came with filed applications, where papers are sent, support that depends on a grade."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    _filed_attachments()
    _support_checks()
    _applications()


def _filed_attachments() -> None:
    op.create_table(
        "filed_attachments",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filed_application_id", sa.Uuid()),
        sa.Column("sha256", sa.Text()),
        sa.Column("size", sa.Integer()),
        sa.Column("media_type", sa.Text(), server_default=""),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("added_by", sa.Uuid()),
        sa.Column("added_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_filed_attachments")),
    )
    op.create_index(
        "ix_filed_attachments_filed_application_id",
        "filed_attachments",
        ["scope", "filed_application_id"],
    )


def _support_checks() -> None:
    op.create_table(
        "support_checks",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("support", sa.Text(), server_default=""),
        sa.Column("state", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("checked_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_support_checks")),
    )
    op.create_index(
        "ix_support_checks_application_id", "support_checks", ["scope", "application_id"]
    )


def _applications() -> None:
    op.add_column("applications", sa.Column("mail_postal_code", sa.Text()))
    op.add_column("applications", sa.Column("mail_address", sa.Text()))
