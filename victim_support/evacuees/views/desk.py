"""Reception (受付): search, known and new households, head counts, groups, unnamed people."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, reads, requires
from victim_support.core.db import current_write, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.japanese.families import offer_partings, part_name
from victim_support.core.reads import log_read, log_search
from victim_support.core.scopes import current_scopes
from victim_support.core.towns import find_towns, list_towns
from victim_support.dropbox.rules import number_in
from victim_support.evacuees import queries, services
from victim_support.evacuees.forms import (
    HeadCountForm,
    KnownHouseholdForm,
    NewHouseholdForm,
    details_of,
    ids_of,
)
from victim_support.evacuees.queries import finding
from victim_support.evacuees.queries.received import list_moved
from victim_support.evacuees.views.blueprint import (
    bp,
    current_shelter,
    is_fragment,
    is_right,
    reception_of,
    remember_arrival,
    render_desk,
    render_offers,
    shelter_id,
)
from victim_support.place_names.queries import towns_called
from victim_support.residents.queries import list_families, list_register_towns
from victim_support.shelters.services import record_head_count
from victim_support.victims.queries import get_answer_form, list_people
from victim_support.victims.rules import PersonData

HITS = 8
TOWNS = 8


@bp.get("/desk")
@requires("person.register")
def desk() -> str:
    list_register_towns()  # the first time is slow, and nobody waits now
    list_families()
    return render_desk()


@bp.post("/desk/search")
@reads
@requires("person.search")
def search() -> str:
    text = request.form.get("text", "")
    found = finding.find_households(text, limit=HITS, near=_near())
    if not is_fragment():  # a script asks with every letter; then the opened record is logged
        log_search(text, found.total)
    return render_offers(found=found, text=text)


@bp.post("/desk/household")
@reads
@requires("person.register")
def open_household() -> str:
    household = finding.open_household(request.form.get("household", "")) or abort(404)
    log_read("household.open", [person.shown.id for person in household.people], "受付")
    sheet = request.form.get("sheet", "")  # of a phone whose people turned out to be these
    number = sheet if number_in(sheet) else ""
    form = KnownHouseholdForm(formdata=None, household=household.token, sheet_number=number)
    return render_desk(household=household, form=form, posted=None)


@bp.post("/desk/towns")
@reads
@requires("person.register")
def towns() -> str:
    text = request.form.get("text", "")
    words = {"0": "住所なし", "9": "言わない"}
    municipality = current_scopes().municipality
    own, called = list_register_towns(), towns_called(text)
    found = [town for town in own if town.name in called]
    found += [town for town in find_towns(text, municipality, own=own) if town not in found]
    return render_offers(towns=found[:TOWNS], town_word=words.get(text.strip()))


@bp.post("/desk/family")
@reads
@requires("person.register")
def family() -> str:
    """Return where the family name ends in a name just typed; it is not looked up as a person."""
    name, kana = (request.form.get(key, "").strip() for key in ("name", "kana"))
    families = list_families()
    parted = part_name(name, kana, families)
    offered = [] if parted else offer_partings(name, kana, families)
    return render_offers(parted=parted, partings=offered)


@bp.post("/desk/known")
@requires("person.register")
def register_known() -> ResponseReturnValue:
    form = KnownHouseholdForm()
    with transaction(reason="受付"):
        household = finding.open_household(form.household.data or "") or abort(404)
        location = idempotency.find(form.idempotency_key.data)
        came = set(ids_of(request.form, "came")) & {one.shown.id for one in household.people}
        if not location and is_right(form, has_people=bool(came or form.people())):
            typed = form.people()
            arrival = services.register_known_household(
                reception=reception_of(form),
                candidates=[one.candidate for one in household.people],
                came=came,
                household_id=household.household_id,
                register_number=household.register_number,
                details=_details(typed, household.people),
                extra=finding.match_all(data for data, _ in typed),
            )
            location = remember_arrival(form, arrival)
    if location is None:
        return render_desk(household=household, form=form, posted=request.form), 422
    return redirect(location, 303)


@bp.get("/desk/new")
@requires("person.register")
def new_household() -> str:
    return render_desk(form=NewHouseholdForm(formdata=None), is_new=True)


@bp.post("/desk/new")
@requires("person.register")
def register_new() -> ResponseReturnValue:
    form = NewHouseholdForm()
    with transaction(reason="受付（新しい方）"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and is_right(form):
            people = form.people()
            arrival = services.register_new_household(
                reception=reception_of(form),
                members=finding.match_all(data for data, _ in people),
                details=_details(people),
            )
            location = remember_arrival(form, arrival)
    if location is None:
        return render_desk(form=form, is_new=True), 422
    return redirect(location, 303)


@bp.get("/desk/arrivals/<uuid:group_id>")
@requires("person.register")
def arrived(group_id: UUID) -> str:
    group = queries.find_group(group_id) or abort(404)
    stays = queries.list_group_stays(group_id)
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    people = disclosure.people(list_people([stay.person_id for stay in stays]))
    log_read("stay.arrived", [person.id for person in people], "受付")
    return render_desk(
        arrival=group,
        arrived=people,
        moved=list_moved(stays, people),
        arrived_count=len(stays),
        undo=request.args.get("txn", type=UUID),
    )


@bp.get("/desk/count")
@requires("headcount.record")
def head_count() -> str:
    return render_desk(count_form=HeadCountForm(formdata=None))


@bp.post("/desk/count")
@requires("headcount.record")
def register_count() -> ResponseReturnValue:
    form = HeadCountForm()
    if not form.validate_on_submit():
        return render_desk(count_form=form), 422
    with transaction(reason="点呼"):
        location = idempotency.find(form.idempotency_key.data)
        if not location:
            counted = record_head_count(
                shelter_id=shelter_id(),
                count=form.people.data or 0,
                counted_by=current_actor().name,
            )
            location = url_for(".counted", count=counted.count, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    return redirect(location, 303)


@bp.get("/desk/counted")
@requires("headcount.record")
def counted() -> str:
    return render_desk(
        counted=request.args.get("count", type=int), undo=request.args.get("txn", type=UUID)
    )


def _details(
    typed: Sequence[tuple[PersonData, services.Asked]],
    known: Sequence[finding.OpenedPerson] = (),
) -> services.Details:
    return details_of(
        request.form,
        [one.shown.id for one in known],
        get_answer_form().edition,
        typed=[asked for _, asked in typed],
    )


def _near() -> list[str]:
    """Return the towns this shelter is for: who lives there comes first."""
    shelter = current_shelter()
    if shelter is None:
        return []
    place = "".join(part for part in (shelter.address, shelter.area, shelter.district) if part)
    towns = (*list_register_towns(), *list_towns(current_scopes().municipality))
    return list(dict.fromkeys(town.name for town in towns if town.name in place))
