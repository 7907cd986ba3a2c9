"""Animals, vehicles, post and nights out: one list each, one form each, one key to end a line."""

from uuid import UUID

from flask import abort
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.forms import DeskForm
from victim_support.core.reads import log_read
from victim_support.operations import queries, services
from victim_support.operations.forms import (
    AnimalForm,
    HandOverForm,
    NightOutForm,
    OwnedForm,
    ParcelForm,
    VehicleForm,
)
from victim_support.operations.models import Animal, NightOut, Parcel, Vehicle
from victim_support.operations.queries.entries import Entry, Kept, get_entry
from victim_support.operations.rules import AnimalKind, ParcelKind
from victim_support.operations.views.blueprint import (
    act,
    bp,
    keep,
    owner_of,
    shelter_id,
    show,
    visible_stay,
)
from victim_support.operations.views.people import chosen_person

RECENT = 50
"""So many ended lines stay on the page; the file and the paper have all."""


@bp.get("/animals")
@requires("operation.read")
def animals() -> str:
    return _animals_page(AnimalForm(formdata=None))


@bp.post("/animals")
@requires("operation.record")
def bring_animals() -> ResponseReturnValue:
    form = AnimalForm()
    kept = keep(
        form,
        "動物の受付",
        ".animals",
        lambda now: services.bring_animals(
            owner=owner_of(form.stay.data, form.owner.data),
            kind=AnimalKind(form.kind.data),
            heads=form.heads.data or 1,
            at=now,
            tag=form.tag.data or "",
            description=form.description.data or "",
            has_cage=form.has_cage.data,
            place=form.place.data or "",
        ),
    )
    return kept or (_animals_page(form), 422)


@bp.post("/animals/<uuid:row_id>/left")
@requires("operation.record")
def animals_left(row_id: UUID) -> ResponseReturnValue:
    done = act(
        DeskForm(),
        "動物が出た",
        ".animals",
        lambda now: services.leave_with(_row(Animal, row_id), at=now),
    )
    return done or abort(400)


@bp.get("/vehicles")
@requires("operation.read")
def vehicles() -> str:
    return _vehicles_page(VehicleForm(formdata=None))


@bp.post("/vehicles")
@requires("operation.record")
def register_vehicle() -> ResponseReturnValue:
    form = VehicleForm()
    kept = keep(
        form,
        "車両の受付",
        ".vehicles",
        lambda now: services.register_vehicle(
            owner=owner_of(form.stay.data, form.owner.data),
            plate=form.plate.data or "",
            at=now,
            model=form.model.data or "",
            place=form.place.data or "",
            sleepers=form.sleepers.data,
        ),
    )
    return kept or (_vehicles_page(form), 422)


@bp.post("/vehicles/<uuid:row_id>/left")
@requires("operation.record")
def vehicle_left(row_id: UUID) -> ResponseReturnValue:
    done = act(
        DeskForm(),
        "車両が出た",
        ".vehicles",
        lambda now: services.leave_with(_row(Vehicle, row_id), at=now),
    )
    return done or abort(400)


@bp.get("/parcels")
@requires("operation.read")
def parcels() -> str:
    return _parcels_page(ParcelForm(formdata=None))


@bp.post("/parcels")
@requires("operation.record")
def receive_parcel() -> ResponseReturnValue:
    form = ParcelForm()
    kept = keep(
        form,
        "届いた物の受付",
        ".parcels",
        lambda now: services.receive_parcel(
            owner=owner_of(form.stay.data, form.owner.data),
            kind=ParcelKind(form.kind.data),
            at=now,
            sender=form.sender.data or "",
            kept_at=form.kept_at.data or "",
        ),
    )
    return kept or (_parcels_page(form), 422)


@bp.post("/parcels/<uuid:row_id>/handed")
@requires("operation.record")
def hand_over(row_id: UUID) -> ResponseReturnValue:
    form = HandOverForm()
    done = act(
        form,
        "届いた物を渡した",
        ".parcels",
        lambda now: services.hand_over(_row(Parcel, row_id), to=form.to.data or "", at=now),
    )
    return done or (_parcels_page(ParcelForm(formdata=None), handing=(row_id, form)), 422)


@bp.get("/nights")
@requires("operation.read")
def nights() -> str:
    return _nights_page(NightOutForm(formdata=None))


@bp.post("/nights")
@requires("operation.record")
def file_night_out() -> ResponseReturnValue:
    form = NightOutForm()
    kept = keep(
        form,
        "外泊届",
        ".nights",
        lambda _now: services.file_night_out(
            stay=visible_stay(form.stay.data) or abort(404),
            leaves_on=form.first_day(),
            returns_on=form.returns_on.data,
            destination=form.destination.data or "",
            phone=form.phone.data or "",
            is_out_now=form.is_out_now.data,
        ),
    )
    return kept or (_nights_page(form), 422)


@bp.post("/nights/<uuid:row_id>/back")
@requires("operation.record")
def night_back(row_id: UUID) -> ResponseReturnValue:
    done = act(
        DeskForm(),
        "外泊からもどった",
        ".nights",
        lambda now: services.note_return(_row(NightOut, row_id), at=now),
    )
    return done or abort(400)


def _row(model: type[Kept], row_id: UUID) -> Kept:
    row = get_entry(model, row_id).row
    return row if row.shelter_id == shelter_id() else abort(404)


def _animals_page(form: AnimalForm) -> str:
    return _list_page("animals", Animal, "left_at", form, "動物")


def _vehicles_page(form: VehicleForm) -> str:
    return _list_page("vehicles", Vehicle, "left_at", form, "車両")


def _parcels_page(form: ParcelForm, handing: tuple[UUID, HandOverForm] | None = None) -> str:
    return _list_page("parcels", Parcel, "handed_at", form, "受取簿", handing=handing)


def _nights_page(form: NightOutForm) -> str:
    return _list_page("nights", NightOut, "returned_at", form, "外泊届")


def _list_page(
    name: str,
    model: type[Kept],
    ended: str,
    form: OwnedForm | NightOutForm,
    purpose: str,
    **values: object,
) -> str:
    entries = queries.list_entries(model, shelter_id())
    log_read(f"operations.{name}", _people(entries), purpose)
    open_ones = [one for one in entries if getattr(one.row, ended) is None]
    over = [one for one in reversed(entries) if getattr(one.row, ended) is not None][:RECENT]
    return show(
        name,
        form=form,
        chosen=chosen_person(form.stay.data),
        entries=open_ones,
        over=over,
        **values,
    )


def _people(entries: list[Entry[Kept]]) -> list[UUID]:
    return [one.person.id for one in entries if one.person]
