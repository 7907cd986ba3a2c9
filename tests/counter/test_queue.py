"""The queue by number: slips, the next one, who was not there; nobody is named."""

from datetime import time
from io import BytesIO

import pypdf
import pytest

from victim_support.counter.rules.queue import expected_at, read_time, slip_number, wait_minutes


@pytest.mark.parametrize(
    ("number", "opens_at", "per_hour", "at"),
    [
        (1, time(9), 20, time(9)),
        (10, time(9), 20, time(9)),
        (11, time(9), 20, time(9, 30)),
        (41, time(9), 20, time(11)),
        (3, time(8, 30), 1, time(10, 30)),
        (2, time(9), 0, time(10)),
    ],
)
def test_a_slip_tells_the_half_hour(number, opens_at, per_hour, at):
    assert expected_at(number, opens_at=opens_at, per_hour=per_hour) == at


@pytest.mark.parametrize(("ahead", "minutes"), [(0, 0), (1, 5), (2, 10), (20, 60), (21, 65)])
def test_the_wait_is_told_in_steps_of_five_minutes(ahead, minutes):
    assert wait_minutes(ahead, per_hour=20) == minutes


def test_a_time_that_is_none_is_the_usual_opening():
    assert read_time("25:99") == read_time(None) == time(9)
    assert slip_number("K7", 12) == "K7-012"


def test_a_day_at_the_door_and_at_the_windows(desk_of):
    first, second = desk_of("counter"), desk_of("hq")
    page = first.get("/counter/queue")
    nobody = first.submit(page, "/counter/queue/call", window="1番窓口")
    assert "待っている番号はありません" in nobody.visible

    printed = first.submit(page, "/counter/queue/slips", count="40", follow=True)
    text = "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(printed.body)).pages)
    assert "T7-001" in text
    assert "T7-040" in text
    assert "お名前は呼びません" in text.replace("\n", "")
    many = first.submit(page, "/counter/queue/day", handed_to="41")
    assert "印刷したのは T7-040 までです" in many.visible
    plan = {"handed_to": "3", "per_hour": "30", "opens_at": "8:30"}
    first.submit(first.get("/counter/queue"), "/counter/queue/day", **plan)

    for desk, window in ((first, "1番窓口"), (second, "2番窓口"), (first, "1番窓口")):
        desk.submit(desk.get("/counter/queue"), "/counter/queue/call", window=window)
    page = first.get("/counter/queue")
    assert 'value="1番窓口"' in page.text  # the window is typed once
    assert "T7-001" not in page.visible  # the next one was called: the one before has come
    board = second.get("/counter/queue/board").visible
    assert "T7- 003 1番窓口" in board
    assert "T7- 002 2番窓口" in board

    absent = next(form for form in page.forms if "/calls/" in form.action)
    first.submit(page, absent.action)
    after = first.get("/counter/queue")
    assert "呼んだときにいなかった番号" in after.visible
    first.submit(after, next(form.action for form in after.forms if "/calls/" in form.action))
    calls = first.get("/counter/queue/calls.csv").body.decode("utf-8-sig")
    assert [number in calls for number in ("T7-001", "T7-003", "T7-004")] == [True, True, False]
    assert "2番窓口" in calls
    assert first.get("/counter/queue/calls.csv?day=x").status == 404
    assert "T7" not in first.get("/counter/queue/calls.csv?day=2020-01-01").body.decode()
    days = first.get("/counter/queue/days.csv").body.decode("utf-8-sig").splitlines()
    assert days[1].endswith('"3","3","2"')
    first.submit(after, "/counter/queue/one")
    assert "T7-004" in first.get("/counter/queue").visible
    assert desk_of("reception").get("/counter/queue").status == 403
