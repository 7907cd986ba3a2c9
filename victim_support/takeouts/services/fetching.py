"""The register over a network: handed to the machine that was allowed to, taken in as from a stick.

Whoever hands it out keeps nothing of the conversation: what was cut off is asked for anew.
"""

import tempfile
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.jobs import Progress
from victim_support.core.reads import log_security
from victim_support.residents.rules.handing import Provenance
from victim_support.sync import messages
from victim_support.sync.bundles import BundleError, BundleWriter
from victim_support.sync.client import PeerClient, PeerError
from victim_support.sync.envelope import LEVEL, Opened
from victim_support.sync.queries import Enrolment, get_enrolment
from victim_support.sync.services.exchange import exchange_with
from victim_support.sync.services.streams import REGISTER, NotAllowedError, streams
from victim_support.takeouts.models import RegisterPermit, RegisterTakeout
from victim_support.takeouts.parts import FOLDER_KIND, FORMAT, AskRegister
from victim_support.takeouts.queries import find_permit
from victim_support.takeouts.services.handing import (
    HandingError,
    RegisterPacking,
    Wanted,
    note_handed,
    provenance_for,
)
from victim_support.takeouts.services.taking import TakingError, import_register

NOT_ALLOWED = (
    "この端末に渡す許可がありません。本部の「住民データの持ち出し」で許可してもらってください。"
)
RENEWED = "許可のあとで住民データが新しくなりました。本部でもう一度許可してもらってください。"
OLDER = "本部より古い版です。この端末を新しい版にしてください。"
NO_ROOM = "このパソコンに書き込めません。空き容量を増やしてから、もう一度受け取ってください。"


@streams(REGISTER)
def hand_over(opened: Opened, enrolment: Enrolment) -> Iterator[bytes]:
    """Yield the register for the machine that asks, when a person has allowed it here."""
    if messages.unpack(opened.text, AskRegister).format < FORMAT:
        raise NotAllowedError(OLDER)
    reader = opened.sender
    permit = find_permit(reader.node)
    if permit is None:
        raise NotAllowedError(NOT_ALLOWED)
    try:
        provenance = _begun(permit)
    except HandingError as error:
        raise NotAllowedError(str(error)) from error
    packing = RegisterPacking(provenance, reader, enrolment, level=LEVEL)
    yield from packing.envelopes()
    yield packing.manifest()


def _begun(permit: RegisterPermit) -> Provenance:
    """Record, before the first byte, that the register is handed out; once, however often asked."""
    by, wanted = permit.allowed_by, Wanted(permit.node, permit.expires_on, permit.towns or [])
    takeout, scope = permit.id, permit.scope
    provenance = provenance_for(wanted, takeout)
    handed = db.session.get(RegisterTakeout, (scope, takeout))
    is_renewed = handed is not None and handed.as_of != provenance.as_of
    db.session.remove()
    if is_renewed:
        raise HandingError(RENEWED)
    if handed is None:
        note_handed(wanted.node, provenance, by)
    log_security("register.fetched", takeout=takeout.hex, node=str(wanted.node))
    return provenance


def fetch_register(
    address: str, backups: Path, *, by: UUID | None, name: str
) -> Generator[Progress, None, Provenance]:
    """Ask the machine at an address for the register, and take it in as from a stick.

    Afterwards both machines exchange, so that the list of what was handed out, and the proof that
    an earlier register was wiped, are there at once. Begins transactions of its own.

    Args:
        address: Of the headquarters, or of another machine that imported the register itself.
        backups: Where this machine's own backups lie.
        by: Who takes it in.
        name: What she is called, for the list of imports.

    Raises:
        NotEnrolledError: This machine has no certificate yet.
        PeerError: The other machine was not reached, or refuses; nothing was changed.
        TakingError: What came is not to be used.
        CopyError: An earlier register is left in the backups; the new one is in.
    """
    enrolment = get_enrolment()
    db.session.remove()
    with tempfile.TemporaryDirectory(prefix="victim-support-") as place:
        yield Progress(words="相手につないでいます")
        try:
            yield from _kept(address, enrolment, Path(place))
        except (BundleError, OSError) as error:
            raise TakingError(NO_ROOM) from error
        provenance = yield from import_register(Path(place), backups, by=by, name=name)
    yield Progress(words="受け取ったことを本部と合わせています")
    with suppress(PeerError):
        exchange_with(address)
    return provenance


def _kept(address: str, enrolment: Enrolment, place: Path) -> Generator[Progress]:
    """Keep what comes as the files of a register; half of it is of no use and goes with them."""
    writer, last, count = BundleWriter(place, new_id(), FOLDER_KIND), b"", 0
    with PeerClient(address, enrolment) as client:
        client.hello()
        for frame in client.frames(REGISTER, messages.pack(AskRegister(FORMAT))):
            if last:
                writer.add(last)
            last, count = frame, count + 1
            yield Progress(words=f"{count} 個のファイルを受け取りました")
    writer.finish(last)
