"""Lines of the support register that somebody writes, corrects or takes off by hand."""

from uuid import UUID

from victim_support.core import clock
from victim_support.core.japanese.fold import fold_kanji
from victim_support.core.scopes import current_scopes
from victim_support.victims.queries import find_person
from victim_support.vulnerable.models import SupportEntry
from victim_support.vulnerable.queries.register import list_entries
from victim_support.vulnerable.rules.register import EntryData
from victim_support.vulnerable.services.lines import (
    assign,
    id_of,
    in_register,
    level_of,
    person_of_line,
    values_of,
)


class KnownEntryError(Exception):
    """The person is on the register already (もう名簿にある); the line is theirs."""

    def __init__(self, entry_id: UUID) -> None:
        super().__init__("この方は、もう名簿にあります。一覧から開いて直してください。")
        self.entry_id = entry_id


def add_entry(data: EntryData) -> UUID:
    """Write a line by hand (名簿に加える); return its id.

    Of somebody protected it goes where only few see it, and the answer is the same. What stands
    there already is not changed by who cannot read it; only what was empty is filled.

    Raises:
        KnownEntryError: The person has a line that everybody of the office sees.
    """
    number, found = in_register(data)
    own_id = id_of(data)
    person_id = person_of_line(number, own_id)
    known = _find_same(data, own_id, person_id if number else None)
    entry_id = known.id if known else own_id
    person_id = (known.person_id if known else None) or person_id
    values = values_of(data, number, person_id) | {
        "protection": level_of(data, found, person_id),
        "edited_at": clock.now(),
    }
    if known is not None and known.scope != current_scopes().sealed:
        raise KnownEntryError(known.id)
    if known is not None:
        del values["edited_at"]  # what others hold of her goes on being taken in
        values |= {name: old for name in values if (old := getattr(known, name)) is not None}
    assign(entry_id, values)
    return entry_id


def correct_entry(entry: SupportEntry, data: EntryData) -> None:
    """Correct a line by hand (記載を直す); who it is about stays once something hangs on them.

    Args:
        entry: The line, of the fullest row.
        data: The whole line as it is now.
    """
    number, found = in_register(data)
    person_id = entry.person_id or entry.id
    if find_person(person_id) is None:
        person_id = person_of_line(number, entry.id)
    values = values_of(data, number or entry.register_number, person_id) | {
        "protection": level_of(data, found, person_id),
        "edited_at": clock.now(),
    }
    assign(entry.id, values)


def withdraw_entry(entry: SupportEntry) -> None:
    """Take a line off the register (名簿から外す); it stays in the history."""
    entry.is_withdrawn = True
    entry.edited_at = clock.now()


def same_person_key(name: str | None, birth: object) -> tuple[str, object]:
    """Return by what a line written by hand and one of a file are one person's."""
    return fold_kanji("".join((name or "").split())), birth


def _find_same(data: EntryData, own_id: UUID, person_id: UUID | None) -> SupportEntry | None:
    key = same_person_key(data.name, data.birth.date)
    for entry in list_entries():
        is_same = entry.id == own_id or (person_id is not None and entry.person_id == person_id)
        born = data.birth.date is not None and same_person_key(entry.name, entry.birth_date) == key
        if is_same or born:
            return entry
    return None
