"""Where other machines find this one (この端末の番地): typed there, or read as a QR code."""

from typing import cast

from flask import Flask, current_app

from victim_support.core.lan import list_own_addresses

EXTENSION = "exchange_door"
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, not listened at


def note_door(app: Flask, host: str, port: int) -> None:
    """Keep where the exchange listens, for the page that says it."""
    app.extensions[EXTENSION] = (host, port)


def list_doors() -> list[str]:
    """Return the addresses at which others exchange with this machine, none when they may not."""
    door = cast("tuple[str, int] | None", current_app.extensions.get(EXTENSION))
    if door is None:
        return []
    host, port = door
    hosts = list_own_addresses() if host in _EVERYWHERE else [host]
    return [f"{each}:{port}" for each in hosts]
