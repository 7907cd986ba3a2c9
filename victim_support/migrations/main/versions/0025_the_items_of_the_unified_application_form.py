"""The items of the unified application form."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    _applications()


def _applications() -> None:
    op.add_column("applications", sa.Column("proxy_kind", sa.Text()))
    op.add_column("applications", sa.Column("staying_at", sa.Text()))
    op.add_column("applications", sa.Column("property_kind", sa.Text()))
    op.add_column("applications", sa.Column("damaged_parts", sa.Text()))
    op.add_column("applications", sa.Column("agrees_registers", sa.Boolean()))
    op.add_column("applications", sa.Column("agrees_sharing", sa.Boolean()))
    op.add_column("applications", sa.Column("agrees_photos", sa.Boolean()))
    op.add_column("applications", sa.Column("identity_kind", sa.Text()))
    op.add_column("applications", sa.Column("identity_detail", sa.Text()))
    op.add_column("applications", sa.Column("identity_vouched_by", sa.Text()))
    op.add_column("applications", sa.Column("identity_by", sa.Uuid()))
    op.add_column("applications", sa.Column("identity_at", sa.DateTime(timezone=True)))
    op.add_column("applications", sa.Column("residence_proof", sa.Text()))
    op.add_column("applications", sa.Column("residence_note", sa.Text()))
    op.add_column("applications", sa.Column("residence_by", sa.Uuid()))
    op.add_column("applications", sa.Column("residence_at", sa.DateTime(timezone=True)))
    op.add_column("applications", sa.Column("head_state", sa.Text()))
    op.add_column("applications", sa.Column("source", sa.Text()))
    op.add_column("applications", sa.Column("source_number", sa.Text()))
