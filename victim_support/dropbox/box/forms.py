"""What phones type, page by page, in easy words; plain forms, for no session is behind them."""

import re
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup
from wtforms import Form, RadioField, SelectMultipleField, StringField
from wtforms.meta import DefaultMeta
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from victim_support.core.clock import today
from victim_support.core.japanese import BirthError, parse_birth
from victim_support.core.numbers import mask_individual_numbers
from victim_support.dropbox.box.languages import Saying, said
from victim_support.dropbox.rules import Member
from victim_support.victims.rules import RELATIONS, AnswerKind, AnswerValue, NeedKind, Sex

LONGEST = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

SEXES = {
    Sex.MALE: "男《おとこ》",
    Sex.FEMALE: "女《おんな》",
    Sex.OTHER: "その ほか",
    Sex.UNANSWERED: "答《こた》えない",
}
NEEDS = {
    NeedKind.MEDICAL: "病気《びょうき》・薬《くすり》（透析《とうせき》、酸素《さんそ》など）",
    NeedKind.CARE: "体《からだ》の 手伝《てつだ》いが いる",
    NeedKind.INFANT: "赤《あか》ちゃん・小《ちい》さい 子《こ》",
    NeedKind.PREGNANT: "おなかに 赤《あか》ちゃんが いる・生《う》まれた ばかり",
    NeedKind.FOOD: "食《た》べられない ものが ある（アレルギー）",
    NeedKind.LANGUAGE: "日本語《にほんご》が むずかしい",
    NeedKind.ANIMAL: "動物《どうぶつ》を つれている",
    NeedKind.ILL: "ぐあいが わるい",
}
RELATION_WORDS = dict(
    zip(
        RELATIONS,
        (
            "夫《おっと》・妻《つま》",
            "子《こ》ども",
            "父《ちち》・母《はは》",
            "おじいさん・おばあさん",
            "孫《まご》",
            "兄弟《きょうだい》・姉妹《しまい》",
            "パートナー",
            "結婚《けっこん》の 届《とど》けを 出《だ》していない 夫《おっと》・妻《つま》",
            "いっしょに 住《す》んでいる 人《ひと》",
            "その ほか",
        ),
        strict=True,
    )
)
STAYS = {
    "shelter": "ここに 泊《と》まる",
    "car": "ここの 車《くるま》の 中《なか》に 泊《と》まる",
    "tent": "ここの テントに 泊《と》まる",
    "home": "家《いえ》に いる（食《た》べものなどを もらいに 来《き》た）",
    "visit": "すぐに 帰《かえ》る",
}
ASKED = {
    AnswerKind.FAMILY: (
        "家族《かぞく》に 聞《き》かれたら、ここに いると 答《こた》えて いいですか。"
    ),
    AnswerKind.ACQUAINTANCE: (
        "友《とも》だちや 知《し》り合《あ》いに 聞《き》かれたら、答《こた》えて いいですか。"
    ),
    AnswerKind.WALL: "ここの かべの 紙《かみ》に、名前《なまえ》を 書《か》いて いいですか。",
    AnswerKind.PUBLIC: (
        "ニュースや インターネットで、名前《なまえ》を 知《し》らせて いいですか。"
    ),
}
ANSWERS = {
    AnswerValue.YES.value: "はい",
    AnswerValue.NO.value: "いいえ",
    "": "わからない（あとで 答《こた》える）",
}


class Words(StringField):
    """One line as somebody types it: only the spaces around it go."""

    def process_formdata(self, valuelist: Iterable[str]) -> None:
        self.data = next(iter(valuelist), "").strip()

    def pre_validate(self, _form: Any) -> None:
        text = self.data or ""
        if len(text) > LONGEST:
            raise ValidationError(
                said("長《なが》すぎます。短《みじか》く 書《か》いて ください。")
            )
        if _CONTROL.search(text):
            raise ValidationError(
                said("使《つか》えない 文字《もじ》が あります。消《け》して ください。")
            )
        if mask_individual_numbers(text)[1]:
            raise ValidationError(
                said("マイナンバーは 書《か》かないで ください。消《け》して ください。")
            )


class Boxes(SelectMultipleField):
    """Several of a few, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _choices(words: dict[Any, str]) -> list[tuple[str, Saying]]:
    return [(str(value), Saying(text)) for value, text in words.items()]


class _Easy:
    """What WTForms asks for words."""

    def gettext(self, _text: str) -> Markup:
        return said("もう 一度《いちど》 選《えら》んで ください。")

    def ngettext(self, one: str, _many: str, _count: int) -> Markup:
        return self.gettext(one)


class BoxPage(Form):
    """The base of every page that takes something down."""

    class Meta(DefaultMeta):
        def get_translations(self, _form: object) -> _Easy:
            return _Easy()


class MemberPage(BoxPage):
    """One person."""

    name = Words(Saying("名前《なまえ》"))
    kana = Words(Saying("名前《なまえ》の 読《よ》みかた"))
    birth = Words(Saying("生《う》まれた 日《ひ》 か 年《とし》"))
    sex = RadioField(
        Saying("男《おとこ》・女《おんな》"), choices=_choices(SEXES), validators=[Optional()]
    )
    relation = RadioField(
        Saying("はじめの 人《ひと》との 関係《かんけい》"),
        choices=_choices(RELATION_WORDS),
        validators=[Optional()],
    )
    needs = Boxes(Saying("助《たす》けが いること"), choices=_choices(NEEDS))

    def validate_name(self, field: Words) -> None:
        """Ask for a name or its reading: one of them is enough."""
        if not field.data and not self.kana.data:
            raise ValidationError(
                said("名前《なまえ》 か 読《よ》みかたを 書《か》いて ください。")
            )

    def validate_birth(self, field: Words) -> None:
        """Refuse what the desk could not read either."""
        try:
            parse_birth(field.data or "", today())
        except BirthError as error:
            words = (
                "わかりません。1980/4/1、昭和《しょうわ》55年《ねん》4月《がつ》1日《ついたち》、"
                "45歳《さい》 のように 書《か》いて ください。"
            )
            raise ValidationError(said(words)) from error

    def member(self, *, is_first: bool) -> Member:
        """Return the person as typed."""
        return Member(
            name=self.name.data or "",
            kana=self.kana.data or "",
            birth=self.birth.data or "",
            sex=self.sex.data or "",
            relation="" if is_first else self.relation.data or "",
            needs=tuple(self.needs.data or ()),
        )


class PlacePage(BoxPage):
    """Where they live, how to reach them, where they stay, what may be told of the first one."""

    address = Words(Saying("住所《じゅうしょ》"))
    phone = Words(Saying("電話《でんわ》番号《ばんごう》"))
    stay = RadioField(
        Saying("今日《きょう》 泊《と》まる ところ"), choices=_choices(STAYS), default="shelter"
    )


for _kind, _asked in ASKED.items():
    _field = RadioField(Saying(_asked), choices=_choices(ANSWERS), default="")
    setattr(PlacePage, _kind.value, _field)
