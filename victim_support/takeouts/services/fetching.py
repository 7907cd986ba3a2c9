"""The register over a network: handed to the machine that was allowed to, taken in as from a stick.

Whoever hands it out keeps nothing of the conversation: who was cut off says what it holds, and is
given the rest. The order of people in an extract is fixed, so that the rest is well defined.
"""

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from victim_support.core.db import db
from victim_support.core.jobs import Progress
from victim_support.core.reads import log_security
from victim_support.residents.rules.handing import Provenance
from victim_support.sync import messages
from victim_support.sync.bundles import MOST_FILES, Part
from victim_support.sync.client import PeerClient, PeerError
from victim_support.sync.envelope import LEVEL, Opened
from victim_support.sync.queries import Enrolment, get_enrolment
from victim_support.sync.services.exchange import exchange_with
from victim_support.sync.services.streams import REGISTER, NotAllowedError, streams
from victim_support.takeouts.models import RegisterPermit, RegisterTakeout
from victim_support.takeouts.parts import FORMAT, RESUMING, AskRegister, Held
from victim_support.takeouts.queries import find_permit
from victim_support.takeouts.services.halfway import (
    Halfway,
    Keeper,
    count_parts,
    fetching_folder,
    find_halfway,
    forget_halfway,
)
from victim_support.takeouts.services.handing import (
    HandingError,
    RegisterPacking,
    Wanted,
    note_handed,
    provenance_for,
)
from victim_support.takeouts.services.reading import TakingError
from victim_support.takeouts.services.taking import import_register
from victim_support.takeouts.services.wiping import prove_wiped

NOT_ALLOWED = (
    "この端末に渡す許可がありません。本部の「住民データの持ち出し」で許可してもらってください。"
)
RENEWED = "許可のあとで住民データが新しくなりました。本部でもう一度許可してもらってください。"
OLDER = "本部より古い版です。この端末を新しい版にしてください。"
CUT = "接続が途中で切れました。もう一度受け取ると、続きから受け取ります。"
NO_ROOM = "このパソコンに書き込めません。空き容量を増やしてから、もう一度受け取ってください。"


@streams(REGISTER)
def hand_over(opened: Opened, enrolment: Enrolment) -> Iterator[bytes]:
    """Yield the register for the machine that asks, when a person has allowed it here."""
    asked = messages.unpack(opened.text, AskRegister)
    if asked.format < FORMAT:
        raise NotAllowedError(OLDER)
    reader = opened.sender
    permit = find_permit(reader.node)
    if permit is None:
        raise NotAllowedError(NOT_ALLOWED)
    try:
        provenance = _begun(permit)
    except HandingError as error:
        raise NotAllowedError(str(error)) from error
    held = _still_good(asked.held, provenance)
    packing = RegisterPacking(provenance, reader, enrolment, level=LEVEL, held=held)
    if asked.format >= RESUMING:
        yield packing.beginning()
    yield from packing.envelopes()
    yield packing.manifest()


def _still_good(held: Held | None, provenance: Provenance) -> list[Part]:
    """Return what a machine need not get once more: files of this very register."""
    is_same = held is not None and (held.takeout, held.as_of) == (
        provenance.takeout,
        provenance.as_of,
    )
    if held is None or not is_same or len(held.parts) > MOST_FILES:
        return []
    return held.parts if held.people <= provenance.people else []


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
        PeerError: The other machine was not reached, refuses, or was cut off: what came of the
            register is kept, and the next try goes on with it.
        TakingError: What came is not to be used.
        CopyError: An earlier register is left in the backups; the new one is in.
    """
    enrolment = get_enrolment()
    before = find_halfway(enrolment)
    yield Progress(words="相手につないでいます")
    try:
        yield from _kept(
            address, enrolment, before
        )  # when it is cut off, what came waits for the rest
    except OSError as error:
        raise TakingError(NO_ROOM) from error
    try:
        provenance = yield from import_register(fetching_folder(), backups, by=by, name=name)
    finally:
        forget_halfway()
    if before is not None and before.provenance.takeout != provenance.takeout:
        prove_wiped([before.provenance.takeout], by=by)  # it will never be whole
    yield Progress(words="受け取ったことを本部と合わせています")
    with suppress(PeerError):
        exchange_with(address)
    return provenance


def _kept(address: str, enrolment: Enrolment, halfway: Halfway | None) -> Generator[Progress]:
    """Keep what comes as the files of a register; go on with what came before a cut."""
    if halfway is not None:
        count_parts(halfway, enrolment)
    keeper = Keeper(enrolment, halfway)
    asked = AskRegister(RESUMING, halfway.held if halfway else None)
    with PeerClient(address, enrolment) as client:
        client.hello()
        for frame in client.frames(REGISTER, messages.pack(asked)):
            keeper.keep(frame)
            done = keeper.people
            yield Progress(done, keeper.total, f"{done} 人分を受け取りました")
    if not keeper.is_whole:
        raise PeerError(CUT)
