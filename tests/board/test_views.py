"""The board: what managers see of all shelters, and nobody else; protected people have no place."""

from datetime import timedelta

import pytest

from tests.evacuees.support import came, inside, open_household, pdf_text, register
from tests.reports.conftest import desk, guardian, headquarters, manager, shelters
from victim_support.board.queries import read_history
from victim_support.core import clock
from victim_support.core.db import transaction
from victim_support.evacuees.queries.time_line import read_time_line
from victim_support.reports import services
from victim_support.reports.rules import Lifeline, LifelineState, ReportKind, ReportWay
from victim_support.shelters.queries import list_all_head_counts
from victim_support.shelters.services import record_head_count

pytestmark = pytest.mark.db

__all__ = ["desk", "guardian", "headquarters", "manager", "shelters"]


def count(app, shelter_id, people, *, hours_ago=0.0):
    with inside(app), transaction(reason="点呼"):
        record_head_count(
            shelter_id=shelter_id,
            count=people,
            occurred_at=clock.now() - timedelta(hours=hours_ago),
        )


def say(desk, **values):
    page = desk.get("/rescue")
    desk.submit(page, "/rescue", name="佐藤 キヨ", informant="佐藤 一郎", **values)


def test_rescue_stands_first_and_leads_to_the_list(app, desk, headquarters, shelters):
    say(desk, kind="rescue")

    page = headquarters.get("/board/")

    assert page.visible.index("要救助 1人") < page.visible.index("現在")
    assert "/rescue" in page.links


def test_needs_requests_troubles_and_silence_of_each_shelter(app, headquarters, shelters):
    with inside(app), transaction(reason="報告"):
        told = services.Told(
            way=ReportWay.PHONE, people=80, caller="教頭", requests="毛布20枚",
            lifelines={Lifeline.WATER: LifelineState.UNUSABLE},
        )  # fmt: skip
        services.record_shelter_report(shelter_id=shelters[0], told=told, at=clock.now())

    page = headquarters.get("/board/")

    assert "水道使えない" in page.visible
    assert "毛布20枚" in page.visible
    assert "報告なし1か所" in page.visible


def test_now_and_six_hours_ago_and_as_published(app, headquarters, shelters, tmp_path):
    count(app, shelters[0], 20)
    with inside(app), transaction(reason="公表"):
        report = services.publish_report(kind=ReportKind.SITUATION, as_of=clock.now())
        report_id = report.id
    count(app, shelters[0], 26)

    now = headquarters.get("/board/").visible
    before = headquarters.get("/board/?as_of=6時間前").visible
    published = headquarters.get(f"/board/?published={report_id}").visible
    paper = pdf_text(headquarters.get(f"/board/board.pdf?published={report_id}").body, tmp_path)

    assert "避難者 26人" in now
    assert "避難者 0人" in before
    assert "避難者 20人" in published
    assert "第1報" in published
    assert "状況報告第1報として公表したとおり" in paper


def test_a_moment_that_cannot_be_read_is_said(headquarters, shelters):
    page = headquarters.get("/board/?as_of=さっき")

    assert page.status == 422
    assert "時点として読めません" in page.visible


def test_the_plot_is_told_in_words_and_as_a_table(app, headquarters, shelters):
    count(app, shelters[0], 20, hours_ago=3)

    page = headquarters.get("/board/")

    assert "避難者数の推移" in page.visible
    assert "推移を表で見る" in page.visible


def test_a_protected_person_counts_and_is_nowhere_by_name(
    app, desk, headquarters, guardian, shelters, tmp_path
):
    page = open_household(desk, "watanabe")
    register(desk, page, came=came(page))

    for who in (headquarters, guardian):
        board = who.get("/board/")
        script = who.get("/board/places.js").body.decode()
        paper = pdf_text(who.get("/board/board.pdf").body, tmp_path)
        assert "避難者 2人" in board.visible
        for text in (board.text, script, paper):
            assert "静香" not in text
            assert "シズカ" not in text


@pytest.mark.parametrize(
    ("role", "status"), [("reception", 403), ("shelter_staff", 403), ("hq", 200)]
)
def test_who_may_see_the_board(desk_of, shelters, role, status):
    assert desk_of(role).get("/board/").status == status
    assert desk_of(role).get("/board/places.js").status == status


def test_many_moments_at_once_give_what_each_gives_alone(app, desk, shelters):
    for text in ("takahashi", "satou"):
        page = open_household(desk, text)
        register(desk, page, came=came(page))
    count(app, shelters[0], 9, hours_ago=1)
    page = open_household(desk, "suka")
    register(desk, page, came=came(page), counted="counted")

    with inside(app):
        now = clock.now()
        line = read_time_line(now, list_all_head_counts(until=now))
        moments = [now - timedelta(minutes=30 * n) for n in range(6)][::-1]
        for shelter_id in shelters:
            alone = [line.totals(shelter_id, moment).total for moment in moments]
            assert line.people(shelter_id, moments) == alone
        assert read_history(now).people(shelters[0], [now]) == [alone_total(line, shelters[0], now)]


def alone_total(line, shelter_id, moment):
    return line.totals(shelter_id, moment).total
