"""Rosters (避難者名簿): who is here, by household or by kana, and who may be posted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from victim_support.core import clock
from victim_support.core.disclosure import Audience, DisclosedPerson, Disclosure, Purpose, view
from victim_support.core.japanese import plain_kana
from victim_support.evacuees.models import Group, Stay
from victim_support.evacuees.queries.counts import Board, get_board
from victim_support.evacuees.queries.moving import moved_on
from victim_support.evacuees.queries.stays import list_groups, list_shelter_stays
from victim_support.evacuees.rules import SLEEPING, Uncounted, uncounted
from victim_support.victims.links import same_people
from victim_support.victims.models import Person
from victim_support.victims.queries import get_answer_form, list_given, list_needs, list_people
from victim_support.victims.rules import (
    AnswerKind,
    NeedKind,
    Protection,
    member_order,
    permission,
)


class RosterOrder(StrEnum):
    """How a roster is sorted."""

    HOUSEHOLD = "household"
    KANA = "kana"


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person of a roster, as a viewer may see them."""

    person: DisclosedPerson
    stay: Stay
    group: Group | None
    household: int
    """Number of the household (or of those who came together) within the list."""
    is_first: bool
    needs: tuple[NeedKind | str, ...]
    is_elsewhere: bool
    """Received elsewhere since, and not counted here; never told of the protected."""

    @property
    def uncounted(self) -> Uncounted | None:
        """Return why the person is not among the named of the board, None when they are."""
        return uncounted(self.stay.kind, is_elsewhere=self.is_elsewhere)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody at a shelter, with the numbers."""

    board: Board
    lines: list[RosterLine]

    @property
    def sleeping(self) -> list[RosterLine]:
        """Return those who stay here."""
        return [line for line in self.lines if line.stay.kind in SLEEPING]

    @property
    def uncounted(self) -> list[tuple[str, int]]:
        """Return who is listed beside those counted, in words, and how many; none is left out."""
        why = Counter(line.uncounted for line in self.lines)
        return [(each.label, why[each]) for each in Uncounted if why[each]]


def list_roster(
    shelter_id: UUID, disclosure: Disclosure, order: RosterOrder = RosterOrder.HOUSEHOLD
) -> Roster:
    """Return who is at a shelter now: those who stay and those who come by for goods."""
    stays = list_shelter_stays(shelter_id, is_open=True)
    people = {person.id: person for person in list_people([stay.person_id for stay in stays])}
    shown = [
        (disclosed, stay)
        for stay in stays
        if (disclosed := disclosure.person(people.get(stay.person_id))) is not None
    ]
    same = same_people()
    shown = same.once(shown, lambda each: each[0].id)
    moved = moved_on(shelter_id, clock.now(), same)
    told = {one.id for one in people.values() if disclosure.sees_sealed or _is_open(one)}
    groups = list_groups({stay.group_id for _, stay in shown if stay.group_id})
    needs = list_needs([disclosed.id for disclosed, _ in shown])
    lines = [
        RosterLine(
            person,
            stay,
            groups.get(stay.group_id) if stay.group_id else None,
            number,
            is_first,
            tuple(needs.get(person.id, ())),
            stay.id in moved and stay.person_id in told,
        )
        for number, is_first, person, stay in _numbered(shown)
    ]
    if order is RosterOrder.KANA:
        lines.sort(key=lambda line: (kana_key(line.person), str(line.person.id)))
    return Roster(get_board(shelter_id, disclosure), lines)


def list_wall(shelter_id: UUID) -> list[DisclosedPerson]:
    """Return those who said yes themselves to be posted (掲示), by area and kana.

    The edition of the questions is that of the current disaster.
    """
    disclosure = view(Audience.WALL, Purpose.PRESENCE)
    stays = list_shelter_stays(shelter_id, is_open=True)
    people = list_people([stay.person_id for stay in stays if stay.kind in SLEEPING])
    form = get_answer_form()
    given = list_given([person.id for person in people], form.edition)
    shown = []
    for person in people:
        agrees = permission(
            AnswerKind.WALL,
            given.get(person.id, []),
            is_allowed_unasked=form.unasked[AnswerKind.WALL],
            protection=_protection_of(person),
        ).is_allowed
        if (disclosed := disclosure.person(person, agrees=agrees)) is not None:
            shown.append(disclosed)
    shown = same_people().once(shown, lambda person: person.id)
    return sorted(shown, key=lambda person: (person.town, kana_key(person), str(person.id)))


def kana_key(person: DisclosedPerson) -> str:
    """Return what a list by kana is sorted by; people without kana come last, by name."""
    return plain_kana(person.kana) or f"\uffff{person.name}"


def _is_open(person: Person) -> bool:
    return person.protection in {None, Protection.NONE}


def _protection_of(person: Person) -> Protection:
    protection = person.protection
    if protection is None:
        return Protection.NONE
    return protection if isinstance(protection, Protection) else Protection.HIDE_PRESENCE


def _numbered(
    shown: Sequence[tuple[DisclosedPerson, Stay]],
) -> list[tuple[int, bool, DisclosedPerson, Stay]]:
    """Put people of one household together, households by the kana of their first person."""
    households: dict[UUID, list[tuple[DisclosedPerson, Stay]]] = {}
    for person, stay in shown:
        key = person.household_id or stay.group_id or person.id
        households.setdefault(key, []).append((person, stay))
    today = clock.today()
    for members in households.values():
        members.sort(key=lambda each: member_order(each[0].relation, each[0].birth, today))
    ordered = sorted(
        households.values(), key=lambda members: (kana_key(members[0][0]), str(members[0][0].id))
    )
    return [
        (number, index == 0, person, stay)
        for number, members in enumerate(ordered, start=1)
        for index, (person, stay) in enumerate(members)
    ]
