"""The long work of registers that are handed out, a step after the other."""

from collections.abc import Generator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from flask import current_app

from victim_support.backup.periodic import FOLDER
from victim_support.core import jobs
from victim_support.core.actor import name_of
from victim_support.core.db.copying import CopyError
from victim_support.sync.bundles import BundleError
from victim_support.sync.client import PeerError
from victim_support.sync.queries import NotEnrolledError
from victim_support.takeouts.queries import proving
from victim_support.takeouts.rules import Proving
from victim_support.takeouts.services.fetching import fetch_register
from victim_support.takeouts.services.handing import HandingError, Wanted, export_register
from victim_support.takeouts.services.reading import TakingError
from victim_support.takeouts.services.taking import import_register
from victim_support.takeouts.services.wiping import wipe_register

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

EXPORT, IMPORT, WIPE = "takeouts.export", "takeouts.import", "takeouts.wipe"
FETCH = "takeouts.fetch"
NOT_ENROLLED = "この端末はまだ本部に登録されていません。"
NO_COPY = (
    "新しい控えを取れないので、古い控えに住民データが残っています。"
    "空き容量を確かめて、もう一度消してください。"
)
TOLD = "消しました。消した証明を本部に届けました。"
NOT_TOLD = "消しました。渡された住民データの証明は、次の同期かUSBの束で本部に届きます。"
AFTERWARDS = "消しました。証明は、この端末を登録し直したあとの同期かUSBの束で本部に届きます。"
Result = TypeVar("Result")


def backup_folder() -> Path:
    """Return where this machine's own backups lie."""
    opened: OpenInstance = current_app.extensions["instance"]
    return opened.folder / FOLDER


@jobs.kind(EXPORT, "住民データの書き出し", page="takeouts.new", tells=True)
def _export(job: jobs.Running) -> Generator[jobs.Progress]:
    payload = job.payload
    wanted = Wanted(
        UUID(payload["node"]), date.fromisoformat(payload["expires_on"]), payload["towns"]
    )
    takeout = UUID(payload["takeout"])
    steps = export_register(Path(payload["folder"]), wanted, takeout=takeout, by=job.started_by)
    handed = yield from _told(steps)
    words = f"{handed.people} 人を書き、読み直して確かめました。USBを安全に取り外せます。"
    yield jobs.Progress(1, 1, words, link=payload["link"])


@jobs.kind(IMPORT, "渡された住民データの取り込み", page="takeouts.here", tells=True)
def _import(job: jobs.Running) -> Generator[jobs.Progress]:
    payload = job.payload
    steps = import_register(
        Path(payload["folder"]), backup_folder(), by=job.started_by, name=name_of(job.started_by)
    )
    yield from _told(steps)
    yield jobs.Progress(1, 1, "取り込みました。USBを安全に取り外せます。", link=payload["link"])


@jobs.kind(FETCH, "住民データの受け取り", page="takeouts.here", tells=True)
def _fetch(job: jobs.Running) -> Generator[jobs.Progress]:
    steps = fetch_register(
        job.payload["address"],
        backup_folder(),
        by=job.started_by,
        name=name_of(job.started_by),
    )
    yield from _told(steps)
    yield jobs.Progress(1, 1, "受け取って、取り込みました。", link=job.payload["link"])


@jobs.kind(WIPE, "住民データの消去", page="takeouts.here", tells=True)
def _wipe(job: jobs.Running) -> Generator[jobs.Progress]:
    is_told = yield from _told(wipe_register(backup_folder(), by=job.started_by))
    words = TOLD if is_told else NOT_TOLD
    if proving() is not Proving.NOW:
        words = AFTERWARDS
    yield jobs.Progress(1, 1, words, link=job.payload["link"])


def _told(steps: Generator[jobs.Progress, None, Result]) -> Generator[jobs.Progress, None, Result]:
    """Go through steps; what goes wrong is told in words."""
    try:
        return (yield from steps)
    except NotEnrolledError as error:
        raise jobs.JobFailedError(NOT_ENROLLED) from error
    except (BundleError, HandingError, PeerError, TakingError) as error:
        raise jobs.JobFailedError(str(error)) from error
    except (CopyError, OSError) as error:
        raise jobs.JobFailedError(NO_COPY) from error
