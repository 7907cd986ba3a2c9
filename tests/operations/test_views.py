"""Running a shelter as its desk does it: areas, helpers, animals, papers, the ambulance."""

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
from tests.operations.support import person_page, row_path
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import LeavingReason, StayKind
from victim_support.evacuees.services import protect_person
from victim_support.operations import queries
from victim_support.operations.models import AmbulanceTransfer, AreaPlacement
from victim_support.victims.rules import Protection

PAGES = (
    "areas",
    "crews",
    "animals",
    "vehicles",
    "parcels",
    "nights",
    "wishes",
    "diary",
    "transfers",
    "people",
)


@pytest.mark.parametrize("name", PAGES)
def test_every_register_opens_empty(desk, name):
    assert desk.get(f"/operations/{name}").status == 200


@pytest.mark.db
def test_the_first_page_counts_what_is_there(desk, manager, family):
    send(manager, "areas", name="体育館", capacity=10)
    send(desk, "crews", people=3, label="架空市")
    send(desk, "animals", owner="試験 太郎", heads=2)
    send(desk, "animals", owner="試験 花子", kind="assistance_dog")
    send(desk, "wishes", words="毛布がほしい")

    seen = desk.get("/operations/").visible

    for words in ("10人分", "3人（食事 3）", "ペット 2頭", "補助犬 1頭", "待っているもの 1件"):
        assert words in seen


def send(desk, register_name, **values):
    path = f"/operations/{register_name}"
    return desk.submit(desk.get(path), path, follow=True, **values)


@pytest.mark.db
def test_a_family_is_placed_together_and_the_free_places_follow(desk, manager, family):
    send(manager, "areas", name="体育館の東", capacity=6)
    page = person_page(desk, "satou ichirou")
    area = page.text.split('<option value="')[2][:36]

    placed = desk.submit(page, "/operations/person/place", follow=True, area=area, spot="A-3")

    assert "体育館の東 一般 4 6 2" in placed.visible
    assert "A-3 佐藤 一郎" in placed.visible


def test_one_of_a_family_elsewhere_and_too_many_are_said_and_not_refused(
    desk, manager, family, app
):
    send(manager, "areas", name="A", capacity=2)
    send(manager, "areas", name="B", capacity=5)
    page = person_page(desk, "satou ichirou")
    first, second = (part[:36] for part in page.text.split('<option value="')[2:4])
    desk.submit(page, "/operations/person/place", area=first)

    alone = person_page(desk, "satou kiyo")
    seen = desk.submit(alone, "/operations/person/place", follow=True, area=second, together=None)

    assert "いっしょに来た方と別の区画です" in seen.visible
    assert "入れる人数を1人超えています" in seen.visible
    with inside(app):
        assert db.session.query(AreaPlacement).count() == 5


def test_areas_are_the_managers_business(desk):
    assert "区画を加える" not in desk.get("/operations/areas").visible
    assert desk.post("/operations/areas", {"name": "甲"}).status == 403


def test_a_closed_area_leaves_its_people_without_a_place(desk, manager, family):
    send(manager, "areas", name="甲", capacity=9)
    page = person_page(desk, "satou ichirou")
    desk.submit(page, "/operations/person/place", area=page.text.split('<option value="')[2][:36])
    areas = manager.get("/operations/areas")
    area = manager.get(next(link for link in areas.links if link and "/areas/" in link))

    closed = manager.submit(area, row_path(area, "/close"), follow=True)

    assert "割り当てのない方 4人" in closed.visible


def test_two_who_put_an_area_right_see_each_other(manager, desk_of, shelters):
    send(manager, "areas", name="甲", capacity=9)
    areas = manager.get("/operations/areas")
    path = next(link for link in areas.links if link and "/areas/" in link)
    other = stand_at(desk_of("shelter_staff"), shelters[0])
    mine, stale = manager.get(path), other.get(path)

    manager.submit(mine, path, capacity=12)
    clash = other.submit(stale, path, capacity=20, note="入口の右")
    saved = other.submit(clash, path, follow=True)

    assert clash.status == 409
    assert "入れる人数: 9 → 12" in clash.visible
    assert dict(clash.form(path).fields)["note"] == "入口の右"
    assert "20" in saved.visible


def test_helpers_are_counted_apart_and_those_who_stay_keep_their_hour(desk, app, shelters):
    send(desk, "crews", people=5, label="乙市", kind="relief")
    send(desk, "crews", people=2, label="避難者の会", kind="resident")
    page = desk.get("/operations/crews")

    after = desk.submit(page, row_path(page, "/left"), follow=True, staying=2)

    assert "いま 2人、うち食事を出す人 2人" in after.visible
    with inside(app):
        crews = queries.list_crews(clock.now(), shelters[0])
        assert sorted(crew.people for crew in crews) == [2, 2]


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("animals", {"owner": ""}, "名前を入れるか"),
        ("animals", {"owner": "甲", "heads": "たくさん"}, "整数で入力してください"),
        ("vehicles", {"plate": ""}, "ナンバープレートのとおりに"),
        ("parcels", {"owner": ""}, "名前を入れるか"),
        ("wishes", {"words": " "}, "何を求めているかを"),
        ("diary", {"words": "巡回した", "time": "25:99"}, "21:30 のように"),
        ("crews", {"people": ""}, "人数を入れてください"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_kept(desk, name, values, words):
    path = f"/operations/{name}"

    refused = desk.submit(desk.get(path), path, **values)

    assert refused.status == 422
    assert words in refused.visible
    kept = [value for value in map(str, values.values()) if value.strip()]
    assert all(each in refused.text for each in kept)


def test_animals_of_somebody_of_the_roster_go_when_they_go(desk, family):
    page = person_page(desk, "satou kenta")
    listed = desk.submit(page, "/operations/animals", follow=True, kind="cat", tag="P-7")
    assert "P-7 猫 1" in listed.visible
    assert "佐藤 健太" in listed.visible

    after = desk.submit(listed, row_path(listed, "/left"), follow=True)

    assert "いまはいません。" in after.visible
    assert "猫 1頭 佐藤 健太" in after.visible


def test_a_form_sent_twice_is_one_record(desk):
    page = desk.get("/operations/vehicles")
    form = page.form("/operations/vehicles").values(plate="名取 300 あ 12-34", sleepers=2)

    for _ in range(2):
        desk.post("/operations/vehicles", form, csrf=False)

    assert desk.get("/operations/vehicles").visible.count("名取 300 あ 12-34") == 1


def test_post_is_handed_over_by_name(desk, family):
    page = person_page(desk, "satou ichirou")
    listed = desk.submit(page, "/operations/parcels", follow=True, sender="市役所")
    refused = desk.submit(listed, row_path(listed, "/handed"), to=" ")
    assert refused.status == 422
    assert "受け取った方の名前を入れてください" in refused.visible

    handed = desk.submit(listed, row_path(listed, "/handed"), follow=True, to="佐藤 花子")

    assert "渡していない物はありません" in handed.visible
    assert "佐藤 一郎 → 佐藤 花子" in handed.visible


def test_a_night_elsewhere_is_no_leaving(desk, family, app):
    page = person_page(desk, "satou hanako")
    listed = desk.submit(page, "/operations/nights", follow=True, destination="娘の家")
    assert "娘の家" in listed.visible
    assert "外泊" in desk.post("/presence", {"text": "satou hanako"}).visible

    back = desk.submit(listed, row_path(listed, "/back"), follow=True)

    assert "外泊中の方はいません" in back.visible
    with inside(app):
        stays = db.session.query(Stay).all()
        assert all(stay.ended_at is None and stay.away_since is None for stay in stays)


def test_the_return_cannot_be_before_the_leaving_and_the_person_stays_chosen(desk, family):
    page = person_page(desk, "satou hanako")

    refused = desk.submit(
        page, "/operations/nights", leaves_on="2026/7/18", returns_on="2026/7/17", phone="0900"
    )

    assert refused.status == 422
    assert "もどる日が出る日より前です" in refused.visible
    assert "佐藤 花子 さんの外泊届" in refused.visible
    assert 'value="0900"' in refused.text


def test_a_wish_waits_until_somebody_says_what_was_done(desk):
    send(desk, "wishes", words="トイレが遠い", kind="hygiene")
    urgent = send(desk, "wishes", words="夜が寒い", is_urgent="y")
    assert urgent.visible.index("夜が寒い") < urgent.visible.index("トイレが遠い")
    opened = desk.get(next(link for link in urgent.links if link and "/wishes/" in link))

    refused = desk.submit(opened, state="done", answer="")
    answered = desk.submit(opened, follow=True, state="done", answer="毛布を2枚渡した")

    assert refused.status == 422
    assert "どう対応したか" in refused.visible
    assert "毛布を2枚渡した" in answered.visible


def test_the_diary_is_written_by_the_hour_and_only_taken_back(desk, manager):
    send(desk, "diary", words="22時に消灯した", kind="event")

    page = manager.get("/operations/diary")
    after = manager.submit(page, row_path(page, "/withdraw"), follow=True)

    assert "22時に消灯した" in page.visible
    assert "22時に消灯した" not in after.visible
    assert desk.get("/operations/diary?day=2026-07-15").status == 200


def test_one_key_sends_somebody_to_hospital_and_it_can_be_undone(desk, manager, family, app):
    page = person_page(desk, "satou kiyo")

    slip = desk.submit(page, "/operations/transfers", follow=True)

    assert "居る所は「病院」になっています" in slip.visible
    with inside(app):
        stays = sorted(db.session.query(Stay).all(), key=lambda stay: stay.id.int)
        assert [stay.reason for stay in stays if stay.ended_at] == [LeavingReason.HOSPITAL]
        assert [stay.kind for stay in stays if stay.kind == "hospital"] == [StayKind.HOSPITAL]
    desk.post(f"/undo/{uuid_in(slip.text, '/undo/')}")
    with inside(app):
        assert not [stay for stay in db.session.query(Stay) if stay.ended_at]
    assert "まだありません" in desk.get("/operations/transfers").visible


def test_the_slip_is_filled_in_later_and_printed(desk, family, tmp_path):
    slip = desk.submit(person_page(desk, "satou kiyo"), "/operations/transfers", follow=True)
    path = slip.path.split("?")[0]

    listed = desk.submit(
        slip, path, follow=True, symptoms="胸の痛み", hospital="架空病院", left="10:20"
    )
    paper = desk.get(f"/operations/slips/transfer/{path.rsplit('/', 1)[1]}.pdf")

    assert "架空病院" in listed.visible
    text = pdf_text(paper.body, tmp_path)
    for words in ("救急搬送票", "佐藤キヨ", "胸の痛み", "架空病院", "10:20", "名取市飯野坂"):
        assert words in text


@pytest.mark.parametrize("kind", ["night", "wish", "transfer"])
def test_empty_papers_are_always_there(desk, kind):
    paper = desk.get(f"/operations/slips/{kind}.pdf")

    assert paper.status == 200
    assert paper.body.startswith(b"%PDF")


@pytest.mark.parametrize(
    "name", ["animals", "vehicles", "parcels", "nights", "wishes", "crews", "space"]
)
def test_registers_are_files_of_staff(desk, manager, family, name):
    assert desk.get(f"/operations/registers/{name}-utf8.csv").status == 403

    file = manager.get(f"/operations/registers/{name}-sjis.csv")

    assert file.status == 200
    assert file.body.decode("cp932").count(",") >= 5


def test_a_register_is_printed_with_room_for_the_pen(desk, manager, family, tmp_path):
    page = person_page(desk, "satou ichirou")
    desk.submit(page, "/operations/parcels", sender="市役所")
    send(desk, "diary", words="支援物資が着いた")

    parcels = pdf_text(manager.get("/operations/registers/parcels.pdf").body, tmp_path)
    diary = pdf_text(manager.get("/operations/diary.pdf").body, tmp_path)

    assert "郵便物等受取簿" in parcels
    assert "佐藤一郎" in parcels
    assert "支援物資が着いた" in diary
    assert manager.get("/operations/registers/unknown.pdf").status == 404


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("reception", 200, True),
        ("hq", 200, True),
        ("counter", 403, False),
        ("surveyor", 403, False),
    ],
)
def test_who_may(desk_of, shelters, role, reads, writes):
    desk = stand_at(desk_of(role), shelters[0])

    assert desk.get("/operations/diary").status == reads
    answer = desk.post("/operations/diary", {"words": "甲"})
    assert (answer.status == 403) is not writes


def test_without_a_shelter_the_first_page_says_what_to_do(desk_of):
    assert "避難所を選ぶ" in desk_of("hq").get("/operations/").visible


@pytest.fixture
def hidden(desk, guardian):
    """Receive a protected woman; somebody with the right files everything about her."""
    page = open_household(desk, "watanabe")
    register(desk, page, came=came(page))
    hub = person_page(guardian, "watanabe shizuka")
    for name, values in {
        "animals": {"tag": "P-1"},
        "vehicles": {"plate": "秘 12-34"},
        "parcels": {"sender": "秘密の差出人"},
        "nights": {"destination": "秘密の家"},
        "wishes": {"words": "秘密の要望"},
    }.items():
        guardian.submit(hub, f"/operations/{name}", **values)


SECRETS = ("静香", "P-1", "秘 12-34", "秘密")


@pytest.mark.parametrize("name", ["animals", "vehicles", "parcels", "nights", "wishes", "areas"])
def test_nobody_else_reads_what_hangs_on_a_protected_person(hidden, manager, guardian, name):
    seen = manager.get(f"/operations/{name}")
    register_name = "space" if name == "areas" else name
    file = manager.get(f"/operations/registers/{register_name}-utf8.csv").body.decode("utf-8-sig")
    own = guardian.get(f"/operations/{name}")

    assert not [word for word in SECRETS if word in seen.text + file]
    assert "静香" in own.visible


@pytest.mark.db
def test_what_was_written_before_follows_the_protection(desk, guardian, family, app):
    hub = person_page(desk, "satou kiyo")
    desk.submit(hub, "/operations/wishes", words="秘密の要望")
    slip = desk.submit(person_page(desk, "satou kiyo"), "/operations/transfers", follow=True)
    with inside(app):
        person_id = db.session.query(AmbulanceTransfer).one().person_id
        db.session.remove()
        with transaction(reason="保護"):
            protect_person(person_id, Protection.HIDE_PRESENCE)

    assert "秘密の要望" not in desk.get("/operations/wishes").text
    assert "キヨ" not in desk.get("/operations/transfers").text
    assert desk.get(slip.path.split("?")[0]).status == 404
    assert "秘密の要望" in guardian.get("/operations/wishes").visible
