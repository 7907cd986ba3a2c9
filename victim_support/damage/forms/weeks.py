"""The form of the weeks in which districts are surveyed."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from wtforms import FieldList, Form, FormField, HiddenField

from victim_support.core.forms import DeskForm, Length, Optional, WarekiDateField
from victim_support.damage.weeks import District


class WeekRow(Form):
    """A district and a day of its week."""

    town = HiddenField(validators=[Length(max=100)])
    week = WarekiDateField("週の日付", validators=[Optional()])


class WeeksForm(DeskForm):
    """The week of every district; empty is not decided."""

    rows = FieldList(FormField(WeekRow))

    def offer(self, districts: Sequence[District]) -> None:
        """Show every district, once; what was typed stays."""
        typed = {row.form.town.data for row in self.rows}
        for one in districts:
            if one.town not in typed:
                values: dict[str, Any] = {"town": one.town, "week": one.week}
                self.rows.append_entry(values)
        for row in self.rows:
            row.form.week.label.text = f"{row.form.town.data}の週(その週のどの日でも)"

    def decided(self) -> Iterator[tuple[str, date | None]]:
        """Yield every district with its week."""
        for row in self.rows:
            yield row.form.town.data or "", row.form.week.data
