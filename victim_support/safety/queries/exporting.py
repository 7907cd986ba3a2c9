"""The items of the collection form (安否情報収集様式) for a file, in the columns of the town."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.japanese import wareki
from victim_support.core.settings import setting
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import list_all_stays
from victim_support.safety.queries.enquiries import default_headers, list_deaths
from victim_support.safety.rules import ExportItem
from victim_support.shelters.queries import list_shelters
from victim_support.victims.links import same_people
from victim_support.victims.models import Answer
from victim_support.victims.queries import list_answers, list_needs, list_people
from victim_support.victims.rules import AnswerKind, Edition, NeedKind, label_of

SETTING = "safety_export"
_ANSWERS = {
    ExportItem.FAMILY: AnswerKind.FAMILY,
    ExportItem.ACQUAINTANCE: AnswerKind.ACQUAINTANCE,
    ExportItem.PUBLIC: AnswerKind.PUBLIC,
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """One column of the file: which item, and what stands above it."""

    item: ExportItem
    header: str


@dataclass(frozen=True, slots=True)
class ExportFile:
    """The rows of a file, and whom they are about."""

    rows: list[list[str]]
    person_ids: list[UUID]


def get_columns() -> list[Mapped]:
    """Return the columns as the town saved them, else those of the collection form."""
    saved: list[list[str]] | None = setting(SETTING)
    if saved is None:
        return [Mapped(item, header) for item, header in default_headers().items()]
    known = {item.value for item in ExportItem}
    return [Mapped(ExportItem(item), header) for item, header in saved if item in known]


def list_rows() -> ExportFile:
    """Return everybody who came somewhere and may be in a file: never somebody protected."""
    columns = get_columns()
    stays = {stay.person_id: stay for stay in list_all_stays()}
    people = same_people().once(list_people(list(stays)), lambda person: person.id)
    disclosed = view(Audience.FILE, Purpose.PRESENCE).people(people)
    ids = [person.id for person in disclosed]
    dead, needs, answers = list_deaths(ids), list_needs(ids), list_answers(ids)
    protected = {one.id for one in people if one.protection not in {None, "none"}}
    shown = [one for one in disclosed if one.id not in dead and one.id not in protected]
    places = {shelter.id: shelter.name for shelter in list_shelters()}
    rows = [
        [
            _cell(each.item, _values(one, stays[one.id], places, needs[one.id]), answers[one.id])
            for each in columns
        ]
        for one in shown
    ]
    return ExportFile([[each.header for each in columns], *rows], [one.id for one in shown])


def _values(
    person: DisclosedPerson, stay: Stay, places: Mapping[UUID, str], needs: list[Any]
) -> dict[ExportItem, str]:
    is_sick = NeedKind.ILL in needs
    born = person.birth.date
    there = places.get(stay.shelter_id, "") if stay.ended_at is None else stay.destination or ""
    return {
        ExportItem.NAME: person.name_received or person.name,
        ExportItem.KANA: person.kana,
        ExportItem.BIRTH: wareki(born) if born else "",
        ExportItem.SEX: label_of(person.sex),
        ExportItem.POSTAL_CODE: person.postal_code,
        ExportItem.ADDRESS: person.address,
        ExportItem.IS_INJURED: "該当" if is_sick else "",
        ExportItem.INJURY: NeedKind.ILL.label if is_sick else "",
        ExportItem.PLACE: there,
        ExportItem.CONTACT: person.phone,
    }


def _cell(item: ExportItem, values: Mapping[ExportItem, str], answers: list[Answer]) -> str:
    """Return a cell; what this program does not ask for stays empty."""
    if item not in _ANSWERS:
        return values.get(item, "")
    given = [
        each.value
        for each in answers
        if each.kind == _ANSWERS[item] and each.edition == Edition.CIVIL_PROTECTION
    ]
    return label_of(given[-1]) if given else ""
