"""What was decided on a judgement."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    _judgements()


def _judgements() -> None:
    op.add_column("judgements", sa.Column("verdict", sa.Text()))
