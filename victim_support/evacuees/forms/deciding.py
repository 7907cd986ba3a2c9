"""Forms of decisions about records: same person or not, which resident, which household."""

from wtforms import HiddenField, RadioField
from wtforms.validators import Optional

from victim_support.core.forms import DeskForm, LineField, required
from victim_support.evacuees.forms.fields import choices
from victim_support.victims.rules import LinkDecision

SPLIT = "split"


class CompareForm(DeskForm):
    """Whether two records are one person, and how that is known."""

    decision = RadioField(
        "どちらですか",
        choices=choices(LinkDecision),
        validators=[required("同じ人か別の人かを選んでください。")],
    )
    reason = LineField(
        "どのように確かめたか", validators=[required("どのように確かめたかを入れてください。")]
    )


class IdentifyForm(DeskForm):
    """Which resident somebody is; without a number, that the register does not show them."""

    number = HiddenField()


class HouseholdForm(DeskForm):
    """Members who leave a household, where they belong now, and why."""

    reason = LineField("理由", validators=[required("理由を入れてください。")])
    target = RadioField("移る先", validate_choice=False, validators=[Optional()])
