"""Pages of machines: founding, enrolment at both ends, revocation, what waits."""

import re
from io import BytesIO

import pytest

from tests.damage.support import make_people
from tests.pages import Desk
from tests.prepared import ADMIN, log_in
from tests.sync.kit import Machine, exchange, send
from tests.sync.test_enrolment import held_ids, revoke
from tests.sync.test_incarnation import node_of, put, values
from victim_support.accounts import services as accounts
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.node import suspend_numbers, this_node
from victim_support.core.settings import set_machine_setting
from victim_support.journal.models import UnknownOp
from victim_support.sync.models import Quarantined
from victim_support.sync.secrets import find_secrets
from victim_support.sync.statements import fingerprint


def admin_of(machine):
    return log_in(Desk(machine.app), ADMIN)


def role_of(machine, name, grants=(), role=None):
    with machine.writing():
        staff = accounts.add_staff(login_name=name, display_name=f"試験 {name}", role=role or name)
        staff.grants = list(grants)
    return log_in(Desk(machine.app), name)


def textarea(page, name):
    return re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)[1]


def fingerprint_on(page):
    return re.search(r"照合番号 ((?:[0-9A-Z]{4}-){4}[0-9A-Z]{4})", page.visible)[1]


@pytest.fixture
def laptop(tmp_path):
    machine = Machine.new(tmp_path / "kari", None)
    yield machine
    machine.stop()


def asked(laptop):
    desk = admin_of(laptop)
    page = desk.submit(desk.get("/machines/request"), "/machines/request", name="第一小 受付1")
    assert page.status == 303
    return desk, desk.get("/machines/request")


def test_a_machine_becomes_the_headquarters_once(laptop):
    desk = admin_of(laptop)
    page = desk.submit(desk.get("/machines/found"), name="本部", prefix="IO", follow=True)
    assert "2文字" in page.visible
    page = desk.submit(page, "/machines/found", name="本部", prefix="h0", follow=True)
    assert fingerprint_on(page)
    assert "この端末(本部)" in page.visible
    assert "すでに本部です" in desk.get("/machines/found").visible


def test_a_laptop_is_enrolled_by_text_after_both_fingerprints_were_compared(headquarters, laptop):
    desk, request_page = asked(laptop)
    headquarters_desk = admin_of(headquarters)
    page = headquarters_desk.submit(
        headquarters_desk.get("/machines/enrol"), text=textarea(request_page, "request-text")
    )
    mine = fingerprint_on(request_page)
    assert mine[:-4] in page.visible
    assert mine not in page.visible
    assert "H0" in page.visible.split("使ったもの: ")[1]
    wrong = headquarters_desk.submit(
        page, "/machines/enrol/confirm", letters="0000", prefix="K1", name="体育館"
    )
    assert wrong.status == 422
    assert "合いません" in wrong.visible
    assert dict(wrong.form("/machines/enrol/confirm").fields)["name"] == "体育館"
    granted = headquarters_desk.submit(
        wrong, "/machines/enrol/confirm", letters=mine[-4:].lower(), follow=True
    )
    assert granted.status == 200

    compare = desk.submit(request_page, "/machines/grant", text=textarea(granted, "grant-text"))
    theirs = fingerprint_on(granted)
    assert theirs not in compare.visible
    wrong = desk.submit(compare, "/machines/accept", letters="0000")
    assert wrong.status == 422
    done = desk.submit(wrong, "/machines/accept", letters=theirs[-4:], follow=True)
    assert "発行番号の頭は K1 です" in done.visible
    with laptop.inside():
        assert this_node().number_prefix == "K1"
    put(laptop, "issuer_title", "架空市長")
    exchange(laptop, headquarters)
    assert values(headquarters, "issuer_title") == ["架空市長"]


def test_a_laptop_is_enrolled_by_files(headquarters, laptop):
    desk, request_page = asked(laptop)
    request_file = desk.get("/machines/request.txt").body
    headquarters_desk = admin_of(headquarters)
    page = headquarters_desk.post("/machines/enrol", upload(request_file))
    granted = headquarters_desk.submit(
        page,
        "/machines/enrol/confirm",
        letters=fingerprint_on(request_page)[-4:],
        prefix="K1",
        follow=True,
    )
    node = node_of(laptop)
    grant_file = headquarters_desk.get(f"/machines/{node}/grant.txt").body
    compare = desk.post("/machines/grant", upload(grant_file))
    letters = fingerprint_on(granted)[-4:]
    done = desk.submit(compare, "/machines/accept", letters=letters, follow=True)
    assert "発行番号の頭は K1 です" in done.visible


def upload(content):
    return [("file", (BytesIO(content), "file.txt")), ("text", "")]


@pytest.mark.parametrize("text", ["", "VSR1なにか", "VSG1ABCDEF", "0" * 40])
def test_what_is_no_request_is_told_beside_the_field(headquarters, text):
    desk = admin_of(headquarters)
    page = desk.submit(desk.get("/machines/enrol"), text=text)
    assert page.status == 422
    assert "文字(貼り付け" in page.visible


def test_a_stolen_laptop_is_revoked_and_what_it_wrote_waits(headquarters, laptops):
    one, other = laptops
    exchange(one, headquarters)
    desk = role_of(headquarters, "hq")
    path = f"/machines/{node_of(one)}"
    missing = desk.submit(desk.get(path), f"{path}/revoke", reason="")
    assert missing.status == 422
    page = desk.submit(missing, f"{path}/revoke", reason="車ごと盗まれた", follow=True)
    assert "取り消し済" in page.visible
    put(one, "issuer_title", "あとから")
    send(one, headquarters)
    exchange(other, headquarters)
    send(one, other)
    assert "保留している記録が 1 件" in admin_of(other).get("/exchange").visible
    assert "保留している記録が 1 件" in desk.get("/machines/").visible
    assert "保留している記録が 1 件" in desk.get("/exchange").visible
    (row_id,) = held_ids(headquarters)
    task = desk.get("/tasks?kind=held")
    assert "取り消し後の記録" in task.visible
    assert f"/machines/held/{row_id}" in task.text
    one_held = desk.get(f"/machines/held/{row_id}")
    assert "設定 1件" in one_held.visible
    assert "あとから届" not in one_held.visible
    action = f"/machines/held/{row_id}/take-in"
    assert desk.submit(one_held, action, reason="").status == 422
    done = desk.submit(one_held, action, reason="本人に確かめた", follow=True)
    assert "取り込みました" in done.visible
    assert values(headquarters, "issuer_title") == ["あとから"]
    assert "いま確かめることはありません" in desk.get("/tasks?kind=held").visible
    exchange(other, headquarters)
    assert "保留している記録" not in admin_of(other).get("/exchange").visible


def test_what_is_sealed_waits_for_who_may_see_it(headquarters, laptops):
    one, _ = laptops
    exchange(one, headquarters)
    revoke(headquarters, one)
    with one.writing():
        make_people("架空 守", protected=("架空 守",))
    send(one, headquarters)
    plain, keeper = role_of(headquarters, "hq"), role_of(headquarters, "judge")
    with headquarters.inside():
        rows = {row.scope.rsplit("/")[-1]: row.id for row in db.session.query(Quarantined)}
    assert "保護の範囲の保留が 1 件" in plain.get("/machines/held/").visible
    assert plain.get(f"/machines/held/{rows['sealed']}").status == 404
    assert plain.get(f"/machines/held/{rows['core']}").status == 200
    assert keeper.get(f"/machines/held/{rows['core']}").status == 403
    assert f"held/{rows['core']}" in plain.get("/tasks?kind=held").text
    assert f"held/{rows['sealed']}" not in plain.get("/tasks?kind=held").text
    assert keeper.get("/tasks?kind=held").status == 404


def test_what_a_newer_version_wrote_is_told_to_who_looks_after_machines(headquarters):
    for kind in ("core", "sealed"):
        with headquarters.writing() as session:
            waiting = {"scope": f"042072/20260715A/{kind}", "node": new_id(), "seq": 1}
            session.add(UnknownOp(**waiting, tbl=999, row_id=new_id()))
    desk, keeper = role_of(headquarters, "hq"), role_of(headquarters, "judge")
    sealed = role_of(headquarters, "hogo", ["sealed"], role="hq")

    assert "新しい版で書かれた記録 1 件" in desk.get("/tasks?kind=newer").visible
    assert "新しい版で書かれた記録 2 件" in sealed.get("/tasks?kind=newer").visible
    assert keeper.get("/tasks?kind=newer").status == 404
    assert "新しい版で書かれた記録が 1 件" in keeper.get("/exchange").visible


@pytest.mark.parametrize("role", ["reception", "shelter_manager", "counter"])
def test_machines_are_no_business_of_the_desk(headquarters, role):
    assert role_of(headquarters, role).get("/machines/").status == 403


def test_only_the_administrator_founds_and_enrols(headquarters):
    desk = role_of(headquarters, "hq")
    for path in ("/machines/found", "/machines/request", "/machines/enrol"):
        assert desk.get(path).status == 403


def test_an_enrolled_machine_shows_refusals_and_the_closed_screen(laptops):
    desk = role_of(laptops[0], "reception")
    assert desk.get("/machines/").status == 403
    desk.get("/")
    desk.post("/lock")
    laptops[0].app.extensions.pop("status_of_exchange")

    page = desk.get("/")

    assert page.status == 423
    assert "うまくいきませんでした" not in page.visible


def test_the_pages_of_an_enrolment_tell_which_name_is_replaced(headquarters, laptops):
    one, _ = laptops
    old = node_of(one)
    with one.writing():
        set_machine_setting("machine_name", "a")  # as whoever was enrolled by the pages has
        suspend_numbers()
    assert admin_of(one).get("/machines/request").status == 200
    assert node_of(one) == old  # looking begins no new life
    desk, text = admin_of(headquarters), request_text(one)
    page = desk.submit(desk.get("/machines/enrol"), text=text)
    assert "前に「a」(A1)として登録されていました" in page.visible
    with one.inside():
        letters = fingerprint(find_secrets(this_node().id).public_sign_key)[-4:]
    desk.submit(page, "/machines/enrol/confirm", letters=letters, prefix="K1", name="a")

    assert "置き換え済" in desk.get("/machines/").visible
    shown = desk.get(f"/machines/{old}")
    assert "新しい名義 a(K1)" in shown.visible
    assert "取り消す" not in shown.visible


def request_text(machine):
    desk = admin_of(machine)
    desk.submit(desk.get("/machines/request"), "/machines/request", name="a")
    return textarea(desk.get("/machines/request"), "request-text")
