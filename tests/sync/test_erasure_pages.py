"""Pages of erasures: two people at the headquarters, and where it has reached on real machines."""

from datetime import datetime, timedelta

import pytest

from tests.damage.support import make_people, writing_in
from tests.journal.test_erasure import decrypted
from tests.pages import Desk
from tests.prepared import log_in
from tests.sync.kit import exchange, send
from tests.sync.test_exchange import listening
from tests.sync.test_machine_pages import role_of
from tests.sync.town import finished
from victim_support.accounts import services as accounts
from victim_support.backup.services import back_up, list_backups
from victim_support.core.clock import JAPAN
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.jobs import Runner
from victim_support.erasures import services
from victim_support.erasures.rules import repeats
from victim_support.journal.models import Erasure
from victim_support.sync.carrying import Order
from victim_support.sync.machines import list_machines
from victim_support.sync.models import Peer, Quarantined
from victim_support.sync.quarantine import lacking
from victim_support.sync.services.bundle_export import export_bundle
from victim_support.sync.services.enrolment import revoke
from victim_support.sync.services.exchange import exchange_with
from victim_support.victims.models import Person

NAME, PHONE, LATER = "蓼沼 澪標", "090-1234-0000", "090-9999-0000"
MORNING = datetime(2026, 7, 16, 8, tzinfo=JAPAN)


@pytest.fixture
def person(headquarters, laptops):
    """Register somebody on a laptop, and let every machine hear of it."""
    with laptops[0].writing(f"{NAME} さんの受付"):
        people = make_people(NAME)[1]
        person_id = people[0].id
    exchange(laptops[0], headquarters)
    exchange(laptops[1], headquarters)
    return person_id


@pytest.fixture
def two(headquarters):
    """Log two people of the headquarters in."""
    first = role_of(headquarters, "hq")
    with headquarters.writing():
        accounts.add_staff(login_name="second", display_name="試験 二人目", role="hq")
    return first, log_in(Desk(headquarters.app), "second")


def name_on(machine, person_id):
    with machine.inside():
        rows = db.session.query(Person).filter_by(id=person_id).all()
        return {row.name for row in rows}


def files_hold(machine, word):
    """Tell whether the ledger's file holds a word in any page, free ones included."""
    with machine.inside():
        db.engine.dispose()
    opened = machine.opened
    return word.encode() in decrypted(opened.main, opened.key)


def run_jobs(machine):
    Runner(machine.app).run_due()


def asked(desk, person_id, **changes):
    page = desk.get(f"/history/persons/{person_id}")
    assert page.status == 200, page.visible[:200]
    assert f"/erasures/new/persons/{person_id}" in page.links
    values = {"items": ["name", "phone", "reason"], "reason": "本人の求め"}
    values |= {"ground": "総務第12号"} | changes
    return desk.submit(desk.get(f"/erasures/new/persons/{person_id}"), **values)


def approved(desk, path):
    return desk.submit(desk.get(path), f"{path}/approve", follow=True)


def test_two_people_erase_and_every_machine_is_listed(headquarters, laptops, person, two):
    first, second = two
    path = asked(first, person).location
    page = first.get(path)
    assert "承認待ち" in page.visible
    assert "氏名、氏名（表示）、電話番号" in page.visible
    assert "ほかの記録 1 件からも消えます" in page.visible
    assert f"/history/persons/{person}" in page.links
    assert NAME not in page.text + second.get(path).text + first.get("/erasures/").text
    assert f"{path}/approve" not in [form.action for form in page.forms]
    assert name_on(headquarters, person) == {NAME}

    page = approved(second, path)
    assert "この端末" in page.visible
    assert page.visible.count("まだ届いていない") == 2
    assert name_on(headquarters, person) == {None}
    run_jobs(headquarters)
    for word in (NAME, PHONE):
        assert not files_hold(headquarters, word)
        assert files_hold(laptops[0], word)

    with listening(headquarters) as address, laptops[0].inside():
        exchange_with(address)
        exchange_with(address)  # says what the first one brought
    assert second.get(path).visible.count("まだ届いていない") == 1
    assert name_on(laptops[0], person) == {None}
    with laptops[0].inside():
        services.begin_clean_up()
    run_jobs(laptops[0])
    for word in (NAME, PHONE):
        assert not files_hold(laptops[0], word)


def test_what_waits_loses_the_value_and_sticks_that_hold_it_are_named(
    headquarters, laptops, person, two, tmp_path
):
    with headquarters.inside():
        written = finished(export_bundle(tmp_path, Order(is_all=True), bundle=new_id(), by=None))
        node = next(each.node for each in list_machines() if each.certificate.name == "b")
    with headquarters.writing():
        revoke(db.session.get_one(Peer, node), reason="紛失")
    with laptops[1].writing() as session:
        session.query(Person).filter_by(id=person).one().phone = LATER
    assert send(laptops[1], headquarters).refused
    assert LATER.encode() in _waiting(headquarters).segment

    path = asked(two[0], person).location
    page = approved(two[1], path)
    run_jobs(headquarters)

    assert written.folder.name in page.visible
    assert LATER.encode() not in _waiting(headquarters).segment
    with headquarters.inside():
        assert len(lacking(_waiting(headquarters))) == 1  # its chain is right, as before


def _waiting(machine):
    with machine.inside():
        return db.session.query(Quarantined).one()


def test_the_asker_cannot_approve_by_hand_either(headquarters, person, two):
    first, _second = two
    path = asked(first, person).location

    page = first.post(f"{path}/approve", follow=True)

    assert "申し出た人は承認できません" in page.visible
    assert name_on(headquarters, person) == {NAME}


def test_an_order_is_refused_or_taken_back(headquarters, person, two):
    first, second = two
    path = asked(first, person).location

    empty = second.submit(second.get(path), f"{path}/refuse", reason="")
    assert empty.status == 422
    refused = second.submit(second.get(path), f"{path}/refuse", reason="根拠がない", follow=True)
    assert "認めない" in refused.visible
    late = second.post(f"{path}/approve", follow=True)

    assert "もう決まっています" in late.visible
    assert name_on(headquarters, person) == {NAME}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"items": []}, "消す項目を選んでください"),
        ({"reason": "蓼沼さんの求め"}, "消す値そのものが書かれています"),
        ({"ground": "ＴＥＬ０９０１２３４００００"}, "消す値そのものが書かれています"),
        ({"reason": ""}, "入力してください"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(headquarters, person, two, changes, words):
    page = asked(two[0], person, **changes)

    assert page.status == 422
    assert words in page.visible
    with headquarters.inside():
        assert db.session.query(Erasure).count() == 0


def test_words_are_compared_without_spaces_and_width():
    assert repeats("0901234 0000 の件", ["090-1234-0000"])
    assert not repeats("本人の求め", ["蓼沼 澪標", "本", ""])


def test_only_the_headquarters_orders(laptops, person):
    desk = role_of(laptops[0], "hq")

    page = desk.get(f"/erasures/new/persons/{person}")
    assert "この端末は本部ではありません" in page.visible
    key = {"items": "name", "reason": "求め", "ground": "決定", "idempotency_key": "k" * 24}
    answer = desk.post(f"/erasures/new/persons/{person}", key)

    assert answer.status == 422
    assert "この端末は本部ではありません" in answer.visible
    with laptops[0].inside():
        assert db.session.query(Erasure).count() == 0


def test_a_machine_that_belongs_to_nobody_yet_orders_by_itself(app, desk_of):
    with writing_in(app):
        person_id = make_people(NAME)[1][0].id
    path = asked(desk_of("hq"), person_id, items=["name"]).location

    page = approved(desk_of("admin"), path)

    assert "この端末から消えました" in page.visible


def test_who_has_no_grant_sees_nothing_of_sealed_records(app, desk_of):
    with writing_in(app):
        person_id = make_people(NAME, protected=[NAME])[1][0].id
    assert desk_of("hq").get(f"/erasures/new/persons/{person_id}").status == 404
    path = asked(desk_of("hogo"), person_id, items=["kana"]).location

    assert desk_of("hq").get(path).status == 404
    assert "まだ申し出はありません" in desk_of("hq").get("/erasures/").visible
    assert desk_of("hogo").get(path).status == 200


def test_fields_that_tell_the_same_go_together_and_protection_stays(app, desk_of):
    with writing_in(app):
        person_id = make_people(NAME, protected=[NAME])[1][0].id
    page = desk_of("hogo").get(f"/erasures/new/persons/{person_id}")

    assert "氏名・氏名（表示）" in page.visible
    assert "保護 " not in page.visible.split("消す項目")[1]


def test_places_are_not_erased_here(app, desk_of):
    assert desk_of("hq").get(f"/erasures/new/shelters/{new_id()}").status == 404


def test_old_backups_are_replaced_by_a_new_one(app, desk_of, frozen):
    clock = frozen(MORNING)
    opened = app.extensions["instance"]
    with writing_in(app):
        person_id = make_people(NAME)[1][0].id
    old = back_up(opened, opened.folder / "backups")
    assert NAME.encode() in decrypted(old / "main.db", opened.key)
    clock.shift(timedelta(minutes=1))
    path = asked(desk_of("hq"), person_id, items=["name"]).location
    desk = desk_of("admin")
    approved(desk, path)
    Runner(app).run_due()
    assert "控えが 1 個あり" in desk.get(path).visible
    clock.shift(timedelta(minutes=1))

    job = desk.submit(desk.get(path), "/erasures/backups", follow=True)
    Runner(app).run_due()

    assert "控えの取り直し" in job.title
    (fresh,) = list_backups(opened.folder / "backups")
    assert fresh != old
    assert NAME.encode() not in decrypted(fresh / "main.db", opened.key)
    assert "古い控え" not in desk.get(path).visible.split("この画面では消せないもの")[0]
