"""Limits of safety that a municipality sets itself, between bounds that stay safe (安全の決まり).

The same on every machine, as they are settings of the municipality. A value beyond the bounds, as
an older or tampered machine may send it, counts as the bound.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from victim_support.core.db import reading
from victim_support.core.scopes import Scopes
from victim_support.core.settings import MachineSetting, Setting

PREFIX = "limit."


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: its key, what it says, its bounds, and what holds until somebody sets it."""

    name: str
    label: str
    unit: str
    least: int
    most: int
    usual: int
    reason: str

    @property
    def key(self) -> str:
        """Return the key of the setting."""
        return PREFIX + self.name


EXPORT_ROWS = Limit(
    "export_rows",
    "一人で書き出し・印刷できる人数",
    "人",
    50,
    1000,
    300,
    "これをこえると、もう一人の職員の承認が要ります。避難所1か所の名簿が入る大きさにします。",
)
AGREED_MINUTES = Limit(
    "agreed_minutes",
    "もう一人の承認が有効な時間",
    "分",
    1,
    30,
    10,
    "承認した名簿を、この間だけ出せます。",
)
CONFIRMED_MINUTES = Limit(
    "confirmed_minutes",
    "パスワードを確かめ直してから重い操作ができる時間",
    "分",
    1,
    30,
    10,
    "書き出し、保護の設定、利用者の管理などの前に、確かめ直します。",
)
PROTECTION_HOURS = Limit(
    "protection_hours",
    "保護の情報が古いとみなすまでの時間",
    "時間",
    1,
    72,
    24,
    "古いときは、住所の載る紙の前に本部へ電話で確かめます。",
)
DROP_HOURS = Limit(
    "drop_hours",
    "電話からの申し込みの番号が使える時間",
    "時間",
    1,
    24,
    6,
    "過ぎた申し込みは、受け付けたものも、読まれずに消えます。",
)
LIMITS = (EXPORT_ROWS, AGREED_MINUTES, CONFIRMED_MINUTES, PROTECTION_HOURS, DROP_HOURS)


def limit(which: Limit) -> int:
    """Return what holds now; read apart, as guards ask before scopes are known."""
    own = select(MachineSetting.value).where(MachineSetting.key == "municipality")
    with reading() as session:
        scope = Scopes(session.scalar(own) or "", None).base
        statement = select(Setting.value).where(Setting.scope == scope, Setting.key == which.key)
        value = session.scalar(statement)
    return _bounded(which, value)


def minutes(which: Limit) -> timedelta:
    """Return a limit of minutes."""
    return timedelta(minutes=limit(which))


def _bounded(which: Limit, value: object) -> int:
    if not isinstance(value, int):
        return which.usual
    return min(max(value, which.least), which.most)
