"""The form of a disaster."""

from datetime import datetime, time
from typing import Any

from wtforms import HiddenField, TimeField, ValidationError

from victim_support.core.clock import JAPAN, local, now
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    NameField,
    Optional,
    TicksField,
    WarekiDateField,
    required,
)
from victim_support.disasters.models import Disaster
from victim_support.disasters.rules import SOONEST, DisasterKind


class DisasterForm(DeskForm):
    """What is said of a disaster."""

    name = NameField("災害の名称", [required(), Length(max=100)])
    kinds = TicksField(
        "災害の種類",
        [required("1つ以上選んでください。")],
        choices=[(kind.value, kind.label) for kind in DisasterKind],
    )
    started_on = WarekiDateField("始まった日", [required()])
    started_time = TimeField("始まった時刻", [Optional()])
    area = LineField("区域", [Length(max=200)])
    version = HiddenField()

    def validate_started_on(self, field: WarekiDateField) -> None:
        """Refuse a beginning that lies further ahead than tomorrow: a slip of the year."""
        if field.data is not None and field.data > local(now() + SOONEST).date():
            message = "始まった日が明日より先になっています。年と月日を確かめてください。"
            raise ValidationError(message)

    @property
    def values(self) -> dict[str, Any]:
        """Return what the services take."""
        chosen = set(self.kinds.data or ())
        return {
            "name": self.name.data,
            "kinds": [kind for kind in DisasterKind if kind.value in chosen],
            "started_at": self._started_at(),
            "area": self.area.data or "",
        }

    def show(self, disaster: Disaster) -> None:
        """Fill in what is known."""
        self.name.data = disaster.name
        self.kinds.data = list(disaster.kinds or ())
        self.area.data = disaster.area
        if disaster.started_at is not None:
            began = local(disaster.started_at)
            self.started_on.data, self.started_time.data = began.date(), began.time()

    def _started_at(self) -> datetime:
        day = self.started_on.data
        if day is None:
            raise ValueError
        return datetime.combine(day, self.started_time.data or time(), JAPAN)


class DeclarationForm(DisasterForm):
    """A new disaster; another laptop's key can be typed, so that both mean the same."""

    key = CodeField("災害の記号", [Length(max=9)])
    idempotency_key = IdempotencyField()

    def start_now(self) -> None:
        """Offer the present day and time."""
        began = local(now())
        self.started_on.data = began.date()
        self.started_time.data = began.time().replace(second=0, microsecond=0)
