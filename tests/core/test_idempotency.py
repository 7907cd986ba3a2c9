"""One act sent twice is one record."""

import pytest
from flask import request
from sqlalchemy import func, select

from tests.pages import Desk
from tests.prepared import log_in
from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.db import db, transaction
from victim_support.core.idempotency import IdempotencyKey
from victim_support.core.settings import MachineSetting

KEY = "k" * 24


@pytest.fixture
def counting(app):
    """Add two views that write one row per act."""

    def save():
        with transaction(reason="試験"):
            key = request.form.get("idempotency_key")
            location = idempotency.find(key)
            if location is None:
                count = db.session.scalar(select(func.count()).select_from(MachineSetting))
                db.session.add(MachineSetting(key=f"test {count}", value=""))
                location = f"/made/{count}"
                idempotency.remember(key, location)
            if request.form.get("fail"):
                raise RuntimeError
        return {"location": location}

    app.add_url_rule("/test-save", "test_save", requires("desk.use")(save), methods=["POST"])
    app.add_url_rule("/test-other", "test_other", requires("desk.use")(save), methods=["POST"])
    return app


def rows(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(MachineSetting))


def test_the_same_form_sent_twice_leads_to_the_same_page(counting):
    desk = log_in(Desk(counting), "hq")
    before = rows(counting)

    first = desk.post("/test-save", {"idempotency_key": KEY})
    second = desk.post("/test-save", {"idempotency_key": KEY})

    assert first.json == second.json
    assert rows(counting) == before + 1


def test_a_save_that_failed_is_not_remembered(counting):
    desk = log_in(Desk(counting), "hq")
    before = rows(counting)

    failed = desk.post("/test-save", {"idempotency_key": KEY, "fail": "1"})
    again = desk.post("/test-save", {"idempotency_key": KEY})

    assert failed.status == 500
    assert again.status == 200
    assert rows(counting) == before + 1


@pytest.mark.parametrize(
    ("who", "path"),
    [
        pytest.param("admin", "/test-save", id="ほかの人"),
        pytest.param("hq", "/test-other", id="ほかの画面"),
    ],
)
def test_a_key_belongs_to_one_person_and_one_page(counting, who, path):
    first = log_in(Desk(counting), "hq").post("/test-save", {"idempotency_key": KEY})

    other = log_in(Desk(counting), who).post(path, {"idempotency_key": KEY})

    assert other.json != first.json


def test_a_key_holds_nothing_readable(counting):
    log_in(Desk(counting), "hq").post("/test-save", {"idempotency_key": KEY})

    with counting.app_context():
        row = db.session.scalars(select(IdempotencyKey)).one()
    assert len(row.digest) == 32
    assert KEY.encode() not in row.digest
