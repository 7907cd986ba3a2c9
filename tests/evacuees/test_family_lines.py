"""What the second person of a new family takes over from the first: name, reading, nothing else."""

import pytest

from tests.evacuees.support import came, inside, open_household, register
from victim_support.core.db import db
from victim_support.victims.models import Person

HEAD = ("渡辺　健太", "ワタナベ　ケンタ")


def receive(desk, *names, **more):
    """Register a family by names and readings, as without scripts."""
    typed = {
        f"members-{at}-{field}": value
        for at, pair in enumerate(names)
        for field, value in zip(("name", "kana"), pair, strict=True)
    }
    return desk.submit(desk.get("/desk/new"), "/desk/new", follow=True, **(typed | more))


def second(app):
    with inside(app):
        row = db.session.query(Person).order_by(Person.id).all()[1]
        return row.name, row.kana or ""


@pytest.mark.parametrize(
    ("head", "typed", "stored"),
    [
        (HEAD, ("渡辺　由美子", "ユミコ"), ("渡辺　由美子", "ワタナベ　ユミコ")),
        (HEAD, ("渡辺　由美子", "ワタナベ"), ("渡辺　由美子", "")),
        (HEAD, ("渡辺　由美子", "ワタナベユミコ"), ("渡辺　由美子", "ワタナベ　ユミコ")),
        (HEAD, ("渡辺　渡辺 由美子", "ユミコ"), ("渡辺　由美子", "ワタナベ　ユミコ")),
        (HEAD, ("鈴木　由美子", "ユミコ"), ("鈴木　由美子", "ユミコ")),
        (("佐藤　実", "サトウミノル"), ("佐藤　薫", "カオル"), ("佐藤　薫", "サトウ　カオル")),
    ],
)
def test_the_familys_reading_goes_before_the_given_name(desk, app, head, typed, stored):
    receive(desk, head, typed)

    assert second(app) == stored


def test_the_second_of_the_family_is_found_by_her_whole_reading(desk):
    receive(desk, HEAD, ("渡辺　由美子", "ユミコ"))

    assert "由美子" in desk.post("/desk/search", {"text": "わたなべゆみこ"}).visible


def test_a_line_with_nothing_but_what_was_there_already_is_nobody(desk):
    saved = receive(desk, HEAD, ("渡辺　", "ワタナベ　"))

    assert "いま 1 人" in saved.visible


def test_where_nobody_knows_the_familys_reading_it_is_asked_and_nothing_is_lost(desk):
    asked = receive(desk, ("渡辺　健太", "ワタナベケンタ"), ("渡辺　由美子", "ユミコ"))
    whole = receive(desk, ("渡辺　健太", "ワタナベケンタ"), ("渡辺　由美子", "ワタナベユミコ"))

    assert asked.status == 422
    assert "姓と名の間を空けてください" in asked.visible
    assert dict(asked.form("/desk/new").fields)["members-1-kana"] == "ユミコ"
    assert "いま 2 人" in whole.visible


def test_each_of_the_family_may_have_a_telephone(desk, app):
    receive(desk, HEAD, ("渡辺　由美子", ""), **{"members-1-phone": "090-1111-2222"})

    with inside(app):
        phones = {row.name: row.phone for row in db.session.query(Person)}
        assert phones == {"渡辺　健太": None, "渡辺　由美子": "090-1111-2222"}


def test_who_is_received_has_a_way_to_the_record_and_others_have_none(desk):
    before = open_household(desk, "satou")
    first, *_ = came(before)
    register(desk, before, came=[first])

    after = open_household(desk, "satou")

    assert "/persons/" not in before.text
    assert [link for link in after.links if link.startswith("/persons/")] == [f"/persons/{first}"]
