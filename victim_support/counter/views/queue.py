"""The queue by number: slips, the next one called, a board for those who wait."""

from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.clock import today
from victim_support.core.db import transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.forms import read_day
from victim_support.core.lists import PlainList, answer_csv, answer_pdf
from victim_support.counter import documents
from victim_support.counter.forms.queue import CallForm, DayForm, OneForm, SettleForm, StockForm
from victim_support.counter.queries.queue import (
    get_call,
    get_queue,
    last_window,
    list_calls,
    list_loads,
)
from victim_support.counter.rules.queue import MOST, CallOutcome
from victim_support.counter.services import queue as services
from victim_support.counter.views.blueprint import bp
from victim_support.damage.forms import chosen


@bp.get("/queue")
@requires("queue.run")
def queue() -> str:
    return _queue_page()


@bp.get("/queue/board")
@requires("queue.run")
def queue_board() -> str:
    """Show the numbers to those who wait; numbers only."""
    return render_template("counter/board.html", queue=get_queue())


@bp.post("/queue/day")
@requires("queue.run")
def plan_day() -> ResponseReturnValue:
    form = DayForm()
    with transaction(reason="整理番号の一日"):
        if not form.validate_on_submit():
            return _queue_page(day=form), 422
        try:
            services.plan_day(form.plan())
        except services.QueueError as error:
            form.handed_to.errors = [str(error)]
            return _queue_page(day=form), 422
    flash("記録しました。", "success")
    return redirect(url_for(".queue"), 303)


@bp.post("/queue/one")
@requires("queue.run")
def hand_one_out() -> ResponseReturnValue:
    form = OneForm()
    if not form.validate_on_submit():
        abort(400)
    with transaction(reason="整理番号を一つ出す"):
        if idempotency.find(form.idempotency_key.data) is None:
            number = services.hand_one_out()
            flash(f"{get_queue().text(number)} を渡してください。", "success")
            idempotency.remember(form.idempotency_key.data, url_for(".queue"))
    return redirect(url_for(".queue"), 303)


@bp.post("/queue/slips")
@requires("queue.run")
def print_stock() -> ResponseReturnValue:
    form = StockForm()
    with transaction(reason="整理番号の印刷"):
        if not form.validate_on_submit():
            return _queue_page(stock=form), 422
        location = idempotency.find(form.idempotency_key.data)
        if location is None:
            first, last = services.print_stock(form.count.data or 1)
            location = url_for(".queue_slips", first=first, last=last)
            idempotency.remember(form.idempotency_key.data, location)
    return redirect(location, 303)


@bp.get("/queue/slips.pdf")
@requires("queue.run")
def queue_slips() -> ResponseReturnValue:
    found = get_queue()
    first = request.args.get("first", 1, type=int)
    last = request.args.get("last", (found.plan.printed_to or 0) if found.plan else 0, type=int)
    if not 0 < first <= last < first + MOST:
        abort(404)
    try:
        content = documents.slips_pdf(found, first, last)
    except PrintError as error:
        flash(str(error), "error")
        return redirect(url_for(".queue"), 303)
    return Response(content, mimetype="application/pdf")


@bp.get("/queue/calls.pdf")
@requires("queue.run")
def calls_pdf() -> ResponseReturnValue:
    return answer_pdf(_calls(), back=url_for(".queue"))


@bp.get("/queue/calls.csv")
@requires("queue.run")
def calls_csv() -> ResponseReturnValue:
    return answer_csv(_calls(), "queue-calls")


@bp.get("/queue/days.pdf")
@requires("queue.run")
def days_pdf() -> ResponseReturnValue:
    return answer_pdf(documents.loads_list(list_loads()), back=url_for(".queue"))


@bp.get("/queue/days.csv")
@requires("queue.run")
def days_csv() -> ResponseReturnValue:
    return answer_csv(documents.loads_list(list_loads()), "queue-days")


@bp.post("/queue/call")
@requires("queue.run")
def call_next() -> ResponseReturnValue:
    form = CallForm()
    with transaction(reason="窓口の呼び出し"):
        if not form.validate_on_submit():
            return _queue_page(call=form), 422
        try:
            if idempotency.find(form.idempotency_key.data) is None:
                services.call_next(window=form.window.data or "", by=current_actor().id)
                idempotency.remember(form.idempotency_key.data, url_for(".queue"))
        except services.QueueError as error:
            form.form_errors.append(str(error))
            return _queue_page(call=form), 422
    return redirect(url_for(".queue"), 303)


@bp.post("/queue/calls/<uuid:call_id>")
@requires("queue.run")
def settle_call(call_id: UUID) -> ResponseReturnValue:
    form = SettleForm()
    outcome = chosen(CallOutcome, form.outcome.data)
    if not form.validate_on_submit() or outcome is None:
        abort(400)
    with transaction(reason="窓口の呼び出しの結果"):
        services.settle_call(get_call(call_id), outcome)
    return redirect(url_for(".queue"), 303)


def _calls() -> PlainList:
    """Return what was called on the day that the address names; today's without one."""
    try:
        day = read_day(request.args.get("day", "")) if request.args.get("day") else today()
    except ValueError:
        abort(404)
    return documents.calls_list(day, list_calls(day))


def _queue_page(
    *,
    call: CallForm | None = None,
    day: DayForm | None = None,
    stock: StockForm | None = None,
) -> str:
    found = get_queue()
    if call is None:
        call = CallForm(formdata=None)
        call.window.data = last_window(current_actor().id)
    return render_template(
        "counter/queue.html",
        queue=found,
        loads=list_loads(),
        call=call,
        day=day or DayForm(formdata=None, obj=found.plan),
        stock=stock or StockForm(formdata=None),
        one=OneForm(formdata=None),
        settle=SettleForm(formdata=None),
        outcomes=CallOutcome,
    )
