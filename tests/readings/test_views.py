"""Who looked at whom: for the head of the shelter, the headquarters and the system office."""

import pytest

from tests.evacuees.support import came, inside, open_household, register, settle_town, stand_at
from tests.prepared import staff_of


@pytest.fixture
def person_id(app, desk_of):
    """Receive somebody at the desk of a helper."""
    desk = stand_at(desk_of("reception"), settle_town(app)[0])
    page = open_household(desk, "satou")
    chosen = came(page, 0)[0]
    register(desk, page, came=[chosen])
    desk.get(f"/persons/{chosen}")
    return chosen


def test_who_looked_without_any_task_is_seen_by_day_by_person_and_in_a_file(
    app, desk_of, person_id
):
    counter, manager = desk_of("counter"), desk_of("shelter_manager")
    counter.get(f"/persons/{person_id}")

    page = manager.get("/reads")
    with inside(app):
        by = staff_of("counter").id
    one = manager.get(f"/reads?by={by}")
    sheet = manager.get(f"/persons/{person_id}/reads")
    before = manager.get("/reads?first=2020/1/1&last=2020/1/2")
    wrong = manager.get("/reads?first=きのうのきのう")

    assert "開いた方" in page.visible
    assert "佐藤" not in page.visible
    assert "記録(開いた)" in one.visible
    assert "佐藤" in sheet.visible
    assert sheet.visible.count("記録(開いた)") == 2
    assert "この日の記録はありません" in before.visible
    assert wrong.status == 200
    assert "読" in wrong.visible
    assert manager.get(f"/persons/{person_id}").visible.count("見た職員") == 1


def test_the_system_office_sees_its_staff_and_nobody_they_read(desk_of, person_id):
    admin = desk_of("admin")

    rows = admin.get("/reads.csv").body.decode("utf-8-sig").splitlines()

    assert rows[0] == '"日時","職員","役割","端末","したこと","人数・件数"'
    assert any('"記録(開いた)","1"' in row for row in rows)
    assert not any("佐藤" in row or person_id in row for row in rows)
    assert "佐藤" not in admin.get("/reads").visible
    assert admin.get(f"/persons/{person_id}/reads").status == 403


@pytest.mark.parametrize("role", ["reception", "shelter_staff", "counter", "surveyor", "judge"])
def test_others_do_not_look_over_shoulders(desk_of, role):
    assert desk_of(role).get("/reads").status == 403
