"""A ledger that tests of shelters write into, under an open disaster."""

import atexit
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from victim_support import journal
from victim_support.core.db import db, transaction
from victim_support.core.db.engine import Part, engine_options, prepare_engine
from victim_support.core.instance import OpenInstance
from victim_support.core.node import create_node
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.disasters import models as disasters
from victim_support.migrations import upgrade
from victim_support.shelters import models as shelters

MODELS = (disasters, shelters)
KEY = bytes(range(32))


@cache
def blank_folder():
    """Make an instance with blank tables once, to be copied."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    upgrade(OpenInstance(folder, KEY))
    return folder


@contextmanager
def ledger(folder, municipality="172022", disaster="20240101A"):
    """Run inside a program of its own, with nothing above the journal."""
    opened = OpenInstance(folder, KEY)
    shutil.copytree(blank_folder(), folder, dirs_exist_ok=True)
    app = Flask(__name__)
    app.extensions["instance"] = opened
    options = engine_options(opened, Part.MAIN)
    app.config["SQLALCHEMY_DATABASE_URI"] = options.pop("url")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, Part.MAIN)
        journal.install(app)
        with using_scopes(Scopes(municipality, disaster)):
            with transaction():
                create_node()
            yield app
        db.session.remove()
        db.engine.dispose()
        app.extensions["intake"].close()


@pytest.fixture
def program(tmp_path):
    with ledger(tmp_path / "instance") as app:
        yield app
