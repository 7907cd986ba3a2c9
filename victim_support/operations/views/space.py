"""Areas of the shelter (区画): how many are free, who is where, what is odd."""

from uuid import UUID

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.db import current_write, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.forms import DeskForm
from victim_support.core.reads import log_read
from victim_support.journal.history import changed_by_others, version_of
from victim_support.operations import queries, services
from victim_support.operations.forms import AreaEditForm, AreaForm
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
    form = AreaEditForm(formdata=None, obj=found, version=version_of(found))
    return show("area", area=found, form=form, since=[])


@bp.post("/areas/<uuid:area_id>")
@requires("operation.manage")
def edit_area(area_id: UUID) -> ResponseReturnValue:
    form = AreaEditForm()
    with transaction(reason="区画を直す"):
        found = _own(area_id)
        since = changed_by_others(found, form.version.data)
        if since or not form.validate_on_submit():
            form.version.data = version_of(found)
            return show("area", area=found, form=form, since=since), 409 if since else 422
        services.edit_area(found, **form.values())
        location = url_for(".areas", txn=current_write().id)
    return redirect(location, 303)


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
