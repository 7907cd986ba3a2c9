"""Areas of the shelter (区画): how many are free, who is where, what is odd."""

from uuid import UUID

from flask import abort
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.forms import DeskForm
from victim_support.core.reads import log_read
from victim_support.operations import queries, services
from victim_support.operations.forms import AreaForm
from victim_support.operations.models import ShelterArea
from victim_support.operations.views.blueprint import act, bp, keep, shelter_id, show


@bp.get("/areas")
@requires("operation.read")
def areas() -> str:
    return _areas_page(AreaForm(formdata=None))


@bp.post("/areas")
@requires("operation.manage")
def add_area() -> ResponseReturnValue:
    form = AreaForm()
    kept = keep(
        form,
        "区画を加える",
        ".areas",
        lambda _now: services.add_area(shelter_id=shelter_id(), **form.values()),
    )
    return kept or (_areas_page(form), 422)


@bp.get("/areas/<uuid:area_id>")
@requires("operation.manage")
def area(area_id: UUID) -> str:
    found = _own(area_id)
    return show("area", area=found, form=AreaForm(formdata=None, obj=found))


@bp.post("/areas/<uuid:area_id>")
@requires("operation.manage")
def edit_area(area_id: UUID) -> ResponseReturnValue:
    form = AreaForm()
    done = act(
        form,
        "区画を直す",
        ".areas",
        lambda _now: services.edit_area(_own(area_id), **form.values()),
    )
    return done or (show("area", area=_own(area_id), form=form), 422)


@bp.post("/areas/<uuid:area_id>/close")
@requires("operation.manage")
def close_area(area_id: UUID) -> ResponseReturnValue:
    done = act(
        DeskForm(), "区画をやめる", ".areas", lambda _now: services.close_area(_own(area_id))
    )
    return done or abort(400)


def _own(area_id: UUID) -> ShelterArea:
    found = queries.get_area(area_id)
    return found if found.shelter_id == shelter_id() else abort(404)


def _areas_page(form: AreaForm) -> str:
    space = queries.get_space(shelter_id(), view(Audience.DESK, Purpose.PRESENCE))
    lines = [line for state in space.states for line in state.lines] + space.unplaced
    log_read("operations.areas", [line.person.id for line in lines], "区画")
    return show("areas", form=form, space=space, standards=queries.space_standards())
