"""Lines of the support register by hand: added, corrected, taken off, kept by the next import."""

from tests.evacuees.support import PROTECTED, inside
from tests.vulnerable.registers import ROWS, take_in
from victim_support.core.db import db, transaction
from victim_support.core.scopes import current_scopes
from victim_support.victims.models import person_id_of
from victim_support.victims.rules import Protection
from victim_support.vulnerable.models import SupportEntry
from victim_support.vulnerable.rules.register import Consent, PlanState
from victim_support.vulnerable.services import lines

LINE = {
    "name": "佐藤　花子",
    "kana": "サトウ　ハナコ",
    "birth": "S31.5.2",
    "sex": "female",
    "address": "名取市飯野坂1-2-3",
    "district": "飯野坂",
    "reasons": "身体障害2級",
    "consent": "yes",
    "plan": "made",
    "supporters": "佐藤　健太 090-0000-0002",
    "destination": "上郷小学校",
    "position": "38.17, 140.88",
}


def add(office, **values):
    page = office.get("/support/entry")
    return office.submit(page, "/support/entry", follow=True, **LINE | values)


def line_of(page, name):
    """Return the id of the line that a list links under a name."""
    return page.text.split(f'">{name}</a>')[0].rsplit("/support/entries/", 1)[1][:36]


def edit(office, entry_id, **values):
    page = office.get(f"/support/entries/{entry_id}/edit")
    return office.submit(page, f"/support/entries/{entry_id}/edit", follow=True, **values)


def entries(app):
    with inside(app):
        rows = db.session.query(SupportEntry).filter_by(is_withdrawn=False)
        return {row.name: row for row in rows}


def test_somebody_is_added_by_hand_with_the_plan_and_matched(office, app):
    page = add(office)

    assert "名簿に加えました" in page.visible
    assert "佐藤 花子" in page.visible.replace("\u3000", " ")
    row = entries(app)["佐藤　花子"]
    with inside(app):
        assert (row.person_id, row.register_number) == (person_id_of("1002"), "1002")
    assert (row.consent, row.plan) == (Consent.YES, PlanState.MADE)
    assert (row.latitude, row.edited_at is not None) == (38.17, True)
    again = add(office, birth="1956/5/2")
    assert again.status == 422
    assert "もう名簿にあります" in again.visible


def test_what_is_missing_is_said_beside_the_field_and_the_rest_stays(office):
    blank = office.get("/support/entry").form("/support/entry")
    assert ("consent", Consent.UNKNOWN.value) in blank.fields
    page = add(office, name="", reasons="", birth="70歳", position="駅の裏", consent_on="99/99")

    assert page.status == 422
    for words in ("氏名を入れて", "要介護4、身体", "年月日で", "緯度と経度として", "日付として"):
        assert words in page.visible
    assert ("address", LINE["address"]) in page.form("/support/entry").fields
    assert ("position", "駅の裏") in page.form("/support/entry").fields


def test_a_correction_is_kept_by_the_next_import_and_so_is_who_was_taken_off(office, app):
    take_in(app)
    listed = office.get("/support")
    kiyo, namiko = line_of(listed, "佐藤　キヨ"), line_of(listed, "海野　波子")

    edited = edit(office, kiyo, phone="090-9999-0000", plan="making", supporters="民生委員 某")
    office.submit(
        office.get(f"/support/entries/{namiko}/edit"),
        f"/support/entries/{namiko}/withdraw",
        reason="転出",
    )
    add(office)
    report = take_in(app, *ROWS, coverage="full")

    assert "直しました" in edited.visible
    assert "手で書いた、または直した記載です" in office.get(f"/support/entries/{kiyo}").visible
    assert (report.kept, report.missing, report.created) == (2, 0, 0)
    rows = entries(app)
    assert rows["佐藤　キヨ"].phone == "090-9999-0000"
    assert rows["佐藤　キヨ"].plan is PlanState.MAKING
    assert "海野　波子" not in rows
    assert "佐藤　花子" in rows


def test_a_file_that_protects_seals_a_corrected_line_as_it_is(office, app):
    take_in(app, ROWS[0])
    kiyo = line_of(office.get("/support"), "佐藤　キヨ")
    edit(office, kiyo, phone="090-9999-0000")

    with inside(app), transaction(reason="試験"):
        row = db.session.query(SupportEntry).one()
        lines.assign(row.id, {"protection": Protection.HIDE_PRESENCE})
    row = entries(app)["佐藤　キヨ"]
    with inside(app):
        assert row.scope == current_scopes().sealed
    assert (row.protection, row.phone) == (Protection.HIDE_PRESENCE, "090-9999-0000")
    assert "キヨ" not in office.get("/support").text


def test_somebody_protected_is_answered_like_everybody_and_nothing_there_is_changed(office, app):
    take_in(app)
    told = {"name": PROTECTED, "kana": "ワタナベ　シズカ", "birth": "1988/3/12", "phone": "1"}

    page = add(office, **told, address="名取市愛の杜2-1", reasons="別の事由")

    assert page.status == 200
    assert "一覧に出ない方の記載は、保護担当が扱います" in page.visible
    assert "静香" not in page.text
    row = entries(app)[PROTECTED]
    with inside(app):
        assert row.scope == current_scopes().sealed
    assert (row.reasons, row.phone, row.edited_at) == ("難病", "1", None)
    assert office.get(f"/support/entries/{row.id}/edit").status == 404


def test_two_at_once_are_told_and_only_the_office_may(office, staff, app):
    take_in(app)
    kiyo = line_of(office.get("/support"), "佐藤　キヨ")
    opened = office.get(f"/support/entries/{kiyo}/edit")
    with inside(app), transaction(reason="ほかの人"):
        db.session.query(SupportEntry).filter_by(name="佐藤　キヨ").one().note = "2階で寝ている"

    late = office.submit(opened, f"/support/entries/{kiyo}/edit", phone="1")

    assert late.status == 409
    assert "2階で寝ている" in late.visible
    assert ("phone", "1") in late.form(f"/support/entries/{kiyo}/edit").fields
    assert staff.get("/support/entry").status == 403
    assert staff.get(f"/support/entries/{kiyo}/edit").status == 403
