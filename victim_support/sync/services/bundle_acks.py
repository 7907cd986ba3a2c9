"""Receipts (受け取りの印) on a stick: they travel home and say what is safe where."""

from pathlib import Path
from uuid import UUID

import msgspec

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.journal.store import read_heads
from victim_support.sync import messages
from victim_support.sync.bundles import ACK_KIND, Ack, ack_path, list_acks, read_file, write_durably
from victim_support.sync.carrying import list_readers
from victim_support.sync.envelope import EnvelopeError, Opened, open_envelope, seal
from victim_support.sync.models import WrittenBundle
from victim_support.sync.queries import (
    Enrolment,
    Position,
    UntrustedError,
    Vector,
    find_revocation,
    may_hold,
    trusted,
)
from victim_support.sync.services.answers import vector_from, vector_rows
from victim_support.sync.services.peers import learn, note_held
from victim_support.sync.statements import Certificate

LIMIT = 1 << 20


def write_ack(folder: Path, bundle: UUID, sender: Certificate, enrolment: Enrolment) -> bool:
    """Write onto the stick what this machine holds now, for the sender and the headquarters.

    Returns:
        Whether it is there; a stick may be locked.
    """
    ack = Ack(bundle, clock.now(), vector_rows(_held_for(sender)))
    readers = {each.box_key for each in list_readers() if each.is_headquarters}
    if find_revocation(sender.node) is None:
        readers.add(sender.box_key)
    db.session.remove()
    raw = seal(
        messages.pack(ack),
        kind=ACK_KIND,
        certificate=enrolment.raw,
        key=enrolment.secrets.sign_key,
        recipients=sorted(readers),
    )
    try:
        write_durably(ack_path(folder, enrolment.secrets.box_key), raw)
    except OSError:
        return False
    return True


def read_acks(folder: Path, enrolment: Enrolment) -> list[str]:
    """Note the receipts that came home on a stick; begins transactions of its own.

    Returns:
        The names of the machines that gave them.

    Raises:
        OSError: The folder cannot be read.
    """
    names = []
    for path in list_acks(folder):
        found = _read(path, enrolment)
        if found is not None:
            _note(*found)
            names.append(found[0].sender.name)
    return names


def _held_for(sender: Certificate) -> Vector:
    """Return what the sender may know of, its own chains in every scope included."""
    return {
        (scope, node): Position(head.seq, head.hash)
        for (scope, node), head in read_heads(db.session.connection()).items()
        if may_hold(sender, scope) or node == sender.node
    }


def _read(path: Path, enrolment: Enrolment) -> tuple[Opened, Ack] | None:
    """Return a receipt, None when it is not for this machine or not to be believed."""
    identity = enrolment.secrets.identity
    try:
        opened = open_envelope(
            read_file(path, LIMIT), kind=ACK_KIND, identity=identity, trust=trusted
        )
        ack = messages.unpack(opened.text, Ack)
    except (OSError, EnvelopeError, UntrustedError, msgspec.DecodeError):
        return None
    else:
        is_revoked = find_revocation(opened.sender.node) is not None
        is_own = opened.sender.node == enrolment.certificate.node
        return None if is_revoked or is_own else (opened, ack)
    finally:
        db.session.remove()


def _note(opened: Opened, ack: Ack) -> None:
    node = opened.sender.node
    with transaction() as session:
        learn([opened.certificate], [])
        session.flush()
        note_held(node, vector_from(ack.vector))
        written = session.get(WrittenBundle, ack.bundle)
        if written is not None:
            written.acks = written.acks | {str(node): ack.at.isoformat()}
