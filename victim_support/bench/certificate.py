"""Measure one certificate at the counter, warm, from the click to the PDF; and many in bulk."""

import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from victim_support import journal
from victim_support.accounts.services import (
    create_staff,
    new_secrets,
    set_password,
    start_session,
)
from victim_support.app import create_app
from victim_support.bench import printing
from victim_support.certificates.queries import get_papers
from victim_support.certificates.rules import PaperKind
from victim_support.core.access import system_actor
from victim_support.core.db import db, transaction
from victim_support.core.documents.worker import worker
from victim_support.core.ids import new_id
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.core.settings import put_setting
from victim_support.damage import services as damage
from victim_support.damage.rules import DamageGrade, JudgementMethod
from victim_support.disasters.rules import DisasterKind
from victim_support.disasters.services import declare_disaster
from victim_support.installation import create_instance
from victim_support.victims import services as victims
from victim_support.victims.rules import PersonData

SCOPES = Scopes("042072", "20260715A")
ORIGIN = "http://localhost"
# Rare characters and a variant in every name: the slow case of the glyph guard.
NAMES = ("𠮷田 邉\U000e0110太郎", "𠮷田 﨑子", "𠮷田 髙志", "葛\U000e0100城 さくら")
"""Invented people."""


def run(count: int = 40) -> dict[str, Any]:
    """Issue papers through the whole program and return what was measured, in seconds.

    ``cpu_mean_s`` holds the sample page before each click, too.

    Args:
        count: Papers measured, after three that warm the fonts up.
    """
    with tempfile.TemporaryDirectory() as folder, _program(Path(folder) / "instance") as app:
        applications = _cases(app, count + 3)
        client = _client(app)
        for application in applications[:3]:
            _click(client, application)
        spent = _cpu_seconds(worker.pid)
        clicks = [_click(client, application) for application in applications[3:]]
        spent = _cpu_seconds(worker.pid) - spent
        prints = [_timed(client, _paper_of(app, one)) for one in applications[3:]]
        return {
            "measured": "one certificate, warm: from the click (issue) to the PDF",
            "n": len(clicks),
            "click_to_pdf": _spread(clicks),
            "cpu_mean_s": round(spent / count, 4),
            "print_again": _spread(prints),
            "worker_memory_mb": _memory_mb(worker.pid),
            "target_seconds": 0.15,
            "is_reached": median(clicks) <= 0.15,
            "in_bulk": printing.run(),
        }


@contextmanager
def _program(folder: Path) -> Iterator[Flask]:
    made = create_instance(
        folder,
        municipality=SCOPES.municipality,
        admin="bench",
        password=secrets.token_urlsafe(24),
        passphrase=None,
        node_prefix="B3",
    )
    app = create_app(made.opened)
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _cases(app: Flask, count: int) -> list[UUID]:
    with app.app_context(), using_scopes(SCOPES), transaction():
        declare_disaster(
            name="豪雨",
            kinds=[DisasterKind.FLOOD],
            started_at=datetime(2026, 7, 15, tzinfo=UTC),
            key=SCOPES.disaster,
        )
        put_setting(key="issuer_title", value="鼎名古熊市長")
        return [_case(number) for number in range(count)]


def _case(number: int) -> UUID:
    address = f"上郷飯沼三丁目{number + 1}番地"
    household = victims.create_household()
    people = [
        victims.create_person(
            PersonData(name=name, kana="よみ", address=address), household_id=household.id
        )
        for name in NAMES
    ]
    db.session.flush()
    place = damage.ensure_dwelling(address=address)
    data = damage.ApplicationData(
        household_id=household.id,
        dwelling_id=place.id,
        head_person_id=people[0].id,
        applicant=damage.Applicant(person_id=people[0].id),
        members=[damage.MemberEntry(person.id, "子") for person in people],
        cause="令和8年7月15日の豪雨による",
    )
    application = damage.receive_application(data, by=None)
    survey = damage.Survey(
        method=JudgementMethod.FIRST_SURVEY,
        judged_on=date(2026, 7, 25),
        judged_by="調査1班",
        grade=DamageGrade.HALF,
    )
    judgement = damage.record_judgement(dwelling_id=place.id, survey=survey, by=new_id())
    damage.approve_judgement(judgement, by=new_id())
    return application.id


def _client(app: Flask) -> FlaskClient:
    """Return the browser of somebody at the counter."""
    first = new_secrets(1)[0]
    with app.app_context(), using_scopes(SCOPES):
        with transaction():
            clerk = create_staff(
                by=system_actor(),
                login_name="mado",
                display_name="窓口",
                role="counter",
                first_secret=first,
            )
            db.session.flush()
            set_password(staff=clerk, password=secrets.token_urlsafe(24))
            clerk_id = clerk.id
        db.session.remove()
    with app.test_request_context(base_url=ORIGIN), using_scopes(SCOPES):
        token = start_session(staff_id=clerk_id, terminal="127.0.0.1")
        db.session.remove()
    client = app.test_client()
    with client.session_transaction(base_url=ORIGIN) as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def _click(client: FlaskClient, application: UUID) -> float:
    """Press the key on the sample page; return the seconds until page and PDF are there."""
    path = f"/certificates/applications/{application}/{PaperKind.RISAI.value}"
    page = client.get(path, base_url=ORIGIN).get_data(as_text=True)
    form = page[page.index(f'action="{path}/issue"') :]
    values = {name: _value_of(form, name) for name in ("csrf_token", "idempotency_key", "shown")}
    start = time.perf_counter()
    answer = client.post(f"{path}/issue", data=values, base_url=ORIGIN)
    issued = client.get(answer.headers["Location"], base_url=ORIGIN).get_data(as_text=True)
    link = re.search(r'href="(/certificates/[^"]+/paper\.pdf[^"]*)"', issued)
    pdf = client.get(link[1] if link else "", base_url=ORIGIN)
    seconds = time.perf_counter() - start
    _must_be_pdf(pdf.get_data())
    return seconds


def _value_of(form: str, name: str) -> str:
    tag = next(tag for tag in re.findall("<input[^>]*>", form) if f'name="{name}"' in tag)
    found = re.search('value="([^"]*)"', tag)
    return found[1] if found else ""


def _paper_of(app: Flask, application: UUID) -> str:
    with app.app_context(), using_scopes(SCOPES):
        paper = get_papers(application, PaperKind.RISAI).valid
        db.session.remove()
    return f"/certificates/{paper.id}/paper.pdf" if paper else ""


def _timed(client: FlaskClient, path: str) -> float:
    start = time.perf_counter()
    _must_be_pdf(client.get(path, base_url=ORIGIN).get_data())
    return time.perf_counter() - start


def _must_be_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF"):
        message = "the answer is no PDF"
        raise RuntimeError(message)


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median_s": round(median(seconds), 4),
        "p95_s": round(quantiles(seconds, n=20)[-1], 4),
    }


def _cpu_seconds(pid: int | None) -> float:
    """Return the processor time of server and child, which other load does not change much."""
    own = time.process_time()
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return own
    return own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int | None) -> float | None:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
