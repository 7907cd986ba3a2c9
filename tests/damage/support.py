"""A household that was struck, its application and its judgement."""

from contextlib import contextmanager
from datetime import date
from uuid import UUID

from tests.prepared import SCOPES
from victim_support.core.db import db, transaction
from victim_support.core.scopes import using_scopes
from victim_support.core.settings import put_setting
from victim_support.damage import services
from victim_support.damage.rules import DamageGrade, Inundation, JudgementMethod
from victim_support.damage.rules.applying import IdentityKind
from victim_support.victims import services as victims
from victim_support.victims.rules import PersonData, Protection

CLERK, SURVEYOR, JUDGE = (UUID(int=number) for number in (11, 12, 13))
IDENTIFIED = services.Details(identity=services.Identity(IdentityKind.PHOTO_CARD))
ADDRESS = "上郷飯沼三丁目1234番地の5"


def name_issuer():
    """Say who issues papers."""
    put_setting(key="issuer_title", value="鼎名古熊市長")
    put_setting(key="issuer_name", value="山田 﨑男")


@contextmanager
def inside(app):
    """Work in the ledger between two requests; requests need a context of their own."""
    with app.app_context(), using_scopes(SCOPES):
        yield
        db.session.remove()


@contextmanager
def writing_in(app):
    """Write between two requests."""
    with inside(app), transaction():
        yield


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
        data = PersonData(
            name=name,
            kana=kana,
            address=ADDRESS,
            phone="090-1234-0000",
            relation="本人" if position == 0 else "子",
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
        "details": IDENTIFIED,
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
