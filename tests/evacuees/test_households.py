"""Who belongs to a household: split, moved, joined, with the reason in the journal."""

import pytest

from tests.evacuees.support import came, inside, open_household, register
from victim_support.core.db import db
from victim_support.victims.models import Household, Person, household_id_of


@pytest.fixture
def family(desk):
    """Receive a household of four; return the ids, 一郎 first."""
    page = open_household(desk, "satou")
    ids = came(page)
    register(desk, page, came=ids)
    return ids


def find(desk, path, text):
    """Press the button that looks for a household, with somebody ticked and a reason typed."""
    values = desk.get(path).form(path).values(text=text, reason="結婚した")
    return desk.post(f"{path}/find", values, csrf=False)


def households(app):
    with inside(app):
        return {str(row.id): str(row.household_id) for row in db.session.query(Person)}


def test_members_who_live_apart_get_a_household_of_their_own(family, desk, app):
    path = f"/persons/{family[2]}/household"

    saved = desk.submit(desk.get(path), path, member=family[2:], act="split", reason="別居")

    assert saved.status == 303
    found = households(app)
    assert found[family[0]] == found[family[1]] != found[family[2]] == found[family[3]]
    with inside(app):
        made = db.session.query(Household).filter(Household.register_number.is_(None)).one()
        assert str(made.head_person_id) == family[2]
    assert "花子 さんの世帯 2人" in desk.get(path).visible


def test_somebody_moves_to_a_household_that_only_the_register_has(family, desk, app):
    path = f"/persons/{family[2]}/household"
    found = find(desk, path, "takahashi")
    (target,) = [part.split('"')[0] for part in found.text.split('name="target" value="')[1:]]

    saved = desk.submit(found, path, act="move", target=target)

    assert saved.status == 303, saved.visible
    with inside(app):
        assert households(app)[family[2]] == str(household_id_of("505"))


def test_what_was_ticked_and_typed_stays_while_somebody_searches(family, desk):
    path = f"/persons/{family[2]}/household"

    found = find(desk, path, "takahashi")

    fields = found.form(path).fields
    assert ("member", family[2]) in fields
    assert ("reason", "結婚した") in fields


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"act": "split", "reason": ""}, "理由を入れてください"),
        ({"act": "split", "member": [], "reason": "別居"}, "移る方を選んでください"),
        ({"act": "move", "reason": "別居"}, "移る先の世帯をさがして選んでください"),
        ({"act": "move", "reason": "別居", "target": "h:none"}, "移る先の世帯をさがして"),
    ],
)
def test_what_is_missing_is_said_and_nothing_moves(changes, words, family, desk, app):
    path, before = f"/persons/{family[2]}/household", households(app)

    refused = desk.submit(desk.get(path), path, **changes)

    assert refused.status == 422
    assert words in refused.visible
    assert households(app) == before


def test_a_household_is_not_split_from_itself(family, desk, app):
    path, before = f"/persons/{family[0]}/household", households(app)

    refused = desk.submit(desk.get(path), path, act="split", reason="別居", member=family)

    assert refused.status == 422
    assert "全員を選ぶと" in refused.visible
    assert households(app) == before


def test_the_reason_is_in_the_history_of_who_moved(family, desk, manager):
    path = f"/persons/{family[2]}/household"
    desk.submit(desk.get(path), path, act="split", reason="別居とわかった")

    assert "別居とわかった" in manager.get(f"/history/persons/{family[2]}").visible
