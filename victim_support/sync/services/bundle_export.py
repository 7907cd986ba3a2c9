"""Write a bundle (USBに書き出す): envelopes of what others lack, then the manifest, then a proof.

The record of the bundle is made before its first file: a stick that is pulled and lost in the
middle has held something.
"""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.jobs import Progress
from victim_support.core.reads import log_security
from victim_support.sync import messages
from victim_support.sync.bundles import (
    BYTES_OF_FILE,
    FORMAT,
    MANIFEST_KIND,
    SEGMENT_KIND,
    BundleError,
    BundleWriter,
    Manifest,
    Part,
)
from victim_support.sync.carrying import Order, Plan, plan_bundle
from victim_support.sync.envelope import CARRIED_LEVEL, seal
from victim_support.sync.models import WrittenBundle
from victim_support.sync.parcels import Parcel, parcels_by_scope
from victim_support.sync.queries import (
    Enrolment,
    Position,
    Vector,
    get_enrolment,
    pack_vector,
    unpack_vector,
)
from victim_support.sync.services.answers import vector_rows
from victim_support.sync.statements import Certificate

NOTHING = "新しく運ぶ記録はありません。相手はすべて受け取っています。"


@dataclass(frozen=True)
class Written:
    """A bundle that is on the stick, whole and read again."""

    folder: Path
    files: int
    bytes: int
    ops: int


def export_bundle(
    target: Path, order: Order, *, bundle: UUID, by: UUID | None
) -> Generator[Progress, None, Written]:
    """Write a bundle into a folder, a step after the other; begins transactions of its own.

    What was written is removed again when it is given up on the way.

    Args:
        target: The folder, usually the top one of a stick.
        order: What is to be carried to whom.
        bundle: The id of the bundle.
        by: Who writes it.

    Raises:
        NotEnrolledError: This machine has no certificate yet.
        BundleError: Nothing is to be carried, or the stick fails.
    """
    enrolment, plan = get_enrolment(), plan_bundle(order)
    db.session.remove()
    if not plan.end:
        raise BundleError(NOTHING)
    writer = BundleWriter(target, bundle)
    try:
        _note_begun(bundle, order, plan, by)
        export = _Export(writer, plan, enrolment)
        yield from export.write_segments()
        yield Progress(plan.ops, plan.ops, "書いたものを読み直して確かめています")
        writer.finish(export.manifest(bundle, order))
    except BaseException:  # cancelled, too: half a bundle helps nobody
        writer.discard()
        raise
    finally:
        db.session.remove()
    _note_finished(bundle, export)
    size = sum(part.size for part in export.parts)
    return Written(writer.folder, len(export.parts), size, export.ops)


class _Export:
    def __init__(self, writer: BundleWriter, plan: Plan, enrolment: Enrolment) -> None:
        self._writer, self._plan, self._enrolment = writer, plan, enrolment
        self.parts: list[Part] = []
        self.end: Vector = {}

    @property
    def ops(self) -> int:
        return sum(part.ops for part in self.parts)

    def write_segments(self) -> Generator[Progress]:
        """Write one envelope after the other, from one state of the ledger."""
        plan = self._plan
        parcels = parcels_by_scope(
            db.session.connection(), plan.start, plan.end, self._enrolment, BYTES_OF_FILE
        )
        for scope, parcel in parcels:
            ops = sum(len(segment.tbls) for segment in parcel.segments)
            raw = self._sealed(parcel.pack(), SEGMENT_KIND, plan.readers[scope])
            self.parts.append(self._writer.add(raw, ops))
            self._note(parcel)
            yield Progress(self.ops, plan.ops, f"{len(self.parts)} 個のファイルを書きました")
        if not self.parts:  # others' operations whose signatures have not come yet
            raise BundleError(NOTHING)

    def manifest(self, bundle: UUID, order: Order) -> bytes:
        """Return the envelope of the manifest."""
        plan = self._plan
        end = plan.told(self.end)
        manifest = Manifest(
            format=FORMAT,
            bundle=bundle,
            written_at=clock.now(),
            is_first_fill=order.is_first_fill,
            scopes=sorted({scope for scope, _ in end}),
            start=vector_rows({key: plan.start[key] for key in end}),
            end=vector_rows(end),
            recipients=[each.node for each in plan.recipients],
            parts=self.parts,
        )
        return self._sealed(messages.pack(manifest), MANIFEST_KIND, plan.recipients)

    def _sealed(self, text: bytes, kind: str, readers: list[Certificate]) -> bytes:
        return seal(
            text,
            kind=kind,
            certificate=self._enrolment.raw,
            key=self._enrolment.secrets.sign_key,
            recipients=[reader.box_key for reader in readers],
            level=CARRIED_LEVEL,
        )

    def _note(self, parcel: Parcel) -> None:
        for segment in parcel.segments:
            self.end[segment.scope, segment.node] = Position(segment.last_seq, segment.hash)


def _note_begun(bundle: UUID, order: Order, plan: Plan, by: UUID | None) -> None:
    recipients = [str(each.node) for each in plan.recipients]
    with transaction() as session:
        session.add(
            WrittenBundle(
                id=bundle,
                written_at=clock.now(),
                written_by=by,
                is_first_fill=order.is_first_fill,
                start=pack_vector(plan.start),
                end=pack_vector(plan.end),
                recipients=recipients,
                acks={},
            )
        )
    log_security("bundle.written", staff_id=by, bundle=bundle.hex, count=plan.ops)


def _note_finished(bundle: UUID, export: _Export) -> None:
    with transaction() as session:
        record = session.get_one(WrittenBundle, bundle)
        record.finished_at = clock.now()
        start = unpack_vector(record.start)
        record.start = pack_vector({key: start[key] for key in export.end})
        record.end = pack_vector(export.end)
