"""Everything that depends on the database engine, and the words models and services use."""

from victim_support.core.db.bases import (
    Base,
    LocalBase,
    ReferenceBase,
    Synced,
    synced_classes,
    synced_fields,
)
from victim_support.core.db.engine import Part, closing_engine, open_engine
from victim_support.core.db.errors import DatabaseFileError
from victim_support.core.db.fields import FieldClass, FieldSpec, SyncSpec, field, sync_table
from victim_support.core.db.session import (
    AlreadyBegunError,
    BulkWriteRefusedError,
    NotWritingError,
    acknowledged_together,
    close_database,
    db,
    local_writing,
    reading,
    set_recorder,
    transaction,
)
from victim_support.core.db.types import OpenEnum, UtcDateTime
from victim_support.core.db.writing import WriteTransaction, current_write, is_writing
from victim_support.core.scopes import ScopeKind

__all__ = [
    "AlreadyBegunError",
    "Base",
    "BulkWriteRefusedError",
    "DatabaseFileError",
    "FieldClass",
    "FieldSpec",
    "LocalBase",
    "NotWritingError",
    "OpenEnum",
    "Part",
    "ReferenceBase",
    "ScopeKind",
    "SyncSpec",
    "Synced",
    "UtcDateTime",
    "WriteTransaction",
    "acknowledged_together",
    "close_database",
    "closing_engine",
    "current_write",
    "db",
    "field",
    "is_writing",
    "local_writing",
    "open_engine",
    "reading",
    "set_recorder",
    "sync_table",
    "synced_classes",
    "synced_fields",
    "transaction",
]
