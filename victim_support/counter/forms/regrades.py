"""The form of telling somebody of a changed grade."""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import RadioField, SelectField

from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    TextField,
    required,
)
from victim_support.core.tables import Edition
from victim_support.counter.models import SupportCheck
from victim_support.counter.rules.regrades import SupportState, TellMeans
from victim_support.counter.services.regrades import Asked, Told
from victim_support.damage.forms import choices_of, chosen


class NoticeForm(DeskForm):
    """How the household was told, whom, and in which words."""

    idempotency_key = IdempotencyField()
    means = RadioField(
        "伝え方",
        choices=choices_of(TellMeans),
        validators=[required("伝え方を選んでください。")],
    )
    told_to = LineField("伝えた相手", validators=[Length(max=100)])
    words = TextField(
        "伝えた言葉",
        validators=[required("伝えた言葉を入れてください。"), Length(max=1000)],
    )

    def told(self) -> Told:
        """Return what was said."""
        means = chosen(TellMeans, self.means.data) or TellMeans.NOT_REACHED
        return Told(means, self.told_to.data or "", self.words.data or "")


class SupportForm(DeskForm):
    """What the offices of the supports said of one household; made by :func:`support_form`."""

    idempotency_key = IdempotencyField()

    def asked(self, edition: Edition) -> Iterator[Asked]:
        """Return what is said of each support that somebody asked about."""
        for name in edition.rows:
            state = chosen(SupportState, self[f"state_{name}"].data)
            if state is not None:
                yield Asked(name, state, self[f"note_{name}"].data or "")


def support_form(
    edition: Edition, known: Mapping[str, SupportCheck], *, is_sent: bool
) -> SupportForm:
    """Return the form with a line for each support, filled with what is known."""
    fields: dict[str, Any] = {}
    for name, row in edition.rows.items():
        label = str(row["label"])
        fields[f"state_{name}"] = SelectField(
            f"{label}の状況",
            choices=[("", "まだ聞かない"), *choices_of(SupportState)],
            default="",
        )
        fields[f"note_{name}"] = LineField(
            f"{label}について聞いたこと", validators=[Length(max=200)]
        )
    form: SupportForm = type("SupportForm", (SupportForm,), fields)(
        **({} if is_sent else {"formdata": None})
    )
    for name, check in known.items():
        if not is_sent and name in edition.rows:
            form[f"state_{name}"].data = check.state
            form[f"note_{name}"].data = check.note
    return form
