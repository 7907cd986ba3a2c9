"""Who runs the shelter (運営する人): staff, relief teams, volunteers; counted apart and fed."""

from uuid import UUID

from flask import abort
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.operations import queries, services
from victim_support.operations.forms import CrewForm, CrewLeavingForm
from victim_support.operations.models import Crew
from victim_support.operations.queries import CrewCount
from victim_support.operations.rules import CrewKind
from victim_support.operations.views.blueprint import act, bp, keep, shelter_id, show


@bp.get("/crews")
@requires("operation.read")
def crews() -> str:
    return _page(CrewForm(formdata=None))


@bp.post("/crews")
@requires("operation.record")
def arrive_crew() -> ResponseReturnValue:
    form = CrewForm()
    kept = keep(
        form,
        "運営する人が来た",
        ".crews",
        lambda now: services.arrive_crew(
            shelter_id=shelter_id(),
            kind=CrewKind(form.kind.data),
            people=form.people.data or 1,
            at=form.time.instant(now),
            label=form.label.data or "",
            contact=form.contact.data or "",
            eats=form.eats.data,
        ),
    )
    return kept or (_page(form), 422)


@bp.post("/crews/<uuid:crew_id>/left")
@requires("operation.record")
def leave_crew(crew_id: UUID) -> ResponseReturnValue:
    form = CrewLeavingForm()
    done = act(
        form,
        "運営する人が帰った",
        ".crews",
        lambda now: services.leave_crew(_here(crew_id), at=now, staying=form.staying.data or 0),
    )
    return done or (_page(CrewForm(formdata=None), leaving=form), 422)


def _here(crew_id: UUID) -> Crew:
    here = queries.list_crews(clock.now(), shelter_id())
    return next((crew for crew in here if crew.id == crew_id), None) or abort(404)


def _page(form: CrewForm, leaving: CrewLeavingForm | None = None) -> str:
    now = clock.now()
    return show(
        "crews",
        form=form,
        crews=queries.list_crews(now, shelter_id()),
        count=queries.count_crews(now).get(shelter_id(), CrewCount()),
        leaving=leaving,
    )
