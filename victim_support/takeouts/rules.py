"""Where a register that was handed out stands."""

from enum import StrEnum

COLUMNS = (
    "宛名番号、世帯番号、氏名(通称・旧氏)、フリガナ、生年月日、性別、続柄、住所、支援措置の有無"
)
"""What a handed register holds of each person, in words."""


class TakeoutState(StrEnum):
    """Where a register that was handed out stands (持ち出しの状態)."""

    OUT = "out"
    EXPIRED = "expired"
    WIPED = "wiped"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def badge(self) -> str:
        return _LABELS[self][1]


_LABELS = {
    TakeoutState.OUT: ("持ち出し中", "info"),
    TakeoutState.EXPIRED: ("期限切れ・消去の証明なし", "error"),
    TakeoutState.WIPED: ("消去済", "success"),
}
