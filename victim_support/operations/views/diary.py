"""The diary (避難所日誌): write, read a day, take back, print."""

from datetime import date, timedelta
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.forms import DeskForm
from victim_support.operations import queries, services
from victim_support.operations.forms import DiaryForm
from victim_support.operations.rules import DiaryKind
from victim_support.operations.views.blueprint import act, bp, keep, shelter_id, show


@bp.get("/diary")
@requires("operation.read")
def diary() -> str:
    return _page(DiaryForm(formdata=None))


@bp.post("/diary")
@requires("operation.record")
def write_diary() -> ResponseReturnValue:
    form = DiaryForm()
    kept = keep(
        form,
        "避難所日誌",
        ".diary",
        lambda now: services.write_diary(
            shelter_id=shelter_id(),
            kind=DiaryKind(form.kind.data),
            words=form.words.data or "",
            at=form.time.instant(now),
        ),
    )
    return kept or (_page(form), 422)


@bp.post("/diary/<uuid:entry_id>/withdraw")
@requires("operation.manage")
def withdraw_entry(entry_id: UUID) -> ResponseReturnValue:
    entry = queries.get_diary_entry
    done = act(
        DeskForm(),
        "日誌の取り下げ",
        ".diary",
        lambda _now: services.withdraw_entry(entry(entry_id)),
    )
    return done or abort(400)


def asked_day() -> date:
    """Return the day of the address, today without one."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today()


def _page(form: DiaryForm) -> str:
    day = asked_day()
    return show(
        "diary",
        form=form,
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < clock.today() else None,
        entries=queries.list_diary(shelter_id(), day),
    )
