"""Column types that bear values from newer versions and keep instants aware."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant; stored as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"naive datetime: {value!r}"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text without the character NUL, which PostgreSQL cannot keep; a mark takes its place."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return without_nul(value)


def without_nul(value: str | None) -> str | None:
    """Return text as both engines can keep it."""
    return value.replace("\0", "\ufffd") if value and "\0" in value else value


class OpenEnum(TypeDecorator[str]):
    """An enum that reads unknown values as their string.

    A newer laptop may know members that this one does not;
    they are kept and shown as 不明(新しい版).
    """

    impl = Text
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members
        self._known = {member.value: member for member in members}

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.read(value)

    def read(self, value: Any) -> str:
        """Return the member, or the string of one that only a newer version knows."""
        try:
            return self._known[value]
        except (KeyError, TypeError):
            return str(value)
