"""The form of telling somebody of a changed grade."""

from wtforms import RadioField

from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    TextField,
    required,
)
from victim_support.counter.rules.regrades import TellMeans
from victim_support.counter.services.regrades import Told
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
