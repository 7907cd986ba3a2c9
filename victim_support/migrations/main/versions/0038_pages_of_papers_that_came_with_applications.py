"""Pages of papers that came with applications."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    _filed_attachments()


def _filed_attachments() -> None:
    op.add_column("filed_attachments", sa.Column("document", sa.Text()))
    op.add_column("filed_attachments", sa.Column("page", sa.Integer()))
