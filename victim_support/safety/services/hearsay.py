"""Writes of what others say, about people of the register or strangers."""

from dataclasses import dataclass
from uuid import UUID

from victim_support.evacuees.rules import Candidate
from victim_support.evacuees.services import person_of
from victim_support.victims import services as victims
from victim_support.victims.models import Statement
from victim_support.victims.rules import PersonData, StatementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearsay:
    """What was said, by whom."""

    kind: StatementKind
    informant: str
    informant_phone: str = ""
    place: str = ""
    note: str = ""


def record_hearsay(
    said: Hearsay,
    *,
    about: Candidate | None = None,
    name: str = "",
    household_id: UUID | None = None,
    shelter_id: UUID | None = None,
) -> Statement:
    """Write down what is said of somebody: found in the register, or known by a name only.

    A place that was not told is the address the register has, so that 消防 knows where to look.

    Args:
        said: What was said, by whom.
        about: Whom it is about, when found.
        name: What the person is called, when not found.
        household_id: The household of the person found.
        shelter_id: Where it was said.
    """
    if about is not None:
        person = person_of(about, household_id)
    else:
        person = victims.create_person(PersonData(name=name), household_id=None)
    return victims.record_statement(
        person,
        kind=said.kind,
        informant=said.informant,
        informant_phone=said.informant_phone,
        place=said.place or (about.data.address if about else ""),
        note=said.note,
        shelter_id=shelter_id,
    )
