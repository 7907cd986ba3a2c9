"""Writes of erasures: ask, approve, refuse; the work that follows on each machine."""

from collections.abc import Collection, Generator
from typing import TYPE_CHECKING
from uuid import UUID

from flask import current_app

from victim_support.backup.services import replace_backups
from victim_support.core import jobs
from victim_support.core.actor import current_actor_id
from victim_support.core.db import current_write, db
from victim_support.core.db.copying import CopyError
from victim_support.core.reads import log_security
from victim_support.erasures.queries import (
    Order,
    Target,
    backup_folder,
    list_holders,
    may_order,
)
from victim_support.erasures.rules import OrderState, repeats
from victim_support.journal.erasure import (
    REASON_TEXT,
    approve_erasure,
    clean_up,
    propose_erasure,
)
from victim_support.sync.services.quarantine import erase_held

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

CLEAN_UP, RENEW = "erasures.clean_up", "erasures.renew_backups"
_AGAIN = 600.0  # seconds: orders come from other machines at any time


class NotHeadquartersError(Exception):
    """Erasures are ordered at the headquarters only, once there is one."""


class RepeatedValueError(Exception):
    """The reason repeats what is to be erased."""


class OrderOverError(Exception):
    """The order was approved or refused before."""


def ask(target: Target, choices: Collection[str], *, reason: str, ground: str) -> UUID:
    """Ask that values of a record be erased (消去の申し出), in every scope; return the order's id.

    A reason goes from every record with which it was written.

    Raises:
        NotHeadquartersError: This machine may not order it.
        RepeatedValueError: The reason or ground repeats a value.
    """
    _check_place()
    texts = [text for choice in choices for text in target.texts[choice]]
    if repeats(reason, texts) or repeats(ground, texts):
        raise RepeatedValueError
    order = current_write().id
    fields = [name for choice in choices for name in target.together[choice]]
    for row in target.rows:
        propose_erasure(row, fields, reason=reason, ground=ground)
    for row in list_holders(target) if REASON_TEXT in fields else ():
        propose_erasure(row, [REASON_TEXT], reason=reason, ground=ground)
    log_security("erasure.asked", staff_id=current_actor_id(), order=order.hex)
    return order


def approve(order: Order) -> None:
    """Let the values be erased, here at once and on every machine that hears of it.

    Raises:
        NotHeadquartersError: This machine may not order it.
        OrderOverError: It was decided before.
        SameApproverError: Who asked cannot approve.
    """
    _check_open(order)
    for row in order.rows:
        approve_erasure(row)
    log_security("erasure.approved", staff_id=current_actor_id(), order=order.id.hex)


def refuse(order: Order) -> None:
    """Refuse or take back an order (認めない); nothing was erased.

    Raises:
        NotHeadquartersError: This machine may not order it.
        OrderOverError: It was decided before.
    """
    _check_open(order)
    for row in order.rows:
        row.is_withdrawn = True
    log_security("erasure.refused", staff_id=current_actor_id(), order=order.id.hex)


def begin_clean_up() -> UUID:
    """Start to free this machine's files of what was erased; return the job."""
    return jobs.start(CLEAN_UP, by=current_actor_id(), key=CLEAN_UP)


def begin_to_renew() -> UUID:
    """Start to replace this machine's backups; return the job."""
    return jobs.start(RENEW, by=current_actor_id(), key=RENEW)


def _check_place() -> None:
    if not may_order():
        raise NotHeadquartersError


def _check_open(order: Order) -> None:
    _check_place()
    if order.state is not OrderState.ASKED:
        raise OrderOverError


@jobs.kind(CLEAN_UP, "消去した値のあとかたづけ", restarts=True)
def _clean_up(_job: jobs.Running) -> Generator[jobs.Progress]:
    """Free the files; does nothing when nothing new was erased."""
    db.session.remove()
    erase_held()
    clean_up()
    yield jobs.Progress(1, 1, link="/erasures/")


@jobs.kind(RENEW, "控えの取り直し")
def _renew(job: jobs.Running) -> Generator[jobs.Progress]:
    """Take a backup without what was erased, and only then remove the older ones."""
    opened: OpenInstance = current_app.extensions["instance"]
    folder = backup_folder()
    db.session.remove()
    erase_held()
    clean_up()
    count = 0
    yield jobs.Progress(words="新しい控えを取っています")
    try:
        for _path in replace_backups(opened, folder):
            count += 1
            yield jobs.Progress(words="古い控えを消しています")
    except (CopyError, OSError) as error:
        raise jobs.JobFailedError(
            "新しい控えを取れませんでした。古い控えは残しました。空き容量を確かめてください。"
        ) from error
    log_security("backup.renewed", staff_id=job.started_by, count=count)
    yield jobs.Progress(1, 1, f"古い控え {count} 個を消しました", link="/erasures/")


jobs.every(_AGAIN, CLEAN_UP)
