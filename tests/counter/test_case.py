"""One case on one screen: the dwelling among its neighbours, nobody of them named."""

import io
import re

import pytest

from tests.damage.support import (
    ADDRESS,
    inside,
    make_application,
    make_judgement,
    make_people,
    name_issuer,
    writing_in,
)
from tests.evacuees.support import settle_town
from victim_support.core.clock import today
from victim_support.counter.rules.plan import HEIGHT, degrees_around, draw_plan
from victim_support.damage.queries import (
    get_application,
    get_dwelling,
    get_judgement,
    list_applications,
    list_members,
)
from victim_support.damage.rules import DamageGrade
from victim_support.damage.services import Details
from victim_support.houses.services import import_dwellings
from victim_support.survey.queries import get_cases, list_requests
from victim_support.survey.rules import VisitResult
from victim_support.survey.services import Sheet, record_outcome
from victim_support.victims import services as victims
from victim_support.victims.queries import list_people
from victim_support.victims.rules import Protection

MIDDLE = (35.5, 137.8)
LEDGER = f"""物件番号,所在地,所有者,緯度,経度
H1,{ADDRESS},大家 太郎,35.5,137.8
H2,隣町9番9号,隣家 次郎,35.5002,137.8002
"""


def test_neighbours_stand_where_they_are_and_the_dwelling_in_the_middle():
    plan = draw_plan(MIDDLE, [MIDDLE, (35.5002, 137.8), (35.5002, 137.8), (36.5, 137.8)])

    [mark] = plan.neighbours
    assert (mark.x, mark.y < plan.height / 2) == (plan.width / 2, True)
    assert plan.bar_metres == 50
    assert plan.tiles == []


@pytest.mark.parametrize(("zooms", "zoom"), [(range(10, 17), 16), (range(18, 20), 18)])
def test_tiles_cover_the_drawing(zooms, zoom):
    tiles = draw_plan(MIDDLE, [], tile_zooms=zooms).tiles

    assert {tile.zoom for tile in tiles} == {zoom}
    assert min(tile.x for tile in tiles) <= 0
    assert max(tile.x + tile.size for tile in tiles) >= 480
    assert draw_plan(MIDDLE, [], tile_zooms=range(19, 20)).tiles == []


def test_the_drawing_reaches_some_hundred_metres():
    north, east = degrees_around(MIDDLE)

    assert 0.0005 < north < 0.002
    assert 0.0005 < east < 0.003


def test_the_counter_sees_one_household_on_one_screen(desk_of, app):
    with writing_in(app):
        name_issuer()
        household, people = make_people("佐藤 一郎", "佐藤 花子")
        application = make_application(household, people, details=Details())
        make_judgement(application)
        other = make_application(*make_people("鈴木 実"))
        assert other.dwelling_id == application.dwelling_id
        case, head = application.id, people[0].id
    with inside(app):
        stream = io.BytesIO(LEDGER.encode())
        import_dwellings(stream, file_name="家屋.csv", imported_by="試験")
    with writing_in(app):
        dwelling = get_dwelling(get_application(case).dwelling_id)
        dwelling.latitude, dwelling.longitude = MIDDLE
    desk = desk_of("counter")
    assert f'data-case="/counter/cases/{case}"' in desk.get("/certificates/").text

    page = desk.get(f"/counter/cases/{case}")
    for words in ("佐藤 花子", "大家 太郎", "半壊", "本人確認がまだです", "まわりの家屋1棟"):
        assert words in page.visible
    words_at = [int(y) for y in re.findall(r'class="plan-words"[^>]* y="(\d+)"', page.text)]
    assert [y > HEIGHT for y in words_at] == [True, True]  # under the drawing, where no house is
    for words in ("鈴木", "隣家", "隣町"):
        assert words not in page.text
    sample = desk.get(f"/certificates/applications/{case}/risai").text
    assert "大家" not in sample

    other = desk_of("hq")
    seen = other.get(f"/counter/cases/{case}")
    wrong = desk.submit(page, f"/counter/cases/{case}", identity_kind="questions")
    assert "何を聞いて確かめたか" in wrong.visible
    checked = {"identity_kind": "questions", "identity_detail": "家族の名前"}
    checked |= {"agrees_registers": "y", "agrees_sharing": "y", "staying_at": "鼎公民館"}
    done = desk.submit(wrong, f"/counter/cases/{case}", follow=True, **checked)
    assert "がまだです" not in done.visible
    assert "鼎公民館" in done.visible
    with inside(app):
        assert get_application(case).identity_by is not None
    late = other.submit(seen, f"/counter/cases/{case}", staying_at="上郷小学校")
    assert (late.status, "ほかの人が直しました" in late.visible) == (409, True)
    assert "鼎公民館" in late.visible
    with writing_in(app):
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    assert desk.get(f"/counter/cases/{case}").status == 404


NEW, RECEIVE = "/damage/applications/unknown", "/damage/applications"


def names_of(app):
    """Return who is listed on the one application there is, in the order of the paper."""
    with inside(app):
        [application] = list_applications()
        people = {
            one.id: one for one in list_people([r.person_id for r in list_members(application)])
        }
        rows = list_members(application)
        return application.id, [(people[row.person_id].name, row.relation) for row in rows]


def test_a_household_that_no_register_has_applies_and_is_put_right_later(desk_of, app):
    desk = desk_of("counter")
    page = desk.get(NEW)
    asked = desk.submit(page, NEW, name="𠮷田 邉\U000e0110太郎", birth="昭和三")
    assert asked.status == 422
    assert "証明書に書く住所を入れてください" in asked.visible
    given = {"birth": "S50.4.1", "address": "東京都どこか区1-1"}
    form = desk.submit(asked, NEW, follow=True, kana="よしだ へんたろう", **given)
    assert desk.submit(asked, NEW, **given).location == form.path

    assert dict(form.form(RECEIVE).fields)["address"] == ""
    typed = {"address": ADDRESS, "residence_proof": "lease"}
    typed["others"] = "鈴木 﨑子、すずき さきこ、同居人\n王"
    refused = desk.submit(form, RECEIVE, **typed)
    assert "世帯の一覧と違うときは、理由を入れてください" in refused.visible
    desk.submit(refused, RECEIVE, members_reason="住民票を移していない")
    case, names = names_of(app)
    assert names == [
        ("𠮷田 邉\U000e0110太郎", "世帯主"),
        ("鈴木 﨑子", "同居人"),
        ("王", None),
    ]

    path = f"/counter/cases/{case}"
    page = desk.get(path)
    ticked = [value for name, value in page.form(f"{path}/members").fields if name == "members"]
    assert len(ticked) == 3
    more = "鈴木 新、すずき あらた、子"
    asked = desk.submit(page, f"{path}/members", members=ticked[:2], others=more)
    assert "直す理由を入れてください" in asked.visible
    done = desk.submit(asked, f"{path}/members", follow=True, members_reason="別の棟と確かめた")
    assert "直しました" in done.visible
    assert names_of(app)[1][1:] == [("鈴木 﨑子", "同居人"), ("鈴木 新", "子")]
    assert "王" not in desk.get(f"/certificates/applications/{case}/risai").visible


def test_whom_the_register_has_after_all_applies_from_there_with_the_household(desk_of, app):
    settle_town(app)
    desk = desk_of("counter")
    typed = {"name": "佐藤一郎", "kana": "さとういちろう", "birth": "S29.4.1", "address": "名取市"}

    page = desk.submit(desk.get(NEW), NEW, **typed)

    assert "住民データに同じ方がいます" in page.visible
    assert page.visible.count("佐藤 花子") > 1  # among those who lived there, and who may apply


def test_what_an_application_says_is_put_right_and_its_certificate_replaced(desk_of, app):
    with writing_in(app):
        name_issuer()
        household, people = make_people("佐藤 一郎", "佐藤 花子")
        application = make_application(household, people)
        make_judgement(application)
        case, head = application.id, people[1].id
    desk = desk_of("counter")
    sample, path = f"/certificates/applications/{case}/risai", f"/counter/cases/{case}"
    first = desk.submit(desk.get(sample), f"{sample}/issue").location
    assert "書く内容が変わっています" not in desk.get(sample).visible

    page = desk.get(path)
    typed = {"cause": "令和8年7月16日の豪雨による", "head": str(head)}
    asked = desk.submit(page, f"{path}/content", **typed)
    assert asked.status == 422
    assert "直す理由を入れてください" in asked.visible
    assert "佐藤 一郎 さんの続柄を、新しい世帯主から見た続柄に直してください" in asked.visible
    assert "令和8年7月16日の豪雨による" in asked.text
    relation = {f"relation-{people[0].id}": "父", "content_reason": "聞きまちがい"}
    done = desk.submit(asked, f"{path}/content", follow=True, **relation)
    assert "見本から差し替えられます" in done.visible
    with inside(app):
        again = get_application(case)
        assert (again.cause, again.head_person_id) == (typed["cause"], head)

    page = desk.get(sample)
    for words in ("世帯主の氏名", "令和8年7月15日の豪雨による", typed["cause"], "父 佐藤 一郎"):
        assert words in page.visible
    before = desk.get(first).visible
    made = desk.submit(page, f"{sample}/correct", reason="聞きまちがい", follow=True)
    assert "渡した" in made.visible
    assert made.visible != before
    page = desk.get(sample)
    assert "書く内容が変わっています" not in page.visible
    assert "渡すまでは、前の証明書が有効です" in page.visible


def test_a_household_that_does_not_agree_asks_for_one_more_survey(desk_of, app):
    with writing_in(app):
        name_issuer()
        application = make_application(*make_people("佐藤 一郎"))
        case, dwelling = application.id, application.dwelling_id
    desk, path = desk_of("counter"), f"/counter/cases/{case}"
    assert "再調査の申出" not in desk.get(path).visible
    with writing_in(app):
        make_judgement(get_application(case))
    page = desk.get(path)
    assert "重いほうの判定を採ります" in page.visible
    asked = desk.submit(page, f"{path}/resurvey", resurvey_reason="内壁の被害が入っていない")
    assert asked.status == 422
    assert "伝えてから、印を付けてください" in asked.visible
    done = desk.submit(asked, f"{path}/resurvey", follow=True, is_told="y")
    assert "調査の予定に入っています" in done.visible
    assert "内壁の被害が入っていない" in done.visible
    told = {"resurvey_reason": "もう一度", "is_told": "y"}
    again = desk.submit(desk.get(path), f"{path}/resurvey", follow=True, **told)
    assert "もう受けています" in again.visible
    with inside(app):
        [one] = list_requests(case)
        assert (one.dwelling_id, one.method) == (dwelling, "second_survey")
        assert [found.visit.id for found in get_cases([dwelling]) if found.visit] == [one.id]
    with writing_in(app):
        found = Sheet(VisitResult.DONE, today(), "1班", DamageGrade.PARTIAL)
        outcome = record_outcome(list_requests(case)[0], found, by=None)
        assert outcome.judgement_id is not None
        assert get_judgement(outcome.judgement_id).reason == "申出による第2次調査"
    assert "うち再調査" in desk_of("hq").get("/reports/certificates").visible


def test_another_household_of_the_dwelling_is_said_but_never_a_protected_one(desk_of, app):
    with writing_in(app):
        one = make_application(*make_people("佐藤 一郎")).id
        make_application(*make_people("影山 静香", protected=["影山 静香"]))
    page, desk = f"/counter/cases/{one}", desk_of("counter")

    assert "この住家で申請しています" not in desk.get(page).visible
    with writing_in(app):
        make_application(*make_people("鈴木 花"))
    assert "ほかに1世帯が、この住家で申請しています" in desk.get(page).visible
