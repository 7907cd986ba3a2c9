"""Two records side by side, and residents who may be somebody of the ledger."""

from dataclasses import dataclass
from datetime import datetime

from victim_support.core.dates import short_time
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.japanese import plain_kana
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import checks
from victim_support.evacuees.queries.finding import candidate_of
from victim_support.evacuees.queries.stays import list_stays
from victim_support.evacuees.rules import Candidate
from victim_support.journal.queries import first_recorded
from victim_support.residents.models import Resident
from victim_support.residents.queries import find_resident, find_residents
from victim_support.victims.likeness import Feature, common_features
from victim_support.victims.links import list_links
from victim_support.victims.models import Person, PersonLink
from victim_support.victims.queries import list_linked, list_needs, list_people
from victim_support.victims.rules import label_of

RESIDENTS = 20
_FEATURES = {
    "氏名": {Feature.NAME},
    "フリガナ": {Feature.READING},
    "生年月日・年齢": {Feature.BIRTH, Feature.AGE},
    "住所": {Feature.ADDRESS},
    "電話": {Feature.PHONE},
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison, and whether both say the same as far as they say anything."""

    label: str
    first: str
    second: str
    is_same: bool | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that stands, with the people it is about."""

    link: PersonLink
    people: tuple[DisclosedPerson, ...]


@dataclass(frozen=True, slots=True)
class FoundResident:
    """A resident who may be somebody, and whether the ledger has them already."""

    shown: DisclosedPerson
    number: str
    sex: str
    is_in_ledger: bool


@dataclass(frozen=True, slots=True)
class FoundResidents:
    """Residents found, and how many fit in all: never a silent cut."""

    residents: list[FoundResident]
    total: int


def compare(
    first: Person, second: Person, shown: DisclosedPerson, other: DisclosedPerson
) -> list[Line]:
    """Return what is known of two people, line by line; never a place where somebody is."""
    features = common_features(checks.facts_of(first), checks.facts_of(second))
    needs = list_needs([first.id, second.id])
    stays = list_stays([first.id, second.id])
    recorded = first_recorded(Person, [first.id, second.id])
    pairs = [
        ("氏名", shown.name, other.name),
        ("フリガナ", shown.kana, other.kana),
        ("生年月日・年齢", _birth(shown), _birth(other)),
        ("性別", label_of(shown.sex), label_of(other.sex)),
        ("続柄", shown.relation, other.relation),
        ("住所", shown.address, other.address),
        ("電話", shown.phone, other.phone),
        ("住民の台帳", label_of(first.register_link), label_of(second.register_link)),
        ("札の番号", first.tag_number or "", second.tag_number or ""),
        ("見た目・見つけた所など", first.name_note or "", second.name_note or ""),
        (
            "急ぎ",
            "・".join(label_of(need) for need in needs[first.id]),
            "・".join(label_of(need) for need in needs[second.id]),
        ),
        ("避難", _stays(stays[first.id]), _stays(stays[second.id])),
        ("記録した時刻", _time(recorded.get(first.id)), _time(recorded.get(second.id))),
    ]
    return [
        Line(label, mine, theirs, _is_same(label, mine, theirs, features))
        for label, mine, theirs in pairs
        if mine or theirs
    ]


def list_decisions() -> list[Decision]:
    """Return the decisions that stand on people the viewer may see, the newest first."""
    disclosure = checks.hinting()
    links = list_links()
    ids = [one for link in links for one in (link.first_id, link.second_id) if one]
    visible = {
        person.id: shown
        for person in list_people(ids)
        if checks.may_see(person, disclosure) and (shown := disclosure.person(person)) is not None
    }
    found = [
        Decision(link, (visible[link.first_id], visible[link.second_id]))
        for link in links
        if link.first_id in visible and link.second_id in visible
    ]
    return sorted(
        found,
        key=lambda one: one.link.decided_at.timestamp() if one.link.decided_at else 0.0,
        reverse=True,
    )


def find_residents_like(person: Person) -> FoundResidents:
    """Return the residents of the register whose reading or name is that of a person."""
    text = person.kana or person.name or ""
    return search_residents(text, person) if text else FoundResidents([], 0)


def search_residents(text: str, person: Person) -> FoundResidents:
    """Return the residents that fit a query, those with the same reading and birth first."""
    if not text.strip():
        return FoundResidents([], 0)
    found = find_residents(text, limit=RESIDENTS)
    residents = [
        member
        for household in found.households
        for member in household.members
        if member.number in household.hits
    ]
    residents.sort(key=lambda one: (not _has_same_birth(one, person), not _reads_as(one, person)))
    linked = list_linked([one.number for one in residents])
    disclosure = view(Audience.DESK, Purpose.REGISTER)
    shown = [
        FoundResident(disclosed, one.number, _sex_of(one), _may_tell(linked.get(one.number)))
        for one in residents
        if (disclosed := disclosure.person(one)) is not None
    ]
    return FoundResidents(shown, found.total_people)


def find_candidate(number: str) -> Candidate | None:
    """Return a resident as somebody of the ledger, or None."""
    resident = find_resident(number)
    return candidate_of(resident) if resident else None


def _sex_of(resident: Resident) -> str:
    sex = candidate_of(resident).data.sex
    return sex.label if sex else ""


def _may_tell(person: Person | None) -> bool:
    """Tell whether the viewer may know that somebody is in the ledger."""
    return person is not None and checks.may_see(person, checks.hinting())


def _has_same_birth(resident: Resident, person: Person) -> bool:
    return resident.birth_date is not None and resident.birth_date == person.birth_date


def _reads_as(resident: Resident, person: Person) -> bool:
    return plain_kana(resident.kana) == plain_kana(person.kana or "")


def _birth(person: DisclosedPerson) -> str:
    if person.birth.year is None:
        return person.age
    return f"{person.birth}（{person.age}）" if person.age else str(person.birth)


def _stays(line: list[Stay]) -> str:
    if not line:
        return ""
    last = line[-1]
    if last.ended_at is None:
        return f"避難中（{_time(last.started_at)} から）"
    return f"退所（{_time(last.ended_at)}）"


def _time(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return short_time(moment)


def _is_same(label: str, first: str, second: str, features: tuple[Feature, ...]) -> bool | None:
    if not first or not second or label in {"避難", "記録した時刻", "札の番号"}:
        return None
    return first == second or bool(_FEATURES.get(label, set()) & set(features))
