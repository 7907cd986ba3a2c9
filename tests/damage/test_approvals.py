"""Judgements decided by the list: what stands out comes first, nobody decides on the own house."""

import re
from datetime import date
from uuid import UUID

import pytest

from tests.damage.support import CLERK, JUDGE, SURVEYOR, inside, make_people, writing, writing_in
from tests.evacuees.support import pdf_text
from tests.prepared import staff_of
from victim_support.core.db import db
from victim_support.damage import documents, queries, services, waiting
from victim_support.damage.rules import (
    CalculationMethod,
    DamageGrade,
    JudgementMethod,
    JudgementState,
    NoGrade,
)
from victim_support.damage.rules.outliers import JudgedCase, Outlier, outliers_of
from victim_support.damage.views import approvals
from victim_support.damage.views import desk as desk_views

HALF, PARTIAL, TOTAL = DamageGrade.HALF, DamageGrade.PARTIAL, DamageGrade.TOTAL


def case(**more):
    values = {
        "grade": HALF,
        "method": JudgementMethod.SECOND_SURVEY,
        "earlier": None,
        "calculated": None,
        "neighbours": (),
        "photos": 1,
    }
    return JudgedCase(**values | more)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, [], id="何もない"),
        pytest.param({"earlier": TOTAL}, [Outlier.EARLIER_HEAVIER], id="前の回より軽い"),
        pytest.param({"earlier": PARTIAL}, [Outlier.EARLIER_LIGHTER], id="前の回より重い"),
        pytest.param({"earlier": HALF}, [], id="前の回と同じ"),
        pytest.param({"calculated": TOTAL}, [Outlier.CALCULATION], id="計算と違う"),
        pytest.param({"calculated": HALF}, [], id="計算と同じ"),
        pytest.param({"neighbours": [TOTAL] * 3}, [Outlier.NEIGHBOURS], id="近所3軒が全壊"),
        pytest.param({"neighbours": [TOTAL] * 2}, [], id="近所が2軒では比べない"),
        pytest.param(
            {"neighbours": [DamageGrade.MEDIUM_HALF] * 3}, [], id="近所と1段だけ違うのは普通"
        ),
        pytest.param({"photos": 0}, [Outlier.NO_PHOTO], id="写真なし"),
        pytest.param({"method": JudgementMethod.AREA, "photos": 0}, [], id="一括判定に写真なし"),
        pytest.param({"others_waiting": 1}, [Outlier.SEVERAL], id="承認待ちが2つ"),
        pytest.param(
            {"grade": None, "earlier": TOTAL, "neighbours": [TOTAL] * 3}, [], id="程度なし"
        ),
    ],
)
def test_what_stands_out_is_named(more, expected):
    assert list(outliers_of(case(**more))) == expected


def judge(address, grade=HALF, *, method=JudgementMethod.AREA, approved=False, by=SURVEYOR):
    dwelling = services.ensure_dwelling(address=address)
    survey = services.Survey(
        method=method, judged_on=date(2026, 7, 25), judged_by="調査1班", grade=grade
    )
    judgement = services.record_judgement(
        dwelling_id=dwelling.id, survey=survey, reason="申し出", by=by
    )
    if approved:
        services.approve_judgement(judgement, by=JUDGE)
    return judgement


@pytest.mark.parametrize("approved", [True, False])
def test_the_list_begins_with_what_stands_out(program, approved):
    with writing():
        plain = judge("架空市二番町9番1号")
        for number in range(1, 4):
            judge(f"架空市一番町5番{number}号", TOTAL, approved=approved)
        odd = judge("架空市一番町5番8号", PARTIAL)
    db.session.rollback()

    listed = waiting.list_waiting(JUDGE)

    assert [one.judgement.id for one in listed][:2] == [odd.id, plain.id]
    assert listed[0].outliers == (Outlier.NEIGHBOURS,)


def test_a_list_is_approved_in_one_act_but_not_what_one_entered(program):
    with writing():
        first, second, own = (
            judge("架空市一番町1"),
            judge("架空市一番町2"),
            judge("架空市一番町3", by=JUDGE),
        )

        found = services.approve_listed([first, second, own], by=JUDGE)

        assert found.done == [first, second]
        assert [each for each, _ in found.left] == [own]
        assert own.approved_at is None


def test_an_officer_does_not_decide_on_the_own_house(program):
    with writing():
        judgement = judge("架空市一番町1")
        services.recuse(dwelling_id=judgement.dwelling_id, staff_id=JUDGE)
        services.recuse(dwelling_id=judgement.dwelling_id, staff_id=JUDGE)

        with pytest.raises(services.RecusedError):
            services.approve_judgement(judgement, by=JUDGE)
        with pytest.raises(services.RecusedError):
            services.return_judgement(judgement, reason="見直し", by=JUDGE)
        with pytest.raises(services.RecusedError):
            services.settle_judgement(
                judgement, verdict=JudgementState.APPROVED, reason="見直し", by=JUDGE
            )
        services.approve_judgement(judgement, by=CLERK)

    db.session.rollback()
    assert waiting.recused_dwellings(JUDGE) == {judgement.dwelling_id}
    assert waiting.recused_dwellings(CLERK) == set()


def test_an_area_is_judged_house_by_house(program):
    with writing():
        places = [services.ensure_dwelling(address=f"架空市三番町{n}番地") for n in (1, 2)]
        services.ensure_dwelling(address="架空市四番町1番地")
    db.session.rollback()

    found = queries.list_dwellings_in("三番町")
    assert {one.id for one in found} == {one.id for one in places}
    assert queries.list_dwellings_in("") == []

    survey = services.Survey(
        method=JudgementMethod.AREA, judged_on=date(2026, 7, 25), judged_by="本部", grade=TOTAL
    )
    with writing():
        ids = [one.id for one in places]
        with pytest.raises(services.DamageError):
            services.record_area(dwelling_ids=ids, survey=survey, reason=" ", by=SURVEYOR)
        with pytest.raises(services.DamageError):
            services.record_area(dwelling_ids=[], survey=survey, reason="四隅の調査", by=SURVEYOR)
        made = services.record_area(
            dwelling_ids=ids, survey=survey, reason="四隅の調査", by=SURVEYOR
        )
    assert [(one.dwelling_id, one.grade) for one in made] == [(each, TOTAL) for each in ids]


def test_the_calculation_stays_beside_the_judgement(program):
    with writing():
        dwelling = services.ensure_dwelling(address="架空市一番町1")
        survey = services.Survey(
            method=JudgementMethod.SECOND_SURVEY,
            judged_on=date(2026, 7, 25),
            judged_by="調査1班",
            grade=HALF,
        )
        calculated = services.Calculated(PARTIAL, "9.625", CalculationMethod.FORMULA, "令和7年7月")
        services.record_judgement(
            dwelling_id=dwelling.id, survey=survey, calculated=calculated, by=SURVEYOR
        )
    db.session.rollback()

    (one,) = waiting.list_waiting(JUDGE)
    assert one.outliers == (Outlier.CALCULATION, Outlier.NO_PHOTO)
    assert (one.judgement.calculated_percent, one.judgement.edition) == ("9.625", "令和7年7月")


def test_the_papers_say_what_they_should(program, tmp_path):
    with writing():
        judgement = judge("架空市一番町1", approved=True)
        judge("架空市一番町2", method=JudgementMethod.PHOTO)
    db.session.rollback()
    place = queries.get_dwelling(judgement.dwelling_id)

    assert documents.approvals_pdf(waiting.list_waiting(JUDGE)).startswith(b"%PDF")
    csv = documents.approvals_csv(waiting.list_waiting(JUDGE)).decode("utf-8-sig")
    assert csv.startswith('"住家","回","判定"')
    assert len(csv.splitlines()) == 1 + len(waiting.list_waiting(JUDGE))
    with writing():
        judge("架空市一番町1", PARTIAL, approved=True)
    db.session.rollback()
    current, rounds = queries.judgement_in_force(place.id), queries.list_judgements(place.id)
    told = pdf_text(documents.explanation_pdf(place, current, rounds), tmp_path)
    assert "第1回半壊" in told
    assert "第2回準半壊に至らない(一部損壊)" in told
    assert "重いほうを採る設定なので、第1回の判定です" in told


# --- on screen ----------------------------------------------------------------------------


def boxes(page):
    return re.findall(r'name="chosen"\s+value="([0-9a-f-]{36})"', page.text)


@pytest.fixture
def waiting_two(app):
    with writing_in(app):
        make_people("試験 一郎")
        judgements = [judge("架空市一番町1"), judge("架空市一番町2")]
        return [(one.id, one.dwelling_id) for one in judgements]


def test_a_judge_approves_what_is_ticked(app, desk_of, waiting_two):
    desk = desk_of("judge")
    page = desk.get("/damage/approvals")
    assert set(boxes(page)) == {str(each) for each, _ in waiting_two}

    first = boxes(page)[0]
    answer = desk.submit(page, "/damage/approvals", chosen=[first], follow=True)

    assert "1件を承認しました" in answer.text
    with inside(app):
        assert queries.get_judgement(UUID(first)).approved_at is not None
    assert len(boxes(desk.get("/damage/approvals"))) == 1


def test_a_judge_takes_note_of_unconfirmed_values(app, desk_of, waiting_two):
    with writing_in(app):
        for judgement, _ in waiting_two:
            queries.get_judgement(judgement).unconfirmed = ["部位別構成比(床)"]
    (first, _), (second, place) = waiting_two
    desk = desk_of("judge")

    page = desk.get("/damage/approvals")
    answer = desk.submit(page, "/damage/approvals", chosen=[str(first)], follow=True)
    assert "1件は承認していません。未確認の値を使う計算が添えてあります" in answer.text
    answer = desk.submit(page, "/damage/approvals", chosen=[str(first)], noted="y", follow=True)
    assert "1件を承認しました" in answer.text

    page = desk.get(f"/damage/dwellings/{place}")
    answer = desk.submit(page, f"/damage/judgements/{second}/approve?from=dwelling", follow=True)
    assert "承知の印" in answer.text
    desk.submit(page, f"/damage/judgements/{second}/approve?from=dwelling", noted="y")
    with inside(app):
        assert queries.get_judgement(second).approved_at is not None


def test_everything_that_does_not_stand_out_is_ticked_at_once(app, desk_of, waiting_two):
    with writing_in(app):
        odd = judge("架空市一番町3", method=JudgementMethod.PHOTO).id
    desk = desk_of("judge")

    page = desk.get("/damage/approvals")
    with writing_in(app):
        unseen = judge("架空市一番町4").id
    answer = desk.submit(page, "/damage/approvals", plain="y", follow=True)

    assert "2件を承認しました" in answer.text
    assert boxes(desk.get("/damage/approvals")) == [str(odd), str(unseen)]
    late = desk.submit(page, "/damage/approvals", chosen=boxes(page), follow=True)
    assert "1件を承認しました" in late.text
    assert "2件は、ほかの人が先に決めていました" in late.text
    with writing_in(app):
        judge("架空市一番町5", method=JudgementMethod.PHOTO)
    page = desk.get("/damage/approvals")
    done = desk.submit(page, "/damage/approvals", photoless="y", follow=True)
    assert "1件を承認しました" in done.text
    assert boxes(done) == [str(unseen)]


def test_two_judgements_of_one_house_that_wait_stand_out_before_all_others(program):
    with writing():
        judge("架空市一番町1", method=JudgementMethod.PHOTO)
        twice = [judge("架空市一番町2").id, judge("架空市一番町2", TOTAL).id]
    db.session.rollback()

    listed = waiting.list_waiting(JUDGE)

    assert [one.judgement.id for one in listed[:2]] == twice
    assert listed[0].outliers == (Outlier.SEVERAL,)


def test_nothing_ticked_is_told(desk_of, waiting_two):
    desk = desk_of("judge")

    answer = desk.submit(desk.get("/damage/approvals"), "/damage/approvals")

    assert answer.status == 422
    assert "印を付けてください" in answer.text


def test_the_own_house_has_no_box(app, desk_of, waiting_two):
    desk, (_, dwelling_id) = desk_of("judge"), waiting_two[0]
    path = f"/damage/dwellings/{dwelling_id}"

    answer = desk.submit(desk.get(path), f"{path}/recuse", follow=True)

    assert "届け出ました" in answer.text
    assert len(boxes(desk.get("/damage/approvals"))) == 1
    with inside(app):
        assert waiting.recused_dwellings(staff_of("judge").id) == {dwelling_id}


def test_a_second_round_needs_a_reason(desk_of, waiting_two):
    _, dwelling_id = waiting_two[0]
    desk, path = desk_of("surveyor"), f"/damage/dwellings/{dwelling_id}"
    values = {
        "outcome": NoGrade.NO_DAMAGE.value,
        "method": "resurvey",
        "judged_on": "令和8年7月20日",
        "judged_by": "調査2班",
        "inundation": "none",
    }

    answer = desk.submit(desk.get(path), f"{path}/judgements", **values)
    assert answer.status == 422
    assert "理由を入れてください" in answer.text

    answer = desk.submit(answer, f"{path}/judgements", reason="申請者の求め", follow=True)
    assert "理由 申請者の求め" in answer.text


def test_a_calculation_is_carried_into_the_judgement(app, desk_of, waiting_two, tmp_path):
    _, dwelling_id = waiting_two[0]
    desk, path = desk_of("surveyor"), f"/damage/dwellings/{dwelling_id}"
    sheet = f"{path}/calculation/flood_wooden_second"
    typed = {"edition": "令和8年6月", "shares-4-fifth": "100", "shares-6-fifth": "75"}
    shown = desk.submit(desk.get(sheet), sheet, **typed, acknowledged="y")

    page = desk.submit(shown, f"{path}/calculated")
    assert "計算を添えます: 半壊 21.25 %" in page.visible
    assert dict(page.form(f"{path}/judgements").values())["method"] == "second_survey"
    values = {"method": "second_survey", "judged_by": "調査2班", "reason": "申請者の求め"}
    values["inundation"] = "above_floor"
    told = desk.submit(page, f"{path}/judgements", **values, acknowledged="")
    assert "未確認の値を使う計算です" in told.visible
    answer = desk.submit(page, f"{path}/judgements", **values, follow=True)

    assert "計算 半壊 21.25 % (算定式、令和8年6月版)" in answer.visible
    assert "未確認の値" in answer.visible
    paper = next(link for link in answer.links if link and link.endswith("/workings.pdf"))
    text = pdf_text(desk.get(paper).body, tmp_path)
    assert "部位内壁:Ⅴ100%" in text
    assert "未確認の値" in text
    assert "未確認5件" in desk_of("judge").get("/damage/approvals").visible
    with inside(app):
        judgement = queries.list_judgements(dwelling_id)[-1]
        assert judgement.calculated_case["inputs"]["parts"]["内壁"] == [
            {"degree": "Ⅴ", "share_percent": 100}
        ]
        assert any("表「部位別構成比」" in words for words in judgement.calculated_reasons)


def test_an_area_is_found_and_judged_on_screen(desk_of, waiting_two):
    desk = desk_of("surveyor")
    page = desk.submit(desk.get("/damage/area"), "/damage/area/find", street="一番町")
    found = re.findall(r'name="dwellings"\s+value="([0-9a-f-]{36})"', page.text)
    assert len(found) == 2

    values = {"outcome": "total", "judged_on": "令和8年7月20日", "judged_by": "本部"}
    values["inundation"] = "above_floor"
    answer = desk.submit(page, "/damage/area", **values)
    assert answer.status == 422
    assert "印を付けてください" in answer.text
    assert "理由を入れてください" in answer.text
    told = desk.submit(answer, "/damage/area", reason="四隅の調査", every="y")
    assert "判定のない住家はありません" in told.text
    more = {"dwellings": found, "reason": "四隅の調査"}
    answer = desk.submit(answer, "/damage/area", **more, follow=True)
    assert "2棟の判定を記録しました" in answer.text


def test_thousands_that_wait_are_decided_page_by_page(app, desk_of, waiting_two, monkeypatch):
    monkeypatch.setattr(approvals, "ROWS", 2)
    with writing_in(app):
        odd = [judge(f"架空市一番町{at}", method=JudgementMethod.PHOTO).id for at in (3, 4)]
    desk = desk_of("judge")

    first = desk.get("/damage/approvals")
    assert set(boxes(first)) == {str(each) for each in odd}
    assert "目立つところのない 2 件は 2 ページ目から" in first.text
    none = desk.submit(first, "/damage/approvals", plain="y", follow=True)
    assert "印に当たる判定はありません" in none.text
    second = desk.get("/damage/approvals?page=2")
    done = desk.submit(second, "/damage/approvals?page=2", plain="y", follow=True)
    assert "2件を承認しました" in done.text
    assert set(boxes(done)) == {str(each) for each in odd}


def test_what_waits_is_shown_page_by_page_and_counted(app, desk_of, waiting_two, monkeypatch):
    monkeypatch.setattr(desk_views, "SHOWN", 1)
    (first, _), (second, _) = waiting_two
    desk = desk_of("judge")

    page = desk.get("/damage/?page=2")

    assert "全部で 2 件" in page.text
    assert str(second) in page.text
    assert str(first) not in page.text
    answer = desk.submit(page, f"/damage/judgements/{second}/approve?page=2", follow=True)
    assert "承認しました" in answer.text
    assert str(first) in answer.text
