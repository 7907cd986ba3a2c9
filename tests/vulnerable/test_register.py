"""The support register: taken in, seen by consent, given out on a ground, never the protected."""

import csv
import io

import pytest

from tests.evacuees.support import PROTECTED, came, inside, open_household, pdf_text, register
from tests.vulnerable.registers import ROWS, file_of, take_in
from victim_support.core.db import db, transaction
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries.finding import candidate_of
from victim_support.evacuees.services import person_of, protect_person
from victim_support.residents.queries import find_resident
from victim_support.victims.models import person_id_of
from victim_support.victims.rules import Protection
from victim_support.vulnerable.models import SafetyCheck, SupportEntry, SupportProvision
from victim_support.vulnerable.rules.register import Consent, ProvisionGround
from victim_support.vulnerable.services import find_open_vulnerable

on_both = pytest.mark.db
KIYO, TAKASHI, NAMIKO = "佐藤 キヨ", "髙志", "海野 波子"


@on_both
def test_lines_are_read_matched_and_told_when_refused(shelters, app):
    report = take_in(app)

    assert (report.rows_read, report.created, report.protected, report.matched) == (5, 4, 1, 3)
    assert (report.agreed, report.unasked, report.refused_consent) == (2, 1, 1)
    assert [(one.row, one.why) for one in report.refused] == [(6, "3列目: 氏名がありません")]
    assert [one.why for one in report.repaired] == ["緯度と経度が逆でした。"]
    with inside(app):
        by_name = {row.name: row for row in db.session.query(SupportEntry)}
        assert by_name["𠮷田　髙志"].person_id == person_id_of("1011")
        assert by_name["海野　波子"].latitude == 38.2
        assert by_name[PROTECTED].scope == current_scopes().sealed
        assert by_name["海野　波子"].consent is Consent.UNKNOWN


def test_a_trial_writes_nothing(shelters, app):
    assert take_in(app, is_dry_run=True).created == 4
    with inside(app):
        assert db.session.query(SupportEntry).count() == 0


@on_both
def test_the_same_file_again_changes_nothing_and_a_full_one_withdraws(shelters, app):
    take_in(app)
    again = take_in(app)
    fewer = take_in(app, *ROWS[:2], coverage="full")

    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)
    assert fewer.missing == 2
    with inside(app):
        left = db.session.query(SupportEntry).filter_by(is_withdrawn=False)
        assert {row.number for row in left} == {"1", "2"}


def test_a_part_leaves_the_others_alone(shelters, app):
    take_in(app)
    take_in(app, ROWS[0].replace("要介護4", "要介護5"), coverage="partial")

    with inside(app):
        kept = {row.number: row.reasons for row in db.session.query(SupportEntry)}
        assert kept["1"] == "要介護5"
        assert len(kept) == 4


def test_over_the_screen_it_is_tried_out_before_it_is_taken_in(office, app):
    file = (io.BytesIO(file_of()), "名簿.csv")
    tried = office.post("/support/imports", {"file": file}, follow=True)

    assert "まだ何も書いていません" in tried.visible
    assert "3列目: 氏名がありません" in tried.visible


def test_without_a_decision_a_shelter_sees_who_agreed(staff, office, app):
    take_in(app)

    seen, whole = staff.get("/support").text, office.get("/support").text

    assert "キヨ" in seen
    assert TAKASHI not in seen
    assert TAKASHI in whole
    assert "波子" in whole
    assert PROTECTED not in seen + whole


def test_after_the_decision_a_shelter_sees_everybody(staff, office, app):
    take_in(app)
    decide(office)

    seen = staff.get("/support").text

    assert TAKASHI in seen
    assert PROTECTED not in seen


def decide(office, **values):
    told = {"cause": "imminent", "reason": "氾濫のおそれ", "decided_by": "市長 某"} | values
    return office.submit(
        office.get("/support/provisions"), "/support/decisions", follow=True, **told
    )


def give(office, **values):
    told = {
        "recipient_kind": "fire",
        "recipient": "消防署",
        "purpose": "安否確認",
        "ground": "consent",
    } | values
    page = office.get("/support/provisions")
    return office.submit(page, "/support/provisions", follow=True, **told)


def test_without_consent_nothing_is_given_before_the_decision(office, app):
    take_in(app)

    refused = give(office, ground="emergency")

    assert refused.status == 422
    with inside(app):
        assert db.session.query(SupportProvision).count() == 0


def test_who_agreed_is_given_and_it_is_written_down(office, app, tmp_path):
    take_in(app)

    page = give(office)

    paper = pdf_text(office.get(f"{page.path}/list.pdf").body, tmp_path)
    assert "佐藤キヨ" in paper
    assert "消防署" in paper
    assert "第49条の11第2項" in paper
    for name in ("髙志", "波子", "静香"):
        assert name not in paper
    with inside(app):
        given = db.session.query(SupportProvision).one()
        assert given.ground is ProvisionGround.CONSENT
        assert len(given.entry_ids or ()) == 1


@on_both
def test_after_the_decision_everybody_but_the_protected_is_given(office, app):
    take_in(app)
    decide(office)

    page = give(office, ground="emergency")
    table = office.get(f"{page.path}/list-utf8.csv").body.decode("utf-8-sig")

    _header, *names, mark = [row[1] for row in csv.reader(io.StringIO(table))]
    assert sorted(names) == sorted(["佐藤　キヨ", "𠮷田　髙志", "海野　波子"])
    assert mark.startswith("書き出し 令和")
    assert "静香" not in table


def test_when_the_decision_ends_only_consent_is_left(office, app):
    take_in(app)
    decide(office)
    office.submit(office.get("/support/provisions"), "/support/decisions/end", follow=True)

    assert give(office, ground="emergency").status == 422


def test_a_decision_needs_its_reason_and_who_decided(office, app):
    refused = decide(office, reason="", decided_by="")

    assert refused.status == 422
    assert "なぜ必要か" in refused.visible
    assert "市町村長か" in refused.visible


def test_whoever_is_protected_after_a_provision_is_on_no_later_paper(office, app, tmp_path):
    take_in(app)
    page = give(office)
    with inside(app), transaction(reason="試験"):
        protect_resident("1004")

    paper = pdf_text(office.get(f"{page.path}/list.pdf").body, tmp_path)

    assert "キヨ" not in paper
    assert "保護された方がいます" in office.get(page.path).visible
    with inside(app):
        assert not find_open_vulnerable()


def protect_resident(number):
    resident = find_resident(number)
    assert resident is not None
    person = person_of(candidate_of(resident), resident.household_id)
    protect_person(person.id, Protection.HIDE_PRESENCE)


def test_a_round_is_typed_back_in_one_go(staff, office, app):
    take_in(app)
    page = office.get("/support")
    ids = [each[:36] for each in page.text.split('name="outcome-')[1:]]

    found = office.submit(
        page,
        "/support/checks",
        follow=True,
        source="3班",
        **{f"outcome-{ids[0]}": "safe", f"outcome-{ids[1]}": "rescue"},
    )

    assert "2人の結果を記録しました" in found.visible
    assert "無事(会った・本人と話した)（3班）" in found.visible
    assert "3班 から" in found.visible
    assert "要救助" in staff.get("/rescue").visible
    with inside(app):
        assert db.session.query(SafetyCheck).count() == 1


def test_who_found_it_must_be_named_and_the_choices_stay(office, app):
    take_in(app)
    page = office.get("/support")
    person = page.text.split('name="outcome-')[1][:36]

    refused = office.submit(page, "/support/checks", **{f"outcome-{person}": "absent"})

    assert refused.status == 422
    assert "班や話した方の名前を入れてください" in refused.visible
    assert (f"outcome-{person}", "absent") in refused.form("/support/checks").fields


def test_somebody_who_came_to_a_shelter_is_confirmed(desk, office, app):
    take_in(app)
    page = open_household(desk, "satou")
    register(desk, page, came=[came(page, 1)[0]])

    assert "本人が避難所で受付" in office.get("/support").visible


def test_the_map_knows_numbers_and_states_and_no_names(office, app):
    take_in(app)

    script = office.get("/support/places.js").body.decode()

    assert "38.17" in script
    for words in ("キヨ", "佐藤", "飯野坂", "要介護"):
        assert words not in script
    assert "位置がわからず地図にない方が 1人" in office.get("/support").visible


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/support", "reception", 403),
        ("/support", "counter", 403),
        ("/support/provisions", "shelter_manager", 403),
        ("/support/imports", "shelter_manager", 403),
        ("/support/imports", "admin", 200),
        ("/support", "admin", 403),
    ],
)
def test_the_matrix_says_who_opens_what(desk_of, shelters, path, role, status):
    assert desk_of(role).get(path).status == status
