"""Read bundles (USBから取り込む): prove the manifest, then each file, then take in what is sound.

Whoever carries a stick is believed in nothing: every operation is proven by the machine that wrote
it, as over a network (``receive``). So a bundle without its manifest, or with files missing, gives
what is sound in it, and a revoked machine's bundle still brings what others wrote.
"""

import hashlib
from collections.abc import Callable, Generator
from pathlib import Path
from uuid import UUID

import msgspec

from victim_support.core.blobs import address_of, this_store
from victim_support.core.db import db, transaction
from victim_support.core.jobs import Progress
from victim_support.core.node import this_node
from victim_support.core.reads import log_security
from victim_support.sync import messages
from victim_support.sync.bundles import (
    BLOB_KIND,
    BLOBS,
    FORMAT,
    MANIFEST,
    MANIFEST_KIND,
    SEGMENT_KIND,
    BundleError,
    Manifest,
    Part,
    blob_name,
    find_bundles,
    list_blobs,
    list_segments,
    read_file,
    words_of,
)
from victim_support.sync.envelope import (
    LIMIT,
    EnvelopeError,
    EnvelopeFault,
    Opened,
    open_envelope,
)
from victim_support.sync.files import keep, lacks_files
from victim_support.sync.parcels import unpack_parcel
from victim_support.sync.queries import (
    Enrolment,
    UntrustedError,
    find_revocation,
    get_enrolment,
    hash_at,
    trusted,
)
from victim_support.sync.reports import BundleReport, PartFault
from victim_support.sync.services.answers import vector_from
from victim_support.sync.services.bundle_acks import read_acks, write_ack
from victim_support.sync.services.bundle_reports import keep_reports
from victim_support.sync.services.carried_past import (
    CarriedPast,
    Chain,
    NotCarriedError,
    past_of,
)
from victim_support.sync.services.incarnation import note_forgotten, note_fork
from victim_support.sync.services.peers import learn, note_held
from victim_support.sync.services.receive import Fault, Receipt, receive
from victim_support.sync.services.room import NO_ROOM, room_needed
from victim_support.sync.statements import Certificate

_OF_ENVELOPE = {
    EnvelopeFault.TOO_LARGE: PartFault.TOO_LARGE,
    EnvelopeFault.NOT_FOR_US: PartFault.NOT_FOR_US,
}


class _PartError(Exception):
    def __init__(self, fault: PartFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def import_bundles(
    folder: Path, *, report: UUID, by: UUID | None, stick: UUID | None = None
) -> Generator[Progress, None, list[BundleReport]]:
    """Take in every bundle in a folder as far as it is sound, a file after the other.

    Begins transactions of its own. What was taken in before a failure stays.

    Args:
        folder: The top folder of a stick, or one bundle.
        report: The id under which the result is kept.
        by: Who does it.
        stick: The stick of the ledger on which the folder lies.

    Raises:
        NotEnrolledError: This machine has no certificate yet.
        BundleError: There is no bundle, or this machine cannot write any more.
    """
    enrolment = get_enrolment()
    db.session.remove()
    incoming = [_Incoming(path, enrolment) for path in find_bundles(folder)]
    reports = [each.report for each in incoming]
    try:
        with room_needed():
            for each in incoming:
                yield from each.take_in()
            yield from _again(incoming)
            yield from _settled(incoming)
            for each in incoming:
                yield from each.take_in_files()
                each.conclude()
            keep_reports(reports, report=report, by=by, stick=stick)
    finally:
        db.session.remove()
    return reports


def _again(incoming: list["_Incoming"]) -> Generator[Progress]:
    """Try what came too early again, as long as something of it fits."""
    is_moving = True
    while is_moving:
        is_moving = False
        for each in incoming:
            before = each.report.applied
            yield from each.try_again()
            is_moving |= each.report.applied > before


def _settled(incoming: list["_Incoming"]) -> Generator[Progress]:
    """Give way to the headquarters where a past has become two; then take in its past."""
    has_given_way = False
    for each in incoming:
        has_given_way |= each.settle()
    if has_given_way:
        for each in incoming:
            yield from each.take_in_forked()
        yield from _again(incoming)


class _Incoming:
    """One bundle that is being read."""

    def __init__(self, folder: Path, enrolment: Enrolment) -> None:
        self._folder, self._enrolment = folder, enrolment
        self._manifest: Manifest | None = None
        self._past: CarriedPast | None = None  # as the headquarters holds it
        self._early: list[Path] = []
        self._forked: dict[Path, set[Chain]] = {}
        self._faults: dict[str, str] = {}
        self._seen: set[bytes] = set()  # hashes of files that were there
        self._is_refused = False
        self.report = BundleReport(folder.name)
        self._sender: Certificate | None = None

    def take_in(self) -> Generator[Progress]:
        """Read the manifest, then every file."""
        try:
            self.report.acked = read_acks(self._folder, self._enrolment)
            self._read_manifest()
            paths = list_segments(self._folder)
        except OSError as error:
            self._refuse(words_of(error))
            return
        if self._is_refused or self._holds_all():
            return
        for number, path in enumerate(paths, 1):
            self._take(path)
            yield Progress(number, len(paths), f"{self.report.applied} 件を取り込みました")

    def try_again(self) -> Generator[Progress]:
        """Take in files whose beginning was lacking before."""
        early, self._early = self._early, []
        for path in early:
            self._faults.pop(path.name, None)
            self.report.files -= 1
            self._take(path)
            yield Progress(words=f"{self.report.applied} 件を取り込みました")

    def settle(self) -> bool:
        """Give way where this bundle shows that the headquarters holds another past."""
        report, chains = self.report, set().union(*self._forked.values())
        try:
            said_again = self._past.settle(chains) if self._past else None
        except NotCarriedError:
            report.is_too_short, said_again = True, None
        if said_again is not None:
            report.has_given_way, report.has_forgotten = True, False
            report.said_again = said_again
            report.needs_enrolment = this_node().id != self._enrolment.certificate.node
        db.session.remove()
        return report.has_given_way

    def take_in_forked(self) -> Generator[Progress]:
        """Take in what was another past before."""
        forked, self._forked = list(self._forked), {}
        self._early = [*forked, *self._early]
        yield from self.try_again()

    def take_in_files(self) -> Generator[Progress]:
        """Take in the files of records (写真), after all the records; none when none is lacking."""
        is_needed = not self._is_refused and lacks_files()
        db.session.remove()
        try:
            paths = list_blobs(self._folder) if is_needed else []
        except OSError as error:
            self._faults[BLOBS] = words_of(error)
            return
        for number, path in enumerate(paths, 1):
            self._take_file(path)
            yield Progress(number, len(paths), f"写真 {self.report.pictures} 枚を受け取りました")
        if is_needed and self._manifest is not None:
            self._note_unseen(self._manifest.blobs, blob_name)

    def conclude(self) -> None:
        """Say what is missing, and leave the receipt on the stick."""
        if not self._is_refused:
            self._note_missing()
        self.report.problems += sorted(self._faults.items())
        if self._manifest is None or self._sender is None:
            return
        is_due = self._sender.node != self._enrolment.certificate.node == this_node().id
        db.session.remove()
        if is_due and not self.report.is_revoked:
            with transaction():  # after the segments: what is not here proves nothing
                note_held(self._sender.node, vector_from(self._manifest.heard))
        if is_due:
            self.report.has_ack = write_ack(
                self._folder, self._manifest.bundle, self._sender, self._enrolment
            )

    def _refuse(self, words: str) -> None:
        self._is_refused = True
        self._faults[MANIFEST] = words

    def _read_manifest(self) -> None:
        try:
            opened = self._opened(self._folder / MANIFEST, MANIFEST_KIND)
            manifest = messages.unpack(opened.text, Manifest)
        except FileNotFoundError:
            self.report.is_partial = True
        except (_PartError, msgspec.DecodeError) as error:
            fault = error.fault if isinstance(error, _PartError) else PartFault.DAMAGED
            self._doubt_manifest(fault)
        else:
            self._accept(manifest, opened.sender)

    def _doubt_manifest(self, fault: PartFault) -> None:
        if fault is PartFault.DAMAGED:  # as if it were missing: every file proves itself
            self.report.is_partial = True
            self._faults[MANIFEST] = fault.label
        else:
            self._refuse(fault.label)

    def _accept(self, manifest: Manifest, sender: Certificate) -> None:
        if manifest.format != FORMAT:
            self._refuse("新しい版で書かれた束です。この端末も新しい版にしてください。")
            return
        with transaction():
            learn(manifest.certificates, manifest.revocations)
        self._manifest, self._sender = manifest, sender
        self._past = past_of(manifest, sender)
        self.report.sender, self.report.written_at = sender.name, manifest.written_at
        self.report.is_revoked = find_revocation(sender.node) is not None
        db.session.remove()
        if not self.report.is_revoked:
            self.report.has_forgotten = note_forgotten(vector_from(manifest.heard))
        log_security("bundle.read", bundle=manifest.bundle.hex, node=str(sender.node))

    def _note_missing(self) -> None:
        if self._manifest is not None and not self.report.is_held:
            self._note_unseen(self._manifest.parts, lambda number: f"{number:04}.seg")

    def _note_unseen(self, parts: list[Part], name_of: Callable[[int], str]) -> None:
        for number, part in enumerate(parts, 1):
            if part.hash not in self._seen:
                self._faults.setdefault(name_of(number), PartFault.MISSING.label)

    def _holds_all(self) -> bool:
        """Tell whether this machine held everything before; then nothing has to be opened."""
        if self._manifest is None or not _names_every_scope(self._manifest):
            return False
        connection = db.session.connection()
        held = all(
            hash_at(connection, scope, node, seq) == chain_hash
            for scope, node, seq, chain_hash in self._manifest.end
        )
        db.session.remove()
        self.report.is_held = held
        return held

    def _take(self, path: Path) -> None:
        opened = self._sound(path, SEGMENT_KIND)
        if opened is None:
            return
        try:
            parcel = unpack_parcel(opened.text)
        except msgspec.DecodeError:
            self._faults[path.name] = PartFault.DAMAGED.label
            return
        receipt = receive(parcel, opened.sender)
        self._note(path, receipt)
        if self._past is not None:
            self._past.note(parcel, self._forked.get(path, ()))
            db.session.remove()

    def _take_file(self, path: Path) -> None:
        opened = self._sound(path, BLOB_KIND)
        if opened is None:
            return
        address = address_of(opened.text)
        is_new = not this_store().has(address)
        try:
            if keep(address, opened.text):
                self.report.pictures += is_new
            else:
                self._faults[self._name(path)] = PartFault.NOT_NAMED.label
        except OSError as error:
            raise BundleError(NO_ROOM) from error
        finally:
            db.session.remove()

    def _sound(self, path: Path, kind: str) -> Opened | None:
        """Return what is in a file, None when it is not for this machine or not to be believed."""
        self.report.files += 1
        try:
            return self._opened(path, kind)
        except OSError:
            self._faults[self._name(path)] = PartFault.UNREADABLE.label
        except _PartError as error:
            if error.fault is PartFault.NOT_FOR_US:  # as it should be: other scopes, other machines
                self.report.not_for_us += 1
            else:
                self._faults[self._name(path)] = error.fault.label
        return None

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    def _note(self, path: Path, receipt: Receipt) -> None:
        self.report.applied += receipt.applied
        faults = {refused.fault for refused in receipt.refused}
        if faults:
            self._faults[path.name] = "".join(sorted(fault.label for fault in faults))
        if Fault.GAP in faults:
            self._early.append(path)
        for refused in receipt.refused:
            if refused.fault is Fault.FORKED:
                note_fork(refused.scope, refused.node)
                self._forked.setdefault(path, set()).add((refused.scope, refused.node))

    def _opened(self, path: Path, kind: str) -> Opened:
        """Return what is in a file, after size, list, sender and signature have been proven."""
        raw = read_file(path, LIMIT)
        if len(raw) > LIMIT:
            raise _PartError(PartFault.TOO_LARGE)
        self._check_listed(hashlib.sha256(raw).digest())
        identity = self._enrolment.secrets.identity
        try:
            return open_envelope(raw, kind=kind, identity=identity, trust=trusted)
        except UntrustedError as error:
            raise _PartError(PartFault.STRANGER) from error
        except EnvelopeError as error:
            raise _PartError(_OF_ENVELOPE.get(error.fault, PartFault.DAMAGED)) from error
        finally:
            db.session.remove()

    def _check_listed(self, digest: bytes) -> None:
        self._seen.add(digest)
        if self._manifest and digest not in _hashes(self._manifest):
            raise _PartError(PartFault.NOT_LISTED)


def _hashes(manifest: Manifest) -> set[bytes]:
    return {part.hash for part in (*manifest.parts, *manifest.blobs)}


def _names_every_scope(manifest: Manifest) -> bool:
    """Tell whether the vector of a manifest speaks of all its operations (保護の範囲も含めて)."""
    begun = {(scope, node): seq for scope, node, seq, _ in manifest.start}
    told = sum(seq - begun.get((scope, node), 0) for scope, node, seq, _ in manifest.end)
    return told == sum(part.ops for part in manifest.parts)
