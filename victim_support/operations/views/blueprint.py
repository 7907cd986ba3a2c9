"""The blueprint of running a shelter, and what its pages share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import current_actor
from victim_support.core.actor import name_of
from victim_support.core.context import current_context
from victim_support.core.db import current_write, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.forms import DeskForm
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import get_stay
from victim_support.operations.forms import KeptForm
from victim_support.operations.services import Owner
from victim_support.shelters.models import Shelter
from victim_support.shelters.queries import get_shelter
from victim_support.victims.queries import list_people

bp = Blueprint("operations", __name__, url_prefix="/operations")
bp.add_app_template_filter(name_of, "staff_name")


def shelter_id() -> UUID:
    """Return the id of the shelter this desk stands at."""
    return current_context().chosen_shelter


def current_shelter() -> Shelter:
    """Return the shelter this desk stands at."""
    return get_shelter(shelter_id())


def show(name: str, **values: Any) -> str:
    """Return a page of this slice, with what was just done and the way back."""
    return render_template(
        f"operations/{name}.html",
        shelter=current_shelter(),
        undo=request.args.get("txn", type=UUID),
        **values,
    )


def keep(
    form: KeptForm, reason: str, endpoint: str, write: Callable[[datetime], object]
) -> ResponseReturnValue | None:
    """Save what a form says, once; None when it does not say enough.

    Args:
        form: What was typed.
        reason: Why it is written, for the history.
        endpoint: The page that shows it afterwards.
        write: Writes it, at the time given to it.
    """
    with transaction(reason=reason):
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit():
            write(clock.now())
            location = url_for(endpoint, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    return redirect(location, 303) if location else None


def act(
    form: DeskForm, reason: str, endpoint: str, write: Callable[[datetime], object]
) -> ResponseReturnValue | None:
    """Change something that is there already; None when the form does not say enough."""
    with transaction(reason=reason):
        if not form.validate_on_submit():
            return None
        write(clock.now())
        location = url_for(endpoint, txn=current_write().id)
    return redirect(location, 303)


def visible_stay(stay_id: UUID | str | None) -> Stay | None:
    """Return a stay, None without an id; 404 of somebody this desk may not find."""
    if not stay_id:
        return None
    try:
        stay = get_stay(UUID(str(stay_id)))
    except ValueError:
        abort(404)
    person = next(iter(list_people([stay.person_id])), None)
    if not view(Audience.DESK, Purpose.PRESENCE).may_locate(person):
        abort(404)
    return stay


def owner_of(stay_id: str | None, told: str | None) -> Owner:
    """Return whom a record is about."""
    return Owner(shelter_id(), visible_stay(stay_id), told or "")


def may_record() -> bool:
    """Tell whether the actor may write here."""
    return current_actor().may("operation.record")
