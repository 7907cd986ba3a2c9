"""Figures of 第4号様式 as of any moment: what people counted by hand, under the form's rows."""

from datetime import datetime

from sqlalchemy import select

from victim_support.core.actor import name_of
from victim_support.core.dates import day_time
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.reports.models import DamageFigure
from victim_support.reports.queries.place import disaster_day, disaster_name, own_folder
from victim_support.reports.rules import (
    Figure,
    Form,
    FormRow,
    ReportKind,
    Section,
    Situation,
    damage_form,
)


def get_damage_form() -> Form:
    """Return the form in force on the day of the disaster."""
    return damage_form(disaster_day(), own_folder())


def list_damage_figures(*, until: datetime | None = None) -> list[DamageFigure]:
    """Return every figure that was told, the newest first."""
    scopes = current_scopes()
    if scopes.disaster is None:
        return []
    statement = select(DamageFigure).where(
        DamageFigure.scope == scopes.core, DamageFigure.is_withdrawn.is_(False)
    )
    if until is not None:
        statement = statement.where(DamageFigure.as_of <= until)
    return list(
        db.session.scalars(statement.order_by(DamageFigure.as_of.desc(), DamageFigure.id.desc()))
    )


def latest_damage_figures(at: datetime) -> dict[str, DamageFigure]:
    """Return the figure of each row that held at a moment."""
    latest: dict[str, DamageFigure] = {}
    for figure in list_damage_figures(until=at):
        latest.setdefault(figure.item, figure)
    return latest


def damage_situation(at: datetime) -> Situation:
    """Return 第4号様式 as of a moment; a row nobody has counted is unknown, not 0."""
    form, told = get_damage_form(), latest_damage_figures(at)
    sections = tuple(
        Section(str(number), block, tuple(_figure(row, told.get(row.key)) for row in rows))
        for number, (block, rows) in enumerate(form.blocks.items())
    )
    checked = () if form.is_confirmed else (f"様式の行は公式の文書と未照合です({form.source})。",)
    return Situation(
        kind=ReportKind.DAMAGE.value,
        title=ReportKind.DAMAGE.label,
        disaster=disaster_name(),
        as_of=at,
        sections=sections,
        notes=checked,
    )


def _figure(row: FormRow, told: DamageFigure | None) -> Figure:
    if told is None:
        return Figure(row.key, row.label, None, row.unit)
    whole = int(told.value) if float(told.value).is_integer() else told.value
    by = told.told_by or name_of(told.recorded_by)
    return Figure(row.key, row.label, whole, row.unit, f"{day_time(told.as_of)} {by}")
