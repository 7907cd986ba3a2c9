"""Surveys: the board, teams and days, papers, and the sheets typed in the evening."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, reads, requires
from victim_support.core.actor import name_of
from victim_support.core.clock import today
from victim_support.core.db import transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.forms import read_day
from victim_support.core.lists import PlainList, answer_csv, answer_pdf
from victim_support.core.reads import log_read
from victim_support.damage import services as damage
from victim_support.damage.calculation import flooding_of, proposed_flooding, usual_hazard
from victim_support.damage.carrying import carried_calculation
from victim_support.damage.queries import get_dwelling, list_judgements
from victim_support.presence.rules import show_number
from victim_support.survey import documents, queries, services
from victim_support.survey.forms import AddForm, AgainForm, AssignForm, NumberForm, SheetForm
from victim_support.survey.models import SurveyVisit
from victim_support.survey.rules import (
    TO_PLAN,
    VisitState,
    calculation_key,
    is_repeated,
    latest,
    since_of,
)
from victim_support.survey.views.blueprint import bp

SHOWN = 200
NO_PRINT = "印刷用の書類を作れませんでした。もう一度お試しください。"


@bp.get("/")
@requires("survey.read")
def board() -> str:
    return _board(AssignForm(formdata=None), AddForm(formdata=None))


@bp.post("/assign")
@requires("survey.plan")
def assign() -> ResponseReturnValue:
    form = AssignForm()
    with transaction(reason="調査の予定"):
        location = idempotency.find(form.idempotency_key.data)
        cases = _wanted(form) if form.validate_on_submit() else []
        if not location and cases:
            by, method = current_actor().id, form.chosen_method
            services.assign(cases, slot=form.slot, method=method, by=by)
            location = _back()
            idempotency.remember(form.idempotency_key.data, location)
            flash(f"{len(cases)}件を{form.slot.team}に割り当てました。", "success")
    return redirect(location, 303) if location else (_board(form, AddForm(formdata=None)), 422)


@bp.post("/dwellings")
@requires("survey.record")
def add() -> ResponseReturnValue:
    """Plan a visit to a dwelling that nobody has written down (台帳にない住家)."""
    form = AddForm()
    with transaction(reason="台帳にない住家の調査"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            place = damage.ensure_dwelling(
                address=form.address.data or "", unit=form.unit.data or None
            )
            location = url_for(".sheet", number=_visit_to(place.id).number)
            idempotency.remember(form.idempotency_key.data, location)
    return redirect(location, 303) if location else (_board(AssignForm(formdata=None), form), 422)


@bp.post("/dwellings/<uuid:dwelling_id>/again")
@requires("survey.plan")
def again(dwelling_id: UUID) -> ResponseReturnValue:
    """Plan one more survey of a judged dwelling (第2次調査・再調査); sent twice it is one."""
    if not AgainForm().validate_on_submit():
        abort(400)
    with transaction(reason="もう一度の調査"):
        _visit_to(get_dwelling(dwelling_id).id)
    flash("調査の予定に加えました。班と日を割り当ててください。", "success")
    return redirect(url_for(".board", state=VisitState.OPEN.value), 303)


@bp.get("/board.pdf")
@requires("survey.read")
def board_pdf() -> ResponseReturnValue:
    return answer_pdf(_released(is_paper=True), back=_back())


@bp.get("/board.csv")
@requires("survey.read")
def board_csv() -> ResponseReturnValue:
    return answer_csv(_released(is_paper=False), "surveys")


@bp.get("/route.pdf")
@requires("survey.read")
def route() -> ResponseReturnValue:
    cases, day, team = _round()
    _note("survey.route", cases, "調査の順路", is_paper=True)
    return _pdf(partial(documents.route_pdf, cases, day, team))


@bp.get("/route.csv")
@requires("survey.read")
def route_csv() -> Response:
    cases, _day, _team = _round()
    _note("survey.route", cases, "調査の順路(CSV)", is_paper=False)
    return Response(documents.route_csv(cases), mimetype="text/csv")


@bp.get("/sheets.pdf")
@requires("survey.read")
def sheets() -> ResponseReturnValue:
    cases, _day, _team = _round()
    _note("survey.sheets", cases, "調査票", is_paper=True)
    return _pdf(partial(documents.sheets_pdf, cases))


@bp.get("/slips.pdf")
@requires("survey.read")
def slips() -> ResponseReturnValue:
    cases, _day, _team = _round()
    _note("survey.slips", cases, "不在の札", is_paper=True)
    return _pdf(partial(documents.slips_pdf, cases))


@bp.get("/type")
@requires("survey.record")
def typing() -> str:
    return _typing(NumberForm(formdata=None))


@bp.post("/type")
@reads
@requires("survey.record")
def open_sheet() -> ResponseReturnValue:
    form = NumberForm()
    if not form.validate_on_submit():
        return _typing(form), 422
    return redirect(url_for(".sheet", number=form.visit.number if form.visit else ""), 303)


@bp.get("/sheets/<number>")
@requires("survey.record")
def sheet(number: str) -> str:
    visit = queries.get_visit(number)
    return _sheet(visit, _new_sheet(visit))


@bp.post("/sheets/<number>/calculated")
@reads
@requires("survey.record")
def with_calculation(number: str) -> str:
    """Open the sheet with the calculation beside it."""
    visit, given = queries.get_visit(number), SheetForm()
    form = _new_sheet(visit)
    form.case.data, form.acknowledged.data = given.case.data, given.acknowledged.data
    found = carried_calculation(form)
    form.outcome.data = found.grade.value if found and found.grade else None
    form.inundation.data = flooding_of(found.case if found else None) or form.inundation.data
    return _sheet(visit, form)


@bp.post("/sheets/<number>")
@requires("survey.record")
def record(number: str) -> ResponseReturnValue:
    form, by = SheetForm(), current_actor().id
    with transaction(reason="調査票の入力"):
        visit = queries.get_visit(number)
        location = idempotency.find(form.idempotency_key.data)
        is_right = location is None and form.validate_on_submit()
        sheet = replace(form.sheet, calculated=carried_calculation(form))
        is_right = is_right and not form.form_errors
        is_double = is_right and not form.again.data and _is_typed(visit, sheet)
        if is_right and not is_double:
            services.record_outcome(visit, sheet, by=by)
            flash(f"{_words(visit, sheet)} を保存しました。", "success")
            location = url_for(".typing", after=number)
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _sheet(visit, form, is_double=is_double), 409 if is_double else 422
    return redirect(location, 303)


@bp.app_template_filter()
def survey_count(state: VisitState, counts: Counter[VisitState]) -> tuple[str, int]:
    """Return the name of a state and how many dwellings are so far."""
    return state.label, counts[state]


def _board(form: AssignForm, adding: AddForm) -> str:
    every = queries.list_cases()
    asked = _asked()
    found = _filtered(every, asked)
    return render_template(
        "survey/board.html",
        form=form,
        adding=adding,
        cases=found[:SHOWN],
        total=len(found),
        towns=Counter(case.town for case in every),
        counts=Counter(case.state for case in every),
        states=VisitState,
        asked=asked,
        work=queries.list_work(every),
        minutes=queries.minutes_edition(),
    )


def _typing(form: NumberForm) -> str:
    before = queries.find_visit(request.args.get("after", ""))
    rest: list[queries.Case] = []
    if before is not None and before.day:
        found = queries.list_round(before.day, before.team or "")
        rest = [case for case in found if case.state is VisitState.PLANNED]
    typed = queries.count_entered(current_actor().id)
    return render_template("survey/typing.html", form=form, rest=rest, typed=typed, before=before)


def _new_sheet(visit: SurveyVisit) -> SheetForm:
    form = SheetForm(formdata=None, team=visit.team or queries.last_team(current_actor().id))
    form.visited_on.data = min(visit.day or today(), today())
    form.inundation.data = proposed_flooding()
    return form


def _words(visit: SurveyVisit, sheet: services.Sheet) -> str:
    """Return what a sheet says, so that a wrong key is seen at once."""
    place = get_dwelling(visit.dwelling_id).place
    met = sheet.grade or sheet.result
    flooding = f"、{sheet.inundation.label}" if sheet.grade and sheet.inundation else ""
    return f"{show_number(visit.number)} {place} {met.label}{flooding}"


def _sheet(visit: SurveyVisit, form: SheetForm, *, is_double: bool = False) -> str:
    place = get_dwelling(visit.dwelling_id)
    log_read("survey.sheet", [place.id], purpose="調査票の入力")
    if is_double:
        form.again.data = "1"
    return render_template(
        "survey/sheet.html",
        visit=visit,
        dwelling=place,
        form=form,
        is_double=is_double,
        outcomes=queries.list_outcomes_of(place.id),
        judgements={one.id: one for one in list_judgements(place.id)},
        calculated=carried_calculation(form),
        worksheet=calculation_key(usual_hazard(), place.structure, visit.method),
        name_of=name_of,
    )


def _is_typed(visit: SurveyVisit, found: services.Sheet) -> bool:
    newest = latest(queries.list_outcomes_of(visit.dwelling_id), since_of(visit))
    return is_repeated(newest, found.result, found.visited_on)


def _visit_to(dwelling_id: UUID) -> SurveyVisit:
    """Return the visit that is open for a dwelling, else plan one as proposed."""
    [case] = queries.get_cases([dwelling_id])
    if case.visit is not None and case.state is not VisitState.DONE:
        return case.visit
    by = current_actor().id
    return services.plan_visit(dwelling_id=dwelling_id, method=case.proposal, by=by)


def _wanted(form: AssignForm) -> list[queries.Case]:
    """Return the dwellings meant: those ticked, else the first of what the board shows."""
    if ticked := form.ticked:
        return queries.get_cases(ticked)
    found = _filtered(queries.list_cases(), _asked())
    waiting = [case for case in found if case.state in TO_PLAN]
    if not waiting:
        form.first.errors = ["この条件に、割り当てを待つ住家はありません。"]
    return waiting[: form.first.data or 0]


def _asked() -> dict[str, str]:
    """Return what the board is narrowed to, as the address of the page says."""
    given = {key: request.args.get(key, "") for key in ("town", "state")}
    return {key: value for key, value in given.items() if value}


def _back() -> str:
    """Return the board, narrowed as it was."""
    asked = _asked()
    return url_for(".board", town=asked.get("town"), state=asked.get("state"))


def _filtered(cases: Sequence[queries.Case], asked: dict[str, str]) -> list[queries.Case]:
    town, state = asked.get("town", ""), asked.get("state", "")
    return [case for case in cases if town in {"", case.town} and state in {"", case.state.value}]


def _released(*, is_paper: bool) -> PlainList:
    """Return all dwellings of the board as it is narrowed."""
    asked = _asked()
    found = _filtered(queries.list_cases_to_release(), asked)
    ids = [case.dwelling.id for case in found]
    release("survey.board", ids, "調査の予定", is_paper=is_paper, counted="件")
    state = next((one.label for one in VisitState if one == asked.get("state")), "")
    return documents.board_list(found, " ".join(filter(None, (asked.get("town"), state))))


def _round() -> tuple[list[queries.Case], Any, str]:
    """Return the dwellings of the day and team that the address names, or 404."""
    try:
        day = read_day(request.args.get("day", ""))
    except ValueError:
        abort(404)
    team = request.args.get("team", "")
    return queries.list_round(day, team) or abort(404), day, team


def _pdf(make: Callable[[], bytes]) -> ResponseReturnValue:
    try:
        return Response(make(), mimetype="application/pdf")
    except PrintError:
        flash(NO_PRINT, "error")
        return redirect(url_for(".board"), 303)


def _note(event: str, cases: Sequence[queries.Case], purpose: str, *, is_paper: bool) -> None:
    """Note which dwellings leave on a paper or in a file."""
    ids = [case.dwelling.id for case in cases]
    release(event, ids, purpose, is_paper=is_paper, counted="件")
