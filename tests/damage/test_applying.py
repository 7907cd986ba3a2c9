"""The items of the unified application form: what is asked, kept and told on the receipt."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.damage.support import ADDRESS, inside, make_people, name_issuer, writing_in
from victim_support.damage import queries
from victim_support.damage.rules.applying import (
    DamagedPart,
    HeadState,
    OtherMember,
    head_problem,
    identity_problem,
    missing_consents,
    parts_of,
    parts_text,
    read_others,
)
from victim_support.damage.weeks import NOT_YET, expected_words, set_week

RECEIVE = "/damage/applications"


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (("later", "", ""), None),
        (("photo_card", "", ""), None),
        (("questions", "", ""), "identity_detail"),
        (("questions", "家族の名前と前の住所", ""), None),
        (("vouched", "", " "), "identity_vouched_by"),
        (("vouched", "", "区長 山田"), None),
    ],
)
def test_identity_without_documents_says_what_was_asked_or_who_vouched(given, asked):
    problem = identity_problem(*given)

    assert (problem[0] if problem else None) == asked


@pytest.mark.parametrize(
    ("state", "applies", "is_legal", "is_refused"),
    [
        (HeadState.PRESENT, True, False, False),
        (HeadState.DEAD, True, True, True),
        (HeadState.DEAD, False, False, False),
        (HeadState.MISSING, True, False, True),
        (HeadState.MINOR, True, False, True),
        (HeadState.MINOR, True, True, False),
    ],
)
def test_a_head_who_cannot_apply_is_refused(state, applies, is_legal, is_refused):
    assert bool(head_problem(state, applies=applies, is_legal=is_legal)) is is_refused


def test_others_are_read_one_a_line_and_a_line_without_a_name_is_refused():
    text = "鈴木 𠮷子、すずき よしこ、同居人\n\nマリア・ガルシア\n王,,子"

    assert read_others(text) == [
        OtherMember("鈴木 𠮷子", "すずき よしこ", "同居人"),
        OtherMember("マリア・ガルシア"),
        OtherMember("王", "", "子"),
    ]
    for wrong in ("、すずき", "鈴木、すずき、妻、38歳"):
        with pytest.raises(ValueError, match="1人目"):
            read_others(wrong)


def test_damaged_parts_are_kept_in_the_order_of_the_form():
    assert parts_of(parts_text([DamagedPart.FLOOR, DamagedPart.ROOF])) == [
        DamagedPart.ROOF,
        DamagedPart.FLOOR,
    ]
    assert parts_text([]) is None
    assert parts_of("roof,something_newer") == [DamagedPart.ROOF]


def test_consents_that_were_not_given_are_named():
    assert missing_consents(registers=True, sharing=None) == ["証明書の支援窓口での利用"]


def test_the_week_of_a_district_is_told_by_any_day_of_it(app):
    with writing_in(app):
        assert expected_words(ADDRESS) == NOT_YET
        set_week("上郷飯沼", date(2026, 7, 29))
    with inside(app):
        assert "7月27日からの週" in expected_words(ADDRESS)


def test_an_application_keeps_every_item_and_refuses_what_is_not_told(desk_of, app):
    with writing_in(app):
        name_issuer()
        household, people = make_people("佐藤 一郎", "佐藤 健太")
        new, son = f"/damage/applications/new/{household.id}", people[1].id
        father = people[0].id
    desk = desk_of("counter")
    typed = {
        "address": "架空市別町9番9号",
        "identity_kind": "vouched",
        "head_state": "dead",
        "damaged_parts": ["roof", "toilet"],
        "staying_at": "上郷小学校",
        "agrees_registers": "y",
    }

    asked = desk.submit(desk.get(new), RECEIVE, **typed)
    assert asked.status == 422
    for words in ("保証した人の氏名", "何で確かめたか", "世帯主は申請できません"):
        assert words in asked.visible
    assert "上郷小学校" in asked.text
    more = {"identity_vouched_by": "区長 山田", "residence_proof": "bill", "head": str(son)}
    again = desk.submit(asked, RECEIVE, **(more | {"applicant": str(son)}))
    assert "佐藤 一郎 さんの続柄を、新しい世帯主から見た続柄に直してください" in again.visible
    done = desk.submit(again, RECEIVE, **{f"relation-{father}": "父"})

    with inside(app):
        [one] = queries.list_applications()
        assert one.head_person_id == one.applicant_person_id == son
        relations = {row.person_id: row.relation for row in queries.list_members(one)}
        assert relations == {father: "父", son: "世帯主"}
        assert (one.identity_kind, one.identity_vouched_by) == ("vouched", "区長 山田")
        assert one.identity_by is not None
        assert (one.residence_proof, one.staying_at) == ("bill", "上郷小学校")
        assert parts_of(one.damaged_parts) == [DamagedPart.ROOF, DamagedPart.TOILET]
        assert (one.agrees_registers, one.agrees_sharing) == (True, False)
    receipt = desk.get(done.location)
    assert NOT_YET in receipt.visible


def test_the_office_decides_the_weeks_and_the_leaflet_is_printed(desk_of, app):
    with writing_in(app):
        household, _people = make_people("佐藤 一郎")
        new = f"/damage/applications/new/{household.id}"
    counter, judge = desk_of("counter"), desk_of("judge")
    counter.submit(counter.get(new), RECEIVE)
    page = judge.get("/damage/weeks")
    assert "判定を待つ住家 1棟" in page.visible

    wrong = judge.submit(page, "/damage/weeks", **{"rows-0-week": "7/45"})
    assert wrong.status == 422
    judge.submit(wrong, "/damage/weeks", **{"rows-0-week": "R8.7.29"})

    assert "令和8年(2026年)7月27日" in counter.get("/damage/weeks").visible
    assert "7月27日からの週" in counter.get("/damage/weeks.csv").body.decode("utf-8-sig")
    assert counter.get("/damage/leaflet.pdf").headers["Content-Type"] == "application/pdf"
    form = PdfReader(BytesIO(counter.get("/damage/applications/form.pdf").body))
    words = "".join("".join(page.extract_text().split()) for page in form.pages)
    assert len(form.pages) == 2
    for wanted in (
        "罹災原因令和8年7月",
        "住家(持家)",
        "浄化槽",
        "世帯主との続柄",
        "書類なし・聞き取り",
    ):
        assert wanted in words
