"""Pages of disasters."""

from datetime import date, timedelta

import pytest

from victim_support.core.clock import now, today
from victim_support.disasters.rules import is_key, last_day_kept, next_key


def declare(desk, **changes):
    values = {
        "name": "令和8年9月台風",
        "kinds": ["storm", "flood"],
        "started_on": "2026/9/1",
        "started_time": "06:30",
        "area": "市内全域",
    } | changes
    return desk.submit(desk.get("/disasters/new"), "/disasters/new", **values)


def test_declared_disaster_is_the_one_worked_on(desk_of):
    desk = desk_of("hq")

    declare(desk)

    page = desk.get("/disasters/")
    assert "令和8年(2026年)9月1日 06:30" in page.visible
    assert "20260901A" in page.visible
    assert page.visible.index("令和8年9月台風") < page.visible.index("作業中")
    assert "令和8年9月台風" in desk.get("/place").visible


def test_second_disaster_of_a_day_gets_the_next_letter(desk_of):
    desk = desk_of("hq")

    declare(desk)
    declare(desk, name="9月1日地震", kinds=["earthquake"])

    assert "20260901B" in desk.get("/disasters/").visible


def test_key_of_another_laptop_joins_its_disaster(desk_of):
    desk = desk_of("shelter_manager")

    assert declare(desk, name="令和8年7月豪雨", key="20260715A").status == 302
    page = declare(desk, name="別の災害", key="20260715A")
    assert page.status == 422
    assert "記号 20260715A は「令和8年7月豪雨」として登録されています" in page.visible


@pytest.mark.parametrize("key", ["2026071", "20260732A", "20260715", "A20260715"])
def test_key_without_the_form_is_explained(desk_of, key):
    page = declare(desk_of("hq"), key=key)

    assert page.status == 422
    assert "20260715A のように" in page.visible


def test_kind_and_name_are_needed(desk_of):
    page = declare(desk_of("hq"), name="", kinds=[])

    assert page.status == 422
    assert "1つ以上選んでください" in page.visible


def test_form_sent_twice_declares_once(desk_of):
    desk = desk_of("hq")
    form = desk.get("/disasters/new")
    values = {"name": "台風", "kinds": ["storm"], "started_on": "2026/9/1"}

    desk.submit(form, "/disasters/new", **values)
    desk.submit(form, "/disasters/new", **values)

    assert "20260901B" not in desk.get("/disasters/").visible


def test_several_disasters_are_open_and_one_is_chosen(desk_of):
    desk = desk_of("hq")
    declare(desk)

    page = desk.submit(desk.get("/disasters/"), "/disasters/20260715A/choose", follow=True)

    assert "「令和8年7月豪雨」で作業します。" in page.visible
    assert page.visible.index("作業中") > page.visible.index("令和8年7月豪雨")


def test_ended_disaster_leaves_the_choices_and_can_be_taken_up_again(desk_of):
    desk = desk_of("hq")

    ended = desk.post("/disasters/20260715A/close", follow=True)

    assert "対応を終えた災害" in ended.visible
    assert "令和8年7月豪雨" not in desk.get("/place").visible
    counter = desk_of("counter")
    refused = counter.get("/certificates/")
    assert "対応を終えた災害の証明書も" in refused.visible
    assert "/disasters/" in counter.get("/place").links
    counter.post("/disasters/20260715A/choose")
    assert counter.get("/certificates/").status == 200
    taken_up = desk.post("/disasters/20260715A/reopen", follow=True)
    assert "再開しました" in taken_up.visible


def test_disaster_that_has_not_begun_is_not_ended(desk_of):
    desk = desk_of("hq")
    tomorrow = today() + timedelta(days=1)
    declare(desk, name="あすの台風", started_on=f"{tomorrow:%Y/%m/%d}")

    refused = desk.post(f"/disasters/{tomorrow:%Y%m%d}A/close", follow=True)

    assert "終わりの日時が、始まりの日時より前です。" in refused.visible


def test_disaster_is_corrected_and_keeps_its_key(desk_of):
    desk = desk_of("hq")
    action = "/disasters/20260715A/edit"

    desk.submit(desk.get(action), action, name="令和8年7月大雨", started_on="2026/7/14")

    page = desk.get("/disasters/")
    assert "令和8年7月大雨" in page.visible
    assert "令和8年(2026年)7月14日" in page.visible
    assert "20260715A" in page.visible


def test_what_two_people_put_right_at_once_is_shown_to_the_second(desk_of):
    desk, other, action = desk_of("hq"), desk_of("hogo"), "/disasters/20260715A/edit"
    opened = desk.get(action)
    seen = other.get(action)
    assert other.submit(seen, action, area="北部の三地区").status == 302
    assert other.submit(seen, action, area="北部の三地区").status == 302  # pressed twice

    late = desk.submit(opened, action, name="令和8年7月大雨")

    assert late.status == 409
    assert "区域: （なし） → 北部の三地区" in late.visible
    assert 'value="令和8年7月大雨"' in late.text
    assert desk.submit(late, action, area="北部の三地区").status == 302


def test_reception_reads_but_declares_nothing(desk_of):
    desk = desk_of("reception")

    assert "災害を登録する" not in desk.get("/disasters/").visible
    assert desk.get("/disasters/new").status == 403
    assert desk.post("/disasters/20260715A/close").status == 403


def test_next_key_takes_the_first_free_letter():
    assert next_key(date(2026, 7, 15), []) == "20260715A"
    assert next_key(date(2026, 7, 15), ["20260715A", "20260715C"]) == "20260715B"
    assert is_key("20260715A")
    assert not is_key("20260230A")


def test_a_disaster_does_not_begin_after_tomorrow(desk_of):
    later = today() + timedelta(days=2)

    page = declare(desk_of("hq"), started_on=f"{later:%Y/%m/%d}")

    assert page.status == 422
    assert "明日より先" in page.visible
    assert dict(page.form("/disasters/new").fields)["name"] == "令和8年9月台風"


@pytest.mark.parametrize(
    ("closed_on", "months", "last"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 15), 24, date(2028, 3, 15)),
    ],
)
def test_records_stay_whole_months(closed_on, months, last):
    assert last_day_kept(closed_on, months) == last


def test_a_machine_whose_time_is_over_is_told_to_wipe_what_it_keeps(desk_of, frozen):
    office, over = desk_of("hq"), "端末に記録を置く期限が過ぎました"
    declare(office)
    for key in ("20260715A", "20260901A"):
        office.submit(office.get(f"/disasters/{key}/edit"), f"/disasters/{key}/close")
    assert "決めていません" in office.get("/disasters/").visible

    wrong = office.submit(office.get("/office"), "/office", kept_months="-1", issuer_title="市長")
    office.submit(
        office.get("/office"),
        "/office",
        kept_months="2",
        issuer_title="市長",
        municipality_name="市",
    )

    assert (wrong.status, "0から120まで" in wrong.visible) == (422, True)
    assert over not in office.get("/disasters/").visible
    frozen(now() + timedelta(days=70))
    office = desk_of("hq")
    assert over in office.get("/disasters/").visible
    office.submit(office.get("/disasters/"), "/disasters/20260901A/reopen")
    assert over not in office.get("/disasters/").visible
