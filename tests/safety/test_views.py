"""What others say: recorded by anybody at a desk, listed at once, ended by the own arrival."""

import pytest

from tests.evacuees.conftest import desk, guardian, manager, shelters
from tests.evacuees.support import came, inside, open_household, pdf_text, register, uuid_in
from victim_support.core.db import db
from victim_support.evacuees.models import Stay
from victim_support.victims.models import Statement

pytestmark = pytest.mark.db

__all__ = ["desk", "guardian", "manager", "shelters"]


def say(watcher, **values):
    page = watcher.get("/rescue")
    values = {"name": "佐藤 キヨ", "informant": "佐藤 一郎"} | values
    return watcher.submit(page, "/rescue", follow=True, **values)


def test_a_statement_is_on_the_list_at_once(desk, manager):
    say(desk, kind="rescue", place="飯野坂の家の2階", note="足が悪い")

    listed = manager.get("/rescue")

    for words in ("要救助", "佐藤 キヨ", "飯野坂の家の2階", "足が悪い", "佐藤 一郎"):
        assert words in listed.visible


def test_rescue_stands_first_whatever_came_later(desk, manager):
    say(desk, kind="rescue", name="甲")
    say(desk, kind="elsewhere", name="乙")
    say(desk, kind="unreachable", name="丙")

    listed = manager.get("/rescue").visible

    assert listed.index("甲") < listed.index("丙") < listed.index("乙")


def test_a_statement_never_opens_or_closes_a_stay(desk, manager, app):
    page = open_household(desk, "suka")
    register(desk, page, came=came(page))

    for kind in ("rescue", "unreachable", "elsewhere", "died"):
        say(desk, kind=kind, name="スカルノ")

    with inside(app):
        stay = db.session.query(Stay).one()
        assert stay.ended_at is None
    assert "ここにいます" in manager.post("/presence", {"text": "suka"}).visible


def test_the_own_arrival_ends_what_was_said(desk, manager):
    page = open_household(desk, "satou")
    kiyo = came(page)[1]
    register(desk, page, came=came(page, 0), **{f"saying-{kiyo}": "rescue"})
    before = manager.get("/rescue").visible

    again = open_household(desk, "satou")
    register(desk, again, came=[kiyo])
    after = manager.get("/rescue").visible

    assert "佐藤 キヨ" in before
    assert "佐藤 キヨ" not in after


def test_undoing_the_arrival_brings_the_statement_back(desk, manager):
    page = open_household(desk, "satou")
    kiyo = came(page)[1]
    register(desk, page, came=came(page, 0), **{f"saying-{kiyo}": "rescue"})
    saved = register(desk, open_household(desk, "satou"), came=[kiyo])

    desk.post(f"/undo/{uuid_in(saved.text, '/undo/')}")

    assert "佐藤 キヨ" in manager.get("/rescue").visible


def test_a_resident_is_chosen_and_the_register_says_where(desk, manager):
    found = desk.post("/rescue/search", {"text": "satou kiyo"})
    choice = found.text.split('name="person" value="')[2].split('"')[0]

    chosen = desk.post("/rescue/person", {"person": choice})
    desk.submit(chosen, "/rescue", informant="隣の人")

    assert "名取市飯野坂1-2-3" in manager.get("/rescue").visible


def test_settled_statements_leave_the_list_and_stay_in_the_ledger(desk, manager, app):
    say(desk, kind="unreachable")
    listed = manager.get("/rescue")
    path = next(form.action for form in listed.forms if form.action.endswith("/settle"))

    after = manager.submit(listed, path, follow=True, how="本人から電話")

    assert "佐藤 キヨ" not in after.visible
    with inside(app):
        assert db.session.query(Statement).one().settled_by == "本人から電話"


def test_the_telephone_of_who_told_at_the_desk_stands_there_until_somebody_is_protected(
    desk, manager
):
    page = open_household(desk, "takahashi")
    husband, wife, child = came(page)
    told = {"phone": "090-0000-2222", f"saying-{child}": "rescue"}
    register(desk, page, came=[husband, wife], **told)
    before = manager.get("/rescue").visible

    manager.post(f"/persons/{wife}/protection", {"protection": "hide_address"})

    assert "高橋 実（一緒に来た人） 090-0000-2222" in before
    assert "2222" not in manager.get("/rescue").visible


def test_the_paper_for_the_fire_service_holds_rescue_only(desk, manager, tmp_path):
    say(desk, kind="rescue", name="𠮷田　髙志", place="手倉田の倉庫")
    say(desk, kind="elsewhere", name="乙山　花")

    paper = manager.get("/rescue/list.pdf")
    text = pdf_text(paper.body, tmp_path)

    assert "𠮷田髙志" in text
    assert "手倉田の倉庫" in text
    assert "乙山" not in text


@pytest.mark.parametrize(
    ("role", "sees"), [("reception", False), ("counter", False), ("shelter_staff", True)]
)
def test_everybody_at_a_desk_records_and_the_shelter_reads(desk, desk_of, role, sees):
    say(desk, kind="rescue")
    watcher = desk_of(role)

    page = watcher.get("/rescue")

    assert page.status == 200
    assert ("佐藤 キヨ" in page.visible) is sees
    assert (watcher.get("/rescue/list.pdf").status == 200) is sees


def test_who_says_it_must_be_named(desk):
    refused = desk.submit(desk.get("/rescue"), "/rescue", name="甲", informant="")

    assert refused.status == 422
    assert "話した方の名前を入れてください" in refused.visible
