"""Forms of blocks: the area, people added by hand, a request to publish."""

import json

from wtforms import HiddenField, RadioField, SelectField, StringField, ValidationError

from victim_support.core import clock
from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    required,
)
from victim_support.core.japanese.dates import UNKNOWN, BirthError, BirthValue, parse_birth
from victim_support.victims.rules import AnswerValue, PersonData, Sex
from victim_support.vulnerable.rules.blocks import PublicationPolicy
from victim_support.vulnerable.rules.states import CheckOutcome
from victim_support.vulnerable.rules.streets import read_numbers

FEWEST_CORNERS, MOST_CORNERS = 3, 200
NUMBERS = "数字で入れてください。5、2-11、2丁目11番 のように。"
KINDS = ("借りている人・間借り", "来訪者・帰省", "働いている人", "そのほか")


class BlockForm(DeskForm):
    """An area by town and range of 番地, drawn on the map, or both."""

    idempotency_key = IdempotencyField()
    name = LineField(
        "区域の名前", validators=[required("あとで見分けられる名前を入れてください。")]
    )
    town = LineField("町名")
    first = LineField("番地(ここから)")
    last = LineField("番地(ここまで)")
    corners = HiddenField()

    def validate_town(self, field: LineField) -> None:
        if not field.data and not self.corners.data:
            raise ValidationError("町名を入れるか、地図に区域を描いてください。")

    def validate_first(self, field: LineField) -> None:
        self._check_number(field)

    def validate_last(self, field: LineField) -> None:
        self._check_number(field)
        first = read_numbers(self.first.data or "")
        last = read_numbers(field.data or "")
        if first and last and last < first[: len(last)]:
            raise ValidationError("「ここから」より前の番地です。入れ替えてください。")

    def validate_corners(self, field: HiddenField) -> None:
        if field.data and not self.polygon:
            raise ValidationError("地図の区域を読めません。描き直してください(角は3つ以上)。")

    @property
    def polygon(self) -> list[list[float]]:
        """Return the corners that were drawn, latitude before longitude; none when unreadable."""
        try:
            corners = [[float(lat), float(lon)] for lat, lon in json.loads(self.corners.data or "")]
        except (ValueError, TypeError):
            return []
        is_right = FEWEST_CORNERS <= len(corners) <= MOST_CORNERS and all(
            -90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in corners
        )
        return corners if is_right else []

    def _check_number(self, field: LineField) -> None:
        if field.data and read_numbers(field.data) is None:
            raise ValidationError(NUMBERS)
        if field.data and not self.town.data:
            raise ValidationError("番地の前に、町名を入れてください。")


class AddForm(DeskForm):
    """Somebody of a block whom no register shows."""

    idempotency_key = IdempotencyField()
    name = NameField("氏名、またはわかる呼び方", validators=[required()])
    kana = NameField("フリガナ")
    age = StringField("年齢・生年月日")
    sex = SelectField("性別", choices=[("", "わからない"), *((s.value, s.label) for s in Sex)])
    address = LineField("住所(町名と番地)", validators=[required("町名と番地を入れてください。")])
    kind = SelectField("どういう人か", choices=[(kind, kind) for kind in KINDS])
    outcome = SelectField(
        "いまのようす",
        choices=[(one.value, one.label) for one in CheckOutcome],
        default=CheckOutcome.UNREACHABLE.value,
    )
    told_by = LineField("話した方", validators=[required("話した方の名前を入れてください。")])
    remark = LineField("けが・連絡先など")

    def validate_age(self, field: StringField) -> None:
        try:
            self.birth = _birth(field.data or "")
        except BirthError as error:
            raise ValidationError(str(error)) from error

    birth: BirthValue = UNKNOWN

    @property
    def person(self) -> PersonData:
        """Return who is to be added."""
        return PersonData(
            name=self.name.data or "",
            kana=self.kana.data or "",
            name_note=self.kind.data,
            birth=self.birth,
            sex=Sex(self.sex.data) if self.sex.data else None,
            address=self.address.data or "",
        )


class PublicationForm(DeskForm):
    """A request to publish the names of a block."""

    idempotency_key = IdempotencyField()
    reason = LineField(
        "公表する理由", validators=[required("捜索のために公表が要るわけを入れてください。")]
    )


class AnswerForm(DeskForm):
    """What the family of somebody missing says about publishing the name."""

    value = RadioField(
        "氏名の公表",
        choices=[(AnswerValue.YES.value, "よい"), (AnswerValue.NO.value, "断る")],
        validators=[required()],
    )


class PolicyForm(DeskForm):
    """The town's policy of publishing names."""

    policy = RadioField(
        "氏名の公表の方針",
        choices=[(one.value, one.label) for one in PublicationPolicy],
        validators=[required()],
    )


def _birth(text: str) -> BirthValue:
    return parse_birth(text, clock.today()) if text.strip() else UNKNOWN
