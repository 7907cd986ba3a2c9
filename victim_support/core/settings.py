"""Settings of this machine and of the municipality."""

from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import Base, FieldClass, ScopeKind, Synced, db, field, sync_table
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes


class MachineSetting(Base):
    """A setting of this laptop alone: municipality, training mode."""

    __tablename__ = "machine_settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Setting(Synced):
    """A setting of the municipality (設定), the same on every machine: issuer, policies."""

    __tablename__ = "settings"
    __sync__ = sync_table(90, ScopeKind.BASE)

    key: Mapped[str] = field(1, FieldClass.FACT, default="")
    value: Mapped[Any] = field(2, FieldClass.ORDINARY, type_=JSON(none_as_null=True))


def machine_setting(key: str) -> str | None:
    """Return a setting of this laptop."""
    return db.session.scalar(select(MachineSetting.value).where(MachineSetting.key == key))


def set_machine_setting(key: str, value: str) -> None:
    """Keep a setting of this laptop."""
    db.session.merge(MachineSetting(key=key, value=value))


def setting(key: str, default: Any = None) -> Any:
    """Return a setting of the municipality, such as ``issuer_title``."""
    scope = current_scopes().base
    statement = select(Setting.value).where(Setting.scope == scope, Setting.key == key)
    value = db.session.scalar(statement)
    return default if value is None else value


def list_settings(prefix: str) -> dict[str, Any]:
    """Return the settings whose key begins so and that have a value, in the order of their keys."""
    statement = (
        select(Setting.key, Setting.value)
        .where(Setting.scope == current_scopes().base, Setting.key.startswith(prefix))
        .order_by(Setting.key)
    )
    found = db.session.execute(statement)
    return {key: value for key, value in found if value is not None}


def put_setting(*, key: str, value: Any) -> None:
    """Keep a setting of the municipality."""
    scopes = current_scopes()
    setting_id = natural_id("setting", scopes.municipality, key)
    row = db.session.get(Setting, (scopes.base, setting_id))
    if row is None:
        row = Setting(scope=scopes.base, id=setting_id, key=key)
        db.session.add(row)
    row.value = value
