"""The forms of the exchange."""

import re
from typing import Any

from wtforms.validators import ValidationError

from victim_support.core.forms import DeskForm, LineField, required

_ADDRESS = re.compile(r"(https?://)?[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._\-/]*)?")


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
