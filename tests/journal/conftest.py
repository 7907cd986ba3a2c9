"""A program with a journal on real files; rows of dwellings and persons stand for all tables."""

from contextlib import contextmanager

import pytest
from flask import Flask

from tests.blank import KEY, make_blank
from victim_support import journal
from victim_support.core.db import db, transaction
from victim_support.core.db.engine import Part, engine_options, prepare_engine
from victim_support.core.instance import OpenInstance
from victim_support.core.node import create_node
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.damage import models as damage
from victim_support.victims import models as victims

SCOPES = Scopes("042072", "20260715A")
MODELS = (damage, victims)


def make_program(folder, *, is_new=True):
    """Return a program on an instance in a folder, with nothing above the journal."""
    opened = make_blank(folder) if is_new else OpenInstance(folder, KEY)
    app = Flask(__name__)
    app.extensions["instance"] = opened
    options = engine_options(opened, Part.MAIN)
    app.config["SQLALCHEMY_DATABASE_URI"] = options.pop("url")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, Part.MAIN)
        journal.install(app)
    return app


@contextmanager
def opened_program(folder, *, is_new=True):
    """Run inside a program of its own; its files are closed at the end."""
    app = make_program(folder, is_new=is_new)
    with app.app_context(), using_scopes(SCOPES):
        if is_new:
            with transaction():
                create_node()
        yield app
        db.session.remove()
        db.engine.dispose()
        app.extensions["intake"].close()


@pytest.fixture
def program(engine, tmp_path):
    with opened_program(tmp_path) as app:
        yield app
