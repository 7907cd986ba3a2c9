"""Messages (伝言) to hand over: for whom each may be, as far as the viewer may know."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.core.reads import log_read
from victim_support.safety import services
from victim_support.safety.forms import DeliveryForm
from victim_support.safety.queries import messages as queries
from victim_support.safety.views.blueprint import bp

NOBODY = "渡した方を選んでください。一覧が変わっていたら、もう一度開いてください。"


@bp.get("/messages")
@requires("message.deliver")
def messages() -> str:
    waiting = queries.list_waiting(current_context().shelter_id)
    people = [receiver.person.id for one in waiting for receiver in one.receivers]
    log_read("message.list", people, "伝言")
    return render_template("safety/messages.html", waiting=waiting)


@bp.post("/messages/<uuid:message_id>/delivered")
@requires("message.deliver")
def deliver(message_id: UUID) -> ResponseReturnValue:
    form = DeliveryForm()
    with transaction(reason="伝言を渡した"):
        message = queries.get_message(message_id)
        person = queries.find_receiver(message, form.person.data or "")
        is_kept = form.validate_on_submit() and person is not None
        if is_kept and person is not None and not queries.is_handed(message_id):
            services.deliver_message(message, person, reply=form.reply.data or "")
    if is_kept:
        flash("伝言を渡したことを記録しました。", "success")
    else:
        flash(NOBODY, "error")
    return redirect(url_for(".messages"), 303)
