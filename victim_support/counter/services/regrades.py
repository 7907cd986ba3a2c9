"""That somebody was told of a changed grade, and what the offices of the supports said."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.counter.models import RegradeNotice, SupportCheck
from victim_support.counter.queries.regrades import list_support, list_to_seal
from victim_support.counter.rules.regrades import SupportState, TellMeans
from victim_support.damage.models import Application
from victim_support.journal.taken_in import after_exchange
from victim_support.victims import services as victims


@dataclass(frozen=True, slots=True)
class Told:
    """How the household was told, whom, and in which words."""

    means: TellMeans
    to: str
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the office of a support said: ``support`` is a row of ``tables/support.toml``."""

    support: str
    state: SupportState
    note: str = ""


def record_notice(
    application: Application, *, judgement_id: UUID, told: Told, by: UUID | None
) -> RegradeNotice:
    """Append that a household was told of the judgement in force (程度の変更の説明)."""
    notice = RegradeNotice(
        scope=application.scope,
        id=new_id(),
        application_id=application.id,
        judgement_id=judgement_id,
        means=told.means,
        told_to=told.to or None,
        words=told.words or None,
        told_at=clock.now(),
        told_by=by,
    )
    db.session.add(notice)
    db.session.flush()
    return notice


def record_support(application: Application, asked: Iterable[Asked], *, by: UUID | None) -> int:
    """Append what the offices of the supports said, where it differs from what is known."""
    known = list_support([application.id])[application.id]
    count = 0
    for one in asked:
        last = known.get(one.support)
        if last is not None and (last.state, last.note or "") == (one.state, one.note):
            continue
        check = SupportCheck(
            scope=application.scope,
            id=new_id(),
            application_id=application.id,
            support=one.support,
            state=one.state,
            note=one.note or None,
            checked_at=clock.now(),
            checked_by=by,
        )
        db.session.add(check)
        count += 1
    db.session.flush()
    return count


@victims.on_protected
def seal_notices(_person_id: UUID) -> None:
    """Seal what was written about households whose application is sealed by now."""
    for row in list_to_seal():
        victims.move_to_sealed(row)


@after_exchange
def seal_notices_that_came() -> None:
    """Seal what another machine wrote before it knew of a protection."""
    is_due = bool(list_to_seal())
    db.session.remove()
    if is_due:
        with transaction(reason="程度の変更の説明を保護の区画へ移す(同期のあと)"):
            for row in list_to_seal():
                victims.move_to_sealed(row)
