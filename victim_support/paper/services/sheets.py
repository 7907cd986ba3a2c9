"""Blank cards that are printed, and cards that come back written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import WITHHELD
from victim_support.core.ids import new_id
from victim_support.core.node import this_node
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.services import (
    Arrival,
    Asked,
    Details,
    Reception,
    register_new_household,
)
from victim_support.evacuees.services.arrivals import Typed
from victim_support.paper.models import SheetRun, TypedSheet
from victim_support.paper.queries import next_counter
from victim_support.paper.rules import FORM_EDITION
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.rules import (
    AnswerKind,
    AnswerValue,
    Edition,
    GivenBy,
    PersonData,
    StatementKind,
)

_ON_PAPER = " さん（用紙）"


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who has not come, as the card says."""

    name: str
    kind: StatementKind
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A household card as typed: people in its order, what they need, who has not come."""

    reception: Reception
    members: Sequence[Typed]
    asked: Sequence[Asked] = ()
    answers: Mapping[AnswerKind, AnswerValue] = field(default_factory=dict)
    """Of the one who wrote the card, for themselves."""
    edition: Edition = Edition.NATURAL_DISASTER
    absent: Sequence[Absent] = ()


def start_run(*, count: int, shelter_id: UUID | None) -> SheetRun:
    """Draw the numbers of blank cards (用紙の印刷); a number is never drawn twice."""
    run = SheetRun(
        scope=current_scopes().core,
        id=new_id(),
        prefix=this_node().number_prefix,
        first=next_counter(),
        count=count,
        shelter_id=shelter_id,
        printed_at=clock.now(),
        printed_by=current_actor().id,
    )
    db.session.add(run)
    return run


def register_card(card: Card) -> Arrival:
    """Register a household from its card (用紙の入力), bound to the number of the sheet."""
    arrival = register_new_household(
        reception=card.reception, members=card.members, details=Details(typed=card.asked)
    )
    head = arrival.people[0]
    if card.answers:
        victims.set_answers(head, card.answers, given_by=GivenBy.SELF, edition=card.edition)
    for absent in card.absent:
        _record_absent(absent, head, card.reception)
    db.session.add(
        TypedSheet(
            scope=current_scopes().core,
            id=new_id(),
            number=card.reception.sheet_number,
            group_id=arrival.group.id,
            shelter_id=card.reception.shelter_id,
            edition=FORM_EDITION,
            typed_at=clock.now(),
            typed_by=current_actor().id,
        )
    )
    return arrival


def _record_absent(absent: Absent, head: Person, reception: Reception) -> None:
    """Keep what the card says of somebody who has not come; of whom, not where the writer is."""
    is_open = victims.writing_scope(head) == current_scopes().core
    name = head.name_display or head.kana or ""
    person = victims.create_person(PersonData(name=absent.name), household_id=head.household_id)
    victims.record_statement(
        person,
        kind=absent.kind,
        informant=f"{name if is_open else WITHHELD}{_ON_PAPER}",
        occurred_at=reception.at,
        place=absent.place,
        shelter_id=reception.shelter_id if is_open else None,
    )
