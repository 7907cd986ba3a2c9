"""The forms of the exchange and of machines."""

import re
from datetime import timedelta
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from victim_support.core import clock
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    Length,
    LineField,
    TextField,
    WarekiDateField,
    required,
)
from victim_support.sync.machines import SCOPE_WORDS, is_same_fingerprint
from victim_support.sync.statements import FINGERPRINT_GROUP
from victim_support.sync.texts import BadTextError, TextKind, from_text

LONGEST_TEXT = 1 << 20
_ADDRESS = re.compile(r"(https?://)?[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._\-/]*)?")

_PORT = re.compile(r":\d{1,5}(/|$)")


def shown_part(fingerprint: str) -> str:
    """Return a fingerprint without the letters that somebody has to read from the other screen."""
    return fingerprint[:-FINGERPRINT_GROUP] + "？" * FINGERPRINT_GROUP


class ScopesField(SelectMultipleField):
    """Which parts of the ledger a machine may hold."""

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(
            label,
            choices=list(SCOPE_WORDS.items()),
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
            **options,
        )


class AddressForm(DeskForm):
    """Where the other machine is."""

    address = LineField(
        "相手の番地",
        validators=[required()],
        description="例 192.0.2.10:8766。相手の端末の画面か、貼り紙に書いてあります。",
    )

    def validate_address(self, field: Any) -> None:
        """Refuse what cannot be an address."""
        if not _ADDRESS.fullmatch(field.data):
            raise ValidationError("192.0.2.10:8766 のように、半角の番地で書いてください。")
        if "://" not in field.data and not _PORT.search(field.data):
            raise ValidationError("番地の終わりの「:8766」のような数字まで書いてください。")


class NameForm(DeskForm):
    """What people call this machine."""

    name = LineField("端末の呼び名", validators=[required(), Length(max=60)])


class FoundForm(NameForm):
    """Make this machine the headquarters."""

    prefix = CodeField("発行番号の頭(2文字)", validators=[required(), Length(max=2)])


class TextForm(DeskForm):
    """A request or a grant: a file, or text pasted, typed or scanned."""

    file = FileField("ファイル")
    text = TextAreaField("文字(貼り付け、またはQRコードの読み取り)")

    def read(self, kind: TextKind) -> tuple[str, bytes] | None:
        """Return the text and the bytes in it, or None with an error beside the field."""
        field = self.file if self.file.data else self.text
        text = self._given()
        if not text.strip():
            self.text.errors = ["ファイルを選ぶか、文字を貼り付けてください。"]
            return None
        try:
            return text, from_text(kind, text)
        except BadTextError as error:
            field.errors = [str(error)]
            return None

    def _given(self) -> str:
        if not self.file.data:
            return self.text.data or ""
        content: bytes = self.file.data.read(LONGEST_TEXT)
        return content.decode("utf-8", errors="replace")


class ComparedForm(DeskForm):
    """A text that was read, and the end of the fingerprint as the other screen shows it."""

    text = HiddenField()
    letters = CodeField("照合番号の最後の4文字", validators=[required()])

    def compare(self, fingerprint: str) -> bool:
        """Tell whether the other screen shows the same, or say so beside the field."""
        if is_same_fingerprint(self.letters.data, fingerprint):
            return True
        self.letters.errors = [
            "照合番号が合いません。相手の画面の最後の4文字を入れてください。読み間違いでなければ、"
            "ほかの端末の申し込みか、すり替えられたものです。登録しないでください。"
        ]
        return False


class TermsForm(DeskForm):
    """What the headquarters allows a machine."""

    name = LineField("端末の呼び名", validators=[required(), Length(max=60)])
    scopes = ScopesField(
        "持てる範囲", validators=[required("範囲を選んでください。")], default=["base", "core"]
    )
    expires_on = WarekiDateField(
        "期限",
        validators=[required()],
        default=lambda: clock.today() + timedelta(days=365),
    )

    def validate_expires_on(self, field: WarekiDateField) -> None:
        if field.data and field.data < clock.today():
            message = "期限は今日より後にしてください。"
            raise ValidationError(message)


class EnrolForm(ComparedForm, TermsForm):
    """Enrol a machine whose fingerprint was compared."""

    prefix = CodeField("発行番号の頭(2文字)", validators=[required(), Length(max=2)])
    is_replacing = BooleanField(
        "前の名義を置き換える",
        description="前の名義で書いた記録は、そのまま有効です。これからは、前の名義で届いた記録を"
        "保留します。前の端末がまだ動いているとき(ディスクの複製など)は、印を外してください。",
        default=True,
    )


class RevokeForm(DeskForm):
    """Revoke a machine."""

    reason = LineField("理由", validators=[required(), Length(max=200)])


class DecideForm(DeskForm):
    """Decide on what waits."""

    reason = TextField("判断の理由", validators=[required()])
