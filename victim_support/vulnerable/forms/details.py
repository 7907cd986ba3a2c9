"""The form of a person's needs: one block for each kind that its reader may see."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from wtforms import HiddenField, SelectField

from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    LineField,
    TicksField,
    WarekiDateField,
    read_day,
)
from victim_support.vulnerable.rules.needs import (
    DAY_LABELS,
    DetailKind,
    Free,
    KindState,
    options_of,
)

TOLD_BY = ("本人", "家族", "支援者・施設", "書類", "職員が見た")
States = Mapping[DetailKind, KindState]


class DetailsForm(DeskForm):
    """What a person needs; the fields of each kind are added by ``details_form``."""

    idempotency_key = IdempotencyField()
    shown = HiddenField()
    """What the page showed, so that only what was changed is written."""
    told_by = SelectField("だれから聞きましたか", choices=[(who, who) for who in TOLD_BY])
    kinds: Sequence[DetailKind] = ()

    def states(self) -> dict[DetailKind, KindState]:
        """Return what was sent, by kind."""
        return {kind: self._state(kind) for kind in self.kinds}

    def states_shown(self) -> dict[DetailKind, KindState]:
        """Return what the page had shown; what cannot be read counts as nothing shown."""
        try:
            told = json.loads(self.shown.data or "{}")
            return {
                kind: KindState(
                    frozenset(told[kind.value]["values"]),
                    Free(
                        told[kind.value]["note"],
                        read_day(told[kind.value]["day"]) if told[kind.value]["day"] else None,
                    ),
                )
                for kind in self.kinds
                if kind.value in told
            }
        except (ValueError, KeyError, TypeError):
            return {}

    def show(self, states: States) -> None:
        """Remember what the page shows."""
        self.shown.data = json.dumps(
            {
                kind.value: {
                    "values": sorted(state.values),
                    "note": state.free.note,
                    "day": f"{state.free.day:%Y/%m/%d}" if state.free.day else "",
                }
                for kind, state in states.items()
                if kind in self.kinds
            },
            ensure_ascii=False,
        )

    def _state(self, kind: DetailKind) -> KindState:
        day = self[f"{kind.value}_day"].data if kind in DAY_LABELS else None
        note = self[f"{kind.value}_note"].data or ""
        return KindState(frozenset(self[kind.value].data or ()), Free(note, day))


def details_form(
    kinds: Sequence[DetailKind], states: States | None = None, **options: Any
) -> DetailsForm:
    """Return the form for the kinds that somebody may see, filled with what is known.

    Args:
        kinds: What may be seen and written.
        states: What is known, for a page that is opened; None takes what was sent.
        options: As for every form.
    """
    fields: dict[str, Any] = {"kinds": tuple(kinds)}
    for kind in kinds:
        fields |= _fields_of(kind, (states or {}).get(kind, KindState()))
    made = cast("type[DetailsForm]", type("KindsForm", (DetailsForm,), fields))
    if states is None:
        return made(**options)
    form = made(formdata=None, data=_data_of(kinds, states), **options)
    form.show(states)
    return form


def _fields_of(kind: DetailKind, known: KindState) -> dict[str, Any]:
    """Return the fields of a kind; what a newer version ticked can be kept or unticked."""
    newer = [value for value in sorted(known.values) if value not in options_of(kind)]
    choices = [*options_of(kind).items(), *((value, "不明（新しい版）") for value in newer)]
    fields: dict[str, Any] = {
        kind.value: TicksField(kind.label, choices=choices, validate_choice=False),
        f"{kind.value}_note": LineField(f"{kind.label}について"),
    }
    if kind in DAY_LABELS:
        fields[f"{kind.value}_day"] = WarekiDateField(DAY_LABELS[kind])
    return fields


def _data_of(kinds: Sequence[DetailKind], states: States) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for kind in kinds:
        state = states.get(kind, KindState())
        data |= {
            kind.value: sorted(state.values),
            f"{kind.value}_note": state.free.note,
            f"{kind.value}_day": state.free.day,
        }
    return data
