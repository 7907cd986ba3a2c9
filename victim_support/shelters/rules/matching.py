"""Decide what each row of a list does to the shelters that are known; nothing is written here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from victim_support.core.ids import natural_id
from victim_support.shelters.rules.delisting import delisted_at
from victim_support.shelters.rules.identity import (
    fold_address,
    fold_name,
    natural_key,
    same_name,
    similar_name,
)
from victim_support.shelters.rules.records import (
    BLANK,
    Count,
    ParsedFile,
    Refusal,
    Repair,
    ShelterRecord,
)

Values = dict[str, Any]
_TEXTS = ("name_kana", "address", "phone", "accepts", "other_matters", "district", "area", "note")
_NEAR = 0.003  # degrees
_CAPACITIES = ("capacity_indoor", "capacity_outdoor", "capacity_total", "capacity_text")


class Outcome(StrEnum):
    """What a row does."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shelter that may be the one of a row; a person decides."""

    row: int
    shelter_id: UUID
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class NewCount:
    """A head count that is not known yet."""

    id: UUID
    shelter_id: UUID
    count: Count


@dataclass(frozen=True, slots=True)
class Step:
    """What one row changes: the values to set on one shelter, and its new head counts."""

    row: int
    outcome: Outcome
    shelter_id: UUID
    values: Values
    counts: tuple[NewCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import will do, row by row."""

    rows_read: int
    steps: tuple[Step, ...]
    repaired: tuple[Repair, ...]
    refused: tuple[Refusal, ...]
    candidates: tuple[Candidate, ...]
    unknown_columns: tuple[str, ...]
    left_out: int = 0
    delisted: tuple[NewCount, ...] = ()
    """Nobody, from the first later moment of the file at which a shelter is not on the list."""

    def number(self, outcome: Outcome) -> int:
        """Return how many rows have an outcome."""
        return sum(step.outcome is outcome for step in self.steps)

    @property
    def head_counts(self) -> int:
        """Return how many head counts are new."""
        return sum(len(step.counts) for step in self.steps)

    def as_dict(self) -> dict[str, Any]:
        """Return the report for ``--report`` and ``--json``."""
        return {
            "rows_read": self.rows_read,
            "created": self.number(Outcome.CREATED),
            "updated": self.number(Outcome.UPDATED),
            "unchanged": self.number(Outcome.UNCHANGED),
            "head_counts": self.head_counts,
            "delisted": len(self.delisted),
            "left_out": self.left_out,
            "repaired": [
                {"row": one.row, "field": one.field, "was": one.was, "now": one.now, "why": one.why}
                for one in self.repaired
            ],
            "refused": [{"row": one.row, "why": one.why} for one in self.refused],
            "candidates": [
                {"row": one.row, "shelter": str(one.shelter_id), "name": one.name, "why": one.why}
                for one in self.candidates
            ],
            "unknown_columns": list(self.unknown_columns),
        }


@dataclass(slots=True)
class Known:
    """A shelter as it is before or becomes during the import."""

    id: UUID
    values: Values
    is_withdrawn: bool = False
    row: int | None = None


def plan_import(
    parsed: ParsedFile,
    known: Iterable[Known],
    *,
    count_ids: Collection[UUID] = (),
    disaster: str | None = None,
    accept_candidates: bool = False,
) -> Plan:
    """Return what each row does.

    Args:
        parsed: The rows of the file.
        known: All shelters that are known, withdrawn ones too.
        count_ids: Ids of the head counts of the disaster.
        disaster: Its key; without one no head count can be recorded.
        accept_candidates: A person has said that same name and address is the same shelter.
    """
    planner = _Planner(parsed.is_open_list, set(count_ids), disaster, accept_candidates)
    for shelter in known:
        planner.add(shelter)
    for record in parsed.records:
        planner.take(record)
    return Plan(
        rows_read=parsed.rows_read,
        steps=tuple(planner.steps),
        repaired=tuple(sorted([*parsed.repaired, *planner.repaired], key=lambda one: one.row)),
        refused=tuple(sorted([*parsed.refused, *planner.refused], key=lambda one: one.row)),
        candidates=tuple(planner.candidates),
        unknown_columns=parsed.unknown_columns,
        left_out=parsed.left_out,
        delisted=() if _has_lost_rows(parsed, planner) else tuple(planner.delisted()),
    )


def _has_lost_rows(parsed: ParsedFile, planner: "_Planner") -> bool:
    """Tell whether a shelter may be missing only because its row was refused."""
    return bool(planner.refused) or any(one.why != BLANK for one in parsed.refused)


@dataclass(slots=True)
class _Planner:
    fills_only: bool
    count_ids: set[UUID]
    disaster: str | None
    accept_candidates: bool
    steps: list[Step] = field(default_factory=list)
    repaired: list[Repair] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    _seen: dict[UUID, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    _by_id: dict[UUID, Known] = field(default_factory=dict)
    _by_municipal_id: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    _by_name: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def add(self, shelter: Known) -> None:
        """Make a shelter findable by id, municipal ID and name."""
        self._by_id[shelter.id] = shelter
        if shelter.values.get("municipal_id"):
            self._by_municipal_id[_without_zeros(shelter.values["municipal_id"])].append(shelter)
        self._by_name[fold_name(shelter.values["name"])].append(shelter)

    def take(self, record: ShelterRecord) -> None:
        """Decide one row."""
        new_id = natural_id("shelter", record.municipality, natural_key(record))
        shelter = self._by_id.get(new_id) or self._with_municipal_id(record)
        if shelter is None:
            shelter = self._by_candidate(record)
            if shelter is None:
                return self._create(record, new_id)
            if not self.accept_candidates:
                return self._refuse(
                    record, "同じ名称・住所の避難所が登録されている。人が確かめること"
                )
        why_not = self._why_not(record, shelter)
        return self._refuse(record, why_not) if why_not else self._update(record, shelter)

    def _with_municipal_id(self, record: ShelterRecord) -> Known | None:
        if record.common_id or not record.municipal_id:
            return None
        found = [
            shelter
            for shelter in self._by_municipal_id.get(_without_zeros(record.municipal_id), ())
            if _may_be_of_kind(record, shelter)
        ]
        here = [one for one in found if one.values["municipality"] == record.municipality]
        if here:
            return here[0]
        named = [one for one in found if same_name(one.values["name"], record.name)]
        return named[0] if len(named) == 1 and not record.municipal_id.isdigit() else None

    def _by_candidate(self, record: ShelterRecord) -> Known | None:
        """Return a shelter of the same name and place under another ID, and note it.

        A row with an ID of its own is another shelter all the same; one without any waits.
        """
        for shelter in self._by_name.get(fold_name(record.name), ()):
            if _is_same_place(record, shelter) and _may_be_of_kind(record, shelter):
                name = shelter.values["name"]
                why = "名称と住所が同じ避難所が別のIDで登録されている"
                self.candidates.append(Candidate(record.row, shelter.id, name, why))
                return None if record.common_id or record.municipal_id else shelter
        return None

    def _why_not(self, record: ShelterRecord, shelter: Known) -> str:
        name = shelter.values["name"]
        if shelter.is_withdrawn:
            return f"「{name}」は取り下げた避難所。戻すには画面から戻すこと"
        is_same_row = shelter.row is not None and not self.fills_only
        if similar_name(name, record.name) or (not is_same_row and _is_near(record, shelter)):
            return ""
        if shelter.row is not None:
            return f"{shelter.row}行目「{name}」と同じIDだが、名称が違う"
        if self.fills_only:
            return f"このIDは「{name}」のもの。人数を別の避難所に付けないため取り込まない"
        return ""

    def _refuse(self, record: ShelterRecord, why: str) -> None:
        self.refused.append(Refusal(record.row, why))

    def _create(self, record: ShelterRecord, new_id: UUID) -> None:
        values = _values_of(record)
        self.add(Known(new_id, dict(values), row=record.row))
        counts = self._new_counts(record, new_id)
        self.steps.append(Step(record.row, Outcome.CREATED, new_id, values, counts))

    def _update(self, record: ShelterRecord, shelter: Known) -> None:
        new = _values_of(record)
        known_name = shelter.values["name"]
        changes = dict(_changes(shelter.values, new, fills_only=self.fills_only))
        counts = self._new_counts(record, shelter.id)
        if shelter.row is not None and not self.fills_only:
            how = "違う内容のため後の行を採った" if changes else "同じ内容"
            self.repaired.append(
                Repair(record.row, "ID", "", "", f"{shelter.row}行目の再出、{how}")
            )
        if self.fills_only and fold_name(record.name) != fold_name(known_name):
            why = "同じIDで登録されている名称を使った"
            self.repaired.append(Repair(record.row, "名称", record.name, known_name, why))
        shelter.values |= changes
        outcome = Outcome.UPDATED if changes or counts else Outcome.UNCHANGED
        self.steps.append(Step(record.row, outcome, shelter.id, changes, counts))

    def _new_counts(self, record: ShelterRecord, shelter_id: UUID) -> tuple[NewCount, ...]:
        if record.counts and self.disaster is None:
            why = "災害が選ばれていないため人数は記録していない"
            people = ", ".join(str(count.people) for count in record.counts)
            self.repaired.append(Repair(record.row, "人数", people, "", why))
            return ()
        self._seen[shelter_id] |= {count.observed_at for count in record.counts}
        made = (self._new_count(shelter_id, one, str(one.people)) for one in record.counts)
        return tuple(each for each in made if each is not None)

    def delisted(self) -> Iterable[NewCount]:
        """Yield the moments at which shelters left the list, as counts of nobody."""
        for shelter_id, moment in delisted_at(self._seen):
            new = self._new_count(shelter_id, Count(0, moment), "delisted")
            if new is not None:
                yield new

    def _new_count(self, shelter_id: UUID, count: Count, what: str) -> NewCount | None:
        key = f"{shelter_id}/{count.observed_at.isoformat()}/{what}"
        # the shelter's id already says the municipality
        count_id = natural_id("head_count", self.disaster or "", key)
        if count_id in self.count_ids:
            return None
        self.count_ids.add(count_id)
        return NewCount(count_id, shelter_id, count)


def _values_of(record: ShelterRecord) -> Values:
    """Return what a row says, by the names of the model's fields; only what its file speaks of."""
    values: Values = {"name": record.name, "municipality": record.municipality}
    values |= {name: getattr(record, name) for name in _TEXTS if name in record.given}
    values |= {"common_id": record.common_id, "municipal_id": record.municipal_id}
    if "position" in record.given and record.latitude is not None:
        values |= {"latitude": record.latitude, "longitude": record.longitude}
    if "capacity" in record.given:
        values |= {name: getattr(record, name) for name in _CAPACITIES}
    if "hazards" in record.given:
        values["hazards"] = [hazard.value for hazard in record.hazards]
    if record.overlaps_other_kind or "overlaps_other_kind" in record.given:
        values["overlaps_other_kind"] = record.overlaps_other_kind
    if record.elevation is not None:
        values["elevation"] = record.elevation
    if record.kind is not None:
        values["kind"] = record.kind
    return {name: value for name, value in values.items() if value not in (None, "")}


def _changes(
    old: Mapping[str, Any], new: Mapping[str, Any], *, fills_only: bool
) -> Iterable[tuple[str, Any]]:
    """Yield what a row changes: an empty cell erases nothing; an open list only fills gaps."""
    for name, value in new.items():
        if name in {"municipality", "municipal_id"} and old.get(name):
            continue  # part of the identity, whatever way the shelter was found
        if old.get(name) == value or (fills_only and old.get(name) not in (None, "", [])):
            continue
        yield name, value


def _without_zeros(municipal_id: str) -> str:
    """Return what IDs are compared by: a spreadsheet makes 1 of 001."""
    return municipal_id.lstrip("0") if municipal_id.isdigit() else municipal_id


def _may_be_of_kind(record: ShelterRecord, shelter: Known) -> bool:
    kind = shelter.values.get("kind")
    return record.kind is None or kind in (None, record.kind)


def _is_near(record: ShelterRecord, shelter: Known) -> bool:
    """Tell whether two positions lie within some 300 m."""
    here = record.latitude, record.longitude
    there = shelter.values.get("latitude"), shelter.values.get("longitude")
    pairs = zip(here, there, strict=True)
    return all(
        one is not None and other is not None and abs(one - other) < _NEAR for one, other in pairs
    )


def _is_same_place(record: ShelterRecord, shelter: Known) -> bool:
    values = shelter.values
    if values["municipality"] != record.municipality:
        return False
    if record.common_id and values.get("common_id"):
        return False
    addresses = {fold_address(text) for text in (record.address, values.get("address")) if text}
    return len(addresses) < 2
