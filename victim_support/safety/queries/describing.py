"""Who may be the patient without a name: people who are sought, compared by description."""

from dataclasses import dataclass
from datetime import date

from victim_support.core import clock
from victim_support.core.disclosure import Audience, Disclosure, Purpose, view
from victim_support.core.japanese.dates import BirthValue
from victim_support.safety.models import Enquiry
from victim_support.safety.queries.enquiries import birth_told, list_enquiries
from victim_support.safety.queries.statements import list_open_statements
from victim_support.safety.rules import Description, common_marks
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people

MOST, ENQUIRIES = 30, 1000


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody who is sought, by whom, and in what the descriptions agree."""

    name: str
    kana: str
    age: str
    marks: str
    by: str
    phone: str
    reasons: tuple[str, ...]


def list_sought(office: Enquiry) -> list[Sought]:
    """Return who is sought and fits what an office tells of somebody, the likest first."""
    described = _described(office)
    found = [*_of_enquiries(described), *_of_statements(described)]
    return sorted(found, key=lambda one: (-len(one.reasons), one.kana, one.name))[:MOST]


def _of_enquiries(described: Description) -> list[Sought]:
    return [
        Sought(
            row.name or "",
            row.kana or "",
            "" if birth_told(row.birth).year is None else row.birth or "",
            row.marks or "",
            f"照会: {row.asker_name}",
            row.asker_phone or "",
            reasons,
        )
        for row in list_enquiries(is_office=False, limit=ENQUIRIES)
        if (reasons := common_marks(described, _described(row)))
    ]


def _of_statements(described: Description) -> list[Sought]:
    statements = list_open_statements()
    people = {one.id: one for one in list_people([each.person_id for each in statements])}
    disclosure = view(Audience.HEADQUARTERS, Purpose.RECORD)
    found = []
    for each in statements:
        person = people.get(each.person_id)
        reasons = _reasons(described, person, each.note or "", disclosure)
        shown = disclosure.person(person)
        if shown is not None and reasons:
            by = f"聞いたこと: {each.informant or '―'}"
            marks = each.note or ""
            phone = each.informant_phone or ""
            found.append(Sought(shown.name, shown.kana, shown.age, marks, by, phone, reasons))
    return found


def _reasons(
    described: Description, person: Person | None, note: str, disclosure: Disclosure
) -> tuple[str, ...]:
    if person is None or person.protection not in {None, "none"}:
        return ()
    marks = " ".join(filter(None, (person.name_note, note)))
    told_on = person.age_told_on or disclosure.today
    theirs = Description(person.sex or "", _years(person.birth, told_on), marks)
    return common_marks(described, theirs)


def _described(row: Enquiry) -> Description:
    return Description(
        row.sex or "",
        _years(birth_told(row.birth), clock.local(row.asked_at).date()),
        row.marks or "",
    )


def _years(birth: BirthValue, told_on: date) -> tuple[int, int] | None:
    if birth.year is not None:
        return birth.year, birth.year
    if birth.age is not None:
        return told_on.year - birth.age - 1, told_on.year - birth.age
    if birth.band is not None:
        return told_on.year - birth.band - 10, told_on.year - birth.band
    return None
