"""An owner who does not live there: the ledger proposes, proof is seen, the paper says no more."""

from io import BytesIO

import pypdf
import pytest

from tests.damage.support import inside, name_issuer, writing_in
from tests.evacuees.support import settle_town
from tests.houses.test_ledger import LEDGER, load
from victim_support.certificates.queries import kinds_for
from victim_support.certificates.rules import PaperKind
from victim_support.core.db import db
from victim_support.damage.models import Application, Dwelling
from victim_support.owners.models import OwnershipCheck
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection

DAMAGE = {"cause": "令和8年7月15日の豪雨による", "reported_damage": "屋根の瓦が落ちた"}


@pytest.fixture
def page_of(app):
    """Return a function: the page of the owner of a house of the ledger."""
    settle_town(app)
    load(app, *LEDGER)
    with writing_in(app):
        name_issuer()

    def of(desk, number):
        desk.post(f"/damage/houses/{number}")
        with inside(app):
            found = db.session.query(Dwelling).filter_by(house_register_number=number).one()
            return f"/owners/dwellings/{found.id}"

    return of


def test_an_owner_from_elsewhere_gets_a_paper_of_the_report_alone(app, desk_of, page_of):
    desk = desk_of("counter")
    where = page_of(desk, "H2")
    page = desk.get(where)
    assert "遠方　太郎" in page.text

    refused = desk.submit(page, where, address="", **DAMAGE)
    assert "所有者の住所を入れてください" in refused.visible
    assert "何で所有を確かめたか" in refused.visible
    assert DAMAGE["reported_damage"] in refused.text
    done = desk.submit(refused, where, address="架空町1番地", proof="tax", **DAMAGE)
    sample = desk.get(done.location)

    assert "遠方 太郎" in sample.visible
    assert "屋根の瓦" in sample.visible
    assert "罹災証明書" not in [link.split("/")[-1] for link in sample.links]
    seen = {"identity_kind": "photo_card"}
    issued = desk.submit(sample, f"{done.location}/issue", follow=True, **seen)
    link = next(one for one in issued.links if "paper.pdf" in one)
    text = pypdf.PdfReader(BytesIO(desk.get(link).body)).pages[0].extract_text()
    assert "家屋の所有者" in text
    assert "屋根の瓦が落ちた" in text
    assert "被害の程度" not in text
    with inside(app):
        application = db.session.query(Application).one()
        assert kinds_for(application) == (PaperKind.OWNER, PaperKind.RECEIPT)
        assert db.session.query(OwnershipCheck).one().proof == "tax"
    other = done.location.replace("/owner", "/risai")
    assert "この申請では、罹災証明書は出せません" in desk.get(other).visible


def test_a_resident_is_taken_from_the_register_and_sealed_when_protected(app, desk_of, page_of):
    desk = desk_of("counter")
    where = page_of(desk, "H1")
    page = desk.get(where)
    assert "家屋台帳の所有者(住民) 佐藤" in page.visible
    done = desk.submit(page, where, who="registered", proof="ledger", note="窓口で", **DAMAGE)
    assert "佐藤 一郎" in desk.get(done.location).visible
    again = desk.submit(desk.get(where), where, who="registered", proof="ledger", **DAMAGE)
    assert again.location == done.location

    with writing_in(app):
        person = db.session.query(Person).filter(Person.name.like("佐藤%一郎")).first()
        victims.seal_person(person.id, Protection.HIDE_PRESENCE)

    assert desk.get(done.location).status == 404
    with inside(app):
        notes = {one.scope.rsplit("/")[-1]: one.note for one in db.session.query(OwnershipCheck)}
    assert notes == {"core": None, "sealed": "窓口で"}


def test_a_protected_owner_is_not_told_from_an_unknown_one(desk_of, page_of):
    desk = desk_of("counter")

    hidden, unknown = (desk.get(page_of(desk, number)).visible for number in ("H5", "H4"))

    assert "静香" not in hidden
    assert hidden.replace("下余田9", "") == unknown.replace("高柳3", "")
