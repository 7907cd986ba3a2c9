"""What others say (安否の聞き取り): record it, list it at once, print it for 消防."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, reads, requires
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.reads import log_read, log_search
from victim_support.evacuees.queries import finding
from victim_support.safety import documents, services
from victim_support.safety.forms import SettleForm, StatementForm
from victim_support.safety.queries import statements as queries
from victim_support.safety.views.blueprint import bp
from victim_support.shelters.queries import find_shelter
from victim_support.victims.rules import StatementKind
from victim_support.victims.services import settle_statement

HITS = 10
LIST_PERMISSION = "statement.read"


@bp.get("/rescue")
@requires("statement.record")
def rescue_list() -> str:
    return _page(StatementForm(formdata=None))


@bp.post("/rescue/search")
@reads
@requires("statement.record")
def search() -> str:
    text = request.form.get("text", "")
    found = finding.find_households(text, limit=HITS)
    log_search(text, found.total)
    return _page(StatementForm(formdata=None), found=found, text=text)


@bp.post("/rescue/person")
@reads
@requires("statement.record")
def choose_person() -> str:
    token, _, person_id = request.form.get("person", "").partition(" ")
    household = finding.open_household(token)
    chosen = _person_in(household, person_id)
    form = StatementForm(formdata=None, household=token, person=person_id)
    if chosen is not None:
        log_read("person.open", [chosen.shown.id], "安否")
        form.name.data = chosen.shown.name
    return _page(form)


@bp.post("/rescue")
@requires("statement.record")
def record() -> ResponseReturnValue:
    form = StatementForm()
    with transaction(reason="安否の聞き取り"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            _record(form)
            location = url_for(".rescue_list")
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page(form), 422
    flash("記録しました。", "success")
    return redirect(location, 303)


@bp.post("/rescue/<uuid:statement_id>/settle")
@requires("statement.read")
def settle(statement_id: UUID) -> ResponseReturnValue:
    form = SettleForm()
    if form.validate_on_submit():
        with transaction(reason="安否の確認"):
            statement = queries.get_statement(statement_id)
            settle_statement(statement, how=form.how.data or "")
        flash("確認済にしました。", "success")
    else:
        flash("どのように確かめたかを入れてください。", "error")
    return redirect(url_for(".rescue_list"), 303)


@bp.get("/rescue/list.pdf")
@requires("statement.read")
def rescue_pdf() -> ResponseReturnValue:
    standing = queries.list_standing()
    release("rescue.print", [one.person.id for one in standing], "要救助の印刷", is_paper=True)
    try:
        content = documents.rescue_pdf(standing, _place())
    except PrintError:
        flash("印刷用の書類を作れませんでした。この画面をブラウザーから印刷してください。", "error")
        return redirect(url_for(".rescue_list"))
    return Response(content, mimetype="application/pdf")


def _record(form: StatementForm) -> None:
    household = finding.open_household(form.household.data or "")
    chosen = _person_in(household, form.person.data or "")
    services.record_hearsay(
        services.Hearsay(
            kind=StatementKind(form.kind.data),
            informant=form.informant.data or "",
            informant_phone=form.informant_phone.data or "",
            place=form.place.data or "",
            note=form.note.data or "",
        ),
        about=chosen.candidate if chosen else None,
        name=form.name.data or "",
        household_id=household.household_id if household else None,
        shelter_id=current_context().shelter_id,
    )


def _person_in(
    household: finding.OpenedHousehold | None, person_id: str
) -> finding.OpenedPerson | None:
    people = household.people if household else []
    return next((one for one in people if str(one.shown.id) == person_id), None)


def _page(form: StatementForm, **values: object) -> str:
    standing = queries.list_standing() if current_actor().may(LIST_PERMISSION) else None
    if standing:
        log_read("rescue.list", [one.person.id for one in standing], "要救助")
    return render_template(
        "safety/rescue_list.html",
        form=form,
        settle_form=SettleForm(formdata=None),
        standing=standing,
        place=_place(),
        **values,
    )


def _place() -> str:
    shelter = find_shelter(current_context().shelter_id)
    return shelter.name if shelter else "本部"
