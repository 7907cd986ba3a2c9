"""The support register (避難行動要支援者名簿): list, map, what a round found, giving it out."""

from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import asks_again, current_actor, requires
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.headers import is_map_page
from victim_support.core.maps import map_script
from victim_support.core.reads import log_read
from victim_support.vulnerable import documents, services
from victim_support.vulnerable.forms.register import ChecksForm, DecisionForm, ProvisionForm
from victim_support.vulnerable.queries import register
from victim_support.vulnerable.queries.register import ALL_PERMISSION, SupportLine, Wanted
from victim_support.vulnerable.rules.register import (
    DecisionGround,
    ProvisionGround,
    RecipientKind,
    grounds_open,
)
from victim_support.vulnerable.rules.states import CheckOutcome, SafetyState
from victim_support.vulnerable.views.blueprint import bp
from victim_support.vulnerable.views.ground import find_tiles, ground

ENCODINGS: dict[str, Literal["utf-8-sig", "cp932"]] = {"utf8": "utf-8-sig", "sjis": "cp932"}


@bp.get("/support")
@is_map_page
@requires("support.round")
def support() -> str:
    return _list_page(ChecksForm(formdata=None))


@bp.get("/support/places.js")
@requires("support.round")
def support_places() -> ResponseReturnValue:
    script = map_script(documents.round_pins(_lines()), **ground())
    return Response(script, mimetype="text/javascript")


@bp.get("/support/round.pdf")
@requires("support.round")
def round_pdf() -> ResponseReturnValue:
    lines = register.list_lines(_wanted(), disclosure=view(Audience.PAPER, Purpose.RECORD))
    release(
        "support.print", [line.person_id for line in lines], "要支援者の一覧の印刷", is_paper=True
    )
    district = _wanted().district
    return _pdf(lambda: documents.round_pdf(lines, district or "すべての区"), ".support")


@bp.post("/support/checks")
@requires("support.check")
def record_checks() -> ResponseReturnValue:
    form = ChecksForm()
    with transaction(reason="要支援者の安否"):
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit():
            written = _record(form)
            flash(f"{written}人の結果を記録しました。", "success")
            location = _way_back()
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _list_page(form), 422
    return redirect(location, 303)


@bp.get("/support/entries/<uuid:entry_id>")
@requires("support.round")
def support_entry(entry_id: UUID) -> ResponseReturnValue:
    line = next((one for one in register.list_lines() if one.entry_id == entry_id), None)
    if line is None:
        abort(404)
    log_read("support.open", [line.person_id], "要支援者")
    return render_template("vulnerable/support_entry.html", line=line)


@bp.get("/support/provisions")
@requires("support.provide")
def provisions() -> str:
    return _provisions_page(ProvisionForm(formdata=None), DecisionForm(formdata=None))


@bp.post("/support/decisions")
@asks_again
@requires("support.decide")
def record_decision() -> ResponseReturnValue:
    form = DecisionForm()
    with transaction(reason="緊急の提供の決定"):
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit():
            services.record_decision(
                ground=DecisionGround(form.cause.data),
                reason=form.reason.data or "",
                decided_by=form.decided_by.data or "",
            )
            location = url_for(".provisions")
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _provisions_page(ProvisionForm(formdata=None), form), 422
    flash("決定を記録しました。同意のない人も提供できます。", "success")
    return redirect(location, 303)


@bp.post("/support/decisions/end")
@requires("support.decide")
def end_decision() -> ResponseReturnValue:
    with transaction(reason="緊急の提供の終わり"):
        decision = register.find_standing_decision()
        if decision is not None:
            services.end_decision(decision)
    flash("緊急の提供を終えました。提供できるのは、同意のある人だけです。", "success")
    return redirect(url_for(".provisions"), 303)


@bp.post("/support/provisions")
@requires("support.provide")
def provide() -> ResponseReturnValue:
    form = ProvisionForm()
    with transaction(reason="名簿情報の提供"):
        location = idempotency.find(form.idempotency_key.data)
        _offer(form)
        if location is None and form.validate_on_submit() and _has_lines(form):
            location = _provide(form)
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _provisions_page(form, DecisionForm(formdata=None)), 422
    return redirect(location, 303)


@bp.get("/support/provisions/<uuid:provision_id>")
@requires("support.provide")
def provision(provision_id: UUID) -> str:
    given = register.get_provision(provision_id)
    lines = register.list_provided(given)
    return render_template(
        "vulnerable/provision.html",
        given=given,
        lines=lines,
        lost=documents.provision_csv(lines, "cp932")[1],
    )


@bp.get("/support/provisions/<uuid:provision_id>/list.pdf")
@requires("support.provide")
def provision_pdf(provision_id: UUID) -> ResponseReturnValue:
    given = register.get_provision(provision_id)
    lines = register.list_provided(given)
    release("support.provide", [line.person_id for line in lines], "名簿情報の提供", is_paper=True)
    return _pdf(lambda: documents.round_pdf(lines, given.area or "", given), ".provisions")


@bp.get("/support/provisions/<uuid:provision_id>/list-<any(utf8, sjis):encoding>.csv")
@asks_again
@requires("support.provide")
def provision_csv(provision_id: UUID, encoding: str) -> ResponseReturnValue:
    lines = register.list_provided(register.get_provision(provision_id))
    content, _lost = documents.provision_csv(lines, ENCODINGS[encoding])
    release(
        "support.provide",
        [line.person_id for line in lines],
        "名簿情報の提供(ファイル)",
        is_paper=False,
    )
    name = f"list-{clock.local(clock.now()):%Y%m%d-%H%M}-{encoding}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    charset = "utf-8" if encoding == "utf8" else "Shift_JIS"
    return Response(content, content_type=f"text/csv; charset={charset}", headers=headers)


def _wanted() -> Wanted:
    return Wanted(
        district=request.args.get("district", ""),
        state=request.args.get("state", ""),
        consent=request.args.get("consent", ""),
    )


def _asked() -> dict[str, str]:
    wanted = _wanted()
    asked = {"district": wanted.district, "state": wanted.state, "consent": wanted.consent}
    return {name: value for name, value in asked.items() if value}


def _way_back() -> str:
    """Return the list as it was filtered."""
    asked = _asked()
    return url_for(
        ".support",
        district=asked.get("district"),
        state=asked.get("state"),
        consent=asked.get("consent"),
    )


def _lines() -> list[SupportLine]:
    return register.list_lines(_wanted())


def _record(form: ChecksForm) -> int:
    """Write what was found of those on the list that the writer may see."""
    entries = {line.person_id: line.entry_id for line in register.list_lines()}
    found = {who: what for who, what in form.found().items() if who in entries}
    for person_id, (outcome, note) in found.items():
        person = services.ledger_person(register.get_entry(entries[person_id]))
        services.record_check(person, outcome, source=form.source.data or "", note=note)
    return len(found)


def _has_lines(form: ProvisionForm) -> bool:
    ground = ProvisionGround(form.ground.data)
    if register.list_given(ground, form.district.data or ""):
        return True
    form.form_errors.append("この根拠と行政区で提供できる人は、名簿にいません。")
    return False


def _provide(form: ProvisionForm) -> str:
    ground, district = ProvisionGround(form.ground.data), form.district.data or ""
    given = services.record_provision(
        recipient=form.recipient.data or "",
        recipient_kind=RecipientKind(form.recipient_kind.data),
        ground=ground,
        purpose=form.purpose.data or "",
        area=district,
        entry_ids=[line.entry_id for line in register.list_given(ground, district)],
    )
    return url_for(".provision", provision_id=given.id)


def _offer(form: ProvisionForm) -> None:
    has_decision = register.find_standing_decision() is not None
    form.offer(grounds_open(has_decision=has_decision), register.list_districts())


def _list_page(form: ChecksForm) -> str:
    lines = _lines()
    log_read("support.list", [line.person_id for line in lines], "要支援者の一覧")
    return render_template(
        "vulnerable/support.html",
        form=form,
        lines=lines,
        wanted=_wanted(),
        asked=_asked(),
        districts=register.list_districts(),
        states=list(SafetyState),
        outcomes=list(CheckOutcome),
        unplaced=sum(line.position is None for line in lines),
        decision=register.find_standing_decision(),
        sees_all=current_actor().may(ALL_PERMISSION),
        typed=request.form,
        tiles=find_tiles(),
    )


def _provisions_page(form: ProvisionForm, decision_form: DecisionForm) -> str:
    _offer(form)
    values: dict[str, Any] = {
        "form": form,
        "decision_form": decision_form,
        "decision": register.find_standing_decision(),
        "decisions": register.list_decisions(),
        "provisions": register.list_provisions(),
        "agreed": len(register.list_given(ProvisionGround.CONSENT)),
        "everybody": len(register.list_given(ProvisionGround.EMERGENCY)),
    }
    return render_template("vulnerable/provisions.html", **values)


def _pdf(make: Callable[[], bytes], back: str) -> ResponseReturnValue:
    try:
        content = make()
    except PrintError:
        flash("印刷用の書類を作れませんでした。画面の表をブラウザーから印刷してください。", "error")
        return redirect(url_for(back))
    return Response(content, mimetype="application/pdf")
