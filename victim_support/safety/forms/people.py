"""Forms about one person: an opponent, a death, and that the family was told."""

from wtforms.validators import Optional

from victim_support.core.forms import DeskForm, IdempotencyField, LineField, NameField, required


class OpponentForm(DeskForm):
    """From whom somebody is protected (相手方)."""

    idempotency_key = IdempotencyField()
    name = NameField("相手方の氏名", validators=[required("相手方の氏名を入れてください。")])
    note = LineField("本人との関係・注意すること", validators=[Optional()])


class DeathForm(DeskForm):
    """Who found that somebody is dead (死亡の確認)."""

    confirmed_by = LineField(
        "確認した機関と方法", validators=[required("確認した機関と方法を入れてください。")]
    )
    note = LineField("備考", validators=[Optional()])


class ToldForm(DeskForm):
    """Who of the family was told."""

    told_to = LineField(
        "だれに、どのように伝えたか", validators=[required("だれに伝えたかを入れてください。")]
    )
