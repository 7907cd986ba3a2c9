"""When a grade changes after a certificate was handed over: told, exchanged, nothing recalled."""

from uuid import UUID

import pytest

from tests.damage.support import (
    inside,
    make_application,
    make_judgement,
    make_people,
    name_issuer,
    writing_in,
)
from tests.prepared import SCOPES
from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services import issue_paper
from victim_support.core.clock import now
from victim_support.core.db import db
from victim_support.core.settings import put_setting
from victim_support.counter.models import RegradeNotice, SupportCheck
from victim_support.counter.queries.regrades import find_regrade, list_regrades
from victim_support.counter.rules.regrades import (
    Direction,
    TellFacts,
    direction_of,
    is_told,
    words_for,
)
from victim_support.damage.queries import POLICY_SETTING, find_application
from victim_support.damage.rules import DamageGrade, InForcePolicy
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (DamageGrade.HALF, DamageGrade.TOTAL, Direction.UP),
        (DamageGrade.HALF, DamageGrade.PARTIAL, Direction.DOWN),
        (DamageGrade.HALF, None, Direction.OTHER),
        (None, DamageGrade.HALF, Direction.OTHER),
    ],
)
def test_a_grade_goes_up_or_down(before, after, direction):
    assert direction_of(before, after) is direction


def test_somebody_is_told_when_reached_about_this_very_judgement():
    one, other = UUID(int=1), UUID(int=2)
    tried = TellFacts(one, "not_reached", now())

    assert not is_told([tried, TellFacts(other, "phone", now())], one)
    assert is_told([tried, TellFacts(one, "letter", now())], one)
    assert "「半壊」から「準半壊」" in words_for("半壊", "準半壊", Direction.DOWN)


def household_with_a_certificate(app):
    """Return the application of a household that was given its certificate, and its head."""
    with writing_in(app):
        name_issuer()
        put_setting(key=POLICY_SETTING, value=InForcePolicy.NEWEST.value)
        household, people = make_people("佐藤 一郎", "佐藤 花子")
        application = make_application(household, people)
        make_judgement(application)
        issue_paper(application, PaperKind.RISAI, by=None)
        return application.id, people[0].id


def test_a_lighter_grade_is_told_and_the_paper_exchanged(desk_of, app):
    case, head = household_with_a_certificate(app)
    counter, judge = desk_of("counter"), desk_of("judge")
    assert "いまはありません" in counter.get("/counter/regrades").visible
    with writing_in(app):
        make_judgement(find_application(case), DamageGrade.QUASI_HALF)

    listed = counter.get("/counter/regrades")
    assert "半壊 → 準半壊 軽くなった" in listed.visible
    assert "程度が変わった証明書" in judge.get("/tasks").visible
    path = f"/counter/regrades/{case}"
    page = counter.get(path)
    for words in ("渡した。新しい証明書と差し替えます", "被災者生活再建支援金", "未確認"):
        assert words in page.visible
    missing = counter.submit(page, path, words="")
    assert missing.status == 422
    assert "伝え方を選んでください" in missing.visible
    counter.submit(page, path, means="not_reached", words="留守")
    assert "まだ" in counter.get("/counter/regrades").visible
    counter.submit(counter.get(path), path, means="phone", told_to="世帯主", words="軽くなりました")
    with inside(app):
        found = find_regrade(case)
        assert (found.is_told, found.is_exchanged, found.is_open) == (True, False, True)

    sample = f"/certificates/applications/{case}/risai"
    counter.submit(counter.get(sample), f"{sample}/issue")
    paper = counter.get(sample)
    counter.submit(paper, next(one.action for one in paper.forms if "hand-over" in one.action))
    with inside(app):
        assert [one.is_open for one in list_regrades()] == [False]
    assert "軽くなりました" in judge.get(path).visible
    csv = counter.get("/counter/regrades.csv")
    assert "佐藤 一郎" in csv.body.decode("utf-8-sig")

    with writing_in(app):
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    assert counter.get(path).status == 404
    with inside(app):
        notices = db.session.scalars(db.select(RegradeNotice)).all()
        assert {one.scope for one in notices if one.words} == {SCOPES.sealed}
    assert "軽くなりました" in desk_of("hogo").get(path).visible


def test_what_the_offices_of_supports_say_stays_with_the_changed_grade(desk_of, app):
    case, head = household_with_a_certificate(app)
    with writing_in(app):
        make_judgement(find_application(case), DamageGrade.QUASI_HALF)
    desk, path = desk_of("counter"), f"/counter/regrades/{case}"
    asked = {"state_donations": "granted", "note_donations": "第1次 25万円", "state_tax": "none"}
    desk.submit(desk.get(path), f"{path}/support", **asked)
    long = desk.submit(desk.get(path), f"{path}/support", note_donations="い" * 201)
    assert (long.status, "い" * 201 in long.text) == (422, True)
    with inside(app):
        [found] = list_regrades()
        assert found.granted == ["donations"]
        assert sorted(found.support) == ["donations", "tax"]
    assert "手続き 1件" in desk.get("/counter/regrades").visible
    desk.submit(desk.get(path), f"{path}/support", state_donations="settled")
    csv = desk.get("/counter/regrades.csv").body.decode("utf-8-sig")
    assert "義援金: 変更の手続き済み 第1次 25万円" in csv
    assert desk.get("/counter/regrades.pdf").body.startswith(b"%PDF")

    with writing_in(app):
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    with inside(app):
        checks = db.session.scalars(db.select(SupportCheck)).all()
        assert {one.scope for one in checks if one.note} == {SCOPES.sealed}
    hogo = desk_of("hogo")
    assert "第1次 25万円" in hogo.get(path).text
    assert "佐藤" not in hogo.get("/counter/regrades.csv").body.decode("utf-8-sig")
