"""Block lists: everybody of an area by street, two papers, and who may never be on them."""

import pytest

from tests.evacuees.support import (
    PROTECTED,
    came,
    inside,
    open_household,
    pdf_text,
    register,
)
from tests.vulnerable.registers import take_in
from victim_support.core.db import db, transaction
from victim_support.evacuees.queries.finding import candidate_of
from victim_support.evacuees.services import person_of
from victim_support.residents.queries import find_resident
from victim_support.safety.services.protecting import record_death
from victim_support.vulnerable.models import Block, Publication

on_both = pytest.mark.db
TAKAYANAGI = "[[38.0,140.0],[38.0,141.0],[39.0,141.0],[39.0,140.0]]"
COLUMNS = (
    "都道府県名,市区町村名,大字・丁目名,小字・通称名,街区符号・地番,座標系番号,Ｘ座標,Ｙ座標,緯度,経度,"
    "住居表示フラグ,代表フラグ,更新前履歴フラグ,更新後履歴フラグ"
)
PLACES = (
    "宮城県,名取市,高柳,,3,10,0,0,38.2,140.9,0,1,0,0",
    "宮城県,名取市,飯野坂,,1,10,0,0,40.2,140.9,0,1,0,0",
    "宮城県,名取市,こわれた行,,1,10,0,0,北,東,0,1,0,0",
)


def make(office, **values):
    told = {"name": "区域", "town": "高柳"} | values
    return office.submit(office.get("/blocks"), "/blocks", follow=True, **told)


@on_both
def test_everybody_of_a_range_stands_in_the_order_of_the_street(office):
    page = make(office, first="3", last="4")

    words = page.visible
    assert words.index("スカルノ") < words.index("高橋 実") < words.index("高橋 さくら")
    assert "未確認 4人" in words
    assert "不明（新しい版）" not in words


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [("4", "", "実", "スカルノ"), ("", "3", "スカルノ", "実")],
)
def test_a_range_may_be_open(office, first, last, inside, outside):
    page = make(office, first=first, last=last)

    assert inside in page.visible
    assert outside not in page.visible


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"town": ""}, "町名を入れるか、地図に区域を描いてください"),
        ({"first": "山"}, "数字で入れてください"),
        ({"first": "9", "last": "3"}, "入れ替えてください"),
        ({"town": "", "first": "3"}, "番地の前に、町名を入れてください"),
        ({"name": ""}, "見分けられる名前"),
        ({"town": "", "corners": "[[1,2]]"}, "描き直してください"),
        ({"town": "", "corners": "<b>"}, "描き直してください"),
    ],
)
def test_wrong_areas_are_told_and_nothing_is_lost(office, values, words):
    refused = make(office, **values)

    assert refused.status == 422
    assert words in refused.visible


def test_what_is_known_of_people_stands_beside_them(desk, office):
    page = open_household(desk, "suka")
    register(desk, page, came=came(page))
    block = make(office)
    person = block.text.split('name="outcome-')[2][:36]

    found = office.submit(
        block,
        f"{block.path}/checks",
        follow=True,
        source="隣の人",
        **{f"outcome-{person}": "heard", f"note-{person}": "実家へ"},
    )

    assert "本人が避難所で受付" in found.visible
    assert "無事と聞いた(聞き取り)（隣の人）" in found.visible
    assert "確認済 1人 " in found.visible


def test_a_drawn_area_holds_whom_the_table_of_places_knows(office, instance):
    folder = instance.folder / "maps"
    folder.mkdir(exist_ok=True)
    (folder / "addresses.csv").write_text("\n".join((COLUMNS, *PLACES)), encoding="cp932")

    page = make(office, town="", corners=TAKAYANAGI)

    assert "スカルノ" in page.visible
    assert "佐藤" not in page.visible
    assert "高柳 3人" in page.visible
    assert "決められない方がいます" in page.visible


def test_without_a_table_of_places_the_page_says_so(office):
    assert "住所の位置の表がない" in office.get("/blocks").visible


def test_a_tenant_is_added_and_must_live_in_the_block(office):
    block = make(office, first="3", last="4")
    told = {"name": "間借　太郎", "age": "30代", "address": "高柳3-2", "told_by": "大家"}

    added = office.submit(block, f"{block.path}/people", follow=True, **told)
    outside = office.submit(added, f"{block.path}/people", **(told | {"address": "飯野坂1"}))

    assert "間借 太郎" in added.visible
    assert "手で追加" in added.visible
    assert "連絡がとれない（大家）" in added.visible
    assert outside.status == 422
    assert "この区域の住所ではありません" in outside.visible


def test_protected_people_stand_on_no_list_and_change_no_number(office, guardian, tmp_path):
    block = make(office, town="愛の杜")

    assert "静香" not in block.text
    assert "人数 0人" in block.visible
    assert PROTECTED in guardian.get(block.path).text
    paper = pdf_text(office.get(f"{block.path}/rescue.pdf").body, tmp_path)
    assert "静香" not in paper
    assert "愛の杜2" not in paper


def test_a_protected_person_to_be_rescued_is_without_name_and_address(office, desk, tmp_path):
    said = desk.post("/rescue/search", {"text": "watanabe"})
    choice = said.text.split('name="person" value="')[1].split('"')[0]
    chosen = desk.post("/rescue/person", {"person": choice})
    desk.submit(chosen, "/rescue", informant="隣", place="川べりの家", kind="rescue")
    block = make(office, town="愛の杜")

    paper = pdf_text(office.get(f"{block.path}/rescue.pdf").body, tmp_path)

    assert "（本部に確認）" in paper
    assert "要救助" in paper
    for words in ("静香", "愛の杜2-1", "シズカ"):
        assert words not in paper


def test_the_paper_for_rescuers_holds_state_and_source(office, tmp_path):
    block = make(office, first="4")
    person = block.text.split('name="outcome-')[1][:36]
    office.submit(block, f"{block.path}/checks", source="隣の人", **{f"outcome-{person}": "rescue"})

    paper = pdf_text(office.get(f"{block.path}/rescue.pdf").body, tmp_path)

    assert "高橋実" in paper
    assert "隣の人から" in paper
    assert "要救助1人" in paper


def set_policy(desk, policy):
    return desk.submit(
        desk.get("/publications"), "/publications/policy", follow=True, policy=policy
    )


def ask(office, block):
    page = office.get(block.path)
    return office.submit(page, f"{block.path}/publications", follow=True, reason="捜索のため")


def test_nothing_is_published_before_the_town_has_a_policy(office, app):
    block = make(office)

    assert "公表用の紙は作れません" in block.visible
    assert office.post(f"{block.path}/publications", {"reason": "x"}).status in (303, 409)
    with inside(app):
        assert db.session.query(Publication).count() == 0


@on_both
def test_two_people_publish_names_ages_and_towns_only(office, desk_of, shelters, tmp_path):
    set_policy(office, "unless_refused")
    block = make(office)
    asked = ask(office, block)
    office.post(asked.path, {"outcome": "approved"})
    own = office.get(f"{asked.path}/names.pdf").status

    other = desk_of("hogo")
    waiting = other.get("/tasks").visible
    other.post(asked.path, {"outcome": "approved"})
    paper = pdf_text(other.get(f"{asked.path}/names.pdf").body, tmp_path)

    assert own == 409
    assert "氏名の公表の求め" in waiting
    assert "高橋実" in paper
    assert "スカルノ" in paper
    assert "高柳" in paper
    assert "高柳4" not in paper
    assert "1991" not in paper


def test_no_policy_and_no_two_people_publish_the_protected(office, desk_of, guardian, tmp_path):
    set_policy(office, "unless_refused")
    block = make(office, town="愛の杜")

    assert "いま公表できる方はいません" in guardian.get(block.path).visible


def test_who_was_found_or_refused_meanwhile_is_not_on_the_paper(office, desk, desk_of, tmp_path):
    set_policy(office, "unless_refused")
    block = make(office)
    asked = ask(office, block)
    other = desk_of("hogo")
    other.post(asked.path, {"outcome": "approved"})
    page = open_household(desk, "suka")
    register(desk, page, came=came(page))

    paper = pdf_text(other.get(f"{asked.path}/names.pdf").body, tmp_path)

    assert "スカルノ" not in paper
    assert "高橋実" in paper


def test_with_consent_only_who_has_a_yes_is_published(office):
    set_policy(office, "consent")
    block = make(office)
    before = block.visible
    path = next(form.action for form in block.forms if "/answers/" in form.action)

    office.post(path, {"value": "yes"})

    assert "いま公表できる方はいません" in before
    assert "いま公表できる方は 1人です" in office.get(block.path).visible


def test_entries_of_the_support_register_stand_in_the_block(office, app):
    take_in(app)

    assert "海野 波子" in make(office, first="9").visible


@pytest.mark.parametrize(
    ("role", "status"), [("reception", 403), ("shelter_staff", 403), ("admin", 403)]
)
def test_others_open_no_block(office, desk_of, role, status):
    block = make(office)

    assert desk_of(role).get(block.path).status == status


def test_a_block_leaves_the_list_and_its_findings_stay(office, app):
    block = make(office)
    office.post(f"{block.path}/drop")

    assert office.get(block.path).status == 404
    with inside(app):
        assert db.session.query(Block).one().is_withdrawn


def test_whom_the_headquarters_found_dead_is_looked_for_no_more_and_never_published(office, app):
    set_policy(office, "unless_refused")
    with inside(app), transaction(reason="試験"):
        resident = find_resident("1031")
        assert resident is not None
        person = person_of(candidate_of(resident), resident.household_id)
        record_death(person, confirmed_by="本部")

    block = make(office, last="3")

    assert "スカルノ" in block.visible
    assert "本部で確認" in block.visible
    assert "亡くな" not in block.visible.split("氏名の公表")[0]
    assert "いま公表できる方はいません" in block.visible
