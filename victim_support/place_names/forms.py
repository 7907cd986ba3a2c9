"""The form that takes a list of other names of places."""

from wtforms import RadioField, ValidationError

from victim_support.core.forms import DeskForm, IdempotencyField, TextField, required
from victim_support.place_names.rules import MOST_LINES, NamedPlace, PlaceNameKind, read_names

_SHOWN = 5


class NamesField(TextField):
    """A pasted list; what limits it is the number of lines."""

    longest = 400_000


class NamesForm(DeskForm):
    """Names with their readings and places, a line each."""

    idempotency_key = IdempotencyField()
    kind = RadioField(
        "種類",
        choices=[(kind.value, kind.label) for kind in PlaceNameKind],
        validators=[required("屋号か、旧町村・旧字かを選んでください。")],
    )
    lines = NamesField("一覧", validators=[required("1行に1つずつ入れてください。")])

    def validate_lines(self, field: NamesField) -> None:
        if len((field.data or "").splitlines()) > MOST_LINES:
            message = f"一度に{MOST_LINES}行までです。分けて入れてください。"
            raise ValidationError(message)
        problems = read_names(field.data or "").problems
        if problems:
            more = len(problems) - _SHOWN
            rest = f"ほか{more}行も確かめてください。" if more > 0 else ""
            raise ValidationError("".join([*problems[:_SHOWN], rest]))

    @property
    def places(self) -> list[NamedPlace]:
        """Return what was read."""
        return read_names(self.lines.data or "").places
