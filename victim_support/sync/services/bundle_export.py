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
from victim_support.sync.bundles import (
    BundleError,
    BundleWriter,
)
from victim_support.sync.carrying import Order, Plan, plan_bundle
from victim_support.sync.envelope import CARRIED_LEVEL
from victim_support.sync.files import Carried, carried_files
from victim_support.sync.models import WrittenBundle
from victim_support.sync.packing import Packing
from victim_support.sync.queries import (
    get_enrolment,
    pack_vector,
    unpack_vector,
)
from victim_support.sync.services.room import room_needed

NOTHING = "新しく運ぶ記録はありません。相手はすべて受け取っています。"


@dataclass(frozen=True)
class Written:
    """A bundle that is on the stick, whole and read again."""

    folder: Path
    files: int
    bytes: int
    ops: int
    pictures: int


def export_bundle(
    target: Path, order: Order, *, bundle: UUID, by: UUID | None, stick: UUID | None = None
) -> Generator[Progress, None, Written]:
    """Write a bundle into a folder, a step after the other; begins transactions of its own.

    What was written is removed again when it is given up on the way.

    Args:
        target: The folder, usually the top one of a stick.
        order: What is to be carried to whom.
        bundle: The id of the bundle.
        by: Who writes it.
        stick: The stick of the ledger on which the folder lies.

    Raises:
        NotEnrolledError: This machine has no certificate yet.
        BundleError: Nothing is to be carried, or the stick fails.
    """
    enrolment, plan = get_enrolment(), plan_bundle(order)
    carried = carried_files(plan) if order.has_files else []
    db.session.remove()
    if not plan.end:
        raise BundleError(NOTHING)
    writer = BundleWriter(target, bundle)
    try:
        with room_needed():
            _note_begun(bundle, order, plan, by, stick)
        packing = Packing(plan, enrolment, level=CARRIED_LEVEL)
        yield from _write_segments(writer, packing)
        yield from _write_blobs(writer, packing, carried)
        yield Progress(plan.ops, plan.ops, "書いたものを読み直して確かめています")
        writer.finish(packing.manifest(bundle, is_first_fill=order.is_first_fill))
    except BaseException:  # cancelled, too: half a bundle helps nobody
        writer.discard()
        raise
    finally:
        db.session.remove()
    with room_needed():
        _note_finished(bundle, packing)
    parts = (*packing.parts, *packing.blobs)
    size = sum(part.size for part in parts)
    return Written(writer.folder, len(parts), size, packing.ops, len(packing.blobs))


def _write_segments(writer: BundleWriter, packing: Packing) -> Generator[Progress]:
    for raw in packing.envelopes():
        writer.add(raw)
        words = f"{len(packing.parts)} 個のファイルを書きました"
        yield Progress(packing.ops, packing.plan.ops, words)
    if not packing.parts:  # others' operations whose signatures have not come yet
        raise BundleError(NOTHING)


def _write_blobs(
    writer: BundleWriter, packing: Packing, carried: list[Carried]
) -> Generator[Progress]:
    for raw in packing.blob_envelopes(carried):
        writer.add_blob(raw)
        done = len(packing.blobs)
        yield Progress(done, len(carried), f"写真 {done} 枚を書きました")


def _note_begun(
    bundle: UUID, order: Order, plan: Plan, by: UUID | None, stick: UUID | None
) -> None:
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
                stick=stick,
            )
        )
    log_security("bundle.written", staff_id=by, bundle=bundle.hex, count=plan.ops)


def _note_finished(bundle: UUID, packing: Packing) -> None:
    with transaction() as session:
        record = session.get_one(WrittenBundle, bundle)
        record.finished_at = clock.now()
        start = unpack_vector(record.start)
        record.start = pack_vector({key: start[key] for key in packing.end})
        record.end = pack_vector(packing.end)
