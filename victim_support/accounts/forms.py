"""Forms of accounts: login, password, people, helpers, place."""

from typing import Any
from uuid import UUID

from wtforms import IntegerField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import EqualTo, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from victim_support.accounts.services import HELPER_ROLES, HELPERS_AT_ONCE
from victim_support.core.context import list_disasters, list_shelters
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    WarekiDateField,
    required,
)
from victim_support.core.permissions import matrix

LOGIN_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}"
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
            ("", "災害が登録されていません")
        ]
        self.shelter.choices = shelter_choices()

    @property
    def shelter_id(self) -> UUID | None:
        return UUID(self.shelter.data) if self.shelter.data else None


class StaffForm(DeskForm):
    """A personal account."""

    login_name = CodeField(
        "利用者名",
        [required(), Regexp(LOGIN_NAME + r"\Z", message="半角の英字と数字、3文字以上です。")],
        description="ログインに使います。半角の英字と数字。",
    )
    display_name = NameField("氏名", [required()])
    role = SelectField("役割")
    grants = SelectMultipleField(
        "加える権限", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
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
    """Another role for somebody."""

    role = SelectField("役割")
    grants = SelectMultipleField(
        "加える権限", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, *, all_roles: bool, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = role_choices(all_roles=all_roles)
        self.grants.choices = list(matrix().grants.items()) if all_roles else []


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
