"""Form base and fields of the desk: Japanese messages, names untouched, dates in any notation."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, has_request_context, request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import (
    InputRequired,
    Length,
    Optional,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from victim_support.core import idempotency
from victim_support.core.clock import today
from victim_support.core.japanese import BirthError, Precision, parse_birth
from victim_support.core.japanese.near_days import near_day
from victim_support.core.numbers import mask_individual_numbers

__all__ = [
    "RESUME_FIELD",
    "CodeField",
    "DeskForm",
    "IdempotencyField",
    "Length",
    "LineField",
    "NameField",
    "Optional",
    "PhoneField",
    "TextField",
    "TicksField",
    "WarekiDateField",
    "is_resumed",
    "read_day",
    "required",
]

RESUME_FIELD = "_resume"
LONGEST_LINE = 400
LONGEST_TEXT = 4000
_YEARS_AHEAD = timedelta(days=365 * 20)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")

MESSAGES = {
    "This field is required.": "入力してください。",
    "Not a valid choice.": "選択肢から選んでください。",
    "Not a valid choice": "選択肢から選んでください。",
    "Invalid Choice: could not coerce.": "選択肢から選んでください。",
    "Not a valid integer value.": "整数で入力してください。",
    "Not a valid decimal value.": "数で入力してください。",
    "Not a valid float value.": "数で入力してください。",
    "Not a valid date value.": "日付として読めません。",
    "Not a valid time value.": "時刻として読めません。14:30 のように入れてください。",
    "Not a valid datetime value.": "日時として読めません。",
    "Number must be at least %(min)s.": "%(min)s以上の数を入れてください。",
    "Number must be at most %(max)s.": "%(max)s以下の数を入れてください。",
    "Number must be between %(min)s and %(max)s.": "%(min)sから%(max)sまでの数を入れてください。",
    "Field must be at least %(min)d character long.": "%(min)d文字以上で入れてください。",
    "Field cannot be longer than %(max)d character.": "%(max)d文字以内で入れてください。",
    "Field must be exactly %(max)d character long.": "%(max)d文字で入れてください。",
    "Field must be between %(min)d and %(max)d characters long.": (
        "%(min)d文字から%(max)d文字で入れてください。"
    ),
    "Field must be equal to %(other_name)s.": "2つの入力が同じではありません。",
    "Invalid UUID.": "選択が正しくありません。",
    "CSRF failed.": "もう一度送信してください。",
}
UNKNOWN_MESSAGE = "入力を確かめてください。"


class _Japanese:
    """What WTForms asks for words."""

    def gettext(self, text: str) -> str:
        return MESSAGES.get(text, UNKNOWN_MESSAGE if text.strip() else text)

    def ngettext(self, one: str, _many: str, _count: int) -> str:
        return self.gettext(one)


class DeskForm(FlaskForm):
    """The base of every form; typed input that comes back after a login is shown, not saved."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: object) -> _Japanese:
            return _Japanese()

    def __init__(self, **values: Any) -> None:
        initialise: Any = super().__init__  # Flask-WTF has no types
        initialise(**values)

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Tell whether the form was sent and is right; False also for input that comes back."""
        if is_resumed():
            return False
        sent: Any = self.is_submitted
        return sent() and self.validate(extra_validators)


def is_resumed() -> bool:
    """Tell whether this request brings back input typed before the login ended."""
    return has_request_context() and RESUME_FIELD in request.form


class NameField(StringField):
    """A name, as received: nothing is normalised, folded or cut, only the spaces around it."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = _masked(valuelist[0].strip()) if valuelist else None

    def pre_validate(self, _form: object) -> None:
        _check_line(self.data)


class LineField(NameField):
    """One line of free text: an address, a place, a remark."""


class TextField(TextAreaField):
    """Several lines of free text."""

    longest = LONGEST_TEXT

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].replace("\r\n", "\n").strip() if valuelist else None
        self.data = _masked(text) if text is not None else None

    def pre_validate(self, _form: object) -> None:
        _check_text(self.data, self.longest)


class TicksField(SelectMultipleField):
    """Any number of ticks."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CodeField(StringField):
    """Letters and digits of a number or code; full-width ones become half-width."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else None

    def pre_validate(self, _form: object) -> None:
        _check_line(self.data)


class PhoneField(CodeField):
    """A telephone number in any format, also なし."""


class WarekiDateField(Field):
    """A day in any notation: R8.7.15, 令和8年7月15日, 2026/7/15, 7/15, 今日."""

    widget = TextInput()
    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%Y/%m/%d") if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = read_day(valuelist[0])


class IdempotencyField(HiddenField):
    """The key that makes a form sent twice one record."""

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(label, default=idempotency.new_key, **options)

    def pre_validate(self, _form: object) -> None:
        if not self.data or not _KEY.fullmatch(self.data):
            message = "画面を開き直して、もう一度送信してください。"
            raise ValidationError(message)


class Filled(InputRequired):
    """A field that must be filled, with more than spaces."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.raw_data and isinstance(field.raw_data[0], str) and not field.raw_data[0].strip():
            field.errors = []
            raise StopValidation(self.message or "")
        super().__call__(form, field)


def required(message: str = "入力してください。") -> InputRequired:
    """Return the validator of a field that must be filled."""
    return Filled(message)


def _masked(text: str) -> str:
    """Return text without individual numbers (個人番号), and say on the page if any were there."""
    masked, count = mask_individual_numbers(text)
    if count:
        flash("個人番号とみられる12桁の数字を伏せました。番号は登録できません。", "warning")
    return masked


def read_day(text: str) -> date:
    """Read a day in any notation; without a year, or in a word, it is the one nearest to today.

    Raises:
        ValueError: It is none; the message is for the screen.
    """
    if near := near_day(text, today()):
        return near
    try:
        value = parse_birth(text, today() + _YEARS_AHEAD)
    except BirthError:
        value = None
    if value is None or value.precision is not Precision.DAY or value.date is None:
        message = "日付として読めません。7/15、R8.7.15、2026/7/15、今日 のように入れてください。"
        raise ValueError(message)
    return value.date


def _check_line(text: str | None) -> None:
    if text and "\n" in text:
        message = "改行を入れずに1行で入力してください。"
        raise ValidationError(message)
    _check_text(text, LONGEST_LINE)


def _check_text(text: str | None, longest: int = LONGEST_TEXT) -> None:
    if not text:
        return
    if _CONTROL.search(text):
        message = "使えない文字(制御文字)が入っています。"
        raise ValidationError(message)
    if len(text) > longest:
        message = f"{longest}文字以内で入力してください。"
        raise ValidationError(message)
