"""The first page of running a shelter: what is there now, and the way to every register."""

from flask import render_template

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.context import current_context
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.evacuees.queries import get_board
from victim_support.operations import queries
from victim_support.operations.models import NightOut, Parcel
from victim_support.operations.queries import AnimalCount, CrewCount
from victim_support.operations.views.blueprint import bp
from victim_support.shelters.queries import find_shelter


@bp.get("/")
@requires("operation.read")
def index() -> str:
    shelter = find_shelter(current_context().shelter_id)
    if shelter is None:
        return render_template("operations/index.html", shelter=None, undo=None)
    now = clock.now()
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    return render_template(
        "operations/index.html",
        shelter=shelter,
        undo=None,
        board=get_board(shelter.id, disclosure),
        space=queries.get_space(shelter.id, disclosure),
        crew=queries.count_crews(now).get(shelter.id, CrewCount()),
        animals=queries.count_animals(now).get(shelter.id, AnimalCount()),
        wishes=queries.count_open_wishes().get(shelter.id, 0),
        nights=len(queries.list_entries(NightOut, shelter.id, NightOut.returned_at.is_(None))),
        parcels=len(queries.list_entries(Parcel, shelter.id, Parcel.handed_at.is_(None))),
    )
