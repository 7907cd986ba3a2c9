"""Which dwelling a picture belongs to, by table; and what waits for a person."""

from datetime import UTC, datetime, timedelta

import pytest

from victim_support.presence.rules import draw_number
from victim_support.survey.rules import PhotoDoubt, scan_text
from victim_support.survey.shots import UNREADABLE, Shot, in_order, place_shots, read_code

A, B = "AAAA1234", "BBBB5678"
NINE = datetime(2026, 7, 20, 0, 0, tzinfo=UTC)
HERE = (36.2, 140.1)
ELSEWHERE = (36.202, 140.1)  # 222 m


def shot(key, minutes=0, code=None, camera="", place=(None, None)):
    latitude, longitude = place
    taken_at = NINE + timedelta(minutes=minutes)
    return Shot(key, f"IMG_{key}.JPG", camera, taken_at, latitude, longitude, code)


def placed(*shots, known=(A, B)):
    return [(one.key, one.number, one.doubt) for one in place_shots(shots, known)]


def test_the_shot_of_a_sheet_begins_a_dwelling_until_the_next():
    found = placed(shot("1", 0, A), shot("2", 1), shot("4", 9), shot("3", 8, B))

    assert found == [("1", A, None), ("2", A, None), ("3", B, None), ("4", B, None)]


@pytest.mark.parametrize(
    ("shots", "doubt", "number"),
    [
        ([shot("x")], PhotoDoubt.BEFORE_FIRST, None),
        ([shot("1", 0, A), shot("2", 1, UNREADABLE), shot("x", 2)], PhotoDoubt.UNREADABLE, None),
        ([shot("1", 0, "ZZZZ9999"), shot("x", 1)], PhotoDoubt.UNKNOWN, "ZZZZ9999"),
        ([shot("1", 0, A), shot("x", 61)], PhotoDoubt.GAP, A),
        ([shot("1", 0, A), shot("2", 61), shot("x", 62)], PhotoDoubt.GAP, A),
        ([shot("1", 0, A, place=HERE), shot("x", 1, place=ELSEWHERE)], PhotoDoubt.FAR, A),
        ([shot("1", 0, A, camera="a"), shot("x", 1, camera="b")], PhotoDoubt.BEFORE_FIRST, None),
        ([shot("1", 0, A), shot("x", 60)], None, A),
        ([shot("1", 0, A, place=HERE), shot("x", 1)], None, A),
    ],
)
def test_what_is_doubtful_waits(shots, doubt, number):
    assert placed(*shots)[-1] == ("x", number, doubt)


def test_a_sheet_after_a_gap_begins_anew():
    assert placed(shot("1", 0, A), shot("2", 300, B), shot("3", 301))[-1] == ("3", B, None)


def test_a_camera_without_a_clock_goes_by_the_number_of_the_file():
    found = in_order(
        [Shot("b", "100/IMG_10.JPG"), Shot("c", "101/IMG_2.JPG"), Shot("a", "100/IMG_9.JPG")]
    )

    assert [one.key for one in found] == ["a", "b", "c"]


def test_only_our_own_codes_count():
    number = draw_number()
    other = draw_number()

    assert read_code([scan_text(number), "https://example.com"]) == number
    assert read_code(["https://example.com", "%P" + number]) is None
    assert read_code([""]) == UNREADABLE
    assert read_code([scan_text(number), scan_text(other)]) == UNREADABLE
    assert read_code([]) is None
