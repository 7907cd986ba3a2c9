"""Read bundles (USBから取り込む): prove the manifest, then each file, then take in what is sound.

Whoever carries a stick is believed in nothing: every operation is proven by the machine that wrote
it, as over a network (``receive``). So a bundle without its manifest, or with files missing, gives
what is sound in it, and a revoked machine's bundle still brings what others wrote.
"""

import hashlib
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.jobs import Progress
from victim_support.core.reads import log_security
from victim_support.sync import messages
from victim_support.sync.bundles import (
    FORMAT,
    MANIFEST,
    MANIFEST_KIND,
    SEGMENT_KIND,
    Manifest,
    find_bundles,
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
from victim_support.sync.models import ReadBundles
from victim_support.sync.parcels import unpack_parcel
from victim_support.sync.queries import (
    Enrolment,
    UntrustedError,
    find_revocation,
    get_enrolment,
    hash_at,
    trusted,
)
from victim_support.sync.services.bundle_acks import read_acks, write_ack
from victim_support.sync.services.incarnation import note_fork
from victim_support.sync.services.peers import learn
from victim_support.sync.services.receive import Fault, Receipt, receive
from victim_support.sync.services.room import room_needed
from victim_support.sync.statements import Certificate


class PartFault(StrEnum):
    """Why a file of a bundle was not taken in."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    NOT_LISTED = "not_listed"
    NOT_FOR_US = "not_for_us"
    STRANGER = "stranger"
    MISSING = "missing"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    PartFault.TOO_LARGE: "大きすぎるファイルです。このシステムが書いたものではありません。",
    PartFault.UNREADABLE: "USBから読めません。差し直すか、書き出し直してください。",
    PartFault.DAMAGED: "壊れています。書き出した端末で、もう一度書き出してください。",
    PartFault.NOT_LISTED: "壊れているか、ほかの束のファイルです。もう一度書き出してください。",
    PartFault.NOT_FOR_US: "この端末では開けません。消さずに、本部まで運んでください。",
    PartFault.STRANGER: "同じ本部に登録された端末が書いたものではありません。",
    PartFault.MISSING: "足りません。写し忘れか、書き出しの途中で抜かれています。",
}
_OF_ENVELOPE = {
    EnvelopeFault.TOO_LARGE: PartFault.TOO_LARGE,
    EnvelopeFault.NOT_FOR_US: PartFault.NOT_FOR_US,
}


class _PartError(Exception):
    def __init__(self, fault: PartFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass
class BundleReport:
    """What became of one bundle.

    Attributes:
        name: Of its folder.
        sender: The machine that wrote it; empty when nobody is proven.
        is_partial: It has no sound manifest: the stick was pulled before the end.
        is_revoked: The machine's enrolment was revoked.
        files: How many were read.
        not_for_us: How many of them are for other machines only.
        is_held: All of it was here before; nothing had to be opened.
        problems: By file: why it, or part of it, was not taken in.
        acked: Machines whose receipts came home with it.
        has_ack: This machine's receipt is on the stick; None when none was due.
    """

    name: str
    sender: str = ""
    written_at: datetime | None = None
    is_partial: bool = False
    is_revoked: bool = False
    files: int = 0
    applied: int = 0
    not_for_us: int = 0
    is_held: bool = False
    has_ack: bool | None = None
    acked: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.problems and not self.is_partial

    @property
    def remarks(self) -> list[str]:
        """Return what else is to be known of it, in sentences."""
        others = f"ほかの端末あてのファイル {self.not_for_us} 個は開けません。"
        said = {
            "途中までの束です。読めたところまで取り込みました。書き出し直してもらってください。": (
                self.is_partial
            ),
            "書いた端末の登録は取り消されています。取り消し後の記録は保留します。": self.is_revoked,
            "すべて、前に受け取っていました。": self.is_held,
            f"{others}消さずに本部へ運んでください。": self.not_for_us > 0,
            f"受け取りの印が届きました: {'、'.join(self.acked)}": bool(self.acked),
            "受け取りの印をUSBに書きました。書いた端末へ返してください。": self.has_ack is True,
            "受け取りの印を書けません(書き込み禁止か、空きがありません)。": self.has_ack is False,
        }
        return [words for words, is_so in said.items() if is_so]


def import_bundles(
    folder: Path, *, report: UUID, by: UUID | None
) -> Generator[Progress, None, list[BundleReport]]:
    """Take in every bundle in a folder as far as it is sound, a file after the other.

    Begins transactions of its own. What was taken in before a failure stays.

    Args:
        folder: The top folder of a stick, or one bundle.
        report: The id under which the result is kept.
        by: Who does it.

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
            for each in incoming:
                each.conclude()
            _keep(report, reports, by)
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


class _Incoming:
    """One bundle that is being read."""

    def __init__(self, folder: Path, enrolment: Enrolment) -> None:
        self._folder, self._enrolment = folder, enrolment
        self._manifest: Manifest | None = None
        self._early: list[Path] = []
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

    def conclude(self) -> None:
        """Say what is missing, and leave the receipt on the stick."""
        if not self._is_refused:
            self._note_missing()
        self.report.problems += sorted(self._faults.items())
        if self._manifest is None or self._sender is None:
            return
        if self._sender.node != self._enrolment.certificate.node:
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
        self.report.sender, self.report.written_at = sender.name, manifest.written_at
        self.report.is_revoked = find_revocation(sender.node) is not None
        db.session.remove()
        log_security("bundle.read", bundle=manifest.bundle.hex, node=str(sender.node))

    def _note_missing(self) -> None:
        parts = [] if self._manifest is None or self.report.is_held else self._manifest.parts
        for number, part in enumerate(parts, 1):
            if part.hash not in self._seen:
                self._faults.setdefault(f"{number:04}.seg", PartFault.MISSING.label)

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
        self.report.files += 1
        try:
            opened = self._opened(path, SEGMENT_KIND)
            receipt = receive(unpack_parcel(opened.text), opened.sender)
        except OSError:
            self._faults[path.name] = PartFault.UNREADABLE.label
        except msgspec.DecodeError:
            self._faults[path.name] = PartFault.DAMAGED.label
        except _PartError as error:
            if error.fault is PartFault.NOT_FOR_US:  # as it should be: other scopes, other machines
                self.report.not_for_us += 1
            else:
                self._faults[path.name] = error.fault.label
        else:
            self._note(path, receipt)

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
        if self._manifest and digest not in {part.hash for part in self._manifest.parts}:
            raise _PartError(PartFault.NOT_LISTED)


def _names_every_scope(manifest: Manifest) -> bool:
    """Tell whether the vector of a manifest speaks of all its operations (保護の範囲も含めて)."""
    begun = {(scope, node): seq for scope, node, seq, _ in manifest.start}
    told = sum(seq - begun.get((scope, node), 0) for scope, node, seq, _ in manifest.end)
    return told == sum(part.ops for part in manifest.parts)


def report_from(row: dict[str, Any]) -> BundleReport:
    """Return a report as it was kept."""
    return msgspec.convert(row, BundleReport)


def _keep(report: UUID, reports: list[BundleReport], by: UUID | None) -> None:
    rows = [msgspec.to_builtins(each) for each in reports]
    with transaction() as session:
        session.add(
            ReadBundles(
                id=report,
                read_at=clock.now(),
                read_by=by,
                applied=sum(each.applied for each in reports),
                report=rows,
            )
        )
