"""Calling by the number of a card (呼び出し): nobody in the room hears a name."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.db import transaction
from victim_support.presence import queries, services
from victim_support.presence.forms import PagingForm
from victim_support.presence.views.blueprint import bp, open_person, shelter_id


@bp.get("/paging")
@requires("stay.record")
def paging() -> str:
    return _page(PagingForm(formdata=None))


@bp.post("/paging")
@requires("stay.record")
def call() -> ResponseReturnValue:
    form = PagingForm()
    with transaction(reason="呼び出し"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            services.call(
                card_number=form.card_number.number or "",
                shelter_id=shelter_id(),
                place=form.place.data or "受付",
            )
            location = url_for(".paging")
            idempotency.remember(form.idempotency_key.data, location)
    return redirect(location, 303) if location else (_page(form), 422)


@bp.post("/persons/<uuid:person_id>/call")
@requires("stay.record")
def call_person(person_id: UUID) -> ResponseReturnValue:
    """Call somebody by the card that holds; who has none is given one first."""
    with transaction(reason="呼び出し"):
        row, _shown = open_person(person_id)
        number = queries.list_holding_numbers([row.id]).get(row.id)
        if number is None:
            return redirect(url_for(".cards_of_person", person_id=person_id), 303)
        services.call(card_number=number, shelter_id=shelter_id(), place="受付")
    return redirect(url_for(".paging"), 303)


@bp.post("/paging/<uuid:paging_id>/answered")
@requires("stay.record")
def answered(paging_id: UUID) -> ResponseReturnValue:
    with transaction(reason="呼び出しに来た"):
        services.answer(queries.get_paging(paging_id))
    return redirect(url_for(".paging"), 303)


@bp.get("/paging/board")
@requires("stay.record")
def paging_board() -> str:
    return render_template("presence/paging_board.html", calls=queries.list_calls(shelter_id()))


def _page(form: PagingForm) -> str:
    calls = queries.list_calls(shelter_id())
    return render_template("presence/paging.html", form=form, calls=calls)
