"""The photograph that a picture of a card became."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    _incoming_photos()


def _incoming_photos() -> None:
    op.add_column("incoming_photos", sa.Column("photo_id", sa.Uuid()))
