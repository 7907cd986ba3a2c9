"""Fields of reception: birth dates as people say them, choices from enums."""

from collections.abc import Sequence
from typing import Any

from wtforms import StringField

from victim_support.core.clock import today
from victim_support.core.forms import TextField
from victim_support.core.japanese import BirthError, BirthValue, parse_birth
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.victims.rules import (
    Labelled,
)


def choices(members: type[Labelled]) -> list[tuple[str, str]]:
    """Return the choices of a field from an enum."""
    return [(member.value, member.label) for member in members]


class NameListField(TextField):
    """A pasted list of names; what limits it is the number of people, not of letters."""

    longest = 40_000


class BirthField(StringField):
    """A birth date in any notation, an age, an age band, or nothing (不明)."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data in {None, UNKNOWN} else typed_birth(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = UNKNOWN
        if valuelist:
            try:
                self.data = parse_birth(valuelist[0], today())
            except BirthError as error:
                raise ValueError(str(error)) from error


def typed_birth(birth: BirthValue) -> str:
    """Return a birth date as somebody would type it, so that a form shows what it can read."""
    if birth.date is not None:
        return f"{birth.date:%Y/%m/%d}"
    if birth.year is not None:
        return f"{birth.year}/{birth.month}" if birth.month else str(birth.year)
    return str(birth)
