"""Where this login works: municipality, disaster (災害) and shelter (避難所)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, current_app, g, request
from sqlalchemy import select

from victim_support.core.access import Login, current_login, enter_for_request
from victim_support.core.db import db, reading
from victim_support.core.scopes import (
    NoDisasterChosenError,
    NoShelterChosenError,
    Scopes,
    using_scopes,
)
from victim_support.core.settings import MachineSetting


@dataclass(frozen=True)
class Choice:
    """A disaster or shelter that can be chosen: its key and what people call it."""

    key: str
    name: str
    note: str = ""


Choices = Callable[[], list[Choice]]
ShelterName = Callable[[UUID], str | None]
Read = TypeVar("Read")


@dataclass(frozen=True)
class Context:
    """The disaster and shelter of the running request."""

    scopes: Scopes
    shelter_id: UUID | None

    @property
    def disaster_key(self) -> str:
        """Return the disaster's key.

        Raises:
            NoDisasterChosenError: None is declared or chosen.
        """
        if self.scopes.disaster is None:
            raise NoDisasterChosenError
        return self.scopes.disaster

    @property
    def chosen_shelter(self) -> UUID:
        """Return the id of the shelter this desk stands at.

        Raises:
            NoShelterChosenError: None is chosen.
        """
        if self.shelter_id is None:
            raise NoShelterChosenError
        return self.shelter_id


@dataclass
class Places:
    """The lists that the slices above provide, and what was read once."""

    disasters: Choices
    shelters: Choices
    shelter_name: ShelterName
    municipality: str | None = None
    is_training: bool | None = None


def init_app(
    app: Flask, *, disasters: Choices, shelters: Choices, shelter_name: ShelterName
) -> None:
    """Give every request its scopes; call after ``access.init_app``.

    Args:
        app: The program.
        disasters: Lists the open disasters, newest first.
        shelters: Lists the shelters that a desk can stand at.
        shelter_name: Names one of them; every page asks for it, so it reads one row.
    """
    app.extensions["places"] = Places(disasters, shelters, shelter_name)
    app.before_request(_enter_scopes)
    app.context_processor(_template_values)


def current_context() -> Context:
    """Return disaster and shelter of the running request."""
    return cast("Context", g.context)


def municipality() -> str:
    """Return the 6-digit code of the municipality of this instance; read once."""
    places = _places()
    if places.municipality is None:
        places.municipality = _machine_setting("municipality") or ""
    return places.municipality


def is_training() -> bool:
    """Tell whether this instance is for training (訓練); read once."""
    places = _places()
    if places.is_training is None:
        places.is_training = bool(_machine_setting("training"))
    return places.is_training


def list_disasters() -> list[Choice]:
    """Return the disasters that can be chosen."""
    return _once("disaster_choices", _places().disasters)


def list_shelters() -> list[Choice]:
    """Return the shelters that can be chosen."""
    return _once("shelter_choices", _places().shelters)


def _enter_scopes() -> None:
    if request.endpoint == "static":
        return
    login = current_login()
    base = Scopes(municipality())
    with using_scopes(base):
        disaster = _disaster_of(login) if login else None
    scopes = Scopes(base.municipality, disaster)
    enter_for_request(using_scopes(scopes))
    g.context = Context(scopes, login.shelter_id if login else None)


def _disaster_of(login: Login) -> str | None:
    """Return the disaster chosen for this login, or the only one there is."""
    if login.disaster_key:
        return login.disaster_key
    choices = list_disasters()
    return choices[0].key if len(choices) == 1 else None


def _template_values() -> dict[str, Any]:
    if "context" not in g or current_login() is None:
        return {"training": is_training()}
    context: Context = g.context
    disaster = _named(list_disasters, context.scopes.disaster) if context.scopes.disaster else None
    return {
        "training": is_training(),
        "disaster": disaster,
        "shelter_name": _shelter_name(context.shelter_id) if context.shelter_id else None,
    }


def _named(choices: Choices, key: str | None) -> Choice | None:
    return next((choice for choice in choices() if choice.key == key), None)


def _shelter_name(shelter_id: UUID) -> str | None:
    return _once("shelter_name", lambda: _places().shelter_name(shelter_id))


def _once(name: str, read: Callable[[], Read]) -> Read:
    """Read something once in a request; the view's session is left as it was, not begun."""
    if name not in g:
        had_begun = db.session().in_transaction()
        setattr(g, name, read())
        if not had_begun:
            db.session.remove()
    return cast("Read", getattr(g, name))


def _machine_setting(key: str) -> str | None:
    with reading() as session:
        return session.scalar(select(MachineSetting.value).where(MachineSetting.key == key))


def _places() -> Places:
    return cast("Places", current_app.extensions["places"])
