"""Correct the record of a person without undoing what somebody else corrected meanwhile."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from victim_support.core.disclosure import WITHHELD, DisclosedPerson
from victim_support.core.japanese.dates import BirthValue
from victim_support.evacuees.rules import RegisterMatch
from victim_support.evacuees.services.protection import protect_person
from victim_support.journal.history import Change, check_version, version_of
from victim_support.victims import services as victims
from victim_support.victims.links import same_people
from victim_support.victims.models import Person
from victim_support.victims.queries import list_answers, list_linked, list_people
from victim_support.victims.rules import (
    AnswerKind,
    AnswerValue,
    Edition,
    GivenBy,
    Protection,
    RegisterLink,
)

PLAIN = (
    "name",
    "kana",
    "sex",
    "relation",
    "address",
    "address_kind",
    "postal_code",
    "phone",
    "name_note",
)
ADDRESS = ("address", "postal_code")


class Correction(NamedTuple):
    """What became of a correction: the fields that were written, or what stands against them."""

    fields: tuple[str, ...] = ()
    clashes: tuple[Change, ...] = ()


def values_of(row: Person, shown: DisclosedPerson) -> dict[str, object]:
    """Return what an edit form starts with: only what its reader may see."""
    return {
        "version": version_of(row),
        "name": shown.name_received,
        "kana": shown.kana,
        "birth": shown.birth,
        "sex": shown.sex,
        "relation": shown.relation,
        "address": shown.address,
        "address_kind": row.address_kind if _shows_address(row, shown) else None,
        "postal_code": shown.postal_code,
        "phone": shown.phone,
        "name_note": row.name_note or "",
    }


def correct_person(
    row: Person, shown: DisclosedPerson, typed: Mapping[str, object], version: str
) -> Correction:
    """Write what a reader corrected; fields that were not touched stay as they are now.

    Args:
        row: The person as they are now.
        shown: What the reader may see of them.
        typed: Field values of the form.
        version: The token of what the reader saw.

    Returns:
        What was written, or what others changed meanwhile in the very fields the reader changed;
        then nothing is written, and the reader decides.
    """
    changes = check_version(row, version)
    theirs = {field.name: field.before for change in changes for field in change.fields}
    now = values_of(row, shown)
    corrected: dict[str, object] = {}
    for name in (*PLAIN, "birth"):
        value, present = typed[name] or None, now[name] or None
        seen = theirs.get(name, present) or None
        if value not in (present, seen):
            corrected[name] = value
    clashes = [
        change for change in changes if any(field.name in corrected for field in change.fields)
    ]
    if clashes:
        return Correction(clashes=tuple(_shown_of(change, row, shown) for change in clashes))
    fields = tuple(corrected)
    birth = corrected.pop("birth", None)
    if isinstance(birth, BirthValue):
        corrected |= victims.birth_columns(birth)
    if corrected:
        victims.update_person(row.id, **corrected)
    return Correction(fields)


def _shows_address(row: Person, shown: DisclosedPerson) -> bool:
    return shown.is_marked or row.protection in {None, Protection.NONE}


def _shown_of(change: Change, row: Person, shown: DisclosedPerson) -> Change:
    """Return a change without the values that its reader may not see (支援措置)."""
    hidden = frozenset() if shown.is_marked else victims.hidden_fields(row.protection)
    fields = (
        replace(each, before=WITHHELD, after=WITHHELD) if each.name in hidden else each
        for each in change.fields
    )
    return replace(change, fields=tuple(fields))


def link_corrected(person: Person, match: RegisterMatch) -> None:
    """Keep what comparing a corrected person with the register gave (照合).

    The register's protection comes along at once. When the resident is in the ledger already,
    the two records are left for a person to look at (要確認).
    """
    if person.register_number is not None:
        return
    if match.number is None or list_linked([match.number]):
        link = RegisterLink.REVIEW if match.number else match.link
        victims.update_person(person.id, register_link=link)
    else:
        victims.link_to_register(person.id, register_number=match.number)
    if match.protection is not Protection.NONE:
        protect_person(person.id, match.protection)


def change_answers(
    person: Person,
    *,
    shown: Mapping[AnswerKind, AnswerValue],
    given: Mapping[AnswerKind, AnswerValue],
    given_by: GivenBy,
    edition: Edition,
) -> list[AnswerKind]:
    """Write the answers that were changed; those of whoever else was asked meanwhile stay.

    Args:
        person: Who was asked.
        shown: What the page showed; what is left out was not asked (未確認).
        given: What was sent.
        given_by: Who answered. Only the person's own word also confirms what was not changed.
        edition: The form of the questions.

    Returns:
        What another desk has answered otherwise meanwhile; that is not written.
    """
    answers = list_answers([person.id])[person.id]
    kept = {each.kind: each.value for each in answers if each.edition == edition}
    changed = [kind for kind in AnswerKind if given.get(kind) != shown.get(kind)]
    clashes = [kind for kind in changed if kept.get(kind) not in (shown.get(kind), given.get(kind))]
    own = [kind for kind in given if given_by is GivenBy.SELF and kept.get(kind) == given[kind]]
    wanted = {kind: given.get(kind) for kind in (*changed, *own) if kind not in clashes}
    for record in list_people(same_people().records(person.id)):
        victims.set_answers(record, wanted, given_by=given_by, edition=edition)
    return clashes
