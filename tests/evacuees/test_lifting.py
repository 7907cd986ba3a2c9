"""保護を解く: one asks, another one confirms; until then, and at every doubt, it stays."""

from uuid import UUID

import pytest

from tests.evacuees.support import came, inside, open_household, register, stand_at
from tests.evacuees.test_protection_later import PHONE, flag, scopes_of
from tests.prepared import SCOPES, _add_person
from victim_support.accounts.hashing import hash_secret
from victim_support.core.db import db, transaction
from victim_support.evacuees.models import Group, Lifting, Stay
from victim_support.journal.models import Op
from victim_support.journal.verify import verify
from victim_support.victims.models import Answer, Person, PersonNeed, Statement

SEALED, CORE = {"sealed"}, {"core"}


@pytest.fixture
def second(app, desk_of, shelters):
    """Return the desk of another person who may see protected people."""
    with inside(app), transaction(reason="試験の準備"):
        _add_person("hogo2", hash_secret("ひつようのないことば"), role="hq", grants=["sealed"])
    return stand_at(desk_of("hogo2"), shelters[0])


@pytest.fixture
def her(desk, manager):
    """Receive somebody with needs, answers and a statement, then hide her; return the id."""
    page = open_household(desk, "suka")
    person = came(page)[0]
    fields = {f"needs-{person}": "ill", f"wall-{person}": "no"}
    register(desk, page, came=[person], phone=PHONE, **fields)
    manager.post(f"/persons/{person}/protection", {"protection": "hide_presence"})
    return person


def ask(guardian, person, reason="本人が窓口で申し出"):
    path = f"/persons/{person}"
    return guardian.submit(guardian.get(path), f"{path}/lifting", reason=reason, follow=True)


def form_of(desk, ending):
    page = desk.get("/sealed-tasks")
    return page, next(form.action for form in page.forms if form.action.endswith(ending))


def confirm(desk):
    page, action = form_of(desk, "/confirm")
    return desk.submit(page, action, follow=True)


def is_hidden(desk, person):
    found = desk.post("/presence", {"text": "suka"}).visible.replace("suka", "")
    return desk.get(f"/persons/{person}").status == 404 and "スカルノ" not in found


def test_a_request_changes_nothing_until_another_one_confirms(her, manager, guardian, second):
    asked = ask(guardian, her)
    while_open = is_hidden(manager, her)
    done = confirm(second)

    assert "別の保護担当が確かめるまで、保護は続きます" in asked.visible
    assert while_open
    assert "保護を解きました" in done.visible
    assert "解いた" in done.visible
    assert not is_hidden(manager, her)


def test_everything_returns_to_the_core_scope_under_the_same_ids(
    her, guardian, second, manager, shelters, app
):
    ask(guardian, her)
    confirm(second)

    with inside(app):
        for model in (Stay, Group, PersonNeed, Answer, Person):
            assert scopes_of(model) == CORE, model
        core = db.session.get(Person, (SCOPES.core, UUID(her)))
        assert (core.name, core.protection) == ("スカルノ", "none")
        assert core.address
        group = db.session.query(Group).filter_by(is_withdrawn=False).one()
        assert group.contact_phone == PHONE
        left = db.session.get(Person, (SCOPES.sealed, UUID(her)))
        assert (left.name, left.address, left.phone, left.is_withdrawn) == (None, None, None, True)
        assert verify(db.engine).is_ok
    assert "スカルノ" in manager.get(f"/rosters/{shelters[0]}").visible


def test_who_was_lifted_can_be_changed_and_protected_again(her, guardian, second, manager, app):
    ask(guardian, her)
    confirm(second)
    path = f"/persons/{her}"
    manager.submit(manager.get(path), f"{path}/needs", needs=["language"])
    manager.submit(manager.get(path), path, phone="080-0000-0000")

    manager.post(f"{path}/protection", {"protection": "hide_presence"})

    assert is_hidden(manager, her)
    seen = guardian.get(path)
    assert dict(seen.form(path).fields)["phone"] == "080-0000-0000"
    with inside(app):
        for model in (Stay, Group, PersonNeed, Answer):
            assert scopes_of(model) == SEALED, model
        needs = db.session.query(PersonNeed).filter_by(is_withdrawn=False)
        assert {str(need.kind) for need in needs} == {"language"}
        assert verify(db.engine).is_ok


def test_nobody_confirms_their_own_request(her, guardian, manager, app):
    ask(guardian, her)
    page = guardian.get("/sealed-tasks")
    with inside(app):
        lifting = db.session.query(Lifting).one().id

    refused = guardian.post(f"/sealed-tasks/liftings/{lifting}/confirm", follow=True)

    assert not any(form.action.endswith("/confirm") for form in page.forms)
    assert "別の保護担当の方が確かめてください" in refused.visible
    assert is_hidden(manager, her)


@pytest.mark.parametrize(
    ("login_name", "words"), [("hogo", "求めを取り下げました"), ("hogo2", "認めませんでした")]
)
def test_a_request_is_withdrawn_or_refused_and_the_protection_stays(
    her, guardian, second, manager, app, login_name, words
):
    ask(guardian, her)
    closer = {"hogo": guardian, "hogo2": second}[login_name]
    page, action = form_of(closer, "/close")

    closed = closer.submit(page, action, reason="まだ早い", follow=True)

    assert words in closed.visible
    assert "まだ早い" in closed.visible
    assert is_hidden(manager, her)
    assert not any("/confirm" in form.action for form in second.get("/sealed-tasks").forms)


def test_a_request_needs_a_reason_and_is_made_once(her, guardian, app):
    empty = ask(guardian, her, reason=" ")
    path = f"/persons/{her}"
    page = guardian.get(path)
    first = guardian.submit(page, f"{path}/lifting", reason="一", follow=True)
    stale = page.form(f"{path}/lifting").values(reason="二", idempotency_key="k" * 20)
    again = guardian.post(f"{path}/lifting", stale, csrf=False, follow=True)

    assert "理由を入れてください" in empty.visible
    assert "求めを出しました" in first.visible
    assert "もう出ています" in again.visible
    with inside(app):
        assert db.session.query(Lifting).count() == 1


@pytest.mark.parametrize("role", ["reception", "shelter_manager", "hq", "admin"])
def test_nobody_without_the_grant_knows_of_requests(her, guardian, desk_of, role):
    ask(guardian, her)
    desk = desk_of(role)

    assert desk.get("/sealed-tasks").status == 403
    assert "保護担当" not in desk.get("/", follow=True).visible
    assert desk.post(f"/persons/{her}/lifting", {"reason": "x"}).status == 403


def test_who_may_sees_on_the_first_page_that_something_waits(her, guardian, second):
    ask(guardian, her)

    assert "確認を待っているものが 1件あります" in second.get("/").visible


def test_a_lifting_is_not_taken_back_by_undo_and_stands_in_the_history(
    her, guardian, second, manager, app
):
    ask(guardian, her)
    confirm(second)
    with inside(app):
        txn = db.session.query(Op).order_by(Op.lsn.desc()).first().txn

    undone = second.post(f"/undo/{txn}", follow=True)
    history = guardian.get(f"/history/persons/{her}")

    assert "取り消せる操作がありません" in undone.visible
    assert "保護を解く（2人で確認）" in history.visible
    assert manager.get(f"/persons/{her}").status == 200


def test_the_registers_own_flag_is_told_to_who_confirms(desk, app, guardian, second):
    page = open_household(desk, "suka")
    person = came(page)[0]
    register(desk, page, came=[person])
    flag(app, "1031")

    ask(guardian, person)

    assert "住民データではいまも保護の設定があります" in second.get("/sealed-tasks").visible


def test_lifting_one_of_a_group_keeps_the_others_telephone_hidden(
    desk, guardian, second, manager, app
):
    page = open_household(desk, "watanabe")
    her, son = came(page)
    register(desk, page, came=[her, son], phone=PHONE)
    ask(guardian, son)

    confirm(second)

    with inside(app):
        group = db.session.query(Group).filter_by(is_withdrawn=False).one()
        assert group.scope == SCOPES.core
        assert (group.contact_name, group.contact_phone) == (None, None)
        stays = db.session.query(Stay).filter_by(is_withdrawn=False)
        assert sorted(stay.scope.rsplit("/")[-1] for stay in stays) == ["core", "sealed"]
    assert manager.get(f"/persons/{son}").status == 200
    assert manager.get(f"/persons/{her}").status == 404


def test_a_hidden_address_comes_back_too(desk, manager, guardian, second, app):
    page = open_household(desk, "takahashi")
    husband, wife, _child = came(page)
    register(desk, page, came=[husband], **{f"saying-{wife}": "rescue"})
    manager.post(f"/persons/{wife}/protection", {"protection": "hide_address"})
    ask(guardian, wife)

    confirm(second)

    assert "高柳" in manager.get(f"/persons/{wife}").text
    with inside(app):
        assert scopes_of(Statement) == CORE
        assert verify(db.engine).is_ok
    assert "高橋 薫" in manager.post("/presence", {"text": "高柳"}).visible.replace("　", " ")
