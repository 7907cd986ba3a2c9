"""The form of the office's settings."""

import json
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

from victim_support.certificates.services.seal import PLACE
from victim_support.core.forms import (
    DeskForm,
    LineField,
    PhoneField,
    TextField,
    TicksField,
    required,
)
from victim_support.core.limits import LIMITS, Limit
from victim_support.core.purposes import WORDS, Use, setting_key
from victim_support.damage.queries import POLICY_SETTING
from victim_support.damage.rules import InForcePolicy
from victim_support.disasters.queries import KEPT_MONTHS
from victim_support.dropbox.services import OPEN_SETTING
from victim_support.sync.sticks import ONLY_REGISTERED

SETTINGS = {
    "municipality_name": "municipality_name",
    "issuer_title": "issuer_title",
    "issuer_name": "issuer_name",
    "office_name": "office_name",
    "office_phone": "office_phone",
    "shows_members": "certificate.show_members",
    "box1": "certificate.box1",
    "box3": "certificate.box3",
    "owner_grade": "certificate.owner_grade",
    "policy": POLICY_SETTING,
    "takes_phones": OPEN_SETTING,
    "kept_months": KEPT_MONTHS,
    "only_registered_sticks": ONLY_REGISTERED,
    "purpose_shelter": setting_key(Use.SHELTER),
    "purpose_rescue": setting_key(Use.RESCUE),
    "purpose_enquiry": setting_key(Use.ENQUIRY),
    "purpose_certificate": setting_key(Use.CERTIFICATE),
}


def _usual(use: Use) -> str:
    return f"空けておくと: {WORDS[use]}"


class OfficeForm(DeskForm):
    """Names of the office, issuer of certificates, boxes of the form, policy."""

    municipality_name = LineField("市区町村名", validators=[required()])
    issuer_title = LineField("発行者の職名", validators=[required()])
    issuer_name = LineField("発行者の氏名")
    office_name = LineField("担当の課・係")
    office_phone = PhoneField("担当の電話")
    shows_members = BooleanField("追加記載事項欄①に世帯構成員を載せる", default=True)
    box1 = TextField("追加記載事項欄①に加える文")
    box3 = TextField("追加記載事項欄③の文")
    owner_grade = BooleanField("家屋の所有者の被災証明書に、認定した被害の程度を載せる")
    purpose_shelter = TextField("利用目的: 避難所（画面とカード）", description=_usual(Use.SHELTER))
    purpose_rescue = TextField("利用目的: 捜索・救助", description=_usual(Use.RESCUE))
    purpose_enquiry = TextField("利用目的: 安否照会", description=_usual(Use.ENQUIRY))
    purpose_certificate = TextField("利用目的: 罹災証明書", description=_usual(Use.CERTIFICATE))
    takes_phones = BooleanField("避難した方の電話からの申し込みを受ける")
    kept_months = IntegerField(
        "対応を終えたあと、本部以外の端末に記録を置く月数",
        [Optional(), NumberRange(0, 120, "0から120までの数を入れてください。")],
    )
    only_registered_sticks = BooleanField("台帳に載せたUSBだけを使う")
    policy = RadioField(
        "認定が2つ以上あるとき効力を持つもの",
        choices=[(policy.value, policy.label) for policy in InForcePolicy],
        default=InForcePolicy.HEAVIER.value,
    )
    shown = HiddenField()
    """What the page showed, so that only what somebody changed on it is written."""

    @property
    def values(self) -> dict[str, Any]:
        """Return what stands in the fields, by field name; nothing is empty text."""
        data = {name: self[name].data for name in SETTINGS}
        return {name: "" if value is None else value for name, value in data.items()}

    def seen(self) -> dict[str, Any]:
        """Return what the page showed; nothing when it cannot be read."""
        try:
            found = json.loads(self.shown.data or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def remember(self, values: dict[str, Any]) -> None:
        """Put down what the page shows."""
        self.shown.data = json.dumps(values, ensure_ascii=False)

    def warn(self, others: dict[str, Any], changes: dict[str, Any], kept: dict[str, Any]) -> None:
        """Say beside each field what somebody else wrote there; the untouched show it."""
        self.remember(kept)
        for name in kept.keys() - changes.keys():
            self[name].data = kept[name]
        for name, value in others.items():
            words = {True: "はい", False: "いいえ", "": "（空）"}.get(value, value)
            self[name].errors = [
                f"先にほかの方が「{words}」に変えています。見比べて、もう一度保存してください。"
            ]


def _field(limit: Limit) -> IntegerField:
    bounds = f"{limit.least}〜{limit.most}{limit.unit}、はじめは{limit.usual}{limit.unit}。"
    return IntegerField(
        f"{limit.label}（{limit.unit}）",
        description=f"{limit.reason}{bounds}",
        validators=[required("数を入れてください。"), NumberRange(limit.least, limit.most)],
    )


class LimitsForm(DeskForm):
    """The limits of safety (安全の決まり), each between its bounds."""

    reason = LineField("変える理由", validators=[required("変える理由を入れてください。")])


class SealRuleForm(DeskForm):
    """Which rule of the town allows the printed seal (電子公印), and on which machines."""

    rule = LineField("印影の印刷を認める決まり（公印規則の条など）")
    nodes = TicksField(
        "印影を印刷する端末",
        validate_choice=False,  # one that is not listed any more is left out
    )


class SealForm(DeskForm):
    """The image of the seal, for this machine alone."""

    file = FileField("印影の画像（PNGかJPEG）", [FileRequired("ファイルを選んでください。")])
    side = IntegerField(
        "刷る大きさ（長い辺、ミリ）",
        [required("数を入れてください。"), NumberRange(10, PLACE)],
        default=24,
    )


for _limit in LIMITS:
    setattr(LimitsForm, _limit.name, _field(_limit))
