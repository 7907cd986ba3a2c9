"""Arrivals: households of the register, new ones, groups, people without a name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from victim_support.core.db import db
from victim_support.core.disclosure import WITHHELD
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.evacuees import queries
from victim_support.evacuees.models import Group, Stay
from victim_support.evacuees.rules import (
    Candidate,
    GroupKind,
    LeavingReason,
    PresenceKind,
    RegisterMatch,
    StayKind,
)
from victim_support.evacuees.services.outside import Place, note_place, open_stay
from victim_support.evacuees.services.protection import (
    CAME_ALONG,
    keep_contact,
    take_over_resident,
)
from victim_support.evacuees.services.sightings import record_events
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.queries import find_person
from victim_support.victims.rules import (
    AnswerKind,
    AnswerValue,
    Edition,
    GivenBy,
    NeedKind,
    PersonData,
    Protection,
    StatementKind,
)

Typed = tuple[PersonData, RegisterMatch]
"""Somebody who was typed in, and what comparing them with the resident register gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What is the same for all who came together."""

    shelter_id: UUID
    at: datetime
    kind: StayKind = StayKind.SHELTER
    group_kind: GroupKind = GroupKind.HOUSEHOLD
    label: str = ""
    contact_name: str = ""
    phone: str = ""
    sheet_number: str = ""
    staff_count: int | None = None
    count_id: UUID | None = None
    """The head count that these people were part of (数え済み); None: they came since."""
    place: Place = field(default_factory=Place)
    """Where they live, when that is outside."""
    card_number: str | None = None
    """The card (札) that was read, when no more was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the desk asked about somebody who was typed in and has no id yet."""

    needs: Collection[NeedKind] = ()
    answers: Mapping[AnswerKind, AnswerValue] = field(default_factory=dict)
    is_own: bool = False
    """Whether they answered for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the desk asked about single people, by their id."""

    needs: Mapping[UUID, Collection[NeedKind]] = field(default_factory=dict)
    sayings: Mapping[UUID, StatementKind] = field(default_factory=dict)
    answers: Mapping[UUID, Mapping[AnswerKind, AnswerValue]] = field(default_factory=dict)
    own: Collection[UUID] = frozenset()
    """Who answered for themselves; everybody else was spoken for."""
    typed: Sequence[Asked] = ()
    """The same about those who were typed in, in their order."""
    edition: Edition = Edition.NATURAL_DISASTER
    """Which form was asked by; answers keep it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a reception wrote."""

    group: Group
    people: list[Person]
    stays: list[Stay]


def register_known_household(
    *,
    reception: Reception,
    candidates: Sequence[Candidate],
    came: Collection[UUID],
    household_id: UUID | None = None,
    register_number: str | None = None,
    details: Details | None = None,
    extra: Sequence[Typed] = (),
) -> Arrival:
    """Register those of a household who came; keep what they say of those who did not.

    Args:
        reception: What is the same for all.
        candidates: The members of the household as found.
        came: Ids of the candidates who stand at the desk.
        household_id: The household, when it is in the ledger already.
        register_number: The household's number (世帯番号), when it comes from the register.
        details: Needs and answers of those who came, statements about those who did not.
        extra: People who came along, typed in, with what comparing them with the register gave.
    """
    details = details or Details()
    if register_number is not None:
        household_id = victims.take_over_household(register_number=register_number).id
    received = {
        candidate.person_id: person_of(candidate, household_id)
        for candidate in candidates
        if candidate.person_id in came
    }
    typed = [_person_typed(data, match, household_id) for data, match in extra]
    arrival = _receive(reception, [*received.values(), *typed], household_id)
    _keep_details(details, received)
    _keep_asked(details, typed)
    for candidate in candidates:
        if candidate.person_id in details.sayings and candidate.person_id not in came:
            _keep_saying(details, candidate, household_id, arrival)
    return arrival


def register_new_household(
    *,
    reception: Reception,
    members: Sequence[Typed],
    details: Details | None = None,
) -> Arrival:
    """Register people who were typed in; the first one is the head (代表者).

    Args:
        reception: What is the same for all.
        members: The people in the order they were written down, each with what comparing with
            the register gave; who was found there is that resident, protection included.
        details: What was asked about them, in the same order.
    """
    household = victims.create_household()
    people = [_person_typed(data, match, household.id) for data, match in members]
    household.head_person_id = people[0].id
    arrival = _receive(reception, people, household.id)
    _keep_asked(details or Details(), people)
    return arrival


def register_group(
    *, reception: Reception, members: Sequence[Typed], residents: Sequence[Candidate] = ()
) -> Arrival:
    """Register a home (施設), dormitory or bus.

    Args:
        reception: What is the same for all.
        members: People who were typed in, each a household of their own.
        residents: People chosen from the register, each in the household they have there.
    """
    people = [person_of(one, _household_of(one)) for one in residents]
    people += [_person_typed(data, match, None) for data, match in members]
    return _receive(reception, people, None)


def receive_again(*, reception: Reception, people: Sequence[Person]) -> Arrival:
    """Receive people of the ledger who showed their card: a stay elsewhere ends by it."""
    households = {person.household_id for person in people}
    return _receive(reception, people, households.pop() if len(households) == 1 else None)


def add_unnamed_person(*, reception: Reception, data: PersonData) -> Arrival:
    """Register somebody who cannot say a name: tag number, looks, where and by whom found."""
    person = victims.create_person(data, household_id=None)
    return _receive(reception, [person], None)


def _person_typed(data: PersonData, match: RegisterMatch, household_id: UUID | None) -> Person:
    if match.number is None:
        return victims.create_person(data, household_id=household_id, link=match.link)
    return take_over_resident(
        data,
        register_number=match.number,
        household_id=household_id,
        protection=match.protection,
    )


def _household_of(resident: Candidate) -> UUID | None:
    number = resident.household_number
    return victims.take_over_household(register_number=number).id if number else None


def person_of(candidate: Candidate, household_id: UUID | None) -> Person:
    """Return somebody found at the desk as a person of the ledger, written there if need be."""
    if candidate.register_number is not None:
        return take_over_resident(
            candidate.data,
            register_number=candidate.register_number,
            household_id=household_id,
            protection=candidate.protection,
        )
    person = find_person(candidate.person_id)
    if person is None:
        return victims.create_person(
            candidate.data, household_id=household_id, person_id=candidate.person_id
        )
    return person


def _receive(reception: Reception, people: Sequence[Person], household_id: UUID | None) -> Arrival:
    known = [person.id for person in people if person not in db.session.new]
    db.session.flush()
    scopes = current_scopes()
    is_sealed = all(victims.writing_scope(person) == scopes.sealed for person in people)
    group = Group(
        scope=scopes.sealed if people and is_sealed else scopes.core,
        id=new_id(),
        kind=reception.group_kind,
        shelter_id=reception.shelter_id,
        arrived_at=reception.at,
        label=reception.label or None,
        contact_name=reception.contact_name or None,
        contact_phone=reception.phone or None,
        sheet_number=reception.sheet_number or None,
        household_id=household_id,
        staff_count=reception.staff_count,
    )
    db.session.add(group)
    for person in people:
        if person.protection not in {None, Protection.NONE}:
            keep_contact(group, person)
    opened = queries.list_open_stays(known) if known else {}
    stays = [_open_stay(person, group, reception, opened.get(person.id, [])) for person in people]
    return Arrival(group, list(people), stays)


def _open_stay(person: Person, group: Group, reception: Reception, opened: Sequence[Stay]) -> Stay:
    """Open a person's own stay; a stay elsewhere ends by it, the same one goes on.

    What is written down late (a roster, a card) ends where a newer stay began.
    """
    for stay in opened:
        if stay.shelter_id == reception.shelter_id and stay.kind == reception.kind:
            stay.away_since = stay.away_until = stay.away_kind = None
            stay.group_id = group.id
            record_events([stay], PresenceKind.SEEN, at=reception.at)
            return stay
    newer = [stay for stay in opened if stay.started_at > reception.at]
    for stay in opened:
        if stay not in newer:
            _end_by(stay, reception.at, reception.shelter_id)
    stay = open_stay(
        person,
        kind=reception.kind,
        shelter_id=reception.shelter_id,
        at=reception.at,
        group_id=group.id,
        count_id=reception.count_id,
    )
    record_events([stay], PresenceKind.IN, at=reception.at, card_number=reception.card_number)
    note_place(stay, person, reception.place)
    if newer:
        first = min(newer, key=lambda one: one.started_at)
        _end_by(stay, first.started_at, first.shelter_id)
    return stay


def _end_by(stay: Stay, moment: datetime, shelter_id: UUID) -> None:
    """End a stay by the beginning of the next one."""
    stay.ended_at = max(moment, stay.started_at)
    is_move = stay.shelter_id != shelter_id
    stay.reason = LeavingReason.OTHER_SHELTER if is_move else LeavingReason.CHANGED


def _keep_details(details: Details, people: Mapping[UUID, Person]) -> None:
    for asked_id, person in people.items():
        asked = Asked(
            needs=details.needs.get(asked_id, ()),
            answers=details.answers.get(asked_id, {}),
            is_own=asked_id in details.own,
        )
        _keep(asked, person, details.edition)


def _keep_asked(details: Details, people: Sequence[Person]) -> None:
    for person, asked in zip(people, details.typed, strict=False):
        _keep(asked, person, details.edition)


def _keep(asked: Asked, person: Person, edition: Edition) -> None:
    victims.add_needs(person, asked.needs)
    given_by = GivenBy.SELF if asked.is_own else GivenBy.PROXY
    victims.set_answers(person, asked.answers, given_by=given_by, edition=edition)


def _keep_saying(
    details: Details, candidate: Candidate, household_id: UUID | None, arrival: Arrival
) -> None:
    scopes = current_scopes()
    open_people = [one for one in arrival.people if victims.writing_scope(one) == scopes.core]
    names = [one.name_display for one in open_people] if open_people else [WITHHELD]
    informant = names[0] if names else None
    victims.record_statement(
        person_of(candidate, household_id),
        kind=details.sayings[candidate.person_id],
        informant=f"{informant}{CAME_ALONG}" if informant else "",
        occurred_at=arrival.group.arrived_at,
        place=candidate.data.address,
        shelter_id=arrival.group.shelter_id if open_people else None,
    )
