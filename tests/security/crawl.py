"""Every route of the program, with values for its parts."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from werkzeug.routing import AnyConverter

from victim_support.core.db.sqlite import connect

NOBODY = UUID("01890000-0000-7000-8000-000000000000")
TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1
"""
SAMPLES = {"UUIDConverter": NOBODY, "IntegerConverter": 1, "FloatConverter": 1.0}


@dataclass(frozen=True)
class Route:
    """One rule with one method."""

    endpoint: str
    method: str
    path: str

    def __str__(self):
        return f"{self.method} {self.path}"


def routes(app, method):
    """Return all routes of a method but the static files."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if method in rule.methods and rule.endpoint != "static":
            values = {name: _sample(converter) for name, converter in rule._converters.items()}
            path = adapter.build(rule.endpoint, values, method=method)
            found.append(Route(rule.endpoint, method, path))
    return sorted(found, key=str)


def _sample(converter):
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return SAMPLES.get(type(converter).__name__, "20260715A")


def digest(instance):
    """Return a digest of everything in the main and the reference file."""
    whole = hashlib.sha256()
    for path in (instance.main, instance.reference):
        connection = connect(path, instance.key, read_only=True)
        names = [row[0] for row in connection.execute(TABLES)]
        for name in names:
            rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
            whole.update(repr((name, sorted(map(repr, rows)))).encode())
        connection.close()
    return whole.hexdigest()


def last_error(app):
    """Return the last line of the log, for the message of a failing test."""
    log = Path(app.instance_path) / "logs" / "app.log"
    return json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
