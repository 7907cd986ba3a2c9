"""How somebody likes the screen: size of letters and theme, kept in a cookie of the terminal."""

from dataclasses import dataclass

from flask import Flask, Response, request

COOKIE = "__Host-preferences"
SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Preferences:
    """Size of letters and theme."""

    size: str = SIZES[0]
    theme: str = THEMES[0]


def init_app(app: Flask) -> None:
    """Give every template its ``preferences``."""
    app.context_processor(lambda: {"preferences": current_preferences()})


def current_preferences() -> Preferences:
    """Return what this terminal's cookie says, as far as it can be."""
    size, _, theme = request.cookies.get(COOKIE, "").partition(".")
    return _changed(Preferences(), size, theme)


def keep_preferences(response: Response, size: str | None, theme: str | None) -> None:
    """Keep a changed size or theme in the cookie of a response."""
    wanted = _changed(current_preferences(), size, theme)
    response.set_cookie(
        COOKIE,
        f"{wanted.size}.{wanted.theme}",
        max_age=YEAR,
        secure=True,
        httponly=True,
        samesite="Strict",
    )


def _changed(old: Preferences, size: str | None, theme: str | None) -> Preferences:
    return Preferences(size if size in SIZES else old.size, theme if theme in THEMES else old.theme)
