"""One case on one screen: the dwelling among its neighbours, nobody of them named."""

import io

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
from victim_support.counter.rules.plan import degrees_around, draw_plan
from victim_support.damage.queries import get_application, get_dwelling
from victim_support.houses.services import import_dwellings
from victim_support.victims import services as victims
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
        application = make_application(household, people)
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
    for words in ("鈴木", "隣家", "隣町"):
        assert words not in page.text
    sample = desk.get(f"/certificates/applications/{case}/risai").text
    assert "大家" not in sample

    wrong = desk.submit(page, f"/counter/cases/{case}", identity_kind="questions")
    assert "何を聞いて確かめたか" in wrong.visible
    checked = {"identity_kind": "questions", "identity_detail": "家族の名前"}
    checked |= {"agrees_registers": "y", "agrees_sharing": "y", "staying_at": "鼎公民館"}
    done = desk.submit(wrong, f"/counter/cases/{case}", follow=True, **checked)
    assert "がまだです" not in done.visible
    assert "鼎公民館" in done.visible
    with inside(app):
        assert get_application(case).identity_by is not None
    with writing_in(app):
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    assert desk.get(f"/counter/cases/{case}").status == 404
