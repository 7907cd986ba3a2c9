"""Two records of one person: found, decided by a person, counted once, undone."""

import pytest

from tests.evacuees.support import inside, stand_at
from victim_support.core.db import db, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import checks, get_board, list_roster
from victim_support.evacuees.services import protect_person
from victim_support.victims.models import Person, PersonLink
from victim_support.victims.rules import Protection

KANA, BIRTH = "スズキ　イチカ", "h10.2.3"
REASON = "本人に聞いた"


def receive(desk, **changes):
    """Type somebody in at the desk; return the record's id."""
    values = {
        "members-0-name": "鈴木　一花",
        "members-0-kana": KANA,
        "members-0-birth": BIRTH,
        "members-0-sex": "female",
    }
    values |= {f"members-0-{name}": value for name, value in changes.items()}
    page = desk.submit(desk.get("/desk/new"), "/desk/new", follow=True, **values)
    assert page.status == 200, page.visible
    return page


@pytest.fixture
def pair(desk, app):
    """Let one person be received twice at one shelter; return the two ids, the smaller first."""
    receive(desk)
    receive(desk, name="鈴木一花", kana="すずき いちか")
    with inside(app):
        return sorted(person.id for person in db.session.query(Person))


def path(pair):
    return f"/persons/{pair[0]}/compare/{pair[1]}"


def decide(desk, pair, decision="same", **changes):
    page = desk.get(path(pair))
    return desk.submit(page, path(pair), decision=decision, reason=REASON, **changes)


def numbers(app, shelters):
    with inside(app):
        disclosure = view(Audience.DESK, Purpose.PRESENCE)
        roster = list_roster(shelters[0], disclosure)
        return len(roster.lines), get_board(shelters[0], disclosure).named


def test_one_person_received_twice_is_counted_once_when_somebody_says_so(
    pair, manager, app, shelters
):
    assert numbers(app, shelters) == (2, 2)

    saved = decide(manager, pair)

    assert saved.status == 303
    assert numbers(app, shelters) == (1, 1)
    with inside(app):
        assert db.session.query(Person).filter_by(is_withdrawn=False).count() == 2
        link = db.session.query(PersonLink).one()
        assert (link.first_id, link.second_id, link.reason) == (*pair, REASON)
        assert link.decided_by is not None
        assert checks.list_pairs() == []


def test_a_decision_is_taken_back_and_the_question_is_open_again(pair, manager, app, shelters):
    decide(manager, pair)

    manager.submit(manager.get(path(pair)), f"{path(pair)}/take-back")

    assert numbers(app, shelters) == (2, 2)
    with inside(app):
        assert len(checks.list_pairs()) == 1
    assert decide(manager, pair).status == 303
    assert numbers(app, shelters) == (1, 1)


def test_somebody_else_is_never_asked_about_again(pair, manager, app, shelters):
    decide(manager, pair, "different")

    assert numbers(app, shelters) == (2, 2)
    with inside(app):
        assert checks.list_pairs() == []
    assert "別の人" in manager.get("/persons/decided").visible


def test_a_decision_needs_its_reason_and_keeps_what_was_chosen(pair, manager, app):
    page = manager.get(path(pair))

    refused = manager.submit(page, path(pair), decision="same", reason="")

    assert refused.status == 422
    assert "どのように確かめたかを入れてください" in refused.visible
    assert dict(refused.form(path(pair)).fields)["decision"] == "same"
    with inside(app):
        assert db.session.query(PersonLink).count() == 0


def test_the_order_of_two_records_makes_no_difference(pair, manager, app):
    decide(manager, pair)

    page = manager.get(path(pair[::-1]))

    assert "「同じ人」とされています" in page.visible


def test_who_leaves_under_one_record_leaves_under_both(pair, manager, app, shelters):
    decide(manager, pair)
    found = manager.post("/desk/leaving/search", {"text": "いちか"})
    opened = manager.submit(found, "/desk/leaving/open", stay=_stay_in(found))

    manager.submit(opened, "/desk/leaving", act="leave")

    with inside(app):
        assert [stay.ended_at is None for stay in db.session.query(Stay)] == [False, False]
    assert numbers(app, shelters) == (0, 0)


def _stay_in(page):
    return page.text.split('name="stay" value="')[1][:36]


def test_what_one_record_refuses_closes_both(pair, manager, app):
    decide(manager, pair)
    answers = f"/persons/{pair[1]}/answers"
    page = manager.get(f"/persons/{pair[1]}")
    manager.submit(page, answers, **{"wall-person": "no", "own-person": "1"})

    other = manager.get(f"/persons/{pair[0]}")

    fields = dict(other.form(f"/persons/{pair[0]}/answers").fields)
    assert fields["wall-person"] == "no"


def test_of_a_protected_person_only_sealed_roles_are_asked(pair, manager, guardian, app):
    with inside(app), transaction():
        protect_person(pair[0], Protection.HIDE_PRESENCE)

    assert manager.get(path(pair)).status == 404
    assert "鈴木" not in manager.get("/tasks?kind=doubles").visible
    assert "鈴木" in guardian.get("/tasks?kind=doubles").visible
    assert guardian.get(path(pair)).status == 200


def test_the_protection_of_one_record_hides_both_and_the_decision(pair, manager, guardian, app):
    with inside(app), transaction():
        protect_person(pair[0], Protection.HIDE_PRESENCE)

    decide(guardian, pair)

    assert manager.get(f"/persons/{pair[1]}").status == 404
    with inside(app):
        links = db.session.query(PersonLink).filter_by(is_withdrawn=False).all()
        assert [link.scope for link in links] == [current_scopes().sealed]
        stays = db.session.query(Stay).filter_by(is_withdrawn=False).all()
        assert {stay.scope for stay in stays} == {current_scopes().sealed}


def test_who_is_protected_later_takes_the_decision_and_the_other_record_along(pair, manager, app):
    decide(manager, pair)

    page = manager.get(f"/persons/{pair[0]}")
    manager.submit(page, f"/persons/{pair[0]}/protection", protection="hide_presence")

    assert manager.get(f"/persons/{pair[1]}").status == 404
    with inside(app):
        left = db.session.query(PersonLink).filter_by(scope=current_scopes().core).all()
        assert [(link.first_id, link.reason, link.is_withdrawn) for link in left] == [
            (None, None, True)
        ]


def test_one_person_in_two_shelters_under_two_records_is_a_task(
    desk, desk_of, manager, shelters, app
):
    receive(desk)
    receive(stand_at(desk_of("shelter_staff"), shelters[1]), name="鈴木一花")
    with inside(app):
        pair = sorted(person.id for person in db.session.query(Person))
    decide(manager, pair)

    tasks = manager.get("/tasks?kind=places")

    assert "鈴木 一花" in tasks.visible
    assert "終わっていない避難が 2 つ" in tasks.visible
    assert "鼎公民館" not in tasks.visible


@pytest.mark.parametrize("role", ["reception", "shelter_staff", "counter"])
def test_only_those_who_decide_see_the_comparison(role, pair, desk_of, shelters):
    assert stand_at(desk_of(role), shelters[0]).get(path(pair)).status == 403
