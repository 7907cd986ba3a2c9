"""First PINs of slips (札): kept readable until they are used, so that a lost sheet is reprinted.

In the local file, sealed with a key of their own, for a day at most; then only a reset helps.
"""

from base64 import urlsafe_b64encode
from collections.abc import Generator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from uuid import UUID

from cryptography.fernet import Fernet
from flask import current_app
from sqlalchemy import delete, select

from victim_support.accounts.models import FirstPin
from victim_support.core import clock, jobs
from victim_support.core.db import local_writing, reading

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

LASTS = timedelta(hours=24)
FORGET = "accounts.forget_first_pins"
_FORGOTTEN_EVERY = 600


def keep_first_pins(pins: Mapping[UUID, str]) -> None:
    """Keep new PINs, in place of earlier ones of the same people."""
    moment = clock.now()
    with local_writing() as session:
        for staff_id, pin in pins.items():
            sealed = _seal().encrypt(pin.encode())
            session.merge(FirstPin(staff_id=staff_id, sealed_pin=sealed, made_at=moment))


def read_first_pins() -> dict[UUID, str]:
    """Return the PINs that nobody has used yet, by person; none older than a day."""
    since = clock.now() - LASTS
    with reading() as session:
        rows = session.scalars(select(FirstPin).where(FirstPin.made_at > since)).all()
    return {row.staff_id: _seal().decrypt(row.sealed_pin).decode() for row in rows}


def forget_first_pin(staff_id: UUID) -> None:
    """Forget a PIN: it was used, or replaced by a password, or its account was stopped."""
    with local_writing() as session:
        session.execute(delete(FirstPin).where(FirstPin.staff_id == staff_id))


@jobs.kind(FORGET, "使われなかった札の消去")
def _forget_old(_job: jobs.Running) -> Generator[jobs.Progress]:
    """Drop the PINs whose day is over."""
    with local_writing() as session:
        session.execute(delete(FirstPin).where(FirstPin.made_at <= clock.now() - LASTS))
    yield jobs.Progress(1, 1)


jobs.every(_FORGOTTEN_EVERY, FORGET)


def _seal() -> Fernet:
    opened = cast("OpenInstance", current_app.extensions["instance"])
    return Fernet(urlsafe_b64encode(opened.subkey("first-pins")))
