"""The telephone grid, one shelter's report, 第4号様式, the daily records, the handover."""

import csv
import io
import re
from datetime import timedelta

import pytest

from tests.evacuees.support import (
    came,
    inside,
    open_household,
    pdf_text,
    register,
    stand_at,
    uuid_in,
)
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.reports.models import Handover, ReliefEntry, ShelterReport
from victim_support.shelters.models import HeadCount
from victim_support.shelters.rules import HeadCountSource
from victim_support.supplies.queries.items import standard_item_id
from victim_support.supplies.rules import DietKind, MealTime
from victim_support.supplies.services.requests import order_meals
from victim_support.supplies.services.stock import receive_goods, take_for_handout

pytestmark = pytest.mark.db


def rows_of(page):
    """Return shelter id → number of its row in the grid."""
    values = dict(page.form("/reports/telephone").fields)
    return {
        value: int(name.split("-")[1])
        for name, value in values.items()
        if name.endswith("-shelter_id")
    }


def call(headquarters, shelter_id, **told):
    page = headquarters.get("/reports/telephone")
    row = rows_of(page)[str(shelter_id)]
    values = {f"rows-{row}-{name}": value for name, value in told.items()}
    return headquarters.submit(page, "/reports/telephone", follow=True, **values)


def test_all_shelters_are_taken_at_once_with_caller_and_taker(app, headquarters, shelters):
    page = headquarters.get("/reports/telephone")
    rows = rows_of(page)
    first, second = rows[str(shelters[0])], rows[str(shelters[1])]

    saved = headquarters.submit(
        page,
        "/reports/telephone",
        follow=True,
        **{
            f"rows-{first}-people": "４５",
            f"rows-{first}-caller": "教頭",
            f"rows-{second}-requests": "毛布20枚",
            f"rows-{second}-caller": "区長",
        },
    )

    assert "記録しました" in saved.visible
    with inside(app):
        told = {one.shelter_id: one for one in db.session.query(ShelterReport)}
        assert told[shelters[0]].caller == "教頭"
        assert told[shelters[0]].taken_by is not None
        assert told[shelters[1]].count_id is None
        count = db.session.query(HeadCount).one()
        assert (count.count, count.source) == (45, HeadCountSource.PHONE)


def test_a_number_nobody_stands_for_comes_back_with_what_was_typed(headquarters, shelters):
    page = call(headquarters, shelters[0], people="45")

    assert page.status == 422
    assert "話した方の名前を入れてください" in page.visible
    assert 'value="45"' in page.text


@pytest.mark.parametrize(
    ("told", "words"),
    [({"people": "たくさん"}, "整数"), ({"people": "-3"}, "0"), ({"at": "あとで"}, "時点として")],
)
def test_what_cannot_be_read_is_said_beside_it(headquarters, shelters, told, words):
    page = call(headquarters, shelters[0], caller="教頭", **told)

    assert page.status == 422
    assert words in page.visible


def test_who_has_not_reported_is_on_top_with_the_number_to_call(headquarters, shelters):
    call(headquarters, shelters[0], people="45", caller="教頭")

    page = headquarters.get("/reports/telephone")
    tasks = headquarters.get("/tasks?kind=report-silent").visible

    assert page.visible.index("鼎公民館") < page.visible.index("上郷小学校", 200)
    assert "鼎公民館 電話の登録なし" in tasks
    assert "上郷小学校" not in tasks.split("確かめること")[-1]


def test_a_shelter_reports_itself_and_no_other(app, desk_of, shelters):
    staff = stand_at(desk_of("shelter_staff"), shelters[0])
    page = staff.get("/reports/mine", follow=True)

    saved = staff.submit(
        page, page.path, follow=True, people="31", water="unusable", crowding="congestion",
        requests="水\n簡易トイレ",
    )  # fmt: skip

    assert "報告を記録しました" in saved.visible
    assert "水道使えない" in saved.visible
    assert staff.get(f"/reports/shelters/{shelters[1]}").status == 404
    with inside(app):
        assert db.session.query(HeadCount).one().source == HeadCountSource.ROLL_CALL


def test_a_report_that_says_nothing_is_refused(headquarters, shelters):
    path = f"/reports/shelters/{shelters[0]}"

    page = headquarters.submit(headquarters.get(path), path, caller="教頭")

    assert page.status == 422
    assert "どれかを入れてください" in page.visible


def test_the_fourth_form_keeps_every_figure_with_its_time(headquarters, tmp_path):
    page = headquarters.get("/reports/damage")
    headquarters.submit(
        page, "/reports/damage/count", row_dead="1", row_roads="12", as_of="0時間前"
    )
    page = headquarters.get("/reports/damage")
    headquarters.submit(page, "/reports/damage/count", row_dead="2", told_by="警察")

    shown = headquarters.get("/reports/damage").visible
    paper = pdf_text(headquarters.get("/reports/damage.pdf").body, tmp_path)
    rows = list(
        csv.DictReader(
            io.StringIO(headquarters.get("/reports/damage.csv").body.decode("utf-8-sig"))
        )
    )

    assert "死者 2人" in shown
    assert "未確認" in shown
    assert "行方不明者 ― 人" in shown
    assert "死者" in paper
    values = {(row["区分"], row["項目"]): row["値"] for row in rows}
    assert values["人的被害", "死者"] == "2"
    assert values["人的被害", "行方不明者"] == ""


def test_bad_figures_come_back(headquarters):
    page = headquarters.get("/reports/damage")

    again = headquarters.submit(page, "/reports/damage/count", row_dead="2人くらい", row_roads="5")

    assert again.status == 422
    assert "数で入力してください" in again.visible
    assert 'value="5"' in again.text


def test_a_published_fourth_form_is_frozen_too(headquarters):
    page = headquarters.get("/reports/damage")
    headquarters.submit(page, "/reports/damage/count", row_dead="1")
    page = headquarters.get("/reports/damage")

    report = headquarters.submit(page, "/reports/damage/publish", follow=True)

    assert "第4号様式(被害状況即報) 第1報" in report.visible
    assert re.search(r"死者 \S+ \S+ 試験 hq 1人", report.visible)


def test_people_per_shelter_and_day_stand_under_the_name_of_the_law(
    app, desk, headquarters, shelters, tmp_path
):
    page = open_household(desk, "takahashi")
    register(desk, page, came=came(page))

    shown = headquarters.get("/reports/relief").visible
    paper = pdf_text(headquarters.get("/reports/relief.pdf").body, tmp_path)
    text = headquarters.get("/reports/relief.csv").body.decode("utf-8-sig")

    assert "避難所設置及び避難生活状況" in shown
    row = next(row for row in csv.DictReader(io.StringIO(text)) if row["避難所"] == "上郷小学校")
    assert row["延人数"] == "3"
    assert "上郷小学校" in paper


def test_meals_are_written_down_by_day(app, headquarters, shelters, tmp_path):
    page = headquarters.get("/reports/relief?kind=meals")

    saved = headquarters.submit(
        page, "/reports/relief/record", follow=True, item="おにぎり", quantity="120", unit="個",
        people="60", shelter=str(shelters[0]), note="自治会の炊き出し",
    )  # fmt: skip
    again = headquarters.get("/reports/relief?kind=meals")
    unexplained = headquarters.submit(again, "/reports/relief/record", item="カレー", note="")
    paper = pdf_text(headquarters.get("/reports/relief.pdf?kind=meals").body, tmp_path)

    assert "おにぎり 120 個 60人 自治会の炊き出し 手入力 試験 hq" in saved.visible
    assert (unexplained.status, "手で加える理由" in unexplained.visible) == (422, True)
    assert "炊き出し給与状況" in paper
    assert "おにぎり" in paper
    with inside(app):
        assert db.session.query(ReliefEntry).one().shelter_id == shelters[0]


def test_the_sheets_of_the_law_follow_from_meals_and_goods(app, desk_of, shelters):
    place = shelters[0]
    with inside(app), transaction(reason="試験"):
        rice, water, quilt = (standard_item_id(key) for key in ("food", "water", "blanket"))
        for item, number in ((rice, 80), (water, 200), (quilt, 30)):
            at = clock.now() - timedelta(minutes=5)
            receive_goods(place_id=place, item_id=item, pieces=number, at=at)
        for item, number in ((rice, 60), (water, 120), (water, 30), (quilt, 12)):
            take_for_handout(place_id=place, item_id=item, pieces=number, at=clock.now())
    hq = desk_of("hq")

    def sheet(kind):
        return hq.get(f"/reports/relief?kind={kind}").visible

    assert "食料（主食） 60 食 ― ― 配布の記録" in sheet("meals")
    assert "飲料水（500mL） 150 本" in sheet("water")
    assert "毛布 12 枚" in sheet("clothing")
    assert "毛布（受入） 30 枚" in sheet("goods")
    with inside(app), transaction(reason="試験"):
        order_meals(
            shelter_id=place, served_on=clock.today(), meal=MealTime.SUPPER, at=clock.now(),
            counted={}, ordered={DietKind.REGULAR: 70, DietKind.SOFT: 5}, reason="2人分多く",
        )  # fmt: skip
    meals = sheet("meals")
    assert "夕食 75 食 ― 2人分多く 食事の注文" in meals
    assert "食料（主食）" not in meals


def test_a_shift_is_handed_over_and_the_next_begins(app, desk, shelters, tmp_path):
    page = open_household(desk, "takahashi")
    register(desk, page, came=came(page))
    first = desk.get("/handover")

    after = desk.submit(first, "/handover", follow=True, note="夜の見回り 22時", taken_by="夜の番")
    handover_id = uuid_in(after.text, 'href="/handover/')
    paper = pdf_text(desk.get(f"/handover/{handover_id}.pdf").body, tmp_path)

    assert "受け付けた 3人" in first.visible
    assert "受け付けた 0人" in after.visible
    assert "夜の見回り 22時" in after.visible
    assert "夜の見回り22時" in paper
    assert "受け付けた3人" in paper
    with inside(app):
        assert db.session.query(Handover).one().shelter_id == shelters[0]


def test_what_was_recorded_can_be_taken_back(app, headquarters, shelters):
    saved = call(headquarters, shelters[0], people="450", caller="教頭")

    headquarters.post(f"/undo/{uuid_in(saved.text, '/undo/')}")

    assert "まだ一度も報告がありません" in headquarters.get("/reports/telephone").visible
