"""What a phone has sent, as reception opens it: people typed there, and who of them is known."""

from collections.abc import Iterable
from dataclasses import dataclass

from victim_support.core.clock import today
from victim_support.core.japanese import BirthError, BirthValue, parse_birth
from victim_support.core.japanese.dates import UNKNOWN, Precision
from victim_support.core.reads import log_read
from victim_support.dropbox.rules import Dropped, Member, Refusal, stored_number
from victim_support.dropbox.services import open_number
from victim_support.evacuees.queries.finding import Found, HouseholdHit, find_households
from victim_support.evacuees.queries.stays import find_group_of_sheet

HITS = 8
_EACH = 3


@dataclass(frozen=True, slots=True)
class OpenedDrop:
    """A household that a phone has sent, and the households of register and ledger alike to it."""

    dropped: Dropped
    alike: Found


def open_drop(text: str) -> OpenedDrop | Refusal:
    """Open what was sent under a number, once registered never again; the reading is logged."""
    dropped = open_number(text)
    if isinstance(dropped, Refusal):
        return dropped
    if find_group_of_sheet(stored_number(dropped.number), None):
        return Refusal.SPENT
    alike = _alike(dropped.household.members)
    log_read("drop.open", [one.id for hit in alike.hits for one in hit.people], "電話の申し込み")
    return OpenedDrop(dropped, alike)


def birth_of(member: Member) -> BirthValue:
    """Return a birth date as typed on a phone, unknown when it cannot be read."""
    try:
        return parse_birth(member.birth, today())
    except BirthError:
        return UNKNOWN


def _alike(members: Iterable[Member]) -> Found:
    """Return households in which somebody has the name and, where given, the day of birth."""
    hits: dict[str, HouseholdHit] = {}
    for member in members:
        name = member.kana or member.name
        if not name.strip():
            continue
        birth = birth_of(member)
        has_day = birth.precision is Precision.DAY and birth.date is not None
        text = f"{name} {birth.date:%Y%m%d}" if has_day else name
        hits |= {hit.token: hit for hit in find_households(text, limit=_EACH).hits}
    shown = list(hits.values())[:HITS]
    return Found(shown, total=len(hits), more=len(hits) - len(shown), is_least=True)
