"""The judgements that wait for a second person, with what makes them stand out (一覧決裁)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from victim_support.core.db import db
from victim_support.core.japanese.addresses import address_key, near_key
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import DamagePhoto, Dwelling, Judgement, Recusal
from victim_support.damage.queries import (
    list_approved_judgements,
    list_dwellings,
    list_waiting_judgements,
    visible_scopes,
)
from victim_support.damage.rules import DamageGrade, may_decide
from victim_support.damage.rules.outliers import JudgedCase, Outlier, outliers_of, weight_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A judgement that waits, its dwelling, what stands out, and whether the actor may decide."""

    judgement: Judgement
    dwelling: Dwelling
    outliers: tuple[Outlier, ...]
    earlier: DamageGrade | None
    may_decide: bool


def list_waiting(by: UUID) -> list[Waiting]:
    """Return what waits for a decision, what stands out most first.

    Neighbours are those judged and those that wait as well: at first nothing is approved yet.
    """
    judgements = list_waiting_judgements()
    approved = list_approved_judgements()
    ids = {one.dwelling_id for one in (*judgements, *approved)}
    dwellings = list_dwellings(ids)
    grades = _newest_grades(approved)
    near = _by_street(_newest_grades(judgements) | grades, dwellings)
    photos, waiting = _photo_counts(), Counter(one.dwelling_id for one in judgements)
    recused = recused_dwellings(by)
    found: list[Waiting] = []
    for judgement in judgements:
        dwelling = dwellings.get(judgement.dwelling_id)
        if dwelling is None:
            continue
        earlier = grades.get(dwelling.id)
        neighbours = [grade for each, grade in near[_street(dwelling)] if each != dwelling.id]
        case = JudgedCase(
            grade=judgement.known_grade,
            method=judgement.method,
            earlier=earlier,
            calculated=_known(judgement.calculated_grade),
            neighbours=neighbours,
            photos=photos.get(dwelling.id, 0),
            others_waiting=waiting[dwelling.id] - 1,
        )
        allowed = (
            may_decide(decided_by=by, entered_by=judgement.entered_by)
            and dwelling.id not in recused
        )
        found.append(Waiting(judgement, dwelling, outliers_of(case), earlier, allowed))
    return sorted(found, key=lambda one: (weight_of(one.outliers), one.judgement.entered_at))


def recused_dwellings(staff_id: UUID) -> set[UUID]:
    """Return the dwellings somebody does not decide on."""
    statement = select(Recusal.dwelling_id).where(
        Recusal.scope == current_scopes().base,
        Recusal.is_withdrawn.is_(False),
        Recusal.staff_id == staff_id,
    )
    return set(db.session.scalars(statement))


def _newest_grades(rounds: Iterable[Judgement]) -> dict[UUID, DamageGrade]:
    """Return the grade of the newest of these rounds of each dwelling."""
    ordered = sorted(rounds, key=lambda one: (one.round, one.judged_on))
    return {one.dwelling_id: one.known_grade for one in ordered if one.known_grade}


def _by_street(
    grades: Mapping[UUID, DamageGrade], dwellings: Mapping[UUID, Dwelling]
) -> dict[str, list[tuple[UUID, DamageGrade]]]:
    streets: dict[str, list[tuple[UUID, DamageGrade]]] = defaultdict(list)
    for dwelling_id, grade in grades.items():
        if dwelling := dwellings.get(dwelling_id):
            streets[_street(dwelling)].append((dwelling_id, grade))
    streets.pop("", None)
    return streets


def _street(dwelling: Dwelling) -> str:
    return near_key(address_key(dwelling.address))


def _photo_counts() -> dict[UUID, int]:
    statement = (
        select(DamagePhoto.dwelling_id, func.count())
        .where(DamagePhoto.scope.in_(visible_scopes()), DamagePhoto.is_withdrawn.is_(False))
        .group_by(DamagePhoto.dwelling_id)
    )
    return dict(db.session.execute(statement).all())


def _known(grade: DamageGrade | str | None) -> DamageGrade | None:
    return grade if isinstance(grade, DamageGrade) else None
