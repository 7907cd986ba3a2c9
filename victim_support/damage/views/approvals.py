"""Deciding by the list (一覧決裁), judging an area in one act, and what one does not decide on."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import reads, requires
from victim_support.core.actor import name_of
from victim_support.core.clock import today
from victim_support.core.db import transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.paging import asked_page
from victim_support.core.reads import log_read
from victim_support.damage import documents, queries, services, waiting
from victim_support.damage.calculation import proposed_flooding
from victim_support.damage.forms import ApprovalsForm, AreaForm, RecuseForm
from victim_support.damage.models import Dwelling
from victim_support.damage.rules import JudgementMethod
from victim_support.damage.views.blueprint import actor_id, bp

ROWS = 100


@bp.get("/approvals")
@requires("damage.approve")
def approvals() -> str:
    return _approvals_page(ApprovalsForm(formdata=None))


@bp.post("/approvals")
@requires("damage.approve")
def approve_listed() -> ResponseReturnValue:
    form, by = ApprovalsForm(), actor_id()
    with transaction(reason="一覧決裁"):
        listed = waiting.list_waiting(by)
        if not form.validate_on_submit():
            return _approvals_page(form), 422
        chosen, gone = [one.judgement for one in listed if form.takes(one)], form.decided(listed)
        found = services.approve_listed(chosen, by=by, has_noted=form.noted.data)
        done, left = len(found.done), [words for _, words in found.left]
    if done or gone or left:
        flash(f"{done}件を承認しました。", "success")
    else:
        flash("この画面に、印に当たる判定はありません。何も承認していません。", "warning")
    if gone:
        flash(f"{gone}件は、ほかの人が先に決めていました。", "info")
    for words in dict.fromkeys(left):
        flash(f"{left.count(words)}件は承認していません。{words}", "error")
    return redirect(url_for("damage.approvals", page=request.args.get("page", type=int)), 303)


@bp.get("/approvals.pdf")
@requires("damage.approve")
def approvals_pdf() -> ResponseReturnValue:
    listed = waiting.list_waiting(actor_id())
    release(
        "approvals.print",
        [one.dwelling.id for one in listed],
        purpose="一覧決裁",
        is_paper=True,
        counted="件",
    )
    try:
        content = documents.approvals_pdf(listed)
    except PrintError as error:
        flash(str(error), "error")
        return redirect(url_for("damage.approvals"), 303)
    return Response(content, mimetype="application/pdf")


@bp.get("/approvals.csv")
@requires("damage.approve")
def approvals_csv() -> Response:
    listed = waiting.list_waiting(actor_id())
    ids = [one.dwelling.id for one in listed]
    release("approvals.export", ids, purpose="一覧決裁(CSV)", is_paper=False, counted="件")
    return Response(documents.approvals_csv(listed), mimetype="text/csv")


@bp.get("/area")
@requires("damage.judge")
def area() -> str:
    return _area_page(AreaForm(formdata=None), [])


@bp.post("/area/find")
@reads
@requires("damage.judge")
def find_area() -> str:
    form = AreaForm()
    found = queries.list_dwellings_in(form.street.data or "")
    form.judged_on.data = form.judged_on.data or today()
    form.method.data = JudgementMethod.AREA.value
    form.inundation.data = form.inundation.data or proposed_flooding()
    if not found:
        flash(
            "その町・番地の住家はありません。家屋台帳から引き継ぐか、申請を受けると入ります。",
            "warning",
        )
    return _area_page(form, found)


@bp.post("/area")
@requires("damage.judge")
def judge_area() -> ResponseReturnValue:
    form, by = AreaForm(), actor_id()
    with transaction(reason="一括判定"):
        found = queries.list_dwellings_in(form.street.data or "")
        form.offer([one.id for one in found])
        if not form.validate_on_submit():
            return _area_page(form, found), 422
        wanted = [one.id for one in found if form.takes(one.id)]
        if not wanted:
            form.dwellings.errors = ["判定のない住家はありません。1棟ずつ印を付けてください。"]
            return _area_page(form, found), 422
        if idempotency.find(form.idempotency_key.data) is None:
            services.record_area(
                dwelling_ids=wanted, survey=form.survey(), reason=form.reason.data or "", by=by
            )
            idempotency.remember(form.idempotency_key.data, url_for("damage.judgements"))
    flash(f"{len(wanted)}棟の判定を記録しました。別の職員が承認します。", "success")
    return redirect(url_for("damage.judgements"), 303)


@bp.post("/dwellings/<uuid:dwelling_id>/recuse")
@requires("damage.approve")
def recuse(dwelling_id: UUID) -> ResponseReturnValue:
    if RecuseForm().validate_on_submit():
        with transaction(reason="関わりのある住家の届出"):
            place = queries.get_dwelling(dwelling_id)
            services.recuse(dwelling_id=place.id, staff_id=actor_id())
        flash("届け出ました。この住家の判定は、別の職員が決めます。", "success")
    return redirect(url_for("damage.dwelling", dwelling_id=dwelling_id), 303)


@bp.get("/dwellings/<uuid:dwelling_id>/explanation.pdf")
@requires("damage.read")
def explanation(dwelling_id: UUID) -> ResponseReturnValue:
    """Print the judgement in force in plain words, for the applicant."""
    place = queries.get_dwelling(dwelling_id)
    log_read("judgement.print", [place.id], purpose="判定の説明")
    try:
        current, rounds = queries.judgement_in_force(place.id), queries.list_judgements(place.id)
        content = documents.explanation_pdf(place, current, rounds)
    except PrintError as error:
        flash(str(error), "error")
        return redirect(url_for("damage.dwelling", dwelling_id=dwelling_id), 303)
    return Response(content, mimetype="application/pdf")


@bp.get("/judgements/<uuid:judgement_id>/workings.pdf")
@requires("damage.read")
def workings(judgement_id: UUID) -> ResponseReturnValue:
    """Print the calculation beside a judgement, for the file of the office."""
    judgement = queries.get_judgement(judgement_id)
    place = queries.get_dwelling(judgement.dwelling_id)
    log_read("judgement.print", [place.id], purpose="損害割合の計算")
    if not judgement.calculated_reasons:
        abort(404)
    try:
        content = documents.workings_pdf(place, judgement)
    except PrintError as error:
        flash(str(error), "error")
        return redirect(url_for("damage.dwelling", dwelling_id=place.id), 303)
    return Response(content, mimetype="application/pdf")


def _area_page(form: AreaForm, found: Sequence[Dwelling]) -> str:
    form.offer([one.id for one in found])
    ids = [one.id for one in found]
    return render_template(
        "damage/area.html",
        form=form,
        found=found,
        current=queries.judgements_in_force(ids),
        waiting={one.dwelling_id for one in queries.list_waiting_judgements()},
    )


def _approvals_page(form: ApprovalsForm) -> str:
    listed = waiting.list_waiting(actor_id())
    part = asked_page(len(listed), ROWS)
    standing_out = sum(1 for one in listed if one.outliers)
    return render_template(
        "damage/approvals.html",
        calculated_words=documents.calculated_words,
        form=form,
        listed=part.of(listed),
        counted=len(listed),
        standing_out=standing_out,
        plain_page=standing_out // ROWS + 1,
        page=part.page,
        pages=part.pages,
        rows=ROWS,
        name_of=name_of,
    )
