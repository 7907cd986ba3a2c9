"""Forms of the tables that the municipality decides on."""

from collections.abc import Sequence
from typing import Any

from wtforms import FieldList, RadioField, SelectField
from wtforms.validators import ValidationError

from victim_support.core.forms import DeskForm, IdempotencyField, Length, LineField, required
from victim_support.damage.rules.editing import Cell, CellError, typed

CONFIRM, REPLACE = "confirm", "replace"


class EditionForm(DeskForm):
    """Which edition of the guideline a disaster is judged by."""

    edition = SelectField("この災害に使う版")

    def offer(self, editions: Sequence[str], by_day: str) -> None:
        """Offer the editions; the first is the one of the day of the disaster."""
        names = [(name, f"{name}版") for name in editions]
        self.edition.choices = [("", f"災害の日に効力のある版({by_day}版)"), *names]


class RowForm(DeskForm):
    """Confirm a row of a table, or replace its values, with the source."""

    idempotency_key = IdempotencyField()
    act = RadioField(
        "すること",
        choices=[(CONFIRM, "いまの値のまま、確かめたものとする"), (REPLACE, "値を入れ替える")],
        validators=[required("どちらかを選んでください。")],
    )
    cells = FieldList(LineField("値", validators=[Length(max=400)]))
    source = LineField(
        "出典(照合した文書と、照合した課・日)",
        validators=[required("出典を入れてください。"), Length(max=200)],
    )
    values: dict[str, Any] | None = None

    def offer(self, cells: Sequence[Cell], shape: Any) -> None:
        """Give every value of the row its field, filled with what it is now."""
        self._shape = shape
        while len(self.cells) < len(cells):
            self.cells.append_entry(cells[len(self.cells)].text)
        for cell, entry in zip(cells, self.cells, strict=False):
            entry.label.text = cell.label

    def validate_cells(self, field: Any) -> None:
        """Read the values that replace those of the row."""
        if self.act.data != REPLACE:
            return
        try:
            self.values = typed(self._shape, [text or "" for text in field.data])
        except CellError as error:
            raise ValidationError(str(error)) from error
        except ValueError as error:
            raise ValidationError("値の数が、この表と違います。開き直してください。") from error


class WholeForm(DeskForm):
    """Confirm all rows of an edition of a table whose values are known."""

    idempotency_key = IdempotencyField()
    source = LineField("出典", validators=[required("出典を入れてください。"), Length(max=200)])


class TakeBackForm(DeskForm):
    """Take a decision on a table back."""
