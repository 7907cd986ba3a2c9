"""A ledger that tests of shelters write into, under an open disaster."""

from contextlib import contextmanager

import pytest
from flask import Flask

from tests.blank import make_blank
from victim_support import journal
from victim_support.core.db import db, transaction
from victim_support.core.db.engine import Part, engine_options, prepare_engine
from victim_support.core.node import create_node
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.disasters import models as disasters
from victim_support.shelters import models as shelters

MODELS = (disasters, shelters)


@contextmanager
def ledger(folder, municipality="172022", disaster="20240101A"):
    """Run inside a program of its own, with nothing above the journal."""
    opened = make_blank(folder)
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
