"""Other names of places: pasted, refused by line, found by at the desk and in the ledger."""

import re

import pytest

from tests.evacuees.conftest import desk, shelters
from tests.evacuees.support import stand_at
from victim_support.place_names.rules import read_names

__all__ = ["desk", "shelters"]
LIST = "旧手倉田村\tてくらたむら\t手倉田\t高柳\nかじや、、飯野坂1-2-3"


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (
            "旧小浜村,こはまむら,北浜,南浜",
            [("旧小浜村", "こはまむら", "北浜"), ("旧小浜村", "こはまむら", "南浜")],
        ),
        ("かじや　北浜1 2-3", None),
        ("カジヤ\t\t北浜12－3", [("カジヤ", "カジヤ", "北浜12-3")]),
        ("鍛冶屋、北浜12-3", [("鍛冶屋", "", "北浜12-3")]),
        ("鍛冶屋,かじや", None),
        (",,北浜", None),
    ],
)  # fmt: skip
def test_a_line_is_name_reading_and_places(line, read):
    found = read_names(line)

    assert [(one.name, one.kana, one.place) for one in found.places] == (read or [])
    assert len(found.problems) == (read is None)


@pytest.fixture
def office(desk_of, shelters):
    return stand_at(desk_of("hq"), shelters[0])


def add(office, lines, kind="district"):
    page = office.get("/place-names/")
    return office.submit(page, "/place-names/", follow=True, kind=kind, lines=lines)


def found(desk, text):
    page = desk.get("/desk")
    return desk.submit(page, "/desk/search", text=text).visible


def test_a_house_and_an_old_village_are_found_by_their_names(desk, office, app):
    assert "佐藤" not in found(desk, "かじや")

    page = add(office, LIST)

    assert "3件を加えました" in page.visible
    assert "旧町村・旧字 旧手倉田村 てくらたむら 手倉田" in page.visible
    assert "0件を加えました" in add(office, LIST).visible
    for typed in ("かじや", "kajiya", "カジヤ 花子", "kaji sato"):
        assert "佐藤" in found(desk, typed), typed
    for typed in ("手倉田村", "旧手倉田村 髙志", "tekurata"):
        assert "髙志" in found(desk, typed), typed
    assert "髙志" not in found(desk, "かじや")
    assert "スカルノ" in found(desk, "旧手倉田村")
    assert "高柳" in desk.post("/desk/towns", {"text": "てくら"}).visible

    forge = re.search('かじや.*?action="([^"]*)', page.text, re.DOTALL)[1]
    office.submit(page, forge)
    assert "佐藤" not in found(desk, "かじや")


def test_what_cannot_be_read_is_said_by_line_and_stays(office):
    page = add(office, "かじや\n,よみ,北浜\n旧村,むら,北浜", kind=None)

    assert page.status == 422
    for words in ("1行目: いまの町名か住所が", "2行目: 名前がありません", "屋号か、旧町村・旧字か"):
        assert words in page.visible
    assert "旧村,むら,北浜" in dict(page.form("/place-names/").fields)["lines"]
