"""What an asker may be told: one way for everybody, also for nobody.

Whether somebody is not registered, protected, dead without the family knowing, or does not want
it: the answer is the same empty one, and it is found by the same statements. Every list of ids is
filled up to one length with ids that nobody has, so that neither the number nor the form of the
statements tells whether there was a hit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from victim_support.core.dates import short_time
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.ids import new_id
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import list_stays
from victim_support.evacuees.queries.checks import facts_of
from victim_support.safety.models import Death, Enquiry
from victim_support.safety.queries.enquiries import facts_of_told, get_tier, list_deaths
from victim_support.safety.rules import IdentityCheck, Item, Tier, names_one
from victim_support.shelters.queries import list_shelters
from victim_support.victims.likeness import common_features
from victim_support.victims.links import SamePeople, same_people
from victim_support.victims.models import Person, Statement
from victim_support.victims.queries import (
    get_answer_form,
    list_given,
    list_needs,
    list_people,
    list_statements,
    search_ids,
)
from victim_support.victims.rules import (
    AnswerKind,
    GivenAnswer,
    NeedKind,
    Protection,
    StatementKind,
    label_of,
    permission,
)

LOOKED_AT = 20
_AUDIENCES = {
    AnswerKind.FAMILY: Audience.FAMILY,
    AnswerKind.ACQUAINTANCE: Audience.ACQUAINTANCE,
    AnswerKind.PUBLIC: Audience.PUBLIC,
}
_SICK = frozenset({NeedKind.ILL, NeedKind.MEDICAL})


@dataclass(frozen=True, slots=True)
class SafetyAnswer:
    """What the asker is told, each item with its words; nothing, for whatever reason."""

    tier: Tier
    person_id: UUID | None
    lines: tuple[tuple[Item, str], ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of everybody looked at, in one go."""

    same: SamePeople
    people: dict[UUID, Person]
    given: dict[UUID, list[GivenAnswer]]
    statements: dict[UUID, list[Statement]]
    stays: dict[UUID, list[Stay]]
    deaths: dict[UUID, Death]
    needs: dict[UUID, list[NeedKind | str]]
    places: dict[UUID, tuple[str, str]]


def answer_to(enquiry: Enquiry) -> SafetyAnswer:
    """Return what this asker may be told now."""
    tier = get_tier(enquiry.relation, enquiry.edition)
    nobody = new_id()
    known = _read(_filled(_found(enquiry)))
    meant = _meant(enquiry, known, nobody)
    shown = _disclosed(meant, tier, known)
    is_checked = enquiry.identity in set(IdentityCheck) - {IdentityCheck.NONE}
    if shown is None or not is_checked or not _may_be_told(shown.id, known):
        return SafetyAnswer(tier, None, ())
    lines = tuple((item, _words(item, shown, known)) for item in tier.items)
    return SafetyAnswer(tier, shown.id, tuple(line for line in lines if line[1]))


def _found(enquiry: Enquiry) -> list[UUID]:
    """Return who is called so in the open index; sealed people are not in it."""
    words = dict.fromkeys(word for word in (enquiry.kana, enquiry.name) if word)
    found = [each for word in words for each in search_ids(word, LOOKED_AT)[0]]
    return list(dict.fromkeys(found))[:LOOKED_AT]


def _filled(ids: Sequence[UUID]) -> list[UUID]:
    return [*ids, *(new_id() for _ in range(LOOKED_AT - len(ids)))]


def _read(ids: list[UUID]) -> _Known:
    form, same = get_answer_form(), same_people()
    return _Known(
        same=same,
        people={person.id: person for person in list_people(ids)},
        given=list_given(ids, form.edition),
        statements=list_statements(ids),
        stays=list_stays(ids),
        deaths=list_deaths(same.with_others(ids)),
        needs=list_needs(ids),
        places={shelter.id: (shelter.name, shelter.phone or "") for shelter in list_shelters()},
    )


def _meant(enquiry: Enquiry, known: _Known, nobody: UUID) -> Person | None:
    """Return the one person who is meant; several who may be are nobody."""
    told = facts_of_told(enquiry, nobody)
    fitting = [
        person
        for person in known.people.values()
        if names_one(common_features(told, facts_of(person)))
    ]
    one_each = known.same.once(fitting, lambda person: person.id)
    return one_each[0] if len(one_each) == 1 else None


def _disclosed(person: Person | None, tier: Tier, known: _Known) -> DisclosedPerson | None:
    """Return what may be shown of the person, as her own answers to this kind of asker say."""
    form = get_answer_form()
    level = person.protection if person else None
    agrees = permission(
        tier.answer,
        known.given.get(person.id, []) if person else [],
        is_allowed_unasked=form.unasked[tier.answer],
        protection=level if isinstance(level, Protection) else Protection.NONE,
    ).is_allowed
    return view(_AUDIENCES[tier.answer], Purpose.PRESENCE).person(person, agrees=agrees)


def _may_be_told(person_id: UUID, known: _Known) -> bool:
    """Tell whether the person came somewhere, and nobody says or found that she is dead.

    Of the dead no sentence is read out, also when the family knows: somebody speaks with them.
    """
    said = known.statements.get(person_id, [])
    is_dead = any(
        each.kind is StatementKind.DIED and each.settled_at is None for each in said
    ) or any(record in known.deaths for record in known.same.records(person_id))
    return bool(known.stays.get(person_id)) and not is_dead


def _words(item: Item, person: DisclosedPerson, known: _Known) -> str:
    stay = _last(known.stays[person.id])
    match item:
        case Item.HELD:
            return f"安否の情報があります（{short_time(_seen(stay))} 本人を確認）。"
        case Item.IDENTITY:
            return "、".join(filter(None, (person.name, str(person.birth), person.address)))
        case Item.INJURY:
            is_sick = _SICK & set(known.needs.get(person.id, []))
            return "体調についての届けがあります。" if is_sick else "けが・病気の届けはありません。"
        case Item.PLACE:
            return _place(stay, known)
        case _:
            return person.phone or known.places.get(stay.shelter_id, ("", ""))[1]


def _last(stays: Iterable[Stay]) -> Stay:
    return max(stays, key=lambda stay: (stay.ended_at is None, stay.started_at))


def _seen(stay: Stay) -> datetime:
    return stay.ended_at or stay.started_at


def _place(stay: Stay, known: _Known) -> str:
    if stay.ended_at is None:
        return f"{known.places.get(stay.shelter_id, ('避難所', ''))[0]}（{label_of(stay.kind)}）"
    return "".join(filter(None, (label_of(stay.reason), stay.destination)))
