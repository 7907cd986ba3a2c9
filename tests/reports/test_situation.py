"""The situation as of any time, published, corrected, sent; nobody's place is told."""

import csv
import io
import json
from datetime import timedelta

import pytest

from tests.evacuees.support import came, inside, open_household, pdf_text, register, uuid_in
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.reports import queries, services
from victim_support.reports.models import PublishedReport
from victim_support.reports.rules import ReportKind
from victim_support.shelters.queries import get_shelter
from victim_support.shelters.services import (
    add_shelter,
    close_shelter,
    open_shelter,
    record_head_count,
)

pytestmark = pytest.mark.db


def figures(at=None):
    situation = queries.live_situation(at or clock.now())
    return {one.key: one.value for one in situation.figures}


def count(app, shelter_id, people, *, hours_ago=0):
    with inside(app), transaction(reason="点呼"):
        record_head_count(
            shelter_id=shelter_id,
            count=people,
            occurred_at=clock.now() - timedelta(hours=hours_ago),
            counted_by="責任者",
        )


def publish(headquarters):
    page = headquarters.get("/reports/")
    return headquarters.submit(page, "/reports/publish", follow=True)


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_named_and_observed_people_count_once(app, desk, shelters):
    page = open_household(desk, "takahashi")
    register(desk, page, came=came(page))
    count(app, shelters[0], 10)

    with inside(app):
        now = figures()

    assert (now["people.total"], now["people.named"], now["people.unnamed"]) == (10, 3, 7)
    assert (now["sex.male"], now["sex.female"], now["sex.unknown"]) == (1, 2, 7)
    assert (now["age.toddler"] or 0) + (now["age.preschool"] or 0) == 1
    assert now["age.unknown"] == 7
    assert now["shelters.open"] == 2
    assert now["shelters.uncounted"] == 1


def test_the_same_question_about_an_earlier_time_gives_the_earlier_number(app, desk, shelters):
    count(app, shelters[0], 40, hours_ago=7)
    count(app, shelters[0], 25)
    with inside(app), transaction(reason="開設"):
        open_shelter(get_shelter(shelters[0]))

    with inside(app):
        early = figures(clock.now() - timedelta(hours=6))

    with inside(app):
        assert figures()["people.total"] == 25
    assert early["shelters.open"] == 0  # it was not said to be open before today
    assert early["people.total"] == 0


def test_day_and_night_counts_stand_apart(app, desk, shelters, frozen):
    frozen(
        (clock.now() + timedelta(days=1)).replace(hour=1, minute=0)
    )  # ten in the morning in Japan
    count(app, shelters[0], 30, hours_ago=1)
    count(app, shelters[0], 45, hours_ago=8)

    with inside(app):
        now = figures()

    assert (now["people.day"], now["people.night"]) == (30, 45)


def test_closing_takes_the_people_out_and_reopening_keeps_the_history(app, desk, shelters):
    count(app, shelters[0], 20)
    with inside(app), transaction(reason="閉鎖"):
        close_shelter(get_shelter(shelters[0]))
    with inside(app):
        between = clock.now()
        assert figures()["people.total"] == 0
    with inside(app), transaction(reason="再開"):
        open_shelter(get_shelter(shelters[0]))

    with inside(app):
        assert figures()["people.total"] == 20
        assert figures(between)["people.total"] == 0


def test_people_in_a_place_nobody_opened_count_and_are_pointed_out(app, headquarters, shelters):
    with inside(app), transaction(reason="避難所"):
        hall = add_shelter(name="公会堂").id
    count(app, hall, 12)

    page = headquarters.get("/reports/")

    assert "開設の記録がないのに人がいる避難所: 公会堂" in page.visible
    with inside(app):
        assert figures()["people.total"] == 12


def test_a_published_report_stays_as_it_was_and_shows_corrections(
    app, desk, headquarters, shelters, tmp_path
):
    count(app, shelters[0], 30, hours_ago=1)
    first = publish(headquarters)
    count(app, shelters[0], 33, hours_ago=0.5)

    later = headquarters.get(first.path.split("?")[0])
    paper = pdf_text(headquarters.get(f"{later.path}.pdf").body, tmp_path)
    corrected = pdf_text(headquarters.get(f"{later.path}.pdf?corrections=1").body, tmp_path)

    assert "訂正はありません" in first.visible
    assert "上郷小学校 人数 30人 33人" in later.visible
    assert "第1報" in paper
    assert "30人" in paper
    assert "33人" not in paper.split("避難所ごと")[0]
    assert "いまわかっている数" in corrected
    assert "33人" in corrected


def test_numbers_go_up_and_a_report_sent_twice_is_one(app, headquarters, shelters):
    page = headquarters.get("/reports/")
    once = headquarters.submit(page, "/reports/publish", follow=True)
    twice = headquarters.submit(page, "/reports/publish", follow=True)
    second = publish(headquarters)

    assert once.path == twice.path
    assert "第2報" in second.visible
    with inside(app):
        assert [one.row.number for one in queries.list_published()] == [2, 1]


def test_two_machines_with_one_number_are_a_task(app, headquarters, shelters):
    publish(headquarters)
    with inside(app), transaction(reason="別の端末"):
        twin = services.publish_report(kind=ReportKind.SITUATION, as_of=clock.now())
        twin.number = 1

    page = headquarters.get("/tasks?kind=report-doubled")

    assert "状況報告 第1報" in page.visible


def test_an_unsent_report_nags_until_it_was_sent(app, headquarters, shelters):
    published = publish(headquarters)
    report_id = uuid_in(published.path, "/reports/published/")
    before = headquarters.get("/tasks?kind=report-unsent").visible
    sheet = headquarters.get(f"/reports/published/{report_id}/transfer")

    sent = headquarters.submit(sheet, sheet.path, follow=True, destination="県のシステム")

    assert "状況報告 第1報" in before
    assert "未確認" in sheet.visible
    assert "開設避難所数 2か所" in sheet.visible
    assert "県のシステム" in sent.visible
    assert "状況報告 第1報" not in headquarters.get("/tasks?kind=report-unsent").visible


def test_the_sheet_says_what_changed_since_the_last_one_sent(app, headquarters, shelters):
    first = uuid_in(publish(headquarters).path, "/reports/published/")
    sheet = headquarters.get(f"/reports/published/{first}/transfer")
    headquarters.submit(sheet, sheet.path, destination="県")
    count(app, shelters[1], 8)
    second = uuid_in(publish(headquarters).path, "/reports/published/")

    page = headquarters.get(f"/reports/published/{second}/transfer")

    assert "前に送った報告から変わったところ" in page.visible
    assert "鼎公民館 人数 ― 8人" in page.visible


def test_a_moment_that_cannot_be_read_is_said_beside_the_field(headquarters, shelters):
    page = headquarters.get("/reports/?as_of=さっき")

    assert page.status == 422
    assert "時点として読めません" in page.visible


def test_protected_people_count_and_are_never_among_the_named(
    app, desk, headquarters, guardian, shelters
):
    page = open_household(desk, "watanabe")
    register(desk, page, came=came(page))

    for who in (headquarters, guardian):
        shown = json.loads(who.get("/reports/all.json").body)
        line = next(one for one in shown["shelters"] if one["people"])
        assert line["people"] == 2
        assert line["named"] < 2
        assert "静香" not in json.dumps(shown, ensure_ascii=False)


def test_few_needs_and_few_people_are_not_told_of_one_place(app, desk, headquarters, shelters):
    page = open_household(desk, "suka")
    who = came(page)
    register(desk, page, came=who, **{f"needs-{who[0]}": "care"})

    shown = json.loads(headquarters.get("/reports/all.json").body)
    public = table(headquarters.get("/reports/open-shelters.csv").body)

    assert all(line["needs"] == {} for line in shown["shelters"])
    row = next(row for row in public if row["名称"] == "上郷小学校")
    assert row["避難者数"] == ""
    assert row["備考"] == "3人未満は公開しない"


def test_open_data_has_unknown_as_empty_and_the_words_of_the_standard(app, headquarters, shelters):
    count(app, shelters[0], 30)

    rows = {row["名称"]: row for row in table(headquarters.get("/reports/open-shelters.csv").body)}

    assert rows["上郷小学校"]["避難者数"] == "30"
    assert rows["上郷小学校"]["開設状況"] == "開設"
    assert rows["鼎公民館"]["避難者数"] == ""
    assert rows["鼎公民館"]["全国地方公共団体コード"] == "042072"


@pytest.mark.parametrize(
    ("role", "status"),
    [("reception", 403), ("counter", 403), ("admin", 403), ("shelter_manager", 200), ("hq", 200)],
)
def test_who_may_read_reports(desk_of, shelters, role, status):
    assert desk_of(role).get("/reports/").status == status


def test_a_manager_reads_and_only_the_headquarters_publishes(app, manager):
    page = manager.get("/reports/")

    assert "固定して番号を付ける" not in page.visible
    assert manager.post("/reports/publish", {"idempotency_key": "k" * 20}).status == 403
    with inside(app):
        assert db.session.query(PublishedReport).count() == 0
