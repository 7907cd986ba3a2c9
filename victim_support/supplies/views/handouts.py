"""Handing out (配布): one scan or a name; it never refuses, it says what was given before."""

from datetime import datetime
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import reads, requires
from victim_support.core.db import current_write, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.reads import log_read, log_search
from victim_support.evacuees.queries import list_open_stays
from victim_support.evacuees.queries.presence import Presence, find_present
from victim_support.operations.forms import KeptForm
from victim_support.presence.queries import find_card
from victim_support.supplies import queries, services
from victim_support.supplies.forms import RoundForm
from victim_support.supplies.models import HandoutRound
from victim_support.supplies.rules import HandoutUnit
from victim_support.supplies.views.blueprint import bp, keep, page, shelter_here, show
from victim_support.victims.queries import list_people

HITS = 9


@bp.get("/handouts")
@requires("supply.read")
def handouts() -> str:
    return _list_page(RoundForm(formdata=None))


@bp.post("/handouts")
@requires("supply.hand_out")
def start_round() -> ResponseReturnValue:
    form = RoundForm()
    kept = keep(
        form,
        "配布を始める",
        page("handouts"),
        lambda now: services.start_round(
            shelter_id=shelter_here(),
            label=form.label.data or "",
            unit=HandoutUnit(form.unit.data),
            portion=form.portion.data or 1,
            at=now,
            item_id=UUID(form.item.data) if form.item.data else None,
            most=form.most.data,
        ),
        prepare=lambda: form.offer(queries.list_items()),
    )
    return kept or (_list_page(form), 422)


@bp.get("/handouts/<uuid:round_id>")
@requires("supply.hand_out")
def handout(round_id: UUID) -> str:
    return _page(_own(round_id))


@bp.post("/handouts/<uuid:round_id>")
@requires("supply.hand_out")
def scan(round_id: UUID) -> ResponseReturnValue:
    """Hand out to whom a card belongs; a name opens the list of those it may be."""
    form, text = KeptForm(), request.form.get("text", "").strip()
    if not form.validate_on_submit():
        abort(400)
    with transaction(reason="配布"):
        location = idempotency.find(form.idempotency_key.data)
        if location is None and (card := find_card(text, shelter_id=shelter_here())):
            _write(_own(round_id), [person.id for person in card.persons], clock.now())
            location = url_for(".handout", round_id=round_id, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    return redirect(location, 303) if location else _name_page(round_id, text)


@bp.post("/handouts/<uuid:round_id>/person")
@requires("supply.hand_out")
def give(round_id: UUID) -> ResponseReturnValue:
    """Hand out to somebody chosen by name, or to nobody by name."""
    handed = keep(
        KeptForm(),
        "配布",
        page("handout", round_id=round_id),
        lambda now: _write(_own(round_id), _chosen(), now),
    )
    return handed or abort(400)


@bp.post("/handouts/<uuid:round_id>/end")
@requires("supply.hand_out")
def end_round(round_id: UUID) -> ResponseReturnValue:
    with transaction(reason="配布を終える"):
        services.end_round(_own(round_id), at=clock.now())
        location = url_for(".handouts", txn=current_write().id)
    return redirect(location, 303)


@bp.post("/handouts/<uuid:round_id>/missing")
@reads
@requires("supply.hand_out")
def missing(round_id: UUID) -> str:
    return _page(_own(round_id), shows_missing=True)


def _chosen() -> list[UUID]:
    """Return who was chosen by name, if anybody; 404 of somebody this desk may not find."""
    chosen = request.form.get("person", type=UUID)
    if chosen is None:
        return []
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    known = [one.id for one in list_people([chosen]) if disclosure.may_locate(one)]
    return known or abort(404)


def _write(found: HandoutRound, person_ids: list[UUID], now: datetime) -> None:
    if found.unit is not HandoutUnit.GROUP or not person_ids:
        services.hand_out(found, at=now, person_ids=person_ids)
        return
    stays = [stay for line in list_open_stays(person_ids[:1]).values() for stay in line]
    here = [stay for stay in stays if stay.shelter_id == found.shelter_id] or stays
    group_id = here[0].group_id if here else None
    services.hand_out(found, at=now, person_ids=person_ids[:1], group_id=group_id)


def _name_page(round_id: UUID, text: str) -> ResponseReturnValue:
    """Return those a name may mean; nobody found is no refusal: a portion without a name."""
    found: list[Presence] = []
    if text:
        hits, total = find_present(text, shelter_id=shelter_here(), limit=HITS)
        log_search(text, total)
        found = sorted(hits, key=lambda hit: not hit.is_here)
    return _page(_own(round_id), text=text, found=found)


def _own(round_id: UUID) -> HandoutRound:
    found = queries.get_round(round_id)
    return found if found.shelter_id == shelter_here() else abort(404)


def _page(going: HandoutRound, **values: object) -> str:
    turnout = queries.turnout_of(going, view(Audience.DESK, Purpose.PRESENCE))
    seen = [one.person.id for one in turnout.last if one.person]
    if values.get("shows_missing"):
        seen += [line.person.id for line in turnout.missing]
    log_read("supplies.handout", seen, "配布")
    return show("handout", going=going, turnout=turnout, blank=KeptForm(formdata=None), **values)


def _list_page(form: RoundForm) -> str:
    form.offer(queries.list_items())
    rounds = queries.list_rounds(shelter_here())
    return show(
        "handouts",
        form=form,
        rounds=rounds,
        handed=queries.count_handed([one.id for one in rounds]),
        items=queries.items_by_id(),
    )
