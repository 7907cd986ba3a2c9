"""Rosters: live, sorted, on paper, in files, on the wall."""

import csv
import io
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tests.evacuees.support import came, inside, open_household, pdf_text, register
from victim_support.core.db import db, transaction
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import StayKind, Uncounted, is_here, uncounted
from victim_support.victims.models import Answer

pytestmark = pytest.mark.db


@pytest.fixture
def received(desk):
    for text in ("satou", "yosida", "suka"):
        page = open_household(desk, text)
        register(desk, page, came=came(page))


def names(page):
    rows = page.text.split("<tbody>")[1].split("<tr")[1:]
    return [row.split("</a>")[0].rsplit(">", 1)[1] for row in rows]


def test_households_stand_together_head_first(received, manager, shelters):
    page = manager.get(f"/rosters/{shelters[0]}")

    assert names(page) == [
        "佐藤　一郎",
        "佐藤　キヨ",
        "佐藤　花子",
        "佐藤　健太",
        "スカルノ",
        "𠮷田　髙志",
        "𠮷田　葛󠄁子",
    ]


def test_by_kana_everybody_stands_alone(received, manager, shelters):
    page = manager.get(f"/rosters/{shelters[0]}?order=kana")

    assert names(page)[:3] == ["佐藤　一郎", "佐藤　キヨ", "佐藤　健太"]
    assert names(page)[4] == "スカルノ"


def test_the_roster_is_live_and_totals_are_named_and_unnamed(received, desk, manager, shelters):
    desk.submit(desk.get("/desk/count"), "/desk/count", people="20")

    page = manager.get(f"/rosters/{shelters[0]}")

    assert "氏名あり 7人 氏名なし 13人 合計 20人" in page.visible


def test_who_is_listed_and_not_counted_is_told_beside_the_total(
    received, desk, manager, shelters, app, tmp_path
):
    with inside(app), transaction(reason="試験"):
        away, visitor, *_ = db.session.query(Stay).order_by(Stay.id)
        away.kind, visitor.kind = StayKind.HOSPITAL, StayKind.VISIT
    words = "施設の外にいる方 1人、立ち寄りの方 1人"

    page = manager.get(f"/rosters/{shelters[0]}")
    text = pdf_text(manager.get(f"/rosters/{shelters[0]}/roster.pdf").body, tmp_path)
    file = manager.get(f"/rosters/{shelters[0]}/roster-utf8.csv").body.decode("utf-8-sig")

    assert "氏名あり 5人 氏名なし 0人 合計 5人" in page.visible
    assert f"ほかに、{words}" in page.visible
    assert page.visible.count("人数外") == 2 + 1  # and once where the mark is explained
    assert f"ほかに、{words.replace(' ', '')}" in text
    assert f"人数に入れない方: {words}" in file


@pytest.mark.parametrize("kind", [*StayKind, None, "moon"])
def test_a_roster_counts_whom_the_board_counts(kind):
    stay = SimpleNamespace(kind=kind, started_at=datetime(2026, 7, 15, tzinfo=UTC), ended_at=None)

    assert (uncounted(kind, is_elsewhere=False) is None) is is_here(stay, stay.started_at)
    assert uncounted(kind, is_elsewhere=True) is Uncounted.ELSEWHERE


def test_the_paper_holds_every_name_as_it_is(received, manager, shelters, tmp_path):
    paper = manager.get(f"/rosters/{shelters[0]}/roster.pdf")

    text = pdf_text(paper.body, tmp_path)

    assert paper.headers["Content-Type"] == "application/pdf"
    for name in ("佐藤　一郎", "𠮷田　髙志", "葛󠄁子", "スカルノ"):
        assert name.replace("　", "") in text


def test_the_file_for_spreadsheets_is_whole_and_runs_no_formula(received, manager, shelters):
    desk_file = manager.get(f"/rosters/{shelters[0]}/roster-utf8.csv")

    rows = list(csv.reader(io.StringIO(desk_file.body.decode("utf-8-sig"))))

    assert desk_file.body.startswith(b"\xef\xbb\xbf")
    assert rows[0][:3] == ["世帯番号", "氏名", "フリガナ"]
    assert {row[1] for row in rows[1:]} >= {"𠮷田　髙志", "𠮷田　葛󠄁子", "スカルノ"}


def test_the_old_encoding_names_what_it_cannot_write(received, manager, shelters):
    page = manager.get(f"/rosters/{shelters[0]}/export")
    content = manager.get(f"/rosters/{shelters[0]}/roster-sjis.csv").body.decode("cp932")

    assert "𠮷田" in page.visible
    assert "Shift_JISでは 2 か所が、もとの字と変わります" in page.visible
    assert "〓田　髙志" in content
    assert "〓田　葛子" in content  # the common shape: nobody sees a selector


def test_a_name_that_looks_like_a_formula_is_harmless(desk, manager, shelters):
    page = desk.get("/desk/new")
    desk.submit(page, "/desk/new", **{"members-0-name": "=HYPERLINK(1)", "members-0-kana": "ア"})

    content = manager.get(f"/rosters/{shelters[0]}/roster-utf8.csv").body.decode("utf-8-sig")

    assert '"\'=HYPERLINK(1)"' in content


@pytest.mark.parametrize("path", ["roster.pdf", "roster-utf8.csv", "export"])
def test_helpers_may_read_the_roster_and_not_carry_it_away(received, desk, shelters, path):
    assert desk.get(f"/rosters/{shelters[0]}").status == 200
    assert desk.get(f"/rosters/{shelters[0]}/{path}").status == 403


@pytest.mark.parametrize("role", ["reception", "shelter_staff", "hq"])
def test_only_the_manager_starts_the_wall_roster(desk_of, shelters, role):
    assert desk_of(role).get(f"/rosters/{shelters[0]}/wall").status == 403


def test_the_wall_holds_only_who_said_yes_themselves(desk, manager, shelters, app, tmp_path):
    page = open_household(desk, "satou")
    yes, proxy, no, _unasked = came(page)
    register(
        desk,
        page,
        came=came(page),
        **{f"wall-{yes}": "yes", f"own-{yes}": "1", f"wall-{proxy}": "yes", f"wall-{no}": "no"},
    )

    listed = manager.get(f"/rosters/{shelters[0]}/wall")
    paper = manager.post(f"/rosters/{shelters[0]}/wall")

    assert "1人が載ります" in listed.visible.replace(" ", "")
    text = pdf_text(paper.body, tmp_path)
    assert "佐藤一郎" in text
    assert all(name not in text for name in ("キヨ", "花子", "健太", "72", "1-2-3"))
    with inside(app):
        assert db.session.query(Answer).count() == 3
