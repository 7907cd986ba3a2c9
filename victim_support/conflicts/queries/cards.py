"""Conflicts (食い違い) as cards: all that differs about one person or record, value by value.

A card about somebody protected (支援措置) is there only for those who may see sealed records; for
everybody else it is as if there were none.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort

from victim_support.accounts.models import Staff
from victim_support.conflicts.queries.machines import describe_node
from victim_support.core.access import current_actor
from victim_support.core.actor import name_of
from victim_support.core.db import FieldClass, Synced, db, synced_classes, synced_fields
from victim_support.core.disclosure import SEALED_PERMISSION, DisclosedPerson
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries import checks
from victim_support.journal.codec import pack
from victim_support.journal.conflicts import Conflict, Opinion, open_conflicts
from victim_support.journal.history import label_of, title_of
from victim_support.journal.sealed import is_sealed
from victim_support.journal.wording import words_of_field
from victim_support.victims.models import Person, PersonLink
from victim_support.victims.rules import Protection
from victim_support.victims.services import fullest_row, hidden_fields, person_rows

WITHDRAWN = "is_withdrawn"
TYPED = frozenset({(Person, "name")})
WITHDRAW, KEEP = "取り消したままにする", "取り消さず、直したほうを残す"
PROTECTED = "保護を弱めることはここではできません。保護の画面で、解く求めを出してください。"


@dataclass(frozen=True, slots=True)
class Voice:
    """Who said something, where, when and why."""

    who: str
    machine: str
    when: datetime
    reason: str
    wrote: str
    """Of an edit beside a withdrawal: what was corrected."""
    clock: str
    """A warning when the machine's clock is known to be wrong."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that stand against each other, and everybody who gave it."""

    key: str
    value: Any
    words: str
    voices: tuple[Voice, ...]
    is_in_force: bool
    refusal: str = ""
    """Why it cannot be chosen here."""


@dataclass(frozen=True, slots=True)
class Question:
    """One field of one record with several values."""

    cls: type[Synced]
    row_id: UUID
    name: str
    rows: tuple[Synced, ...]
    """The rows in which it is open: the open one, the sealed one, or both."""
    choices: tuple[Choice, ...]
    since: datetime

    @property
    def key(self) -> str:
        """Return the name of its field in the form."""
        return f"{self.cls.__tablename__}-{self.row_id.hex}-{self.name}"

    @property
    def label(self) -> str:
        """Return what people call the field, with the record where it is not the person's own."""
        label = label_of(self.cls, self.name)
        return label if self.cls is Person else f"{title_of(self.cls)}: {label}"

    @property
    def is_withdrawal(self) -> bool:
        """Tell whether one withdrew the record and another one went on with it."""
        return self.name == WITHDRAWN

    @property
    def is_restrictive(self) -> bool:
        """Tell whether the stricter value holds until somebody has decided."""
        return synced_fields(self.cls)[self.name].field_class is FieldClass.RESTRICTIVE

    @property
    def may_type(self) -> bool:
        """Tell whether a value may be typed that nobody gave: words about a person only."""
        return (self.cls, self.name) in TYPED


@dataclass(frozen=True, slots=True)
class Card:
    """All that differs about one person or record."""

    cls: type[Synced]
    id: UUID
    title: str
    people: tuple[DisclosedPerson, ...]
    questions: tuple[Question, ...]

    @property
    def table(self) -> str:
        """Return the table of the record it is about."""
        return str(self.cls.__tablename__)

    @property
    def is_about_staff(self) -> bool:
        """Tell whether it is about somebody who works with the program."""
        return self.cls is Staff

    @property
    def since(self) -> datetime:
        """Return since when somebody has to decide."""
        return min(question.since for question in self.questions)


def list_cards() -> list[Card]:
    """Return what the actor may see of all conflicts, the oldest first."""
    return sorted(_cards(open_conflicts(_scopes())), key=lambda card: (card.since, card.id))


def find_card(table: str, row_id: UUID) -> Card | None:
    """Return the card of a record, None when nothing differs or nothing may be shown."""
    cards = (card for card in list_cards() if (card.table, card.id) == (table, row_id))
    return next(cards, None)


def shown_person(person_id: UUID) -> DisclosedPerson | None:
    """Return a person whom a card may be about, withdrawn ones too; None as if there were none."""
    rows, disclosure = person_rows(person_id), checks.hinting()
    if not rows:
        return None
    row = fullest_row(rows)
    return disclosure.person(row) if checks.may_see(row, disclosure) else None


def get_subject(table: str, row_id: UUID) -> tuple[str, tuple[DisclosedPerson, ...]]:
    """Return what a record is called and whom it is about, or 404 when it may not be shown."""
    classes = {cls.__tablename__: cls for cls in synced_classes()}
    cls = classes.get(table) or abort(404)
    rows = (db.session.get(cls, (scope, row_id)) for scope in _scopes())
    row = next((row for row in rows if row is not None), None)
    if row is None:
        abort(404)
    return _described(cls, row_id, row) or abort(404)


def _scopes() -> list[str]:
    scopes = current_scopes()
    if scopes.disaster is None:
        return [scopes.base]
    sealed = [scopes.sealed] if current_actor().may(SEALED_PERMISSION) else []
    return [scopes.base, scopes.core, *sealed]


def _cards(conflicts: Sequence[Conflict]) -> list[Card]:
    of_subject: dict[tuple[type[Synced], UUID], list[Conflict]] = defaultdict(list)
    for conflict in conflicts:
        of_subject[_subject(conflict)].append(conflict)
    cards = (_card(cls, row_id, found) for (cls, row_id), found in of_subject.items())
    return [card for card in cards if card is not None]


def _subject(conflict: Conflict) -> tuple[type[Synced], UUID]:
    """Return what a conflict is about: the person when the record is hers."""
    person_id = getattr(_row(conflict), "person_id", None)
    return (Person, person_id) if person_id else (conflict.cls, conflict.row_id)


def _row(conflict: Conflict) -> Synced:
    return db.session.get_one(conflict.cls, (conflict.scope, conflict.row_id))


def _card(cls: type[Synced], row_id: UUID, found: Sequence[Conflict]) -> Card | None:
    described = _described(cls, row_id, _row(found[0]))
    if described is None:
        return None
    of_field: dict[tuple[type[Synced], UUID, str], list[Conflict]] = defaultdict(list)
    for conflict in found:
        of_field[conflict.cls, conflict.row_id, conflict.name].append(conflict)
    questions = (_question(one) for one in of_field.values())
    ordered = sorted(questions, key=lambda one: (one.since, one.key))
    return Card(cls, row_id, *described, tuple(ordered))


def _described(
    cls: type[Synced], row_id: UUID, row: Synced
) -> tuple[str, tuple[DisclosedPerson, ...]] | None:
    """Return title and people of a card; None when the actor may not know of it."""
    if cls is Person:
        person = shown_person(row_id)
        return (title_of(cls), (person,)) if person else None
    sees_sealed = current_actor().may(SEALED_PERMISSION)
    scopes = current_scopes()
    if not sees_sealed and scopes.disaster is not None and is_sealed(cls, scopes, row_id):
        return None
    people = tuple(shown for each in _people_of(row) if (shown := shown_person(each)) is not None)
    name = getattr(row, "number", None) or getattr(row, "display_name", None)
    return (f"{title_of(cls)} {name}" if name else title_of(cls)), people


def _people_of(row: Synced) -> list[UUID]:
    """Return whom a record is about."""
    names = ("first_id", "second_id") if isinstance(row, PersonLink) else ("head_person_id",)
    return [found for name in names if (found := getattr(row, name, None)) is not None]


def _question(found: Sequence[Conflict]) -> Question:
    first = found[0]
    rows = tuple(_row(conflict) for conflict in found)
    heard: dict[bytes, tuple[Any, list[Opinion]]] = {}
    for conflict in found:
        for opinion in conflict.opinions:
            value = _meant(conflict, opinion)
            heard.setdefault(pack(value), (value, []))[1].append(opinion)
    in_force = pack(_in_force(first, rows))
    return Question(
        cls=first.cls,
        row_id=first.row_id,
        name=first.name,
        rows=rows,
        choices=tuple(
            _choice(first, str(place), value, opinions, is_in_force=raw == in_force)
            for place, (raw, (value, opinions)) in enumerate(heard.items())
        ),
        since=min(_second(conflict) for conflict in found),
    )


def _second(conflict: Conflict) -> datetime:
    """Return when the second opinion was written down."""
    times = sorted(opinion.recorded_at for opinion in conflict.opinions)
    return times[min(1, len(times) - 1)]


def _meant(conflict: Conflict, opinion: Opinion) -> Any:
    """Return what an opinion says: who sealed a person left nothing in core and changed nothing."""
    if conflict.cls is not Person or opinion.value is not None:
        return opinion.value
    return getattr(_holder(conflict.row_id, conflict.name), conflict.name)


def _in_force(conflict: Conflict, rows: Sequence[Synced]) -> Any:
    row = _holder(conflict.row_id, conflict.name) if conflict.cls is Person else rows[-1]
    return getattr(row, conflict.name)


def _holder(person_id: UUID, name: str) -> Person:
    """Return the row in which a field of a person is kept."""
    rows = person_rows(person_id)
    fullest = fullest_row(rows)
    return fullest if name in hidden_fields(fullest.protection) else rows[0]


def _choice(
    conflict: Conflict, key: str, value: Any, opinions: Sequence[Opinion], *, is_in_force: bool
) -> Choice:
    if conflict.name == WITHDRAWN:
        words = WITHDRAW if value else KEEP
    else:
        words = words_of_field(conflict.cls, conflict.name, value)
    weakens = isinstance(value, Protection) and not is_in_force
    voices = tuple(_voice(conflict, one) for one in opinions)
    return Choice(key, value, words, voices, is_in_force, PROTECTED if weakens else "")


def _voice(conflict: Conflict, opinion: Opinion) -> Voice:
    node = describe_node(opinion.node)
    is_edit = conflict.name == WITHDRAWN and not opinion.value
    labels = [label_of(conflict.cls, name) for name in opinion.written if name != WITHDRAWN]
    return Voice(
        who=name_of(opinion.actor),
        machine=node.words,
        when=opinion.recorded_at,
        reason=opinion.reason,
        wrote="、".join(labels) if is_edit else "",
        clock=node.clock,
    )
