"""The form of the poster."""

import re

from wtforms.validators import Length, ValidationError

from victim_support.core.forms import DeskForm, LineField, required

_URL = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?/?")
_LEAST_PASSPHRASE = 8


class PosterForm(DeskForm):
    """What evacuees' phones need to reach the box; nothing of it is kept."""

    network = LineField(
        "Wi-Fiの名前",
        validators=[required("Wi-Fiの名前を入れてください。"), Length(max=32)],
    )
    passphrase = LineField("Wi-Fiのパスワード", validators=[Length(max=63)])
    url = LineField("電話で開くアドレス", validators=[required("アドレスを入れてください。")])

    def validate_passphrase(self, field: LineField) -> None:
        """Refuse what no network can have."""
        if field.data and len(field.data) < _LEAST_PASSPHRASE:
            message = "Wi-Fiのパスワードは8文字以上です。パスワードのないWi-Fiなら空けてください。"
            raise ValidationError(message)

    def validate_url(self, field: LineField) -> None:
        """Refuse what a phone could not open."""
        if not _URL.fullmatch(field.data or ""):
            message = "http://192.0.2.10:8080/ のように入れてください。"
            raise ValidationError(message)
