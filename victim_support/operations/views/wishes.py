"""Wishes (要望票): write down, pass on, answer."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.reads import log_read
from victim_support.operations import queries, services
from victim_support.operations.forms import WishForm, WishStateForm
from victim_support.operations.models import Wish
from victim_support.operations.queries import Entry
from victim_support.operations.rules import OPEN_WISHES, WishKind, WishState
from victim_support.operations.views.blueprint import (
    act,
    bp,
    keep,
    owner_of,
    shelter_id,
    show,
)
from victim_support.operations.views.people import chosen_person

RECENT = 50


@bp.get("/wishes")
@requires("operation.read")
def wishes() -> str:
    return _page(WishForm(formdata=None))


@bp.post("/wishes")
@requires("operation.record")
def receive_wish() -> ResponseReturnValue:
    form = WishForm()
    kept = keep(
        form,
        "要望の受付",
        ".wishes",
        lambda now: services.receive_wish(
            owner=owner_of(form.stay.data, form.owner.data),
            kind=WishKind(form.kind.data),
            words=form.words.data or "",
            at=now,
            is_urgent=form.is_urgent.data,
        ),
    )
    return kept or (_page(form), 422)


@bp.get("/wishes/<uuid:wish_id>")
@requires("operation.record")
def wish(wish_id: UUID) -> str:
    entry = queries.get_entry(Wish, wish_id)
    log_read("operations.wish", [entry.person.id] if entry.person else [], "要望")
    return show("wish", entry=entry, form=WishStateForm(formdata=None))


@bp.post("/wishes/<uuid:wish_id>")
@requires("operation.record")
def settle_wish(wish_id: UUID) -> ResponseReturnValue:
    form = WishStateForm()
    done = act(
        form,
        "要望への対応",
        ".wishes",
        lambda now: services.settle_wish(
            queries.get_entry(Wish, wish_id).row,
            state=WishState(form.state.data),
            answer=form.answer.data or "",
            at=now,
        ),
    )
    return done or (show("wish", entry=queries.get_entry(Wish, wish_id), form=form), 422)


def _urgency(entry: Entry[Wish]) -> bool:
    return not entry.row.is_urgent


def _page(form: WishForm) -> str:
    entries = queries.list_entries(Wish, shelter_id())
    log_read("operations.wishes", [one.person.id for one in entries if one.person], "要望")
    opened = [one for one in entries if one.row.state in OPEN_WISHES]
    over = [one for one in reversed(entries) if one.row.state not in OPEN_WISHES]
    return show(
        "wishes",
        form=form,
        chosen=chosen_person(form.stay.data),
        entries=sorted(opened, key=_urgency),
        over=over[:RECENT],
    )
