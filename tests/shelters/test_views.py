"""Pages of shelters, as a person at the desk sees them."""

import io

import pytest

from tests.prepared import SCOPES
from tests.shelters.files import GSI, standard
from victim_support.core.db import db, transaction
from victim_support.core.scopes import using_scopes
from victim_support.shelters import queries
from victim_support.shelters.rules import OperationStatus
from victim_support.shelters.services import add_shelter, change_shelter, open_shelter
from victim_support.shelters.services.master import ShelterDetails

ROW = "1,E0420700003201,名取の小学校,宮城県名取市東1,1,,,,,,,,,38.17,140.89,"


@pytest.fixture
def shelter(app):
    with app.app_context(), using_scopes(SCOPES):
        with transaction():
            shelter = add_shelter(name="みなと公民館", address="港1-1")
        db.session.remove()
        return shelter.id


@pytest.fixture
def inside(app):
    """Return a function that looks into the ledger."""

    def look(question):
        with app.app_context(), using_scopes(SCOPES):
            answer = question()
            db.session.remove()
            return answer

    return look


def upload(desk, text, **fields):
    page = desk.get("/shelters/import")
    values = dict(page.form().fields) | fields
    values["file"] = (io.BytesIO(text.encode()), "一覧.csv")
    return desk.post("/shelters/import", values, csrf=False)


def test_shelter_is_added_and_open_with_name_and_place_only(desk_of, inside):
    desk = desk_of("shelter_staff")

    page = desk.submit(
        desk.get("/shelters/new"), follow=True, name="寄合い処みそぎ", address="馬出町"
    )

    assert "寄合い処みそぎ" in page.title
    assert "開設" in page.visible
    (state,) = inside(queries.list_states)
    assert state.is_open
    assert state.shelter.municipality == "042072"


def test_form_sent_twice_adds_one_shelter(desk_of, inside):
    desk = desk_of("shelter_staff")
    form = desk.get("/shelters/new")

    first = desk.submit(form, name="みそぎ", opens="y")
    second = desk.submit(form, name="みそぎ", opens="y")

    assert first.location == second.location
    assert len(inside(queries.list_shelters)) == 1


def test_name_is_needed(desk_of):
    desk = desk_of("hq")

    page = desk.submit(desk.get("/shelters/new"), name="  ", address="港")

    assert page.status == 422
    assert "入力してください" in page.visible


def test_shelter_opens_and_closes_by_one_button(desk_of, inside, shelter):
    desk = desk_of("shelter_staff")
    action = f"/shelters/{shelter}/status"

    opened = desk.submit(desk.get(f"/shelters/{shelter}"), action, follow=True)

    assert "「みなと公民館」を「開設」にしました。" in opened.visible
    desk.submit(opened, action, follow=True)
    assert inside(lambda: queries.find_operation(shelter).status) is OperationStatus.CLOSED


def test_closing_before_opening_is_explained(desk_of, shelter):
    desk = desk_of("hq")
    action = f"/shelters/{shelter}/status"
    desk.post(action, {"status": "open", "day": "2026/7/15", "time": "10:00"})

    page = desk.post(action, {"status": "closed", "day": "2026/7/14"}, follow=True)

    assert "閉鎖の日時が、開設の日時より前です。" in page.visible


def test_list_shows_open_shelters_first_and_finds_by_folded_name(desk_of, inside, app):
    def fill():
        with transaction():
            for name in ("髙崎小学校", "浜辺体育館"):
                add_shelter(name=name, address="宮城県名取市浜１丁目２番地")
            open_shelter(add_shelter(name="みなと"))

    inside(fill)
    desk = desk_of("reception")

    assert "みなと" in desk.get("/shelters/").visible
    assert "髙崎小学校" not in desk.get("/shelters/").visible
    assert "髙崎小学校" in desk.get("/shelters/?which=town&text=高崎").visible
    assert "浜辺体育館" in desk.get("/shelters/?which=all&text=名取市浜1-2").visible
    assert desk.get("/shelters/?which=nothing&page=99").status == 200


def test_who_may_not_operate_sees_no_buttons_and_is_refused(desk_of, shelter):
    desk = desk_of("counter")

    page = desk.get(f"/shelters/{shelter}")

    assert "開設する" not in page.visible
    assert desk.post(f"/shelters/{shelter}/status", {"status": "open"}).status == 403
    assert desk.get(f"/shelters/{shelter}/edit").status == 403
    assert desk.get("/shelters/import").status == 403


def test_master_data_are_corrected(desk_of, inside, shelter):
    desk = desk_of("shelter_manager")

    desk.submit(
        desk.get(f"/shelters/{shelter}/edit"),
        f"/shelters/{shelter}/edit",
        follow=True,
        kind="designated",
        position="140.89, 38.17",
        capacity_indoor="120",
        hazards=["flood", "tsunami"],
    )

    (corrected,) = inside(queries.list_shelters)
    assert (corrected.latitude, corrected.longitude) == (38.17, 140.89)
    assert (corrected.capacity, corrected.hazards) == (120, ["flood", "tsunami"])


def test_what_somebody_else_changed_meanwhile_is_shown_first(desk_of, inside, shelter):
    desk = desk_of("shelter_manager")
    action = f"/shelters/{shelter}/edit"
    form = desk.get(action)

    def change_by_another():
        with transaction():
            details = ShelterDetails(name="港公民館", address="港1-1")
            change_shelter(queries.get_shelter(shelter), details=details)

    inside(change_by_another)

    page = desk.submit(form, action, phone="022-000-0000")

    assert page.status == 409
    assert "ほかの人が直しました" in page.visible
    assert "港公民館" in page.visible
    again = desk.submit(page, action, name="港公民館", phone="022-000-0000")
    assert again.status == 302


def test_withdrawn_shelter_leaves_the_list(desk_of, shelter):
    desk = desk_of("shelter_manager")

    page = desk.post(f"/shelters/{shelter}/withdraw", follow=True)

    assert "取り下げました" in page.visible
    assert desk.get(f"/shelters/{shelter}").status == 404


def test_file_is_looked_at_before_it_is_imported(desk_of, inside):
    desk = desk_of("hq")

    preview = desk.get(upload(desk, f"{GSI}\n{ROW}\n{ROW.replace('名取の小学校', '')}\n").location)

    assert "読んだ行 2 新しい 1" in preview.visible
    assert "名称がない" in preview.visible
    assert inside(queries.list_shelters) == []
    done = desk.submit(preview, preview.path, follow=True)
    assert "取り込みの結果" in done.title
    assert [one.name for one in inside(queries.list_shelters)] == ["名取の小学校"]


def test_of_a_list_of_the_country_the_own_prefecture_goes_in_unless_somebody_says_more(
    desk_of, inside
):
    rows = (
        "1,E0420700001201,本町小学校,宮城県名取市本町1,1,,,,,,,,,38.17,140.88,",
        "2,E0410000002201,青葉公園,宮城県仙台市青葉区1,1,,,,,,,,,38.26,140.87,",
        "3,E1720900003201,宇ノ気小学校,石川県かほく市1,1,,,,,,,,,36.72,136.70,",
    )
    desk = desk_of("hq")

    preview = desk.get(upload(desk, "\n".join((GSI, *rows))).location)
    own = desk.get(f"{preview.path}?extent=own")
    done = desk.submit(own, preview.path, follow=True)

    assert "すべて 3件 この都道府県だけ 2件 この市区町村だけ 1件" in preview.visible
    assert "新しい 2" in preview.visible
    assert "範囲の外 1" in preview.visible
    assert "新しい 1" in done.visible
    assert [one.name for one in inside(queries.list_shelters)] == ["本町小学校"]


def test_import_pressed_twice_is_one_import(desk_of, inside):
    desk = desk_of("hq")
    preview = desk.get(upload(desk, standard(ID="CC1")).location)

    desk.submit(preview, preview.path)
    again = desk.submit(preview, preview.path, follow=True)

    assert "読んだ行 1 新しい 1" in again.visible
    assert len(inside(queries.list_shelters)) == 1


def test_uploaded_list_is_seen_by_nobody_else(desk_of):
    location = upload(desk_of("hq"), standard()).location

    assert desk_of("admin").get(location).status == 404


def test_time_of_head_counts_can_be_said_at_the_upload(desk_of, inside):
    desk = desk_of("hq")
    text = "ID,名称,人数\nNEW001,みそぎ,40\n"

    preview = desk.get(upload(desk, text, as_of="2026/7/15 18:00").location)
    desk.submit(preview, preview.path)

    (count,) = inside(queries.latest_head_counts).values()
    assert (count.count, f"{count.occurred_at:%Y-%m-%d %H:%M}") == (40, "2026-07-15 09:00")


@pytest.mark.parametrize("text", ["品目,数量\n毛布,100\n", "", "\x00\x01\x02"])
def test_file_of_something_else_is_explained(desk_of, text):
    desk = desk_of("hq")

    page = desk.get(upload(desk, text).location, follow=True)

    assert page.path == "/shelters/import"
    assert "一覧.csv:" in page.visible


def test_click_on_the_map_leads_to_the_shelter_or_to_all_at_that_point(desk_of):
    desk = desk_of("hq")
    second = ROW.replace("3201", "3111").replace("1,E", "2,E")
    preview = desk.get(upload(desk, f"{GSI}\n{ROW}\n").location)
    desk.submit(preview, preview.path)

    assert "/shelters/" in desk.get("/shelters/at/38.17000/140.89000").location
    preview = desk.get(upload(desk, f"{GSI}\n{second}\n").location)
    desk.submit(preview, preview.path)
    assert "同じ場所の避難所" in desk.get("/shelters/at/38.17000/140.89000").title
    assert desk.get("/shelters/at/1.00000/x").status == 404
