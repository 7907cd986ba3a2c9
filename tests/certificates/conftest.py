"""The ledger that tests of certificates write into."""

import pytest

from tests.damage.support import (
    inside,
    make_application,
    make_judgement,
    make_people,
    name_issuer,
    writing_in,
)
from victim_support.certificates.models import NumberEntry
from victim_support.core.db import db, transaction
from victim_support.core.settings import put_setting
from victim_support.damage.rules import DamageGrade
from victim_support.journal.history import history_of

HEAD = "𠮷田 邉\U000e0110太郎"


def reasons_of(app, cls):
    """Return the reasons with which the rows of a table were written."""
    with inside(app):
        rows = db.session.query(cls).all()
        changes = [each for row in rows for each in history_of(cls, [row.scope], row.id)]
        return [change.why for change in changes]


@pytest.fixture
def program(ledger):
    with transaction():
        name_issuer()
    yield ledger
    db.session.remove()


@pytest.fixture
def case(app):
    """Return the id of an application that can be issued."""
    with writing_in(app):
        put_setting(key="issuer_title", value="鼎名古熊市長")
        people = make_people(HEAD, "𠮷田 﨑子", kana="よしだ へんたろう")
        application = make_application(*people)
        make_judgement(application, DamageGrade.HALF)
        return application.id


@pytest.fixture
def entries(app):
    """Return a function that reads the number register."""

    def read():
        with inside(app):
            return db.session.query(NumberEntry).order_by(NumberEntry.counter).all()

    return read
