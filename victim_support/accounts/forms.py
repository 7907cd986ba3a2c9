"""Forms of accounts: login, password, people, helpers, place."""

from typing import Any
from uuid import UUID

from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import EqualTo, NumberRange, Optional, Regexp, ValidationError

from victim_support.accounts.rules import LOGIN_NAME, WRONG_LOGIN_NAME, fold
from victim_support.accounts.services import HELPER_ROLES, HELPERS_AT_ONCE
from victim_support.core.access import current_actor
from victim_support.core.context import list_disasters, list_shelters
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    NameField,
    TicksField,
    WarekiDateField,
    required,
)
from victim_support.core.permissions import matrix

NOWHERE = ("", "決まっていない")


def shelter_choices() -> list[tuple[str, str]]:
    """Return the shelters for a select field, with none first."""
    return [NOWHERE, *((choice.key, choice.name) for choice in list_shelters())]


def role_choices(*, all_roles: bool) -> list[tuple[str, str]]:
    """Return the roles that may be given."""
    return [
        (role, label) for role, label in matrix().roles.items() if all_roles or role in HELPER_ROLES
    ]


class LoginForm(DeskForm):
    """Who comes; errors never say which of the two was wrong."""

    login_name = StringField("番号(利用者名)", render_kw={"autocomplete": "username"})
    password = PasswordField(
        "パスワード・暗証番号", render_kw={"autocomplete": "current-password", "maxlength": 256}
    )


class SecondPersonForm(LoginForm):
    """Who agrees to what another wants to take out, at the other's screen."""


class AloneForm(DeskForm):
    """A long paper is printed by one person, for nobody else is there."""

    reason = LineField(
        "一人で印刷する理由",
        validators=[required("一人で印刷する理由を入れてください。"), Length(max=100)],
    )


class SecondForm(DeskForm):
    """The second factor: one field takes what an app shows, a badge says, or a paper holds."""

    code = StringField(
        "確認コード",
        render_kw={"autocomplete": "one-time-code", "maxlength": 64, "inputmode": "text"},
    )
    key_answer = HiddenField()


class AgainForm(DeskForm):
    """The password once more: after a pause, or before a weighty act."""

    password = PasswordField(
        "パスワード・暗証番号", render_kw={"autocomplete": "current-password", "maxlength": 256}
    )


class AppForm(DeskForm):
    """The proof that an app has the secret."""

    sealed_app = HiddenField()
    code = CodeField(
        "アプリに出ている6桁",
        [required()],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class KeyForm(DeskForm):
    """A new security key."""

    label = LineField("キーの呼び名", [Optional(), Length(max=40)], description="例: 青いキー")
    state = HiddenField()
    answer = HiddenField()


class HoldersForm(DeskForm):
    """Who keeps the two envelopes of an emergency account."""

    first = LineField("1通目を預かる職", [required()], description="例: 総務課長")
    second = LineField("2通目を預かる職", [required()], description="1通目とは別の職")
    idempotency_key = IdempotencyField()

    def validate_second(self, field: StringField) -> None:
        _check_different(self.first.data, field.data)


class EmergencyForm(DeskForm):
    """Two people with an envelope each."""

    number = CodeField("封筒の番号", [required()])
    first_person = NameField("1人目の氏名", [required()])
    first_code = PasswordField("1通目のコード", [required()])
    second_person = NameField("2人目の氏名", [required()])
    second_code = PasswordField("2通目のコード", [required()])
    reason = LineField("使う理由", [required()])

    def validate_second_person(self, field: StringField) -> None:
        _check_different(self.first_person.data, field.data)


def _check_different(first: str | None, second: str | None) -> None:
    if fold(first or "") == fold(second or ""):
        message = "1人目とは別の人にしてください。"
        raise ValidationError(message)


class PasswordForm(DeskForm):
    """A password that its owner chooses."""

    password = PasswordField(
        "新しいパスワード", [required()], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        "新しいパスワード(もう一度)",
        [EqualTo("password", "2回の入力が同じではありません。")],
        render_kw={"autocomplete": "new-password"},
    )


class PlaceForm(DeskForm):
    """Where this login works."""

    disaster = SelectField("災害", validate_choice=True)
    shelter = SelectField("避難所")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.disaster.choices = [(choice.key, choice.name) for choice in list_disasters()] or [
            ("", "対応中の災害はありません")
        ]
        own = current_actor().bound_to
        choices = shelter_choices()
        self.shelter.choices = [one for one in choices if own is None or one[0] == str(own)]

    @property
    def shelter_id(self) -> UUID | None:
        return UUID(self.shelter.data) if self.shelter.data else None


class StaffForm(DeskForm):
    """A personal account."""

    login_name = CodeField(
        "利用者名",
        [required(), Regexp(LOGIN_NAME + r"\Z", message=WRONG_LOGIN_NAME)],
        description="ログインに使います。半角の英字と数字。",
    )
    display_name = NameField("氏名", [required()])
    role = SelectField("役割")
    grants = TicksField(
        "加える権限",
    )
    shelter = SelectField("避難所")
    expires_on = WarekiDateField("いつまで使えるか", [Optional()])
    home_municipality = LineField("派遣元", [Optional()])
    idempotency_key = IdempotencyField()

    def __init__(self, *, all_roles: bool, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = role_choices(all_roles=all_roles)
        self.grants.choices = list(matrix().grants.items()) if all_roles else []
        self.shelter.choices = shelter_choices()

    @property
    def shelter_id(self) -> UUID | None:
        return UUID(self.shelter.data) if self.shelter.data else None


class RoleForm(DeskForm):
    """Another role or shelter for somebody."""

    role = SelectField("役割")
    shelter = SelectField(
        "避難所", description="受付と避難所職員は、受け持ちの避難所の記録だけを見ます。"
    )
    grants = TicksField(
        "加える権限",
    )

    version = HiddenField()

    def __init__(self, *, all_roles: bool, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = role_choices(all_roles=all_roles)
        self.grants.choices = list(matrix().grants.items()) if all_roles else []
        self.shelter.choices = shelter_choices()

    @property
    def shelter_id(self) -> UUID | None:
        return UUID(self.shelter.data) if self.shelter.data else None


class HelpersForm(DeskForm):
    """Slips for helpers in one go."""

    count = IntegerField(
        "枚数", [required(), NumberRange(1, HELPERS_AT_ONCE)], default=HELPERS_AT_ONCE
    )
    role = SelectField("役割")
    shelter = SelectField("避難所")
    expires_on = WarekiDateField("いつまで使えるか", [required()])
    home_municipality = LineField("派遣元", [Optional()])
    idempotency_key = IdempotencyField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = role_choices(all_roles=False)
        self.shelter.choices = shelter_choices()

    @property
    def shelter_id(self) -> UUID | None:
        return UUID(self.shelter.data) if self.shelter.data else None
