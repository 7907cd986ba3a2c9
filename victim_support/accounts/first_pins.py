"""First PINs and badges of slips (札): readable until used, so that a lost sheet is reprinted.

In the local file, sealed with a key of their own, for a day at most; then only a reset helps.
"""

from collections.abc import Generator, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from victim_support.accounts.models import FirstPin
from victim_support.accounts.sealing import seal
from victim_support.core import clock, jobs
from victim_support.core.db import local_writing, reading

LASTS = timedelta(hours=24)
FORGET = "accounts.forget_first_pins"
_FORGOTTEN_EVERY = 600


def keep_first_pins(pins: Mapping[UUID, tuple[str, str]]) -> None:
    """Keep new PINs and badges, in place of earlier ones of the same people."""
    moment = clock.now()
    with local_writing() as session:
        for staff_id, codes in pins.items():
            sealed = seal("first-pins").encrypt(" ".join(codes).encode())
            session.merge(FirstPin(staff_id=staff_id, sealed=sealed, made_at=moment))


def read_first_pins() -> dict[UUID, tuple[str, str]]:
    """Return PIN and badge that nobody has used yet, by person; none older than a day."""
    since = clock.now() - LASTS
    with reading() as session:
        rows = session.scalars(select(FirstPin).where(FirstPin.made_at > since)).all()
    return {row.staff_id: _codes(row.sealed) for row in rows}


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


def _codes(sealed: bytes) -> tuple[str, str]:
    pin, _, badge = seal("first-pins").decrypt(sealed).decode().partition(" ")
    return pin, badge
