"""Pages of erasures: ask from a record, the orders, approve or refuse, where they have reached."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import asks_again, current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import db, transaction
from victim_support.erasures import queries, services
from victim_support.erasures.forms import AskForm, RefuseForm
from victim_support.journal.erasure import SameApproverError

bp = Blueprint("erasures", __name__, url_prefix="/erasures")
ELSEWHERE = "消去は本部の端末だけで行います。本部に申し出てください。"
REPEATED = "消す値そのものが書かれています。この文は残ります。値を書かずに説明してください。"
OVER = "この申し出は、もう決まっています。"
SAME = "申し出た人は承認できません。ほかの人が承認してください。"


@bp.get("/")
@requires("erasure.read")
def index() -> str:
    return render_template(
        "erasures/index.html",
        orders=queries.list_orders(),
        backups=queries.list_old_backups(),
        may_order=queries.may_order(),
        name_of=name_of,
    )


@bp.get("/new/<table>/<uuid:row_id>")
@requires("erasure.request")
def new(table: str, row_id: UUID) -> str:
    target = queries.get_target(table, row_id)
    return _new(target, AskForm(target.choices, formdata=None))


@bp.post("/new/<table>/<uuid:row_id>")
@asks_again
@requires("erasure.request")
def ask(table: str, row_id: UUID) -> ResponseReturnValue:
    with transaction(reason="消去の申し出"):
        target = queries.get_target(table, row_id)
        form = AskForm(target.choices)
        if not form.validate_on_submit():
            return _new(target, form), 422
        location = idempotency.find(form.idempotency_key.data)
        if location is None and (location := _ask(target, form)) is None:
            return _new(target, form), 422
    flash("消去を申し出ました。まだ何も消えていません。ほかの人の承認が要ります。", "success")
    return redirect(location, 303)


@bp.get("/<uuid:order_id>")
@requires("erasure.read")
def show(order_id: UUID) -> str:
    return _show(queries.get_order(order_id), RefuseForm(formdata=None))


@bp.post("/<uuid:order_id>/approve")
@asks_again
@requires("erasure.approve")
def approve(order_id: UUID) -> ResponseReturnValue:
    try:
        with transaction(reason="消去の承認"):
            services.approve(queries.get_order(order_id))
    except services.NotHeadquartersError:
        flash(ELSEWHERE, "error")
    except services.OrderOverError:
        flash(OVER, "error")
    except SameApproverError:
        flash(SAME, "error")
    else:
        db.session.remove()
        services.begin_clean_up()
        flash("消去しました。ほかの端末では、次に同期したときに消えます。", "success")
    return redirect(url_for(".show", order_id=order_id), 303)


@bp.post("/<uuid:order_id>/refuse")
@requires("erasure.approve")
def refuse(order_id: UUID) -> ResponseReturnValue:
    form = RefuseForm()
    if not form.validate_on_submit():
        return _show(queries.get_order(order_id), form), 422
    try:
        with transaction(reason=form.reason.data or ""):
            services.refuse(queries.get_order(order_id))
    except services.NotHeadquartersError:
        flash(ELSEWHERE, "error")
    except services.OrderOverError:
        flash(OVER, "error")
    else:
        flash("認めないことにしました。何も消えていません。", "success")
    return redirect(url_for(".show", order_id=order_id), 303)


@bp.post("/backups")
@asks_again
@requires("erasure.approve")
def renew_backups() -> ResponseReturnValue:
    db.session.remove()
    return redirect(url_for("jobs.show", job_id=services.begin_to_renew()), 303)


def _ask(target: queries.Target, form: AskForm) -> str | None:
    """Return the page of the new order, None with an error beside the field."""
    reason, ground = form.reason.data or "", form.ground.data or ""
    try:
        order = services.ask(target, form.chosen, reason=reason, ground=ground)
    except services.NotHeadquartersError:
        form.reason.errors = [ELSEWHERE]
        return None
    except services.RepeatedValueError:
        form.reason.errors = [REPEATED]
        return None
    location = url_for(".show", order_id=order)
    idempotency.remember(form.idempotency_key.data, location)
    return location


def _new(target: queries.Target, form: AskForm) -> str:
    return render_template(
        "erasures/new.html", form=form, target=target, may_order=queries.may_order()
    )


def _show(order: queries.Order, form: RefuseForm) -> str:
    return render_template(
        "erasures/show.html",
        form=form,
        order=order,
        effects=queries.list_effects(order) if order.decided_at else [],
        sticks=queries.list_sticks(order),
        backups=queries.list_old_backups(),
        may_order=queries.may_order(),
        is_own=order.first.requested_by == current_actor().id,
        name_of=name_of,
    )
