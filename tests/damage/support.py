"""A ledger on one real file, and a household that was struck."""

from contextlib import contextmanager
from datetime import date
from uuid import UUID

from flask import Flask

from victim_support.certificates import models as _certificates  # noqa: F401 (declares tables)
from victim_support.core.db import Base, db, transaction
from victim_support.core.db.engine import engine_options, listen_for_begin
from victim_support.core.node import create_node
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.core.settings import put_setting
from victim_support.damage import services
from victim_support.damage.rules import DamageGrade, Inundation, JudgementMethod
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection

SCOPES = Scopes("042072", "20260715A")
CLERK, SURVEYOR, JUDGE = (UUID(int=number) for number in (11, 12, 13))
ADDRESS = "上郷飯沼三丁目1234番地の5"


@contextmanager
def ledger(folder):
    """Run inside a program with an empty ledger in a folder."""
    app = Flask(__name__)
    path = folder / "main.db"
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{path}"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(path, bytes(range(32)))
    db.init_app(app)
    with app.app_context(), using_scopes(SCOPES):
        listen_for_begin(db.engine, is_main=True)
        Base.metadata.create_all(db.engine)
        with transaction():
            create_node("K7")
            put_setting(key="issuer_title", value="鼎名古熊市長")
            put_setting(key="issuer_name", value="山田 﨑男")
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def writing():
    """Write as the next request would: with a session that has not begun."""
    db.session.rollback()
    with transaction() as session:
        yield session


def make_people(*names, protected=(), kana="よみ"):
    """Write a household down; those named in ``protected`` have 支援措置."""
    household = victims.create_household()
    people = []
    for position, name in enumerate(names):
        data = victims.PersonData(
            name=name, kana=kana, address=ADDRESS, relation="本人" if position == 0 else "子"
        )
        person = victims.create_person(data, household_id=household.id)
        db.session.flush()
        if name in protected:
            person = victims.seal_person(person.id, Protection.HIDE_PRESENCE)
        people.append(person)
    household.head_person_id = people[0].id
    db.session.flush()
    return household, people


def make_application(household, people, **more):
    """Receive an application in which the first of the people is head and applicant."""
    dwelling = services.ensure_dwelling(address=ADDRESS)
    values = {
        "household_id": household.id,
        "dwelling_id": dwelling.id,
        "head_person_id": people[0].id,
        "applicant": services.Applicant(person_id=people[0].id, contact="090-0000-0000"),
        "members": [services.MemberEntry(person.id) for person in people],
        "cause": "令和8年7月15日の豪雨による",
    }
    return services.receive_application(services.ApplicationData(**(values | more)), by=CLERK)


def make_judgement(application, grade=DamageGrade.HALF, *, approved=True, **more):
    """Append a judgement, approved by the second person."""
    survey = services.Survey(
        method=JudgementMethod.FIRST_SURVEY,
        judged_on=date(2026, 7, 25),
        judged_by="調査1班",
        grade=grade,
        inundation=Inundation.ABOVE_FLOOR,
        **more,
    )
    judgement = services.record_judgement(
        dwelling_id=application.dwelling_id, survey=survey, by=SURVEYOR
    )
    if approved:
        services.approve_judgement(judgement, by=JUDGE)
    return judgement
