"""The session: writes through ``transaction()`` only, bulk statements refused."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from victim_support.core.db import writing
from victim_support.core.db.bases import Base, Synced
from victim_support.core.db.engine import Part, write_alone


class BulkWriteRefusedError(Exception):
    """A bulk statement on a synced table would escape the journal; change objects instead."""


class AlreadyBegunError(Exception):
    """``transaction()`` must be entered before the first read."""


class NotWritingError(Exception):
    """Something was changed outside ``transaction()``."""


class EarlyCommitError(Exception):
    """A service committed, or set a savepoint; ``transaction()`` alone decides what is kept."""


class LedgerSession(FlaskSession):
    """A session that lets nothing reach a synced table around the journal."""

    def bulk_save_objects(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise BulkWriteRefusedError

    def bulk_insert_mappings(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise BulkWriteRefusedError

    def bulk_update_mappings(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise BulkWriteRefusedError


# Attributes stay readable after the commit; transaction() expires all before it reads.
db = SQLAlchemy(
    model_class=Base, session_options={"class_": LedgerSession, "expire_on_commit": False}
)
_recorders: list[writing.Recorder] = []
# A plain BEGIN that reads first may not write when another writer came between.
_local_lock = threading.Lock()


def set_recorder(recorder: writing.Recorder) -> None:
    """Let the journal take part in every transaction."""
    _recorders[:] = [recorder]


@contextmanager
def transaction(reason: str = "") -> Iterator[Session]:
    """Write: take the write lock, begin IMMEDIATE, commit at the end, roll back on any exception.

    Enter it before the first read of a view or command. ``reason`` is kept in the journal.

    Raises:
        AlreadyBegunError: The session has read already, or transactions are nested.
    """
    session = db.session()
    if session.in_transaction() or writing.is_writing():
        raise AlreadyBegunError
    session.expire_all()
    with writing.write_lock:
        write = writing.WriteTransaction(reason)
        token = writing._writing.set(write)
        try:
            yield session
            session.flush()
            for recorder in _recorders:
                recorder.record(session, write)
            write.is_ending = True
            if write.beside_commit is not None:
                write.beside_commit()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            writing._writing.reset(token)
        for recorder in _recorders:
            recorder.keep(write)
    if not writing.acknowledged_later(write):
        _acknowledge([write])


@contextmanager
def acknowledged_together() -> Iterator[None]:
    """Wait for the disk once at the end, for all transactions inside; nothing is promised before.

    For work that takes many transactions and answers once, such as taking in a parcel.
    """
    with writing.collecting() as writes:
        try:
            yield
        finally:
            _acknowledge(writes)


def _acknowledge(writes: Sequence[writing.WriteTransaction]) -> None:
    for write in writes:
        for recorder in _recorders:
            recorder.acknowledge(write)


def close_database() -> None:
    """Close every connection of the running program, such as before it is divided in two."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


@contextmanager
def reading() -> Iterator[Session]:
    """Read in a short session of its own, for guards and loaders; also inside a transaction."""
    with writing.not_writing(), LedgerSession(db) as session:
        yield session


@contextmanager
def local_writing() -> Iterator[Session]:
    """Write to the local file (sessions, throttle, drafts) in a short session of its own."""
    with _local_lock, LedgerSession(db) as session, session.begin():
        connection = session.connection(bind_arguments={"bind": db.engines[Part.LOCAL]})
        write_alone(connection, Part.LOCAL)
        yield session


@event.listens_for(LedgerSession, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Synced):
        raise BulkWriteRefusedError


@event.listens_for(LedgerSession, "before_flush")
def _refuse_stray_writes(session: Session, _context: Any, _instances: Any) -> None:
    changed = [*session.new, *session.dirty, *session.deleted]
    main = [row for row in changed if isinstance(row, Base)]
    if main and not writing.is_writing():
        raise NotWritingError
    if any(isinstance(row, Synced) for row in session.deleted):
        message = "rows of synced tables are withdrawn, not deleted"
        raise BulkWriteRefusedError(message)


@event.listens_for(LedgerSession, "before_commit")
def _refuse_early_commit(_session: Session) -> None:
    if writing.is_writing() and not writing.current_write().is_ending:
        raise EarlyCommitError


@event.listens_for(LedgerSession, "after_transaction_create")
def _refuse_savepoint(_session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested and writing.is_writing():  # what it takes back would be journalled
        raise EarlyCommitError
