"""Measure the exchange: two laptops over HTTP, encrypted, signed, search index included."""

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from flask import Flask
from sqlalchemy import select

from victim_support import journal
from victim_support.app import create_app
from victim_support.bench.terminals import SCOPES, free_port, make_reception, running_server
from victim_support.core.db import db, synced_fields, transaction
from victim_support.core.ids import new_id
from victim_support.core.instance import OpenInstance
from victim_support.core.reads import close_log
from victim_support.core.scopes import using_scopes
from victim_support.sync.services.enrolment import (
    Terms,
    accept,
    enrol,
    found_authority,
    make_request,
)
from victim_support.sync.services.exchange import Exchanged, exchange_with
from victim_support.victims.models import Person

RECORDS, EDITS, NOTHINGS = 10_000, 100, 20
HOUSEHOLDS_AT_ONCE = 100
HEADQUARTERS_URL = "VICTIM_SUPPORT_BENCH_DATABASE_URL"  # a blank database, to measure into it
PEER_FOLDER = "VICTIM_SUPPORT_POUCHDB"
PEER_PACKAGES = "pouchdb-node, express, express-pouchdb"
FASTEST = "new_records_per_second"
TARGETS = {
    FASTEST: 10_000,
    "bytes_per_record": 100,
    "edits_seconds": 0.100,
    "nothing_seconds": 0.005,
}
_ALL_SCOPES = ("base", "core", "sealed")
_FAMILY = ("佐藤", "鈴木", "高橋", "田中", "渡邉", "伊藤", "山本", "中村", "小林", "加藤", "齋藤")
_FAMILY_KANA = ("サトウ", "スズキ", "タカハシ", "タナカ", "ワタナベ", "イトウ", "ヤマモト")
_GIVEN = ("太郎", "花子", "一郎", "美咲", "健太", "さくら", "翔", "陽菜", "大輔", "結衣", "誠")
_GIVEN_KANA = ("タロウ", "ハナコ", "イチロウ", "ミサキ", "ケンタ", "サクラ", "ショウ", "ヒナ")
_TOWNS = ("港町", "緑町", "本町", "栄町", "旭町", "若葉町", "桜木町", "浜町")


def run(records: int = RECORDS) -> dict[str, Any]:
    """Bring new records, edits and nothing from one laptop to another; return the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = make_reception(folder / "here", terminals=1).opened
        url = os.environ.get(HEADQUARTERS_URL)
        there = make_reception(folder / "there", terminals=1, database_url=url).opened
        _introduce(there, here)
        port = free_port()
        options = ("--exchange", f"127.0.0.1:{port}")
        with running_server(there.folder, folder / "server.log", *options) as server:
            with _inside(here):
                figures = _measured(f"127.0.0.1:{port}", records)
            figures["into"] = "headquarters on PostgreSQL" if url else "laptop"
            figures["server_memory_mb"] = server.memory_mb()
        return figures | {"peer": _peer(folder, records)}


def _measured(address: str, records: int) -> dict[str, Any]:
    _timed(lambda: exchange_with(address))  # what the two instances were made with
    _register(records)
    seconds, first = _timed(lambda: exchange_with(address))
    _edit(EDITS)
    edits_seconds, edited = _timed(lambda: exchange_with(address))
    nothings = [_timed(lambda: exchange_with(address))[0] for _ in range(NOTHINGS)]
    figures = {
        "measured": "new persons, edits and nothing brought to another laptop over HTTP",
        "n": records,
        "operations": first.sent,
        "seconds": round(seconds, 3),
        "new_records_per_second": round(records / seconds),
        "bytes_per_record": round(first.bytes / records, 1),
        "edits": EDITS,
        "edits_seconds": round(edits_seconds, 4),
        "edits_bytes": edited.bytes,
        "nothing_seconds": round(median(nothings), 4),
        "targets": TARGETS,
    }
    return figures | {"is_reached": _is_reached(figures)}


def _peer(folder: Path, records: int) -> dict[str, Any]:
    """Bring equal records from PouchDB to PouchDB, where somebody has installed it."""
    installed, node = os.environ.get(PEER_FOLDER), shutil.which("node")
    if not installed or node is None:
        return {"skipped": f"no node, or {PEER_FOLDER} names no folder with {PEER_PACKAGES}"}
    chance = random.Random(1)  # noqa: S311 - the same people
    file = folder / "records.json"
    file.write_bytes(msgspec.json.encode([_document(each, chance) for each in range(records)]))
    script = Path(__file__).with_name("pouchdb.js")
    command = [node, str(script), installed, str(file), str(EDITS)]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - as named
    figures: dict[str, Any] = msgspec.json.decode(done.stdout)
    return figures


def _document(number: int, chance: random.Random) -> dict[str, Any]:
    person = _person(number, chance)
    values = {name: getattr(person, name) for name in synced_fields(Person)}
    return {"_id": str(person.id)} | {
        name: str(value) for name, value in values.items() if value is not None
    }


def _is_reached(figures: dict[str, Any]) -> bool:
    is_fast = figures[FASTEST] >= TARGETS[FASTEST]
    return is_fast and all(figures[name] <= TARGETS[name] for name in TARGETS if name != FASTEST)


def _timed(act: Callable[[], Exchanged]) -> tuple[float, Exchanged]:
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def _register(count: int) -> None:
    """Write persons of twenty fields each, as many in one transaction as a group has."""
    chance = random.Random(1)  # noqa: S311 - invented people, the same in every run
    for start in range(0, count, HOUSEHOLDS_AT_ONCE):
        with transaction(reason="受付") as session:
            for number in range(start, min(start + HOUSEHOLDS_AT_ONCE, count)):
                session.add(_person(number, chance))


def _person(number: int, chance: random.Random) -> Person:
    town = chance.choice(_TOWNS)
    born = date(1930 + chance.randrange(90), 1 + chance.randrange(12), 1 + chance.randrange(28))
    return Person(
        scope=SCOPES.core,
        id=new_id(),
        household_id=new_id(),
        name=f"{chance.choice(_FAMILY)}　{chance.choice(_GIVEN)}",
        kana=f"{chance.choice(_FAMILY_KANA)}　{chance.choice(_GIVEN_KANA)}",
        birth_date=born,
        birth_precision="day",
        birth_year=born.year,
        birth_month=born.month,
        sex=chance.choice(("male", "female")),
        address=f"架空市{town}{chance.randrange(1, 9)}-{chance.randrange(1, 40)}",
        postal_code=f"99900{chance.randrange(10, 99)}",
        town=town,
        address_kind="given",
        phone=f"000-0000-{chance.randrange(10_000):04}",
        relation=chance.choice(("世帯主", "妻", "子", "母")),
        register_number=f"{number:08}",
        register_link="matched",
    )


def _edit(count: int) -> None:
    chosen = select(Person).where(Person.scope == SCOPES.core).order_by(Person.id).limit(count)
    with transaction(reason="訂正") as session:
        for person in session.scalars(chosen):
            person.phone = "000-1111-2222"


def _introduce(headquarters: OpenInstance, laptop: OpenInstance) -> None:
    """Enrol both machines, as two people with a file would."""
    with _inside(headquarters), transaction():
        found_authority()
        enrol(make_request("本部"), _terms("本部", "H0"), is_headquarters=True)
    with _inside(laptop), transaction():
        request = make_request("端末")
    with _inside(headquarters), transaction():
        grant = enrol(request, _terms("端末", "M1")).pack()
    with _inside(laptop), transaction():
        accept(grant)


def _terms(name: str, prefix: str) -> Terms:
    return Terms(name, prefix, _ALL_SCOPES, date(2099, 12, 31))


@contextmanager
def _inside(opened: OpenInstance) -> Iterator[Flask]:
    app = create_app(opened)
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
        try:
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
            app.extensions["intake"].close()
            close_log()
