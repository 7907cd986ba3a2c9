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


class Proving(StrEnum):
    """What this machine can prove of a wiping (消去の証明)."""

    NOW = "now"
    LATER = "later"
    NOTHING = "nothing"

    @property
    def advice(self) -> str:
        """Return what somebody who is about to wipe has to know; empty when all is well."""
        return _ADVICE[self]


_ADVICE = {
    Proving.NOW: "",
    Proving.LATER: "この端末は、控えから戻したか複製されたあと、まだ登録し直していません。"
    "消した証明は前の名義の鍵で作りますが、登録し直すまで同期では届きません。"
    "先に「端末の登録と一覧」で登録し直してください。",
    Proving.NOTHING: "この端末は本部に登録されていないので、消した証明を作れません。"
    "消した日と人を、本部に紙で知らせてください。",
}
_LABELS = {
    TakeoutState.OUT: ("持ち出し中", "info"),
    TakeoutState.EXPIRED: ("期限切れ・消去の証明なし", "error"),
    TakeoutState.WIPED: ("消去済", "success"),
}
