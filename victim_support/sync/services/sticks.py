"""Writes of the ledger of sticks (USBの台帳)."""

from pathlib import Path
from uuid import UUID

import msgspec

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.reads import log_security
from victim_support.core.scopes import current_scopes
from victim_support.sync.bundles import BundleError, words_of, write_durably
from victim_support.sync.models import Stick, StickState
from victim_support.sync.queries import get_enrolment
from victim_support.sync.statements import StickMark, sign
from victim_support.sync.sticks import MARK, Mark, top_of, volume_of


def register_stick(*, folder: Path, label: str, by: UUID | None) -> UUID:
    """Take a stick into the ledger and put the mark onto it; inside ``transaction()``.

    Raises:
        NotEnrolledError: This machine has no certificate yet.
        BundleError: The stick cannot be written.
    """
    enrolment = get_enrolment()
    stick = Stick(
        scope=current_scopes().base,
        id=new_id(),
        label=label,
        volume=volume_of(folder) or None,
        registered_at=clock.now(),
        registered_by=by,
        node=enrolment.certificate.node,
    )
    said = StickMark(
        municipality=current_scopes().municipality,
        node=stick.node,
        stick=stick.id,
        label=label,
        volume=stick.volume or "",
        registered_at=stick.registered_at,
    )
    mark = Mark(enrolment.raw, sign(enrolment.secrets.sign_key, said))
    try:
        write_durably(top_of(folder) / MARK, msgspec.msgpack.encode(mark))
    except OSError as error:
        raise BundleError(words_of(error)) from error
    db.session.add(stick)
    log_security("stick.registered", staff_id=by, stick=stick.id.hex)
    return stick.id


def mark_stick(*, stick: Stick, state: StickState, note: str, by: UUID | None) -> None:
    """Say that a stick is lost (紛失) or has come back; inside ``transaction()``."""
    stick.state = state
    stick.state_at, stick.state_by, stick.state_note = clock.now(), by, note or None
    log_security(f"stick.{state.value}", staff_id=by, stick=stick.id.hex)
