"""Cards of cameras on their way in: the files lie encrypted beside the database until a job reads.

Local to this machine, and gone when they were read, or after two days.
"""

from collections.abc import Generator, Iterable
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from uuid import UUID

from flask import abort, current_app
from sqlalchemy import delete, select
from werkzeug.datastructures import FileStorage

from victim_support.core import jobs
from victim_support.core.blobs import BlobStore, files_in
from victim_support.core.clock import now
from victim_support.core.db import local_writing, reading
from victim_support.core.images import MOST_FILE_BYTES
from victim_support.survey.models import CameraCard
from victim_support.survey.photos import CardReport, Source, take_in_card

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

JOB, FORGET = "survey.card", "survey.forget_cards"
FOLDER = "incoming"
LISTED = 10
_KEPT = timedelta(days=2)
_FORGOTTEN_EVERY = 3600


def keep_files(card_id: UUID, files: Iterable[FileStorage], *, staff_id: UUID | None) -> list[str]:
    """Keep files of a card until its job reads them; return what could not be kept, by name.

    A card may come in several requests; once its job was started, nothing is added to it.
    """
    store, kept, refused = _store(), [], []
    for file in files:
        name = file.filename or "名前のないファイル"
        try:
            kept.append({"name": name, "address": store.put(_read(file.stream))})
        except ValueError:
            refused.append(f"{name}: 大きすぎます(30 MBまで)。")
        except OSError:
            refused.append(f"{name}: このパソコンに書き込めません。空き容量を確かめてください。")
    with local_writing() as session:
        card = session.get(CameraCard, card_id)
        if card is None:
            card = CameraCard(id=card_id, staff_id=staff_id, files=[], report={}, is_started=False)
            card.received_at = now()
            session.add(card)
        if card.staff_id == staff_id and not card.is_started:
            card.files = [*card.files, *kept]
            card.report = {"refused": [*card.report.get("refused", []), *refused]}
    return refused


def start_card(card_id: UUID, *, staff_id: UUID | None, link: str) -> UUID | None:
    """Start the job that reads a card, once; None when it has no files."""
    with local_writing() as session:
        card = session.get(CameraCard, card_id)
        if card is None or card.staff_id != staff_id or not card.files:
            return None
        card.is_started = True
    payload = {"card": str(card_id), "link": link}
    return jobs.start(JOB, by=staff_id, payload=payload, key=str(card_id))


def get_card(card_id: UUID, *, staff_id: UUID | None) -> CameraCard:
    """Return a card that somebody brought, or 404."""
    with reading() as session:
        card = session.get(CameraCard, card_id)
        if card is None or card.staff_id != staff_id:
            abort(404)
        session.expunge(card)
        return card


def list_cards(staff_id: UUID | None) -> list[CameraCard]:
    """Return the newest cards that somebody brought."""
    statement = (
        select(CameraCard)
        .where(CameraCard.staff_id == staff_id, CameraCard.is_started)
        .order_by(CameraCard.received_at.desc(), CameraCard.id)
        .limit(LISTED)
    )
    with reading() as session:
        found = list(session.scalars(statement))
        session.expunge_all()
        return found


@jobs.kind(JOB, "カードの写真の取り込み", restarts=True)
def _take_in(job: jobs.Running) -> Generator[jobs.Progress]:
    card_id, store = UUID(job.payload["card"]), _store()
    with reading() as session:
        card = session.get(CameraCard, card_id)
        files, before = (card.files, card.report) if card else ([], {})
    sources = [
        Source(each["name"], partial(_kept, store, each["address"]), each["address"])
        for each in files
    ]
    steps = take_in_card(card_id, sources, by=job.started_by)
    while True:
        try:
            count = next(steps)
        except StopIteration as end:
            report: CardReport = end.value
            break
        yield jobs.Progress(count, len(files), f"{count}枚を読みました。")
    _end(card_id, report, before.get("refused", []))
    for each in files:
        store.drop(each["address"])
    yield jobs.Progress(len(files), len(files), link=job.payload["link"])


@jobs.kind(FORGET, "古いカードの写真の消去")
def _forget(_job: jobs.Running) -> Generator[jobs.Progress]:
    """Drop the files that no job read in time, and what was told of old cards."""
    limit = now() - _KEPT
    with local_writing() as session:
        session.execute(delete(CameraCard).where(CameraCard.received_at < limit))
    for path in files_in(_folder()):
        if path.stat().st_mtime < limit.timestamp():
            path.unlink(missing_ok=True)
    yield jobs.Progress(1, 1)


jobs.every(_FORGOTTEN_EVERY, FORGET)


def _end(card_id: UUID, report: CardReport, refused: list[str]) -> None:
    told: dict[str, Any] = asdict(report)
    told["refused"] = [*refused, *report.refused]
    with local_writing() as session:
        card = session.get_one(CameraCard, card_id)
        card.report, card.files = told, []


def _kept(store: BlobStore, address: str) -> bytes:
    found = store.get(address)
    if found is None:
        raise FileNotFoundError(address)
    return found


def _read(stream: IO[bytes]) -> bytes:
    raw = stream.read(MOST_FILE_BYTES + 1)
    if len(raw) > MOST_FILE_BYTES:
        raise ValueError
    return raw


def _store() -> BlobStore:
    return BlobStore(_folder(), _opened().subkey(FOLDER), MOST_FILE_BYTES)


def _folder() -> Path:
    return _opened().folder / FOLDER


def _opened() -> "OpenInstance":
    return cast("OpenInstance", current_app.extensions["instance"])
