"""A real server on a temporary instance, and terminals that register households over HTTP."""

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, session

from victim_support import journal
from victim_support.accounts.services import (
    create_staff,
    new_secrets,
    set_password,
    start_session,
)
from victim_support.app import create_app
from victim_support.core.access import system_actor
from victim_support.core.db import db, transaction
from victim_support.core.instance import OpenInstance
from victim_support.core.reads import close_log
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.disasters.rules import DisasterKind
from victim_support.disasters.services import declare_disaster
from victim_support.installation import create_instance
from victim_support.shelters.services import add_shelter, open_shelter

SCOPES = Scopes("042072", "20260715A")
START = "from victim_support.start import run; run()"
PATIENCE = 60.0  # seconds; a machine that starts many things at once is slow


@dataclass
class Reception:
    """An instance with a disaster, open shelters, and logged-in terminals."""

    opened: OpenInstance
    shelters: list[UUID]
    cookies: list[str]


def make_reception(
    folder: Path,
    *,
    terminals: int,
    shelters: int = 1,
    database_url: str | None = None,
    fill: Callable[[list[UUID]], None] | None = None,
) -> Reception:
    """Make an instance where terminals stand ready at shelters, and close it.

    Args:
        folder: Where.
        terminals: How many are logged in, last of all: an idle login would be locked.
        shelters: How many are open.
        database_url: Of the headquarters, when it is one.
        fill: Writes what the ledger holds before, given the shelters.
    """
    made = create_instance(
        folder,
        municipality=SCOPES.municipality,
        admin="bench",
        password=secrets.token_urlsafe(24),
        passphrase=None,
        node_prefix="B5",
        database_url=database_url,
    )
    app = create_app(made.opened)
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
        places, staff = _set_up(shelters)
        db.session.remove()
        if fill:
            fill(places)
            db.session.remove()
    cookies = [_log_in(app, staff[number % shelters]) for number in range(terminals)]
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
        app.extensions["intake"].close()
        close_log()
    return Reception(made.opened, places, cookies)


@contextmanager
def running_server(folder: Path, log: Path, *options: str) -> Iterator["ServerProcess"]:
    """Run the server as a process of its own, until the end of the block."""
    server = ServerProcess(folder, log, *options)
    try:
        yield server
    finally:
        server.end()


class ServerProcess:
    """The program as ``serve`` runs it."""

    def __init__(self, folder: Path, log: Path, *options: str) -> None:
        self.port = free_port()
        self._log = log.open("ab")
        command = [sys.executable, "-c", START, "serve", "--instance", str(folder)]
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, "--port", str(self.port), *options], stdout=self._log, stderr=self._log
        )
        self.started_in = self._wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._log.close()

    def end(self) -> None:
        """End it as an operator would."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def memory_mb(self) -> float:
        """Return the resident memory of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return round(int(found[1]) / 1024, 1) if found else 0.0

    def cpu_seconds(self) -> float:
        """Return the processor time the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _wait(self) -> float:
        start = time.perf_counter()
        while time.perf_counter() - start < PATIENCE:
            try:
                _request(self.port, "GET", "/login")
            except (OSError, http.client.HTTPException):
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                return time.perf_counter() - start
        message = f"the server did not start: {Path(self._log.name).read_text()[-2000:]}"
        raise RuntimeError(message)


@dataclass
class Terminal:
    """One desk's browser: a cookie, and one connection that is kept open."""

    port: int
    cookie: str
    csrf_token: str = ""
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def open_desk(self) -> None:
        """Fetch the empty form, as the desk does when it starts."""
        status, headers, body = self.ask("GET", "/desk/new")
        if status != http.HTTPStatus.OK:
            message = f"the desk answered {status}: {body[:300]}"
            raise RuntimeError(message)
        for value in headers.get_all("Set-Cookie", []):
            self.cookie = value.split(";")[0]
        self.csrf_token = _hidden(body, "csrf_token")

    def register(self, people: list[dict[str, str]], key: str) -> str:
        """Send a household; return the page that says who was received.

        Raises:
            OSError, http.client.HTTPException: The server went away; nothing is known.
            RuntimeError: The server refused.
        """
        values = {"csrf_token": self.csrf_token, "idempotency_key": key, "kind": "shelter"}
        for number, person in enumerate(people):
            values |= {f"members-{number}-{name}": value for name, value in person.items()}
        status, headers, body = self.ask("POST", "/desk/new", urlencode(values))
        location: str | None = headers["Location"]
        if status != http.HTTPStatus.SEE_OTHER or location is None:
            message = f"the server answered {status}: {body[:300]}"
            raise RuntimeError(message)
        return location

    def ask(
        self, method: str, path: str, body: str | None = None, *, is_fragment: bool = False
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Send one request over the open connection, as the browser or a script of the desk.

        What the server closed while it was idle is opened again, as browsers do.
        """
        was_open = self._connection is not None
        try:
            return self._send(method, path, body, is_fragment=is_fragment)
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            if not was_open:
                raise
            return self._send(method, path, body, is_fragment=is_fragment)

    def _send(
        self, method: str, path: str, body: str | None, *, is_fragment: bool
    ) -> tuple[int, http.client.HTTPMessage, str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Host": "localhost",
            "Cookie": self.cookie,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        } | ({"X-Fragment": "1"} if is_fragment else {})
        try:
            self._connection.request(method, path, body, headers)
            with self._connection.getresponse() as answer:
                return answer.status, answer.headers, answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next request opens one again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def household_of_four(number: int) -> list[dict[str, str]]:
    """Return an invented household as a desk types it."""
    family = f"架空{number}"
    born = ("S45.3.4", "S48.11.30", "H15.7.1", "H18.1.20")
    given = (("太郎", "タロウ"), ("花子", "ハナコ"), ("一郎", "イチロウ"), ("さくら", "サクラ"))
    return [
        {
            "name": f"{family} {name}",
            "kana": f"カクウ {kana}",
            "birth": birth,
            "sex": "male" if name.endswith("郎") else "female",
            "town": "増田",
            "street": f"{number}番地",
            "phone": "022-000-0000",
        }
        for (name, kana), birth in zip(given, born, strict=True)
    ]


def _set_up(shelters: int) -> tuple[list[UUID], list[UUID]]:
    """Declare the disaster, open shelters, and give each a member of staff."""
    first = new_secrets(1)[0]
    with transaction(reason="準備"):
        declare_disaster(
            name="豪雨",
            kinds=[DisasterKind.FLOOD],
            started_at=datetime(2026, 7, 15, tzinfo=UTC),
            key=SCOPES.disaster,
        )
        places = [add_shelter(name=f"第{number + 1}小学校") for number in range(shelters)]
        db.session.flush()
        staff = []
        for number, place in enumerate(places):
            open_shelter(place)
            person = create_staff(
                by=system_actor(),
                login_name=f"uketsuke{number}",
                display_name="受付",
                role="reception",
                first_secret=first,
                shelter_id=place.id,
            )
            db.session.flush()
            set_password(staff=person, password=secrets.token_urlsafe(24))
            staff.append(person)
    return [place.id for place in places], [person.id for person in staff]


def _log_in(app: Flask, staff_id: UUID) -> str:
    """Return the cookie of a browser that is logged in."""
    with app.test_request_context(base_url="http://localhost"), using_scopes(SCOPES):
        session["_user_id"] = start_session(staff_id=staff_id, terminal="127.0.0.1")
        session["_fresh"] = True
        interface: Any = app.session_interface
        value = interface.get_signing_serializer(app).dumps(dict(session))
        db.session.remove()
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


def _hidden(page: str, name: str) -> str:
    tags: list[str] = re.findall(r"<input[^>]*>", page)
    tag = next(tag for tag in tags if f'name="{name}"' in tag)
    found = re.search(r'value="([^"]*)"', tag)
    return found[1] if found else ""


def _request(port: int, method: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers={"Host": "localhost"})
        return connection.getresponse().status
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
