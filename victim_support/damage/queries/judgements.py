"""Reads of judgements: those of a dwelling, those that wait, the one in force."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, Select, func, select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.damage.models import Judgement
from victim_support.damage.queries.dwellings import in_chunks
from victim_support.damage.rules import InForcePolicy, JudgementState, in_force

POLICY_SETTING = "damage.in_force_policy"


@dataclass(frozen=True, slots=True)
class CurrentJudgement:
    """The judgement in force of a dwelling, and why it is this one."""

    judgement: Judgement | None
    reason: str


def list_doubled_judgements(dwelling_ids: Collection[UUID] | None = None) -> list[list[Judgement]]:
    """Return approved judgements of one round of a dwelling that are not the same (食い違い).

    Two laptops judged the same dwelling; neither is silently the winner.
    """
    of_round: dict[tuple[UUID, int], list[Judgement]] = defaultdict(list)
    chosen = _approved_twice() if dwelling_ids is None else dwelling_ids
    for judgement in _judgements(*_approved(), Judgement.dwelling_id.in_(chosen)):
        of_round[judgement.dwelling_id, judgement.round].append(judgement)
    return [
        found
        for found in of_round.values()
        if len({(one.grade, one.no_grade) for one in found}) > 1
    ]


def get_judgement(judgement_id: UUID) -> Judgement:
    """Return a judgement or 404."""
    judgement = db.session.get(Judgement, (current_scopes().core, judgement_id))
    if judgement is None or judgement.is_withdrawn:
        abort(404)
    return judgement


def list_judgements(dwelling_id: UUID) -> list[Judgement]:
    """Return all rounds of judgement of a dwelling, oldest first."""
    return _judgements(Judgement.dwelling_id == dwelling_id)


def list_waiting_judgements(*, limit: int | None = None, start: int = 0) -> list[Judgement]:
    """Return the judgements no second person has decided on, oldest first."""
    return _judgements(*_waiting(), limit=limit, start=start)


def count_waiting_judgements() -> int:
    """Return how many judgements no second person has decided on."""
    return db.session.scalar(select(func.count()).where(*_own(), *_waiting())) or 0


def list_approved_judgements() -> list[Judgement]:
    """Return the judgements a second person has approved, oldest round first."""
    return _judgements(*_approved())


def judgement_in_force(dwelling_id: UUID) -> CurrentJudgement:
    """Return the judgement in force of one dwelling."""
    return judgements_in_force([dwelling_id])[dwelling_id]


def judgements_in_force(dwelling_ids: Collection[UUID]) -> dict[UUID, CurrentJudgement]:
    """Return the judgement in force of each dwelling."""
    rounds: dict[UUID, list[Judgement]] = defaultdict(list)
    for ids in in_chunks(dwelling_ids):
        for judgement in _judgements(Judgement.dwelling_id.in_(ids)):
            rounds[judgement.dwelling_id].append(judgement)
    policy = in_force_policy()
    return {dwelling_id: _current(rounds[dwelling_id], policy) for dwelling_id in dwelling_ids}


def in_force_policy() -> InForcePolicy:
    """Return the municipality's choice between the heavier and the newer judgement."""
    chosen = setting(POLICY_SETTING)
    return next((one for one in InForcePolicy if one == chosen), InForcePolicy.HEAVIER)


def _current(rounds: list[Judgement], policy: InForcePolicy) -> CurrentJudgement:
    unknown = [one for one in rounds if one.grade and one.known_grade is None]
    if any(one.state is JudgementState.APPROVED for one in unknown):
        return CurrentJudgement(None, "新しい版の判定があります。プログラムを新しくしてください。")
    chosen = in_force([one.facts for one in rounds], policy)
    by_id = {one.id: one for one in rounds}
    return CurrentJudgement(by_id[chosen.judgement.id] if chosen.judgement else None, chosen.reason)


def _own() -> tuple[ColumnElement[bool], ...]:
    return Judgement.scope == current_scopes().core, Judgement.is_withdrawn.is_(False)


def _approved() -> tuple[ColumnElement[bool], ...]:
    return (Judgement.approved_at.is_not(None),)


def _approved_twice() -> Select[UUID]:
    """Return the dwellings of which one round was approved more than once."""
    rounds = (Judgement.dwelling_id, Judgement.round)
    of_round = select(Judgement.dwelling_id).where(*_own(), *_approved()).group_by(*rounds)
    return of_round.having(func.count() > 1)


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return Judgement.approved_at.is_(None), Judgement.returned_at.is_(None)


def _judgements(
    *conditions: ColumnElement[bool], limit: int | None = None, start: int = 0
) -> list[Judgement]:
    statement = (
        select(Judgement)
        .where(*_own(), *conditions)
        .order_by(Judgement.round, Judgement.entered_at, Judgement.id)
        .limit(limit)
        .offset(start)
    )
    return list(db.session.scalars(statement))
