"""Sums of what was read."""

import re
from datetime import datetime
from pathlib import Path

import pytest

import victim_support
from victim_support.core.clock import JAPAN
from victim_support.core.ids import new_id
from victim_support.readings.rules import _SUBJECTS, Reading, opened_by_many, sum_up

ANN, BEN, EVA, JOE = (new_id() for _ in range(4))
KNOWN, SPOUSE, CURIOUS = (new_id() for _ in range(3))


def reading(event, *ids, actor=ANN, hour=10, purpose=""):
    at = datetime(2026, 7, 15, hour, tzinfo=JAPAN)
    return Reading(at, actor, "hq", "127.0.0.1", event, purpose, ids)


def test_who_only_looked_stands_first():
    readings = [
        reading("person.open", KNOWN, actor=BEN),
        reading("person.open", KNOWN),
        reading("household.open", KNOWN, SPOUSE),
        reading("person.open", CURIOUS, hour=23),
        reading("person.open", CURIOUS, hour=23),
        reading("roster.export", KNOWN, CURIOUS),
        reading("person.elsewhere", CURIOUS),
        reading("roster.open", KNOWN, CURIOUS),
    ]

    ann, ben = sum_up(readings, {ANN: {KNOWN}, BEN: {KNOWN}})

    assert (ann.actor, ann.people, ann.only_seen) == (ANN, 3, 1)
    assert (ann.taken_out, ann.at_night, ann.elsewhere) == (2, 2, 1)
    assert (ben.actor, ben.people, ben.only_seen) == (BEN, 1, 0)


def test_whom_many_opened_is_told_and_lists_do_not_count():
    many = [reading("person.open", CURIOUS, actor=one) for one in (ANN, BEN, EVA, JOE, JOE)]
    lists = [reading("roster.open", KNOWN, actor=one) for one in (ANN, BEN, EVA, JOE)]

    assert opened_by_many([*many, *lists]) == [(CURIOUS, 4)]


@pytest.mark.parametrize(
    ("event", "purpose", "words"),
    [
        ("roster.print", "名簿の印刷", "名簿の印刷"),
        ("person.open", "記録", "記録(開いた)"),
        ("certificate.print", "", "罹災証明書(印刷)"),
        ("rescue.list", "要救助", "要救助(一覧)"),
    ],
)
def test_what_was_done_is_said_in_words_of_the_office(event, purpose, words):
    assert reading(event, purpose=purpose).words == words


def test_every_event_that_is_logged_has_a_word():
    sources = Path(victim_support.__file__).parent.rglob("*.py")
    text = "".join(each.read_text(encoding="utf-8") for each in sources)
    named = set(re.findall(r'(?:log_read|release)\(\s*f?"([a-z_]+)', text))

    assert named <= _SUBJECTS.keys()
