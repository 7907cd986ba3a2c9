"""The counter's page for owners: receive the application, then go on to the sample."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.certificates.rules import PaperKind
from victim_support.core import clock, idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.db import db, transaction
from victim_support.core.reads import log_read
from victim_support.damage.queries import get_dwelling
from victim_support.damage.rules import cause_text
from victim_support.damage.services import AlreadyAppliedError, DamageError
from victim_support.disasters.queries import get_current_disaster
from victim_support.owners import queries, services
from victim_support.owners.forms import OwnerForm

bp = Blueprint("owners", __name__, url_prefix="/owners")


@bp.get("/dwellings/<uuid:dwelling_id>")
@requires("damage.apply")
def apply(dwelling_id: UUID) -> str:
    form = OwnerForm(formdata=None, cause=_cause())
    return _page(dwelling_id, form)


@bp.post("/dwellings/<uuid:dwelling_id>")
@requires("damage.apply")
def receive(dwelling_id: UUID) -> ResponseReturnValue:
    form = OwnerForm()
    known = queries.find_owner(get_dwelling(dwelling_id))
    form.offer(known)
    if not form.validate_on_submit():
        return _page(dwelling_id, form), 422
    db.session.rollback()
    try:
        with transaction(reason="所有者の申請の受付"):
            location = idempotency.find(form.idempotency_key.data)
            if location is None:
                location = _sample(_received(dwelling_id, form, known))
                idempotency.remember(form.idempotency_key.data, location)
    except AlreadyAppliedError as error:
        flash("この所有者の申請は受付済みです。", "warning")
        return redirect(_sample(error.application.id))
    except DamageError as error:
        flash(str(error), "error")
        return _page(dwelling_id, form), 422
    return redirect(location, 303)


def _received(dwelling_id: UUID, form: OwnerForm, known: queries.LedgerOwner | None) -> UUID:
    claim = services.Claim(
        dwelling_id=dwelling_id,
        owner=form.owner(known),
        contact=form.contact.data or "",
        cause=form.cause.data or "",
        reported_damage=form.reported_damage.data or "",
        proof=form.seen,
        note=form.note.data or "",
    )
    return services.receive_claim(claim, by=current_actor().id).id


def _sample(application_id: UUID) -> str:
    kind = PaperKind.OWNER.value
    return url_for("certificates.paper", application_id=application_id, kind=kind)


def _cause() -> str:
    disaster = get_current_disaster()
    if disaster is None or disaster.started_at is None:
        return ""
    return cause_text(clock.local(disaster.started_at).date(), disaster.name)


def _page(dwelling_id: UUID, form: OwnerForm) -> str:
    dwelling = get_dwelling(dwelling_id)
    owner = queries.find_owner(dwelling)
    form.offer(owner)
    log_read("owner.open", [dwelling_id])
    return render_template("owners/apply.html", form=form, dwelling=dwelling, owner=owner)
