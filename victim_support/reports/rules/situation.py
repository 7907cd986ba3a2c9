"""What a situation report (状況報告) says: figures in sections, one line per shelter; no names.

The same values are shown on screen, printed, written as CSV and JSON, and frozen when the report
is published, so that what was published can be printed again for ever.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

Value = int | float | str | None


class Figure(msgspec.Struct, frozen=True):
    """One figure with its words; None is unknown, never 0."""

    key: str
    label: str
    value: Value
    unit: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """Return the figure with its unit as people read it."""
        return told(self.value, self.unit)


class Section(msgspec.Struct, frozen=True):
    """Figures that stand together under a heading."""

    key: str
    title: str
    figures: tuple[Figure, ...]


class ShelterLine(msgspec.Struct, frozen=True):
    """One shelter in a report: numbers and states only."""

    id: UUID
    name: str
    status: str
    is_open: bool
    people: int | None
    named: int = 0
    unnamed: int = 0
    observed: int | None = None
    observed_at: datetime | None = None
    capacity: int | None = None
    district: str = ""
    address: str = ""
    phone: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    crowding: str = ""
    lifelines: dict[str, str] = {}
    needs: dict[str, int] = {}
    requests: str = ""
    reported_at: datetime | None = None
    wanted: tuple[str, ...] = ()
    """What was asked of the headquarters and is not answered yet (要請), line by line."""

    @property
    def has_people(self) -> bool:
        return bool(self.people)

    @property
    def is_full(self) -> bool:
        """Tell whether as many people are there as fit in."""
        return bool(self.capacity and self.people is not None and self.people >= self.capacity)

    @property
    def fill(self) -> int | None:
        """Return people against capacity in percent, or None where one is unknown."""
        if self.people is None or not self.capacity:
            return None
        return round(100 * self.people / self.capacity)

    @property
    def needs_text(self) -> str:
        return "、".join(f"{word}{number}" for word, number in self.needs.items())

    @property
    def wishes(self) -> str:
        """Return what is asked for: open requests for goods, and words of the last report."""
        return "、".join([*self.wanted, *([self.requests] if self.requests else [])])

    @property
    def troubles(self) -> str:
        """Return what cannot be used or only partly, in words."""
        return "、".join(
            f"{name}{state}" for name, state in self.lifelines.items() if state != "使える"
        )


class Situation(msgspec.Struct, frozen=True):
    """A whole report as of one moment."""

    kind: str
    title: str
    disaster: str
    as_of: datetime
    sections: tuple[Section, ...]
    shelters: tuple[ShelterLine, ...] = ()
    notes: tuple[str, ...] = ()

    def figure(self, key: str) -> Figure | None:
        """Return a figure by its key, or None when this report has none."""
        return next((one for one in self.figures if one.key == key), None)

    @property
    def figures(self) -> list[Figure]:
        """Return all figures in their order."""
        return [one for section in self.sections for one in section.figures]

    @property
    def in_use(self) -> list[ShelterLine]:
        """Return the shelters that were open or held people."""
        return [line for line in self.shelters if line.is_open or line.has_people]


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that is known otherwise than it was published (訂正)."""

    label: str
    was: str
    now: str


SHELTER_COLUMNS = (("status", "状態", ""), ("people", "人数", "人"))


def told(value: Value, unit: str = "") -> str:
    """Return a value for people: what is not known is a dash, never 0."""
    if value is None or value == "":
        return "―"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".") + unit
    return f"{value:,}{unit}" if isinstance(value, int) else f"{value}{unit}"


def to_content(situation: Situation) -> dict[str, Any]:
    """Return a report as plain values, to be frozen or written as JSON."""
    content: dict[str, Any] = msgspec.to_builtins(situation)
    return content


def from_content(content: Mapping[str, Any]) -> Situation:
    """Return a report from what was frozen; parts of a newer version are left out."""
    return msgspec.convert(content, Situation)


def corrections(published: Situation, live: Situation) -> list[Correction]:
    """Return what is known otherwise today about the moment of a published report."""
    now = {one.key: one for one in live.figures}
    found = [
        Correction(one.label, one.text, now[one.key].text)
        for one in published.figures
        if one.key in now and one.value != now[one.key].value
    ]
    return [*found, *_of_shelters(published.shelters, live.shelters)]


def _of_shelters(
    published: Sequence[ShelterLine], live: Sequence[ShelterLine]
) -> Iterable[Correction]:
    before = {line.id: line for line in published}
    after = {line.id: line for line in live}
    for shelter_id in dict.fromkeys([*before, *after]):
        old, new = before.get(shelter_id), after.get(shelter_id)
        some = new or old
        if some is None:
            continue
        missing = _silent(some)
        for name, label, unit in SHELTER_COLUMNS:
            was, now = getattr(old or missing, name), getattr(new or missing, name)
            if was != now:
                yield Correction(f"{some.name} {label}", told(was, unit), told(now, unit))


def _silent(line: ShelterLine) -> ShelterLine:
    """Return a shelter of which a report says nothing."""
    return msgspec.structs.replace(line, status="", people=None)
