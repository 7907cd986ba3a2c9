"""Writes of cards: printed for people, or blank stock tied to them."""

from collections.abc import Sequence
from datetime import datetime

from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.presence import rules
from victim_support.presence.models import Card
from victim_support.presence.rules import CardKind
from victim_support.victims import services as victims
from victim_support.victims.models import Person


def give_card(
    people: Sequence[Person], *, kind: CardKind, at: datetime, number: str | None = None
) -> list[Card]:
    """Give people a card (札); their older cards of that kind are void from now on.

    Args:
        people: Whom the card stands for; of a household all who came.
        kind: Whether it is a household's or one person's.
        at: When; cards of one act have the same time.
        number: Of a card of the blank stock; a new one when left out.
    """
    number = number or rules.draw_number()
    given = [
        Card(
            scope=victims.writing_scope(person),
            id=new_id(),
            number=number,
            person_id=person.id,
            kind=kind,
            issued_at=at,
            issued_by=current_actor_id(),
        )
        for person in people
    ]
    db.session.add_all(given)
    return given
