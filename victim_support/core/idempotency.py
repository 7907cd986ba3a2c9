"""One act sent twice is one record: the key of a form and where its first sending led."""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.access import current_actor
from victim_support.core.clock import now
from victim_support.core.db import Base, db

KEPT = timedelta(days=30)


class IdempotencyKey(Base):
    """A form that was saved: its key, bound to person and endpoint, and the page it led to."""

    __tablename__ = "idempotency_keys"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    location: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


def new_key() -> str:
    """Return a new key for a form that is about to be shown."""
    return secrets.token_urlsafe(18)


def find(key: str | None) -> str | None:
    """Return where the first sending of this form led, None when it was not saved yet.

    Call it inside ``transaction()``, before anything is written.
    """
    row = db.session.get(IdempotencyKey, _digest(key)) if key else None
    return row.location if row else None


def remember(key: str | None, location: str) -> None:
    """Keep where this form led, in the same transaction as what it saved."""
    if not key:
        return
    moment, digest = now(), _digest(key)
    if digest[0] == 0:  # one form in 256; what is old costs no other form its time
        db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < moment - KEPT))
    db.session.add(IdempotencyKey(digest=digest, location=location, created_at=moment))


def _digest(key: str) -> bytes:
    bound = (str(current_actor().id), str(request.endpoint), key)
    return hashlib.sha256("\x1f".join(bound).encode()).digest()
