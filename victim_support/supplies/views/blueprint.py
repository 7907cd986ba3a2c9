"""The blueprint of goods and meals, and what its pages share."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import current_actor
from victim_support.core.context import current_context
from victim_support.core.db import current_write, transaction
from victim_support.operations.forms import KeptForm
from victim_support.shelters.queries import find_shelter
from victim_support.supplies import queries
from victim_support.supplies.queries import Place
from victim_support.supplies.rules import in_cases

bp = Blueprint("supplies", __name__, url_prefix="/supplies")
bp.add_app_template_filter(in_cases)
ARRANGE = "supply.arrange"


def here() -> Place | None:
    """Return the shelter this desk stands at, or None."""
    shelter = find_shelter(current_context().shelter_id)
    return Place(shelter.id, shelter.name, is_shelter=True) if shelter else None


def shelter_here() -> UUID:
    """Return the id of the shelter this desk stands at."""
    return current_context().chosen_shelter


def may_arrange() -> bool:
    """Tell whether the actor works for all places (本部)."""
    return current_actor().may(ARRANGE)


def place_asked() -> Place:
    """Return the place of the address, else where this desk stands; 404 of other places.

    Only who arranges goods sees the stock of other places than her own.
    """
    asked = request.args.get("place", type=UUID)
    own = here()
    if asked is None or (own is not None and asked == own.id):
        return own or queries.get_place(shelter_here())
    return queries.get_place(asked) if may_arrange() else abort(404)


def show(name: str, **values: Any) -> str:
    """Return a page of this slice, with what was just done and the way back."""
    return render_template(
        f"supplies/{name}.html",
        here=here(),
        undo=request.args.get("txn", type=UUID),
        today=clock.today(),
        **values,
    )


def keep(
    form: KeptForm,
    reason: str,
    location: Callable[..., str],
    write: Callable[[datetime], object],
    *,
    prepare: Callable[[], object] = lambda: None,
    is_right: Callable[[], bool] = lambda: True,
) -> ResponseReturnValue | None:
    """Save what a form says, once; None when it does not say enough.

    Args:
        form: What was typed.
        reason: Why it is written, for the history.
        location: Returns the page that shows it afterwards, given ``txn``.
        write: Writes it, at the time given to it.
        prepare: Tells the form what may be chosen.
        is_right: What else must hold.
    """
    with transaction(reason=reason):  # the ledger is read inside it only
        done = idempotency.find(form.idempotency_key.data)
        prepare()
        if done is None and form.validate_on_submit() and is_right():
            write(clock.now())
            done = location(txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, done)
    return redirect(done, 303) if done else None


def page(endpoint: str, **values: Any) -> Callable[..., str]:
    """Return what makes the address of a page."""
    return partial(url_for, f"supplies.{endpoint}", **values)
