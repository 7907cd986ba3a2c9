"""Decide conflicts (食い違いを決める), with everything that hangs on the value."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from victim_support.certificates.models import NumberEntry
from victim_support.conflicts.queries import Card, Question
from victim_support.core import clock
from victim_support.core.db import Synced, db
from victim_support.damage import services as damage
from victim_support.damage.models import Judgement
from victim_support.evacuees.services import protect_person
from victim_support.journal.conflicts import resolve
from victim_support.journal.history import check_version, version_of
from victim_support.journal.versions import BadTokenError
from victim_support.victims import services as victims
from victim_support.victims.models import Person, PersonLink
from victim_support.victims.rules import Protection

Writer = Callable[[Question, Any, str, UUID | None], None]


class ConflictError(Exception):
    """Something the desk can read and act on."""


class ChangedMeanwhileError(ConflictError):
    """Somebody wrote to the record since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "画面を開いたあとに、この記録が変わりました。いまの内容を確かめて、もう一度決めてください。"
        )


def versions_of(card: Card) -> dict[str, str]:
    """Return what the reader of a card sees: a token for each row."""
    return {_name(row): version_of(row) for row in _rows(card)}


def decide_card(
    card: Card,
    decisions: Mapping[str, Any],
    *,
    versions: Mapping[str, str],
    reason: str,
    by: UUID | None,
) -> None:
    """Decide some or all questions of a card, on every opinion that its reader saw.

    Args:
        card: The card as it is now, read in the same transaction.
        decisions: The chosen value by the key of its question.
        versions: What ``versions_of`` gave when the page was made.
        reason: How it was found out.
        by: Who decides.

    Raises:
        ChangedMeanwhileError: Something else was written since.
        ConflictError: Somebody else has to decide.
    """
    for row in _rows(card):
        _check(row, versions.get(_name(row), ""))
    chosen = [question for question in card.questions if question.key in decisions]
    for question in chosen:
        _check_judge(question, by)
    for question in chosen:
        _decide(question, decisions[question.key], reason, by)


def _check_judge(question: Question, by: UUID | None) -> None:
    """Refuse before anything is written: what stands on a card is decided together."""
    for row in question.rows:
        if isinstance(row, Judgement):
            try:
                damage.check_judge(row, by)
            except damage.DamageError as error:
                raise ConflictError(str(error)) from error


def _decide(question: Question, value: Any, reason: str, by: UUID | None) -> None:
    write = _WRITERS.get(question.cls)
    if write is not None:
        write(question, value, reason, by)
        db.session.flush()
    for row in question.rows:
        kept = getattr(row, question.name) if question.cls is Person else value
        resolve(row, question.name, kept, reason)
        if isinstance(row, Person) and question.name == "name":  # else another's stays beside it
            resolve(row, "name_display", row.name_display, reason)
    db.session.flush()


def _write_person(question: Question, value: Any, _reason: str, _by: UUID | None) -> None:
    """Give each row of a person what it may hold; a protection goes to all that tells of her."""
    if question.name == "protection" and isinstance(value, Protection):
        if value is not Protection.NONE:
            protect_person(question.row_id, value)
        return
    victims.update_person(question.row_id, **{question.name: value})


def _write_number(question: Question, _value: Any, reason: str, by: UUID | None) -> None:
    for row in question.rows:
        if isinstance(row, NumberEntry):
            row.state_at, row.state_by, row.state_reason = clock.now(), by, reason


def _write_link(question: Question, _value: Any, reason: str, by: UUID | None) -> None:
    for row in question.rows:
        if isinstance(row, PersonLink):
            row.decided_at, row.decided_by, row.reason = clock.now(), by, reason


def _write_judgement(question: Question, value: Any, reason: str, by: UUID | None) -> None:
    for row in question.rows:
        if isinstance(row, Judgement) and by is not None:
            damage.settle_judgement(row, verdict=value, reason=reason, by=by)


_WRITERS: dict[type[Synced], Writer] = {
    Person: _write_person,
    NumberEntry: _write_number,
    PersonLink: _write_link,
    Judgement: _write_judgement,
}


def _rows(card: Card) -> list[Synced]:
    rows = {_name(row): row for question in card.questions for row in question.rows}
    return [rows[name] for name in sorted(rows)]


def _name(row: Synced) -> str:
    return f"{row.__tablename__}/{row.scope}/{row.id}"


def _check(row: Synced, token: str) -> None:
    try:
        changes = check_version(row, token)
    except BadTokenError as error:
        raise ChangedMeanwhileError from error
    if changes:
        raise ChangedMeanwhileError
