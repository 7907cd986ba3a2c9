"""Keys to find dwellings by, for all that are there."""

import sqlalchemy as sa
from alembic import op

from victim_support.core.japanese.addresses import dwelling_key

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    _dwelling_keys()


def _dwelling_keys() -> None:
    keys = op.create_table(
        "dwelling_keys",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_dwelling_keys")),
    )
    op.create_index(op.f("ix_dwelling_keys_scope"), "dwelling_keys", ["scope", "key"])
    dwellings = sa.table(
        "dwellings",
        sa.column("scope", sa.Text()),
        sa.column("id", sa.Uuid()),
        sa.column("address", sa.Text()),
        sa.column("unit", sa.Text()),
    )
    rows = [
        {"scope": scope, "id": dwelling_id, "key": dwelling_key(address or "", unit)}
        for scope, dwelling_id, address, unit in op.get_bind().execute(sa.select(dwellings))
    ]
    op.bulk_insert(keys, rows)
