"""Rosters (名簿): live on the screen, as PDF and CSV, and the one for the wall."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import asks_again, reads, requires
from victim_support.core.context import current_context
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.reads import log_read
from victim_support.evacuees import documents, queries
from victim_support.evacuees.queries import RosterOrder
from victim_support.evacuees.views.blueprint import board_of, bp
from victim_support.shelters.queries import get_shelter, list_states
from victim_support.victims.queries import list_people

ENCODINGS: dict[str, Literal["utf-8-sig", "cp932"]] = {"utf8": "utf-8-sig", "sjis": "cp932"}


@bp.get("/rosters")
@requires("roster.read")
def rosters() -> ResponseReturnValue:
    here = current_context().shelter_id
    if here is not None and "all" not in request.args:
        return redirect(url_for(".roster", shelter_id=here))
    boards = [
        (state.shelter, board)
        for state in list_states()
        if (board := board_of(state.shelter.id)).total or state.is_open
    ]
    return render_template("evacuees/rosters.html", boards=boards)


@bp.get("/rosters/<uuid:shelter_id>")
@requires("roster.read")
def roster(shelter_id: UUID) -> str:
    shelter, order = get_shelter(shelter_id), _order()
    found = queries.list_roster(shelter_id, view(Audience.DESK, Purpose.PRESENCE), order)
    log_read("roster.open", [line.person.id for line in found.lines], "名簿")
    return render_template("evacuees/roster.html", shelter=shelter, roster=found, order=order)


@bp.get("/rosters/<uuid:shelter_id>/roster.pdf")
@requires("roster.print")
def roster_pdf(shelter_id: UUID) -> ResponseReturnValue:
    shelter, order = get_shelter(shelter_id), _order()
    found = queries.list_roster(shelter_id, view(Audience.PAPER, Purpose.PRESENCE), order)
    release("roster.print", [line.person.id for line in found.lines], "名簿の印刷", is_paper=True)
    return _pdf(lambda: documents.roster_pdf(found, order, shelter.name))


@bp.get("/rosters/<uuid:shelter_id>/export")
@asks_again
@requires("roster.print")
def export(shelter_id: UUID) -> str:
    shelter = get_shelter(shelter_id)
    _content, lost = documents.roster_csv(_roster_for_file(shelter_id), "cp932")
    return render_template(
        "evacuees/export.html",
        shelter=shelter,
        lost=lost,
        headers=documents.HEADERS,
        order=_order(),
    )


@bp.get("/rosters/<uuid:shelter_id>/roster-<any(utf8, sjis):encoding>.csv")
@asks_again
@requires("roster.print")
def roster_csv(shelter_id: UUID, encoding: str) -> ResponseReturnValue:
    get_shelter(shelter_id)
    found = _roster_for_file(shelter_id)
    content, _lost = documents.roster_csv(found, ENCODINGS[encoding])
    release(
        "roster.export", [line.person.id for line in found.lines], "名簿の書き出し", is_paper=False
    )
    name = f"roster-{clock.local(clock.now()):%Y%m%d-%H%M}-{encoding}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    charset = "utf-8" if encoding == "utf8" else "Shift_JIS"
    return Response(content, content_type=f"text/csv; charset={charset}", headers=headers)


@bp.get("/rosters/<uuid:shelter_id>/wall")
@requires("roster.wall")
def wall(shelter_id: UUID) -> str:
    shelter = get_shelter(shelter_id)
    people = _wall_people(shelter_id)
    return render_template("evacuees/wall.html", shelter=shelter, people=people)


@bp.post("/rosters/<uuid:shelter_id>/wall")
@reads
@requires("roster.wall")
def start_wall(shelter_id: UUID) -> ResponseReturnValue:
    shelter, people = get_shelter(shelter_id), _wall_people(shelter_id)
    release("roster.wall", [person.id for person in people], "掲示用の名簿", is_paper=True)
    return _pdf(lambda: documents.wall_pdf(people, shelter.name))


@bp.get("/desk/arrivals/<uuid:group_id>/own-copy.pdf")
@requires("person.register")
def own_copy(group_id: UUID) -> ResponseReturnValue:
    group = queries.find_group(group_id) or abort(404)
    stays = queries.list_group_stays(group_id)
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    people = disclosure.people(list_people([stay.person_id for stay in stays])) or abort(404)
    release("arrival.own_copy", [person.id for person in people], "本人控え", is_paper=True)
    place = get_shelter(stays[0].shelter_id)
    return _pdf(lambda: documents.own_copy_pdf(people, place.name, group.arrived_at))


def _roster_for_file(shelter_id: UUID) -> queries.Roster:
    return queries.list_roster(shelter_id, view(Audience.FILE, Purpose.PRESENCE), _order())


def _wall_people(shelter_id: UUID) -> list[DisclosedPerson]:
    return queries.list_wall(shelter_id)


def _order() -> RosterOrder:
    is_kana = request.args.get("order") == RosterOrder.KANA
    return RosterOrder.KANA if is_kana else RosterOrder.HOUSEHOLD


def _pdf(make: Callable[[], bytes]) -> ResponseReturnValue:
    try:
        content = make()
    except PrintError:
        flash("印刷用の書類を作れませんでした。画面の表をブラウザーから印刷してください。", "error")
        return redirect(url_for(".rosters"))
    return Response(content, mimetype="application/pdf")
