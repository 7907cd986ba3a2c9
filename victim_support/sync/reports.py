"""What became of a bundle that was read, and why a file of it was not taken in, in words."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PartFault(StrEnum):
    """Why a file of a bundle was not taken in."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    NOT_LISTED = "not_listed"
    NOT_FOR_US = "not_for_us"
    STRANGER = "stranger"
    MISSING = "missing"
    NOT_NAMED = "not_named"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    PartFault.TOO_LARGE: "大きすぎるファイルです。このシステムが書いたものではありません。",
    PartFault.UNREADABLE: "USBから読めません。差し直すか、書き出し直してください。",
    PartFault.DAMAGED: "壊れています。書き出した端末で、もう一度書き出してください。",
    PartFault.NOT_LISTED: "壊れているか、ほかの束のファイルです。もう一度書き出してください。",
    PartFault.NOT_FOR_US: "この端末では開けません。消さずに、本部まで運んでください。",
    PartFault.STRANGER: "同じ本部に登録された端末が書いたものではありません。",
    PartFault.NOT_NAMED: "写真の記録がありません。記録がそろってから、取り込み直してください。",
    PartFault.MISSING: "足りません。写し忘れか、書き出しの途中で抜かれています。",
}


_FORGOTTEN = "この端末のディスクは古い状態に戻されています。証明書の番号を止めました。"

_GIVEN_WAY = (
    "二つに分かれていた記録を、本部の記録に合わせました(複製や控えからの復元)。"
    "この端末だけにあった記録 "
)
_ENROL = (
    "この端末は新しい名義になりました。「端末の登録と一覧」で登録を申し込み直すまで、"
    "証明書の番号を出せません。登録のあとで、USBに書き出して本部へ運んでください。"
)
_TOO_SHORT = (
    "記録が二つに分かれていますが、この束では合わせられません。本部の「USBに書き出す」で、"
    "届け先にこの端末を選び、「新しい端末に初めから入れる」で書き出してもらってください。"
)


@dataclass
class BundleReport:
    """What became of one bundle.

    Attributes:
        name: Of its folder.
        sender: The machine that wrote it; empty when nobody is proven.
        is_partial: It has no sound manifest: the stick was pulled before the end.
        is_revoked: The machine's enrolment was revoked.
        files: How many were read.
        not_for_us: How many of them are for other machines only.
        is_held: All of it was here before; nothing had to be opened.
        problems: By file: why it, or part of it, was not taken in.
        acked: Machines whose receipts came home with it.
        has_forgotten: The sender holds of this machine's own records what is not here.
        has_given_way: A past that was another one here gave way to the headquarters' one.
        said_again: How many operations this machine said again because of that.
        needs_enrolment: It goes on under a new name.
        is_too_short: Two pasts are known of, and the bundle does not reach back to where they part.
        has_ack: This machine's receipt is on the stick; None when none was due.
    """

    name: str
    sender: str = ""
    written_at: datetime | None = None
    is_partial: bool = False
    is_revoked: bool = False
    files: int = 0
    applied: int = 0
    not_for_us: int = 0
    is_held: bool = False
    has_ack: bool | None = None
    acked: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    pictures: int = 0
    has_forgotten: bool = False
    has_given_way: bool = False
    said_again: int = 0
    needs_enrolment: bool = False
    is_too_short: bool = False

    @property
    def is_clean(self) -> bool:
        return not self.problems and not self.is_partial

    @property
    def _came(self) -> str:
        if self.applied:
            return "読めたところまで取り込みました。"
        return "新しく取り込める記録はありませんでした。"

    @property
    def remarks(self) -> list[str]:
        """Return what else is to be known of it, in sentences."""
        others = f"ほかの端末あてのファイル {self.not_for_us} 個は開けません。"
        said = {
            f"途中までの束です。{self._came}書き出し直してもらってください。": self.is_partial,
            "書いた端末の登録は取り消されています。取り消し後の記録は保留します。": self.is_revoked,
            f"{_FORGOTTEN}本部で登録し直してください。": self.has_forgotten,
            f"{_GIVEN_WAY}{self.said_again} 件は、そのまま残っています。": self.has_given_way,
            _ENROL: self.needs_enrolment,
            _TOO_SHORT: self.is_too_short,
            "記録はすべて、前に受け取っていました。": self.is_held,
            f"写真 {self.pictures} 枚を受け取りました。": self.pictures > 0,
            f"{others}消さずに本部へ運んでください。": self.not_for_us > 0,
            f"受け取りの印が届きました: {'、'.join(self.acked)}": bool(self.acked),
            "受け取りの印をUSBに書きました。書いた端末へ返してください。": self.has_ack is True,
            "受け取りの印を書けません(書き込み禁止か、空きがありません)。": self.has_ack is False,
        }
        return [words for words, is_so in said.items() if is_so]
