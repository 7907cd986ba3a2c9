"""Surveys over HTTP: planned, printed, typed; and nobody protected on any of it."""

import html
import re
from datetime import timedelta

import pytest

from tests.damage.support import JUDGE, inside, make_judgement, writing_in
from tests.evacuees.support import pdf_text
from victim_support.core.clock import today
from victim_support.core.db import db
from victim_support.damage import queries as damage
from victim_support.damage import services as judging
from victim_support.damage.rules import DamageGrade, JudgementMethod, JudgementState, NoGrade
from victim_support.survey import queries, services
from victim_support.survey.models import SurveyVisit, VisitOutcome
from victim_support.survey.rules import VisitState, scan_text
from victim_support.survey.views import visits
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection

STREET = ("架空市飯野坂三丁目2番1号", "架空市飯野坂三丁目10番", "架空市飯野坂十丁目1番")


@pytest.fixture
def street(apply):
    """Apply for three dwellings of a street and one elsewhere."""
    return [apply(address)[0] for address in (*reversed(STREET), "架空市北浜5-1")]


@pytest.fixture
def rows(app):
    def read(model):
        with inside(app):
            found = list(db.session.scalars(db.select(model).order_by(model.id)))
            db.session.expunge_all()
            return found

    return read


def assign(desk, path="/survey/", **typed):
    page = desk.get(path)
    values = {"team": "1班", "day": today().isoformat()} | typed
    action = next(form.action for form in page.forms if "/survey/assign" in form.action)
    return desk.submit(page, action, follow=True, **values)


def slot(path):
    return f"/survey/{path}?day={today()}&team=1班"


def plan(app, *dwelling_ids):
    """Give dwellings to a team today and return their visits, in the order it goes."""
    with writing_in(app):
        services.assign(
            queries.get_cases(dwelling_ids), slot=services.Slot("1班", today()), by=None
        )
    with inside(app):
        return [case.visit.number for case in queries.list_round(today(), "1班")]


def type_sheet(desk, number, **typed):
    page = desk.get(f"/survey/sheets/{number}")
    return desk.submit(page, f"/survey/sheets/{number}", follow=True, **typed)


def test_a_district_goes_to_a_team_in_one_act_in_the_order_of_the_street(
    app, desk_of, street, rows
):
    done = assign(desk_of("judge"), "/survey/?town=飯野坂", first="2")

    assert "2件を1班に割り当てました" in done.visible
    assert "20分" in done.visible
    with inside(app):
        found = queries.list_round(today(), "1班")
        assert [case.dwelling.address for case in found] == list(STREET[:2])
        assert [case.visit.position for case in found] == [1, 2]


def test_those_ticked_are_assigned_and_a_new_slot_moves_them(app, desk_of, street, rows):
    desk = desk_of("judge")
    assign(desk, dwellings=[str(street[0])])
    assign(desk, dwellings=[str(street[0])], team="2班", method="second_survey")

    [visit] = rows(SurveyVisit)
    assert (visit.team, visit.method) == ("2班", JudgementMethod.SECOND_SURVEY)
    assert "1時間0分" in desk.get("/survey/").visible


def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk_of, street, rows):
    desk = desk_of("judge")
    told = desk.submit(desk.get("/survey/"), "/survey/assign", team="3班", day="2020/1/1")

    assert told.status == 422
    assert "過ぎた日付です" in told.visible
    assert "上から何件かを入れてください" in told.visible
    assert 'value="3班"' in told.text
    assert not rows(SurveyVisit)


def test_a_judged_dwelling_leaves_the_board_and_comes_back_for_a_second_survey(
    app, desk_of, apply, rows
):
    dwelling_id, _head = apply(STREET[0])
    with writing_in(app):
        [application] = damage.list_applications_for(dwelling_id)
        make_judgement(application)
    desk = desk_of("judge")
    assert STREET[0] not in desk.get("/survey/").visible

    page = desk.get(f"/damage/dwellings/{dwelling_id}")
    desk.submit(page, f"/survey/dwellings/{dwelling_id}/again", follow=True)

    assert STREET[0] in desk.get("/survey/").visible
    [visit] = rows(SurveyVisit)
    assert visit.method is JudgementMethod.SECOND_SURVEY


def test_papers_are_in_the_order_of_the_round_with_head_and_contact(
    app, desk_of, apply, street, tmp_path
):
    first, second, _third = plan(app, *street[:3])
    desk = desk_of("surveyor")

    route = pdf_text(desk.get(slot("route.pdf")).body, tmp_path)
    sheets = pdf_text(desk.get(slot("sheets.pdf")).body, tmp_path)
    slips = pdf_text(desk.get(slot("slips.pdf")).body, tmp_path)
    csv = desk.get(slot("route.csv")).body.decode("utf-8-sig")

    assert route.index(STREET[0]) < route.index(STREET[1]) < route.index(STREET[2])
    assert "佐藤一郎" in route
    assert "佐藤\u3000一郎" in csv
    assert "090-9999-1111" in route
    assert "090-9999-1111" in csv
    assert f"{first[:4]}-{first[4:]}" in sheets
    assert "柱(又は耐力壁)" in sheets
    assert "床上" in sheets
    assert f"{second[:4]}-{second[4:]}" in slips
    for paper in (sheets, slips):
        assert "佐藤" not in paper
        assert "090-9999" not in paper
    assert STREET[0] not in slips


def test_a_sheet_is_typed_in_few_keys_and_the_next_is_offered(app, desk_of, street, rows):
    first, second, _third = plan(app, *street[:3])
    desk = desk_of("surveyor")

    opened = desk.submit(desk.get("/survey/type"), "/survey/type", number=scan_text(first))
    assert opened.location == f"/survey/sheets/{first}"
    done = type_sheet(desk, first, outcome="half", inundation="above_floor")

    assert f"{first[:4]}-{first[4:]} {STREET[0]} 半壊、床上浸水 を保存しました" in done.visible
    assert "まだ入力していない調査票(2件)" in done.visible
    assert f"/survey/sheets/{second}" in done.text
    [outcome] = rows(VisitOutcome)
    with inside(app):
        [judgement] = damage.list_judgements(outcome.dwelling_id)
        assert judgement.grade is DamageGrade.HALF
        assert judgement.judged_by == "1班"
        assert judgement.state is JudgementState.WAITING
        assert outcome.judgement_id == judgement.id


@pytest.mark.parametrize(
    ("outcome", "state", "no_grade"),
    [
        ("absent", VisitState.ABSENT, None),
        ("no_entry", VisitState.NO_ENTRY, None),
        ("not_dwelling", VisitState.DONE, NoGrade.NOT_DWELLING),
        ("no_damage", VisitState.DONE, NoGrade.NO_DAMAGE),
    ],
)
def test_what_was_met_is_a_fact_and_only_some_of_it_a_judgement(
    app, desk_of, street, outcome, state, no_grade
):
    [number] = plan(app, street[0])
    type_sheet(desk_of("surveyor"), number, outcome=outcome)

    with inside(app):
        [case] = queries.get_cases([street[0]])
        assert case.state is state
        judged = [one.no_grade for one in damage.list_judgements(street[0])]
        assert judged == ([no_grade] if no_grade else [])


def test_a_sheet_typed_twice_is_told_and_written_only_when_meant(app, desk_of, street, rows):
    [number] = plan(app, street[0])
    desk = desk_of("surveyor")
    type_sheet(desk, number, outcome="half", inundation="none")

    told = type_sheet(desk, number, outcome="total", inundation="none")
    assert told.status == 409
    assert "もう入力してあります" in told.visible
    assert len(rows(VisitOutcome)) == 1

    assert "調査済 半壊 承認待ち" in re.sub(r"\s+", " ", told.visible)

    desk.submit(told, f"/survey/sheets/{number}", follow=True)
    assert len(rows(VisitOutcome)) == 2
    with inside(app):
        judged = [(one.grade, one.state) for one in damage.list_judgements(street[0])]
    assert judged == [
        (DamageGrade.HALF, JudgementState.RETURNED),
        (DamageGrade.TOTAL, JudgementState.WAITING),
    ]


def test_the_numbers_of_a_sheet_are_calculated_and_stay_beside_its_result(
    app, desk_of, street, rows
):
    [number] = plan(app, street[0])
    desk, sheet = desk_of("surveyor"), f"/survey/sheets/{number}"
    [path] = re.findall(r'href="(/damage/dwellings/[^"]+)"\s+data-key="F2"', desk.get(sheet).text)
    depth = {"is_detached": "yes", "is_above_floor": "yes", "storeys": "2", "depth_cm": "120"}
    forces = {"wall_force": "no", "opening_force": "no", "edition": "令和7年7月"}
    worksheet = desk.get(html.unescape(path))
    found = desk.submit(worksheet, html.unescape(path), **depth, **forces)

    opened = desk.submit(found, f"{sheet}/calculated")
    assert "計算を添えます: 中規模半壊" in re.sub(r"\s+", " ", opened.visible)
    done = desk.submit(opened, sheet, follow=True, outcome="half")

    assert "半壊、床上浸水 を保存しました" in done.visible
    with inside(app):
        [case] = queries.get_cases([street[0]])
        [judgement] = damage.list_judgements(street[0])
        assert case.state is VisitState.DONE
        assert judgement.grade is DamageGrade.HALF
        assert judgement.calculated_grade is DamageGrade.MEDIUM_HALF
        assert judgement.edition == "令和7年7月"


def test_a_calculation_that_is_none_leaves_the_sheet_as_it_was_typed(app, desk_of, street, rows):
    [number] = plan(app, street[0])
    typed = {"outcome": "half", "inundation": "none", "note": "北の壁", "case": "{"}

    told = type_sheet(desk_of("surveyor"), number, **typed)

    assert told.status == 422
    assert "計算の内容を読めません" in told.visible
    assert "北の壁" in told.text
    assert not rows(VisitOutcome)


def test_a_wrong_letter_and_a_number_of_another_machine_are_told(app, desk_of, street):
    [number] = plan(app, street[0])
    desk = desk_of("surveyor")
    wrong = "0" if number[0] != "0" else "1"

    page = desk.get("/survey/type")
    assert (
        "番号と合いません" in desk.submit(page, "/survey/type", number=wrong + number[1:]).visible
    )
    assert "この端末にはありません" in desk.submit(page, "/survey/type", number="00000000").visible


def test_the_last_four_characters_open_a_sheet_when_only_one_ends_so(
    app, desk_of, street, monkeypatch
):
    drawn = iter(["AAAA1234", "AAAA567X", "BBBB567X"])
    monkeypatch.setattr(services, "draw_number", lambda: next(drawn))
    plan(app, *street[:3])
    desk = desk_of("surveyor")
    page = desk.get("/survey/type")

    opened = desk.submit(page, "/survey/type", number="1234")
    assert opened.location == "/survey/sheets/AAAA1234"
    told = desk.submit(page, "/survey/type", number="567x")
    assert "2枚あります" in told.visible
    assert re.search(r"<input[^>]*autofocus[^>]*name=.number", told.text)


def test_in_a_flood_the_sheet_asks_whether_the_house_was_flooded(app, desk_of, street, rows):
    [number] = plan(app, street[0])
    desk = desk_of("surveyor")
    told = type_sheet(desk, number, outcome="half")

    assert told.status == 422
    assert "浸水のありなし" in told.visible
    assert not rows(VisitOutcome)
    assert "保存しました" in type_sheet(desk, number, outcome="half", inundation="none").visible


def test_a_day_that_has_not_come_is_refused_and_the_sheet_keeps_what_was_typed(
    app, desk_of, street, rows
):
    [number] = plan(app, street[0])
    later = (today() + timedelta(days=1)).isoformat()
    told = type_sheet(
        desk_of("surveyor"), number, outcome="half", visited_on=later, note="北の壁が落ちた"
    )

    assert told.status == 422
    assert "先の日付です" in told.visible
    assert "北の壁が落ちた" in told.text
    assert not rows(VisitOutcome)


def test_a_dwelling_without_application_and_ledger_is_added_on_the_way(app, desk_of, street, rows):
    desk = desk_of("surveyor")
    type_sheet(desk, *plan(app, street[0]), outcome="absent")
    page = desk.submit(
        desk.get("/survey/"), "/survey/dwellings", follow=True, address="架空市山里100"
    )

    visit = rows(SurveyVisit)[-1]
    assert "架空市山里100" in page.visible
    assert 'value="1班"' in page.text
    assert page.path.endswith(f"/survey/sheets/{visit.number}")
    written = {"address": "架空市飯野坂３－２－１"}
    page = desk.submit(desk.get("/survey/"), "/survey/dwellings", follow=True, **written)
    assert STREET[0] in page.visible


def test_an_address_where_somebody_protected_applied_answers_like_any_other(
    app, desk_of, apply, street
):
    apply("架空市山里7", "秘密 花子", protected=("秘密 花子",))
    desk = desk_of("surveyor")

    def added(address):
        page = desk.submit(desk.get("/survey/"), "/survey/dwellings", follow=True, address=address)
        shown = page.visible.replace(address, "")
        return page.status, re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9]{2}:[0-9]{2}", "", shown)

    assert added("架空市山里7") == added("架空市山里8")


def test_a_judgement_sent_back_waits_on_the_board_again(app, desk_of, street):
    [number] = plan(app, street[0])
    type_sheet(desk_of("surveyor"), number, outcome="half", inundation="none")
    with writing_in(app):
        [judgement] = damage.list_judgements(street[0])
        judging.return_judgement(judgement, reason="写真がない", by=JUDGE)

    with inside(app):
        [case] = queries.get_cases([street[0]])
        assert case.state is VisitState.RETURNED


def papers(desk, tmp_path):
    names = ("route.pdf", "sheets.pdf", "slips.pdf")
    answers = [desk.get(slot(name)) for name in names]
    return [pdf_text(one.body, tmp_path) for one in answers if one.status == 200]


def board_file(desk, asked=""):
    return desk.get(f"/survey/board.csv{asked}").body.decode("utf-8-sig")


def test_the_board_leaves_whole_and_as_it_is_narrowed(app, desk_of, street, monkeypatch):
    [number] = plan(app, street[0])
    desk = desk_of("surveyor")
    monkeypatch.setattr(visits, "SHOWN", 1)

    lines = board_file(desk).splitlines()
    planned = board_file(desk, "?state=planned")

    assert len(lines) == 1 + len(street)
    assert f"{number[:4]}-{number[4:]}" in planned
    assert [planned.count(place) for place in STREET] == [0, 0, 1]
    assert "印刷とCSVには、すべて入ります" in desk.get("/survey/").visible
    assert desk_of("counter").get("/survey/board.csv").status == 403


def test_who_was_protected_before_applying_is_on_no_board_and_no_paper(
    app, desk_of, apply, rows, tmp_path
):
    dwelling_id, _head = apply(STREET[0], "秘密 花子", protected=("秘密 花子",))
    apply(STREET[1])
    for name in ("surveyor", "judge", "hq"):
        assert STREET[0] not in desk_of(name).get("/survey/").visible
        assert STREET[0] not in board_file(desk_of(name))

    [number] = plan_as(app, desk_of("hogo"), dwelling_id, rows)
    assert STREET[0] not in desk_of("surveyor").get("/survey/").visible
    assert desk_of("surveyor").get(f"/survey/sheets/{number}").status == 404
    assert STREET[0] in desk_of("hogo").get("/survey/").visible
    assert STREET[0] not in board_file(desk_of("hogo"))
    assert STREET[1] in board_file(desk_of("hogo"))
    for paper in papers(desk_of("hogo"), tmp_path):
        assert "秘密" not in paper
        assert "090-9999" not in paper


def plan_as(app, desk, dwelling_id, rows):
    assign(desk, dwellings=[str(dwelling_id)])
    return [visit.number for visit in rows(SurveyVisit) if visit.scope.endswith("/sealed")]


def test_who_is_protected_later_leaves_the_board_the_papers_and_the_sheets(
    app, desk_of, apply, rows, tmp_path
):
    dwelling_id, head = apply(STREET[0], "秘密 花子")
    apply(STREET[1], "佐藤 次郎")
    hidden, _other = plan(app, dwelling_id, *_others(app, dwelling_id))
    type_sheet(desk_of("surveyor"), hidden, outcome="absent", note="娘さんの家にいる")
    with writing_in(app):
        [application] = damage.list_applications_for(dwelling_id)
        services.request_survey(application, reason="娘の家で待つ", by=None)
    assert any("娘の家で待つ" in paper for paper in papers(desk_of("surveyor"), tmp_path))
    with writing_in(app):
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    assert "娘の家" not in "".join(papers(desk_of("hogo"), tmp_path))

    desk = desk_of("surveyor")
    assert STREET[0] not in desk.get("/survey/").visible
    assert desk.get(f"/survey/sheets/{hidden}").status == 404
    for paper in papers(desk, tmp_path):
        assert "秘密" not in paper
        assert STREET[0] not in paper
    open_rows = [one for one in rows(VisitOutcome) if one.scope.endswith("/core")]
    assert all(one.is_withdrawn and not one.note for one in open_rows)


def _others(app, dwelling_id):
    with inside(app):
        return [
            case.dwelling.id for case in queries.list_cases() if case.dwelling.id != dwelling_id
        ]


def test_a_neighbour_of_the_same_dwelling_keeps_it_open_without_her_name(
    app, desk_of, apply, tmp_path
):
    dwelling_id, _head = apply(STREET[0], "秘密 花子", protected=("秘密 花子",))
    apply(STREET[0], "佐藤 次郎")
    plan(app, dwelling_id)

    route, *_rest = papers(desk_of("hogo"), tmp_path)
    assert "佐藤次郎" in route
    assert "秘密" not in route


@pytest.mark.parametrize("name", ["reception", "counter"])
def test_others_do_not_see_surveys(desk_of, name):
    for path in ("/survey/", "/survey/type", slot("route.pdf")):
        assert desk_of(name).get(path).status == 403


def test_no_page_of_a_survey_has_a_name_or_number_in_its_address(app, desk_of, street):
    plan(app, street[0])
    page = desk_of("judge").get("/survey/").text

    assert not re.search(r'href="[^"]*(?:佐藤|090-|丁目)', page)
