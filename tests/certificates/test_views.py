"""The counter over HTTP: find, sample, issue, print, replace, check a number."""

from io import BytesIO

import pypdf
import pytest

from tests.damage.support import (
    inside,
    make_application,
    make_judgement,
    make_people,
    writing_in,
)
from victim_support.certificates.models import NumberEntry
from victim_support.certificates.queries import get_papers
from victim_support.certificates.rules import PaperKind
from victim_support.core.db import db
from victim_support.core.settings import put_setting
from victim_support.damage.queries import get_application, list_members
from victim_support.damage.rules import DamageGrade, RequestedPaper
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection

HEAD = "𠮷田 邉\U000e0110太郎"


def squeezed(text):
    """Return a text without spaces: on screen rare characters stand in spans of their own."""
    return "".join(text.split())


def text_of(page):
    assert page.headers["Content-Type"] == "application/pdf", page.visible
    return "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(page.body)).pages)


@pytest.fixture
def case(app):
    """Return the id of an application that can be issued."""
    with writing_in(app):
        put_setting(key="issuer_title", value="鼎名古熊市長")
        people = make_people(HEAD, "𠮷田 﨑子", kana="よしだ へんたろう")
        application = make_application(*people)
        make_judgement(application, DamageGrade.HALF)
        return application.id


def sample_of(case, kind="risai"):
    return f"/certificates/applications/{case}/{kind}"


def issue(desk, case, kind="risai", **more):
    page = desk.get(sample_of(case, kind))
    return desk.submit(page, f"{sample_of(case, kind)}/issue", **more)


@pytest.fixture
def entries(app):
    """Return a function that reads the number register."""

    def read():
        with inside(app):
            return db.session.query(NumberEntry).order_by(NumberEntry.counter).all()

    return read


@pytest.mark.parametrize("words", ["よしだ", "yoshida", "𠮷田", "上郷飯沼", "0000"])
def test_a_case_is_found_by_any_words(desk_of, case, words):
    desk = desk_of("counter")

    page = desk.submit(desk.get("/certificates/"), "/certificates/search", text=words)

    assert squeezed(HEAD) in squeezed("".join(page.words))
    assert "半壊" in page.visible


def test_nothing_is_found_for_words_that_nobody_has(desk_of, case):
    desk = desk_of("counter")

    page = desk.submit(desk.get("/certificates/"), "/certificates/search", text="田中")

    assert "見つかりません" in page.visible


def test_the_sample_shows_what_will_be_printed_and_draws_no_number(desk_of, case, entries):
    page = desk_of("counter").get(sample_of(case))

    assert "■ 半壊" in page.visible
    assert squeezed(HEAD) in squeezed("".join(page.words))
    assert "令和8年7月15日の豪雨による" in page.visible
    assert entries() == []


def test_issuing_leads_to_the_pdf_whose_text_equals_the_input(desk_of, case, entries):
    desk = desk_of("counter")
    done = issue(desk, case)

    text = text_of(desk.get(done.location))

    [entry] = entries()
    assert entry.number in text
    assert HEAD in text
    assert "𠮷田 﨑子" in text
    assert "■ 半壊" in text
    assert text.count("■") == 1


def test_the_same_form_sent_twice_is_one_number(desk_of, case, entries):
    desk = desk_of("counter")
    page = desk.get(sample_of(case))
    first = desk.submit(page, f"{sample_of(case)}/issue")
    second = desk.submit(page, f"{sample_of(case)}/issue")

    assert first.location == second.location
    assert len(entries()) == 1


def test_what_changed_after_the_sample_is_not_issued_unseen(desk_of, case, entries, app):
    desk = desk_of("counter")
    page = desk.get(sample_of(case))
    with writing_in(app):
        application = get_application(case)
        assert application.head_person_id is not None
        victims.update_person(application.head_person_id, address="別の町1番地")

    done = desk.submit(page, f"{sample_of(case)}/issue", follow=True)

    assert "見本のあとで内容が変わりました" in done.visible
    assert "別の町1番地" in done.visible
    assert entries() == []


def test_after_issuing_the_page_offers_the_copy_not_another_number(desk_of, case, entries):
    desk = desk_of("counter")
    issue(desk, case)

    page = desk.get(sample_of(case))

    assert "交付して印刷する" not in page.visible
    [entry] = entries()
    assert f"{entry.number} を交付しました" in page.visible


def test_a_lost_copy_is_printed_with_its_copy_number(desk_of, case, entries):
    desk = desk_of("counter")
    issue(desk, case)
    page = desk.get(sample_of(case))
    action = next(form.action for form in page.forms if form.action.endswith("/copy"))

    done = desk.submit(page, action, reason="紛失")

    assert done.location.endswith("copy=2")
    assert "再交付" in text_of(desk.get(done.location))
    assert len(entries()) == 1


def test_a_copy_that_was_never_made_is_not_found(desk_of, case):
    desk = desk_of("counter")
    done = issue(desk, case)

    assert desk.get(done.location.replace("copy=1", "copy=7")).status == 404


def test_a_new_judgement_replaces_the_paper_when_it_is_handed_over(desk_of, case, entries, app):
    desk = desk_of("counter")
    issue(desk, case)
    with writing_in(app):
        application = get_application(case)
        make_judgement(application, DamageGrade.TOTAL)
    issue(desk, case)
    page = desk.get(sample_of(case))
    assert "渡すまでは、前の証明書が有効です" in page.visible
    assert [entry.state for entry in entries()] == ["issued", "drawn"]

    action = next(form.action for form in page.forms if form.action.endswith("/hand-over"))
    desk.submit(page, action)

    assert [entry.state for entry in entries()] == ["superseded", "issued"]


def test_only_headquarters_says_that_a_paper_was_issued_by_mistake(desk_of, case, entries):
    counter, headquarters = desk_of("counter"), desk_of("hq")
    issue(counter, case)
    page = headquarters.get(sample_of(case))
    action = next(form.action for form in page.forms if form.action.endswith("/void"))

    assert counter.post(action, {"reason": "誤り"}).status == 403
    headquarters.submit(page, action, reason="別の世帯に渡した")

    [entry] = entries()
    assert (entry.state, entry.state_reason) == ("void", "別の世帯に渡した")
    checked = headquarters.submit(
        headquarters.get("/certificates/check"), "/certificates/check", number=entry.number
    )
    assert "無効（誤交付）" in checked.visible


def test_without_a_reason_nothing_is_recorded(desk_of, case, entries):
    desk = desk_of("counter")
    issue(desk, case)
    page = desk.get(sample_of(case))
    action = next(form.action for form in page.forms if form.action.endswith("/spoil"))

    done = desk.submit(page, action, reason=" ", follow=True)

    assert "理由を入れてください" in done.visible
    assert [entry.state for entry in entries()] == ["issued"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("T7-000001", "番号として読めません"),
        ("T7-000099-", "番号として読めません"),
        ("", "番号を入れてください"),
    ],
)
def test_a_number_that_cannot_be_read_is_said_to_be_so(desk_of, typed, words):
    desk = desk_of("counter")

    page = desk.submit(desk.get("/certificates/check"), "/certificates/check", number=typed)

    assert words in page.visible


def test_a_number_is_checked_as_valid_and_as_unknown(desk_of, case, entries):
    desk = desk_of("counter")
    issue(desk, case)
    [entry] = entries()
    form = desk.get("/certificates/check")

    valid = desk.submit(form, "/certificates/check", number=entry.number.lower())
    unknown = desk.submit(form, "/certificates/check", number="K7-000123-W")

    assert f"{entry.number} 有効" in valid.visible
    assert "ここにありません" in unknown.visible


def test_an_unprintable_name_is_shown_in_the_form_that_was_agreed(desk_of, app):
    with writing_in(app):
        put_setting(key="issuer_title", value="鼎名古熊市長")
        people = make_people("\ue000山 一郎", kana="とやま いちろう")
        application = make_application(*people)
        make_judgement(application)
        case = application.id
    desk = desk_of("counter")
    page = desk.get(sample_of(case))
    assert "印刷できない字があります" in page.visible
    assert "交付して印刷する" not in page.visible

    page = desk.submit(page, f"{sample_of(case)}/sample", **{"way-0": "kana"})
    done = desk.submit(page, f"{sample_of(case)}/issue")

    assert "とやま いちろう" in text_of(desk.get(done.location))


def test_the_receipt_and_the_paper_without_a_grade_come_the_same_day(desk_of, entries, app):
    with writing_in(app):
        put_setting(key="issuer_title", value="鼎名古熊市長")
        application = make_application(
            *make_people("佐藤 一郎"),
            requested=RequestedPaper.HISAI,
            reported_damage="物置の屋根が飛んだ",
        )
        case = application.id
    desk = desk_of("counter")

    receipt = text_of(desk.get(issue(desk, case, "receipt").location))
    paper = text_of(desk.get(issue(desk, case, "hisai").location))

    assert "受付票" in receipt
    assert "物置の屋根が飛んだ" in paper
    assert "程度を証明するものではありません" in paper
    assert [entry.kind for entry in entries()] == ["receipt", "hisai"]


def test_a_protected_member_appears_on_no_page_of_the_counter(desk_of, app):
    with writing_in(app):
        put_setting(key="issuer_title", value="鼎名古熊市長")
        household, people = make_people("佐藤 一郎", "佐藤 花子")
        application = make_application(household, people)
        make_judgement(application)
        victims.seal_person(people[1].id, Protection.HIDE_PRESENCE)
        case = application.id
    desk = desk_of("counter")

    done = issue(desk, case)

    assert "花子" not in desk.get(sample_of(case)).text
    assert "花子" not in text_of(desk.get(done.location))
    assert "載せない方" not in desk.get(sample_of(case)).visible
    assert "載せない方" in desk_of("hogo").get(sample_of(case)).visible


def test_who_is_protected_after_the_issue_is_printed_on_no_copy(desk_of, case, app):
    desk = desk_of("counter")
    done = issue(desk, case)
    page = desk.get(sample_of(case))
    action = next(form.action for form in page.forms if form.action.endswith("/copy"))
    with writing_in(app):
        child = list_members(get_application(case))[1].person_id
        victims.seal_person(child, Protection.HIDE_PRESENCE)

    opened = desk.get(done.location, follow=True)
    again = desk.submit(page, action, reason="紛失", follow=True)

    for refused in (opened, again):
        assert "この写しは印刷できません" in refused.visible
        assert "﨑子" not in refused.text
    with inside(app):
        assert get_papers(case, PaperKind.RISAI).listed[0].last_copy == 1


def test_the_case_of_a_protected_person_is_not_found_without_the_grant(desk_of, app):
    with writing_in(app):
        put_setting(key="issuer_title", value="鼎名古熊市長")
        application = make_application(*make_people("佐藤 花子", protected={"佐藤 花子"}))
        make_judgement(application)
        case = application.id
    counter, sealed = desk_of("counter"), desk_of("hogo")

    found = counter.submit(counter.get("/certificates/"), "/certificates/search", text="佐藤")

    assert "見つかりません" in found.visible
    assert counter.get(sample_of(case)).status == 404
    assert "佐藤 花子" in sealed.get(sample_of(case)).visible


def test_reception_may_not_open_the_counter(desk_of, case):
    assert desk_of("reception").get("/certificates/").status == 403
    assert desk_of("judge").get(sample_of(case)).status == 403
