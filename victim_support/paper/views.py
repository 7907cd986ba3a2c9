"""Paper (紙): blank cards, cards typed in, sheets typed twice, rosters printed and taken in."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import requires
from victim_support.core.context import current_context
from victim_support.core.db import db, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.mapping.pages import ImportPages, add_import_pages
from victim_support.core.reads import log_read
from victim_support.evacuees.documents import roster_pdf
from victim_support.evacuees.queries import RosterOrder, find_head_count, list_roster
from victim_support.evacuees.queries.finding import match_all
from victim_support.evacuees.services import Arrival, Reception
from victim_support.paper import documents, queries, services
from victim_support.paper.forms import CardForm, RosterImportForm, RunForm, TakingForm
from victim_support.paper.models import TypedSheet
from victim_support.paper.rules import (
    FIELD_LABELS,
    differences,
    following_sheet,
    parse_sheet,
    sheet_number,
    show_sheet,
)
from victim_support.shelters.queries import find_shelter
from victim_support.victims.queries import get_answer_form
from victim_support.victims.rules import NEED_KEYS, RELATIONS, Sex

bp = Blueprint("paper", __name__, url_prefix="/paper")
bp.add_app_template_filter(show_sheet, "sheet")
NO_PRINT = "印刷用の書類を作れませんでした。もう一度押すか、画面の表を印刷してください。"


@bp.context_processor
def words() -> dict[str, Any]:
    return {
        "need_keys": NEED_KEYS,
        "relations": RELATIONS,
        "sexes": list(Sex),
        "answer_form": get_answer_form,
        "field_labels": FIELD_LABELS,
    }


@bp.get("/")
@requires("person.register")
def index() -> str:
    return _index(RunForm(formdata=None))


@bp.post("/cards")
@requires("paper.print")
def start_cards() -> ResponseReturnValue:
    form = RunForm()
    with transaction(reason="用紙の印刷"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            place = current_context().shelter_id
            run = services.start_run(count=form.count.data or 0, shelter_id=place)
            location = url_for(".index", run=run.id)
            idempotency.remember(form.idempotency_key.data, location)
    return redirect(location, 303) if location else (_index(form), 422)


@bp.get("/cards/<uuid:run_id>.pdf")
@requires("paper.print")
def cards_pdf(run_id: UUID) -> ResponseReturnValue:
    run = queries.get_run(run_id)
    return _pdf(lambda: documents.cards_pdf(run, _place_name(run.shelter_id)))


@bp.get("/type")
@requires("person.register")
def card() -> str:
    following = parse_sheet(request.args.get("after", ""))
    form = CardForm(
        formdata=None,
        sheet_number=show_sheet(following_sheet(following)) if following else "",
        written_at=request.args.get("at", "")[:11],
    )
    return _card(form)


@bp.post("/type")
@requires("person.register")
def type_card() -> ResponseReturnValue:
    form, typed = CardForm(), None
    with transaction(reason="用紙の入力"):
        location = idempotency.find(form.idempotency_key.data)
        typed = None if location else queries.find_sheet(form.number)
        if not location and _is_right(form, typed):
            arrival = _register(form)
            location = url_for(".card", after=form.number, at=form.written_at.data)
            idempotency.remember(form.idempotency_key.data, location)
            flash(_typed_words(form, arrival), "success")
    if location is None:
        return _card(form, typed=typed), 422
    return redirect(location, 303)


@bp.get("/sheets/<number>")
@requires("person.register")
def sheet(number: str) -> str:
    found = queries.get_sheet(number)
    people = queries.people_of_sheet(found).people
    log_read("sheet.open", [person.id for person in people], "用紙")
    return render_template("paper/sheet.html", sheet=found, people=people)


@bp.get("/checks/<uuid:sheet_id>")
@requires("paper.check")
def check(sheet_id: UUID) -> str:
    return render_template("paper/check.html", sheet=_due(sheet_id), form=_blank_check(sheet_id))


@bp.post("/checks/<uuid:sheet_id>")
@requires("paper.check")
def type_again(sheet_id: UUID) -> ResponseReturnValue:
    form = CardForm()
    with transaction(reason=_reason_of_check()):
        due = _due(sheet_id)
        people = queries.people_of_sheet(due).people
        log_read("sheet.check", [person.id for person in people], "用紙の照合")
        is_right = form.validate_on_submit()
        typed = [data for data, _needs in form.people()]
        found = differences([queries.data_of(person) for person in people], typed)
        chosen = {one.key: request.form.get(one.key, "") for one in found}
        is_decided = is_right and all(chosen.values())
        if is_decided:
            second = {key for key, which in chosen.items() if which == "second"}
            services.record_check(
                due, people=people, typed=typed, found=found, second_is_right=second
            )
    if not is_decided:
        page = render_template("paper/check.html", sheet=due, form=form, found=found)
        return page, 200 if is_right else 422
    flash("照合を記録しました。" if found else "同じでした。照合を記録しました。", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/roster")
@requires("roster.print")
def print_roster() -> ResponseReturnValue:
    place = current_context().chosen_shelter
    with transaction(reason="名簿の控えの印刷"):
        printed_id = services.record_print(shelter_id=place).id
        found = list_roster(place, view(Audience.PAPER, Purpose.PRESENCE), RosterOrder.HOUSEHOLD)
        people = [line.person.id for line in found.lines]
        release("roster.print", people, "停電にそなえる名簿", is_paper=True)
    try:
        content = roster_pdf(found, RosterOrder.HOUSEHOLD, _place_name(place))
    except PrintError:
        db.session.remove()
        with transaction(reason="印刷できなかった名簿"):
            queries.get_roster(printed_id).is_withdrawn = True
        flash(NO_PRINT, "error")
        return redirect(url_for(".index"), 303)
    return Response(content, mimetype="application/pdf")


@bp.post("/rosters/<uuid:roster_id>/taken")
@requires("roster.print")
def take_roster(roster_id: UUID) -> ResponseReturnValue:
    form = TakingForm()
    if not form.validate_on_submit():
        flash("枚数と、持つ人の名前を入れてください。", "error")
        return redirect(url_for(".index"), 303)
    with transaction(reason="名簿の控えを持つ人"):
        roster = queries.get_roster(roster_id)
        services.record_taking(
            roster, sheets=form.sheets.data or 0, taken_by=form.taken_by.data or ""
        )
    flash("持つ人を記録しました。", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/rosters/<uuid:roster_id>/shredded")
@requires("roster.print")
def shred_roster(roster_id: UUID) -> ResponseReturnValue:
    with transaction(reason="名簿の控えの裁断"):
        services.record_shredding(queries.get_roster(roster_id))
    flash("裁断済みと記録しました。", "success")
    return redirect(url_for(".index"), 303)


def _files() -> dict[str, Any]:
    return {"files": queries.list_roster_files()}


add_import_pages(
    bp,
    ImportPages(
        importer=services.ROSTERS,
        permission="import.rosters",
        first_page="paper/imports.html",
        preview="paper/preview.html",
        form=RosterImportForm,
        more=_files,
    ),
)


def _index(form: RunForm) -> str:
    place = current_context().shelter_id
    return render_template(
        "paper/index.html",
        form=form,
        runs=[(run, *_ends(run.prefix, run.first, run.count)) for run in queries.list_runs()],
        new_run=request.args.get("run", type=UUID),
        place=_place_name(place),
        rosters=queries.list_rosters(place) if place else [],
        is_due=bool(place) and queries.is_roster_due(place) if place else False,
        taking=TakingForm(formdata=None),
        checks=queries.list_due_checks(),
    )


def _ends(prefix: str, first: int, count: int) -> tuple[str, str]:
    return sheet_number(prefix, first), sheet_number(prefix, first + count - 1)


def _card(form: CardForm, *, typed: TypedSheet | None = None) -> str:
    place = current_context().shelter_id
    has_count = bool(place and find_head_count(place, clock.now()))
    return render_template(
        "paper/card.html", form=form, typed=typed, place=_place_name(place), has_count=has_count
    )


def _is_right(form: CardForm, typed: TypedSheet | None) -> bool:
    is_valid = form.validate_on_submit()
    if typed is not None:
        form.sheet_number.errors = [*form.sheet_number.errors, "この用紙は、もう入力してあります。"]
    return is_valid and typed is None and current_context().shelter_id is not None


def _register(form: CardForm) -> Arrival:
    place, moment = current_context().chosen_shelter, form.moment or abort(422)
    people = form.people()
    head_count = find_head_count(place, clock.now()) if form.counted.data == "counted" else None
    return services.register_card(
        services.Card(
            reception=Reception(
                shelter_id=place,
                at=moment,
                kind=form.kind,
                sheet_number=form.number,
                count_id=head_count.id if head_count else None,
            ),
            members=match_all(data for data, _asked in people),
            asked=[asked for _data, asked in people],
            answers=form.answers_given(),
            edition=get_answer_form().edition,
            absent=form.missing(),
        )
    )


def _typed_words(form: CardForm, arrival: Arrival) -> str:
    return f"用紙 {show_sheet(form.number)} を入力しました({len(arrival.people)}人)。"


def _due(sheet_id: UUID) -> TypedSheet:
    found = (one for one in queries.list_due_checks() if one.id == sheet_id)
    return next(found, None) or abort(404)


def _blank_check(sheet_id: UUID) -> CardForm:
    due = _due(sheet_id)
    return CardForm(formdata=None, sheet_number=show_sheet(due.number))


def _reason_of_check() -> str:
    reason = request.form.get("reason", "").strip()[:100]
    return f"用紙の照合による訂正: {reason}" if reason else "用紙の照合"


def _place_name(shelter_id: UUID | None) -> str:
    shelter = find_shelter(shelter_id)
    return shelter.name if shelter else ""


def _pdf(make: Any) -> ResponseReturnValue:
    try:
        content = make()
    except PrintError:
        flash(NO_PRINT, "error")
        return redirect(url_for(".index"))
    return Response(content, mimetype="application/pdf")
