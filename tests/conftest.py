"""The program on a prepared instance, fresh for every test; desks logged in by role.

The program is imported inside the fixtures, so that tests of pure rules start without it.
"""

import functools
import gc
import os
import shutil

import hypothesis
import pytest
import time_machine

# A build is judged by what it changed, not by a new throw of the dice; at a desk every run is new.
hypothesis.settings.register_profile("build", derandomize=True, deadline=None)
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.load_profile("build" if os.environ.get("CI") else "desk")

gc.set_threshold(20_000)  # as the server does

# ruff: noqa: PLC0415 - see above


ENGINES = ("sqlite", "postgresql")
ROOM = 8 << 30  # bytes; with less, tests of disks that fill up see what there is


def pytest_collection_modifyitems(items):
    """Give what waits for a browser or for other processes a second try, which the end tells.

    Its files come first: a long one that began last would keep one core busy and the other idle.
    """
    long = [
        item
        for item in items
        if item.get_closest_marker("browser") or item.get_closest_marker("slow")
    ]
    for item in long:
        item.add_marker(pytest.mark.flaky(reruns=1))
    files = {item.path for item in long}
    items.sort(key=lambda item: item.path not in files)


def pytest_generate_tests(metafunc):
    """Run what is marked ``db`` on both engines; ``db("sqlite")`` says that only one can."""
    marker = metafunc.definition.get_closest_marker("db")
    if marker and "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", marker.args or ENGINES, indirect=True)


@pytest.fixture(scope="session", autouse=True)
def steady_room():
    """Let a disk that has room always have the same: every page says it, and some are compared."""
    measured = shutil.disk_usage

    def steady(path):
        usage = measured(path)
        return usage if usage.free < ROOM else usage._replace(free=ROOM)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "disk_usage", steady)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once():
    """Compile URL rules, templates and statements once: tests build the program anew, and often."""
    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.engine.default import DefaultDialect
    from sqlalchemy.util import LRUCache
    from werkzeug.routing import Rule

    compile_rule, kept = Rule.compile, {}
    parts = ("_parts", "_trace", "_converters", "arguments")

    def compile_once(rule):
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
        if key not in kept:
            compile_rule(rule)
            built = {name: getattr(rule, name).__func__ for name in ("_build", "_build_unknown")}
            kept[key] = {name: getattr(rule, name) for name in parts}, built
        values, built = kept[key]
        vars(rule).update(values, **{name: part.__get__(rule) for name, part in built.items()})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": kept_templates()})
        statements: LRUCache[object, object] = LRUCache(5000)
        kept_by_all = property(lambda _: statements, lambda *_: None)
        patch.setattr(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(Engine, "_compiled_cache", kept_by_all, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def stretched_once():
    """Stretch the secret of a copied keyring once, and let passwords cost little.

    What they cost in the field comes back with ``full_strength``; programs that tests start as
    processes of their own know no other.
    """
    from argon2 import PasswordHasher

    from victim_support.accounts import hashing
    from victim_support.core import keys

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_stretch", functools.cache(keys._stretch))
        strong = hashing.HASHER
        patch.setattr(hashing, "HASHER", PasswordHasher(1, 64, 1))
        yield strong


@pytest.fixture
def full_strength(stretched_once, monkeypatch):
    """Hash passwords as in the field."""
    from victim_support.accounts import hashing

    monkeypatch.setattr(hashing, "HASHER", stretched_once)
    monkeypatch.setattr(hashing, "_nobody", functools.cache(hashing._nobody.__wrapped__))


def kept_templates():
    """Return a cache of compiled templates in memory; what changed is compiled again."""
    from jinja2 import BytecodeCache

    class Kept(BytecodeCache):
        def __init__(self):
            self.code = {}

        def load_bytecode(self, bucket):
            bucket.code = self.code.get((bucket.key, bucket.checksum))

        def dump_bytecode(self, bucket):
            self.code[bucket.key, bucket.checksum] = bucket.code

    return Kept()


@pytest.fixture(scope="session")
def cluster():
    """Start a PostgreSQL of our own once."""
    from tests.cluster import running_cluster

    with running_cluster() as running:
        yield running


@pytest.fixture
def engine(request):
    """Say on which engine the test runs, and give new instances a database each."""
    from tests.cluster import databases_of

    name = getattr(request, "param", "sqlite")
    if name == "sqlite":
        yield name
        return
    with databases_of(request.getfixturevalue("cluster")):
        yield name


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Make an instance once, with one person per role and one disaster, and close it."""
    from tests.prepared import make_instance

    return make_instance(tmp_path_factory.mktemp("prepared") / "instance")


@pytest.fixture(scope="session")
def prepared_on_server(tmp_path_factory, cluster):
    """Make the same on PostgreSQL, and return it with the name of its database."""
    from tests.prepared import make_instance

    name = cluster.create()
    folder = tmp_path_factory.mktemp("prepared") / "instance"
    return make_instance(folder, database_url=cluster.url(name)), name


@pytest.fixture
def instance(engine, tmp_path, request):
    """Copy the prepared instance."""
    from tests.cluster import place

    if engine == "sqlite":
        made, template = request.getfixturevalue("prepared"), None
    else:
        made, template = request.getfixturevalue("prepared_on_server")
    folder = tmp_path / "instance"
    shutil.copytree(made.folder, folder)
    place(folder, template)
    return type(made)(folder, made.key)


@pytest.fixture
def app(instance):
    """Start the program on a fresh copy; errors are answered as in the field."""
    from tests.prepared import close, start

    app = start(instance)
    yield app
    close(app)


@pytest.fixture
def ledger(app):
    """Stay inside the program, under the scopes of the prepared disaster."""
    from tests.prepared import SCOPES
    from victim_support.core.scopes import using_scopes

    with app.app_context(), using_scopes(SCOPES):
        yield app


@pytest.fixture
def stranger(app):
    """Return the browser of somebody who is not logged in."""
    from tests.pages import Desk

    return Desk(app)


@pytest.fixture
def desk_of(app):
    """Return a function: login name (a role, or ``hogo`` with the sealed grant) → browser."""
    from tests.pages import Desk
    from tests.prepared import log_in

    return lambda login_name: log_in(Desk(app), login_name)


@pytest.fixture(scope="session")
def chromium():
    """Start the system's Chromium once; playwright allows one at a time in a process."""
    from tests.quality.eyes import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def frozen():
    """Return a function that stops the clock at a moment; its answer has ``shift(timedelta)``."""
    travellers = []

    def stop(moment):
        traveller = time_machine.travel(moment, tick=False)
        travellers.append(traveller)
        return traveller.start()

    yield stop
    for traveller in reversed(travellers):
        traveller.stop()
