"""Giving cards (札を渡す): printed on the spot, or blank stock tied to people."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import reads, requires
from victim_support.core.actor import name_of
from victim_support.core.context import current_context
from victim_support.core.db import current_write, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.exports import release
from victim_support.core.reads import log_read
from victim_support.evacuees.queries import list_group_stays
from victim_support.presence import documents, queries, rules, services
from victim_support.presence.forms import StockForm, TieForm
from victim_support.presence.models import Card
from victim_support.presence.rules import CardKind
from victim_support.presence.views.blueprint import bp, open_person, pdf
from victim_support.shelters.queries import find_shelter
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people

HOUSEHOLD, EACH = "household", "each"


@bp.get("/groups/<uuid:group_id>/cards")
@requires("stay.record")
def cards_of_group(group_id: UUID) -> str:
    return _page(_people_of(group_id), TieForm(formdata=None))


@bp.post("/groups/<uuid:group_id>/cards")
@requires("stay.record")
def give_to_group(group_id: UUID) -> ResponseReturnValue:
    form = TieForm()
    with transaction(reason="札を渡す"):
        people = _people_of(group_id)
        location = _give(form, people, url_for(".cards_of_group", group_id=group_id))
        return redirect(location, 303) if location else (_page(people, form), 422)


@bp.get("/persons/<uuid:person_id>/cards")
@requires("stay.record")
def cards_of_person(person_id: UUID) -> str:
    row, _shown = open_person(person_id)
    return _page([row], TieForm(formdata=None), seen=queries.list_sightings(person_id))


@bp.post("/persons/<uuid:person_id>/cards")
@requires("stay.record")
def give_to_person(person_id: UUID) -> ResponseReturnValue:
    form = TieForm()
    with transaction(reason="札を渡す"):
        row, _shown = open_person(person_id)
        location = _give(form, [row], url_for(".cards_of_person", person_id=person_id))
        return redirect(location, 303) if location else (_page([row], form), 422)


@bp.get("/cards/print/<uuid:card_id>.pdf")
@requires("stay.record")
def card_pdf(card_id: UUID) -> ResponseReturnValue:
    """Print what one act gave: the household's card, or the cards of its people, one each.

    There is nothing on them but numbers: who was received under protection gets hers like others.
    """
    first = next(iter(queries.list_cards(Card.id == card_id)), None) or abort(404)
    is_together = (Card.issued_at == first.issued_at) & (Card.issued_by == first.issued_by)
    given = [one for one in queries.list_cards(is_together) if one.kind == first.kind]
    visible = {person.id for person in _visible([one.person_id for one in given if one.person_id])}
    numbers = dict.fromkeys(one.number for one in given)
    release("card.print", sorted(visible), "札の印刷", is_paper=True)
    return pdf(
        lambda: documents.cards_pdf([*numbers], shelter_name=_place(), kind=first.kind),
        url_for(".cards"),
    )


@bp.get("/cards/stock")
@requires("stay.record")
def stock() -> str:
    return render_template("presence/stock.html", form=StockForm(formdata=None))


@bp.post("/cards/stock")
@reads
@requires("stay.record")
def print_stock() -> ResponseReturnValue:
    """Draw numbers and print them: a blank card is nobody's until it is tied to somebody."""
    form = StockForm()
    if not form.validate_on_submit():
        return render_template("presence/stock.html", form=form), 422
    count = (form.sheets.data or 1) * documents.PER_SHEET
    numbers = [rules.draw_number() for _ in range(count)]
    return pdf(lambda: documents.cards_pdf(numbers), url_for(".stock"))


def _give(form: TieForm, people: Sequence[Person], page: str) -> str | None:
    """Give cards as asked and return the page that says so; None when the number is wrong."""
    if location := idempotency.find(form.idempotency_key.data):
        return location
    how, at = request.form.get("how", ""), clock.now()
    if how == EACH:
        given = [services.give_card([one], kind=CardKind.PERSON, at=at)[0] for one in people]
    elif how == HOUSEHOLD:
        given = services.give_card(people, kind=CardKind.HOUSEHOLD, at=at)
    elif form.validate_on_submit():
        kind = CardKind.HOUSEHOLD if len(people) > 1 else CardKind.PERSON
        given = services.give_card(people, kind=kind, at=at, number=form.card_number.number)
    else:
        return None
    location = f"{page}?given={given[0].id}&txn={current_write().id}"
    location += "" if how else "&tied=1"
    idempotency.remember(form.idempotency_key.data, location)
    return location


def _page(people: Sequence[Person], form: TieForm, **values: object) -> str:
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    shown = disclosure.people([one for one in people if disclosure.may_locate(one)])
    log_read("card.open", [person.id for person in shown], "札")
    return render_template(
        "presence/giving.html",
        people=shown,
        count=len(people),
        cards=queries.list_shown_cards([person.id for person in shown]),
        form=form,
        page=request.path,
        given=request.args.get("given", type=UUID),
        is_tied="tied" in request.args,
        undo=request.args.get("txn", type=UUID),
        name_of=name_of,
        **values,
    )


def _people_of(group_id: UUID) -> list[Person]:
    """Return those who came together, or 404; the page names only whom the viewer may locate."""
    ids = [stay.person_id for stay in list_group_stays(group_id)]
    return list_people(ids) or abort(404)


def _visible(person_ids: Sequence[UUID]) -> list[Person]:
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    return [person for person in list_people(person_ids) if disclosure.may_locate(person)]


def _place() -> str:
    shelter = find_shelter(current_context().shelter_id)
    return shelter.name if shelter else ""
