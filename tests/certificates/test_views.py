"""The counter over HTTP: find, sample, issue, print, replace, check a number."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pypdf
import pytest

from tests.certificates.conftest import HEAD, reasons_of
from tests.damage.support import (
    inside,
    make_application,
    make_judgement,
    make_people,
    writing_in,
)
from tests.prepared import DISASTER, SCOPES
from victim_support.certificates.models import Certificate, CertificateCopy, NumberEntry
from victim_support.certificates.queries import get_papers
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.settings import put_setting
from victim_support.damage.models import Application, ApplicationMember
from victim_support.damage.queries import get_application, list_members
from victim_support.damage.rules import DamageGrade, RequestedPaper
from victim_support.damage.services import Details, MemberEntry, change_members
from victim_support.disasters.queries import get_disaster
from victim_support.disasters.services import close_disaster
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection


def squeezed(text):
    """Return a text without spaces: on screen rare characters stand in spans of their own."""
    return "".join(text.split())


def text_of(page):
    assert page.headers["Content-Type"] == "application/pdf", page.visible
    return "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(page.body)).pages)


def paper_of(desk, done):
    """Follow an answer to the page that says what was issued; return the text of its PDF."""
    link = re.search(
        r'href="([^"]*paper\.pdf[^"]*)"\s+target="_blank"', desk.get(done.location).text
    )
    return text_of(desk.get(unescape(link[1])))


def sample_of(case, kind="risai"):
    return f"/certificates/applications/{case}/{kind}"


def issue(desk, case, kind="risai", **more):
    page = desk.get(sample_of(case, kind))
    return desk.submit(page, f"{sample_of(case, kind)}/issue", **more)


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
    assert [mark for mark in "①②③" if f"追加記載事項欄{mark}" in page.visible] == [*"①②③"]
    assert "がまだです" not in page.visible.replace("同意がまだです", "")
    assert entries() == []


def test_the_sample_is_printed_without_number_or_code(desk_of, case, entries):
    text = text_of(desk_of("counter").get(f"{sample_of(case)}/sample.pdf"))

    assert "見本" in squeezed(text)
    assert HEAD in text
    assert "有効かどうかは" not in text
    assert entries() == []


def test_issuing_leads_to_the_pdf_whose_text_equals_the_input(desk_of, case, entries):
    desk = desk_of("counter")
    done = issue(desk, case)

    text = paper_of(desk, done)

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


@pytest.fixture
def unidentified(app):
    """Return the id of an application of whose applicant nobody has seen a paper."""
    with writing_in(app):
        put_setting(key="issuer_title", value="鼎名古熊市長")
        application = make_application(*make_people("佐藤 一郎"), details=Details())
        make_judgement(application, DamageGrade.HALF)
        return application.id


@pytest.mark.parametrize("said", ["", "electronic", "moon"])
def test_an_open_identity_check_stands_on_the_sample_and_is_asked(
    desk_of, unidentified, entries, said
):
    desk = desk_of("counter")

    page = desk.get(sample_of(unidentified))
    done = desk.submit(page, f"{sample_of(unidentified)}/issue", identity_kind=said, follow=True)

    for words in ("本人確認がまだです", "同意がまだです", "この場では確かめない"):
        assert words in page.visible
    assert "何で確かめたか" in done.visible
    assert entries() == []


def test_what_the_desk_saw_is_written_down_with_its_officer(desk_of, unidentified, entries, app):
    desk = desk_of("counter")
    issue(desk, unidentified, identity_kind="photo_card")

    assert len(entries()) == 1
    assert "本人確認がまだ" not in desk.get(sample_of(unidentified)).visible
    with inside(app):
        kept = get_application(unidentified)
        assert (kept.identity_kind, bool(kept.identity_by)) == ("photo_card", True)


def test_a_paper_goes_out_unchecked_when_the_desk_says_so_and_that_is_kept(
    desk_of, unidentified, entries, app
):
    issue(desk_of("counter"), unidentified, identity_kind="later")

    assert len(entries()) == 1
    assert any("本人確認はまだ" in reason for reason in reasons_of(app, Certificate))
    with inside(app):
        assert get_application(unidentified).identity_at is None


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
    assert "再交付" in paper_of(desk, done)
    assert len(entries()) == 1


def test_a_lost_copy_is_printed_after_the_work_on_the_disaster_has_ended(desk_of, case, app):
    issue(desk_of("counter"), case)
    with writing_in(app):
        close_disaster(get_disaster(DISASTER))
    desk = desk_of("counter")
    desk.submit(desk.get("/disasters/"), f"/disasters/{DISASTER}/choose")
    page = desk.get(sample_of(case))

    action = next(form.action for form in page.forms if form.action.endswith("/copy"))

    assert "再交付" in paper_of(desk, desk.submit(page, action, reason="紛失"))


def test_what_a_paper_says_is_erased_by_two_people_and_its_number_stays(
    desk_of, case, entries, app
):
    counter, hq = desk_of("counter"), desk_of("hq")
    done = issue(counter, case)
    with inside(app):
        paper_id = db.session.query(Certificate).one().id
    path = f"/erasures/new/certificates/{paper_id}"
    assert path in hq.get(f"/history/certificates/{paper_id}").links
    page = hq.get(path)
    assert "番号と有効かどうかは、発行番号簿に残ります" in page.visible
    assert "証明書の種類" not in page.visible
    wanted = {"items": ["snapshot"], "ground": "総務第12号"}
    assert hq.submit(page, reason=f"{HEAD}様の求め", **wanted).status == 422
    order = hq.submit(page, reason="本人の求め", **wanted).location
    desk_of("admin").post(f"{order}/approve", follow=True)

    with inside(app):
        paper = db.session.query(Certificate).one()
        assert (paper.snapshot, bool(paper.snapshot_hash)) == (None, True)
    [entry] = entries()
    assert entry.state == NumberState.ISSUED
    assert entry.number in counter.get(done.location).visible
    refused = counter.get(f"/certificates/{paper_id}/paper.pdf?copy=1", follow=True)
    assert "記載内容は法に沿って消去した" in refused.visible


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


def test_only_headquarters_says_that_a_paper_was_issued_by_mistake(desk_of, case, entries, app):
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
    with inside(app):
        paper = db.session.query(Certificate).one().id
    assert "無効" in squeezed(text_of(counter.get(f"/certificates/{paper}/paper.pdf")))


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
        ("T7-000001", "番号を読み間違えている可能性があります。もう一度"),
        ("T7-000099-", "番号を読み間違えている可能性があります。もう一度"),
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
    assert dict(valid.form("/certificates/check").fields)["number"] == ""  # for the next one
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

    for nothing in ("", "\ue001山"):
        way = {"way-0": "substitute", "text-0": nothing}
        refused = desk.submit(page, f"{sample_of(case)}/sample", **way)
        assert "印刷する字が空か、その字も印刷できません" in refused.visible
        assert "交付して印刷する" not in refused.visible
    page = desk.submit(page, f"{sample_of(case)}/sample", **{"way-0": "kana"})
    done = desk.submit(page, f"{sample_of(case)}/issue")

    assert "とやま いちろう" in paper_of(desk, done)


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

    receipt = paper_of(desk, issue(desk, case, "receipt"))
    paper = paper_of(desk, issue(desk, case, "hisai"))

    assert "受付票" in receipt
    assert "物置の屋根が飛んだ" in paper
    assert "程度を証明するものではありません" in paper
    assert [entry.kind for entry in entries()] == ["receipt", "hisai"]


def test_s33_a_protected_member_appears_on_no_page_or_paper_of_the_counter(desk_of, app):
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
    assert "花子" not in paper_of(desk, done)
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

    opened = desk.get(done.location.replace("/issued", "/paper.pdf"), follow=True)
    again = desk.submit(page, action, reason="紛失", follow=True)

    for refused in (opened, again):
        assert "この写しは印刷できません" in refused.visible
        assert "﨑子" not in refused.text
    with inside(app):
        assert get_papers(case, PaperKind.RISAI).listed[0].last_copy == 1


def protect(app, person_id, level=Protection.HIDE_PRESENCE):
    with writing_in(app):
        victims.seal_person(person_id, level)


def child_of(app, case):
    with inside(app):
        return list_members(get_application(case))[1].person_id


def test_the_counter_is_told_the_way_on_and_headquarters_goes_it_in_one_step(
    desk_of, case, entries, app
):
    counter, headquarters = desk_of("counter"), desk_of("hq")
    issue(counter, case)
    protect(app, child_of(app, case))

    told = counter.get(sample_of(case))
    assert "本部に連絡してください" in told.visible
    assert not [form.action for form in told.forms if form.action.endswith(("/renew", "/copy"))]
    page = headquarters.get(sample_of(case))
    action = next(form.action for form in page.forms if form.action.endswith("/renew"))
    assert counter.post(action, {"reason": "変更"}).status == 403
    done = headquarters.submit(page, action)

    text = paper_of(headquarters, done)
    assert HEAD in text
    assert "﨑子" not in text
    old, new = entries()
    assert (old.state, old.state_reason, new.state) == ("void", "記載内容の変更", "issued")
    assert new.number in text


def head_of(case):
    return get_application(case).head_person_id


def test_a_renewal_that_was_not_agreed_on_leaves_the_old_paper(desk_of, case, entries, app):
    headquarters = desk_of("hq")
    issue(desk_of("counter"), case)
    protect(app, child_of(app, case))
    page = headquarters.get(sample_of(case))
    action = next(form.action for form in page.forms if form.action.endswith("/renew"))
    with writing_in(app):
        victims.update_person(head_of(case), address="別の町1番地")

    refused = headquarters.submit(page, action, follow=True)

    assert "見本のあとで内容が変わりました" in refused.visible
    assert [entry.state for entry in entries()] == ["issued"]


def test_who_was_taken_off_the_application_and_then_protected_is_printed_on_no_copy(
    desk_of, case, app
):
    desk = desk_of("counter")
    done = issue(desk, case)
    child = child_of(app, case)
    with writing_in(app):
        application = get_application(case)
        alone = [MemberEntry(head_of(case))]
        change_members(application, members=alone, reason="別居とわかった")
    protect(app, child)

    opened = desk.get(done.location.replace("/issued", "/paper.pdf"), follow=True)

    assert "この写しは印刷できません" in opened.visible
    assert "﨑子" not in opened.text


@pytest.mark.parametrize("level", [Protection.HIDE_PRESENCE, Protection.HIDE_ADDRESS])
def test_the_papers_of_who_is_protected_later_leave_the_open_scope(desk_of, case, app, level):
    desk, guardian = desk_of("counter"), desk_of("hogo")
    issue(desk, case)
    issue(desk, case, "receipt")
    with inside(app):
        head = get_application(case).head_person_id
    protect(app, head, level)

    assert desk.get(sample_of(case)).status == 404
    with inside(app):
        for model in (Application, ApplicationMember, Certificate, CertificateCopy):
            rows = db.session.query(model).all()
            living = {row.scope for row in rows if not row.is_withdrawn}
            assert living == {SCOPES.sealed}, model
        left = db.session.query(Certificate).filter_by(scope=SCOPES.core).all()
        assert [row.snapshot for row in left] == [None, None]
        [application] = db.session.query(Application).filter_by(scope=SCOPES.core)
        assert (application.head_person_id, application.contact) == (None, None)
    again = guardian.get(sample_of(case))
    assert squeezed(HEAD) in squeezed("".join(again.words))
    action = next(form.action for form in again.forms if form.action.endswith("/copy"))
    assert HEAD in paper_of(guardian, guardian.submit(again, action, reason="紛失"))


def test_what_a_paper_of_another_says_of_who_is_protected_later_is_sealed(
    desk_of, case, entries, app
):
    desk = desk_of("counter")
    issue(desk, case)
    child = child_of(app, case)
    protect(app, child)
    protect(app, child)  # a second extract of the register tells it again

    with inside(app):
        papers = {row.scope: row for row in db.session.query(Certificate)}
        assert papers[SCOPES.core].snapshot is None
        assert not papers[SCOPES.core].is_withdrawn
        assert "﨑子" in str(papers[SCOPES.sealed].snapshot)
        members = {
            row.scope: row
            for row in db.session.query(ApplicationMember)
            if not row.is_withdrawn and row.person_id == child
        }
        assert list(members) == [SCOPES.sealed]
    page = desk.get(sample_of(case))
    assert entries()[0].number in page.visible
    assert "交付して印刷する" not in page.visible


def test_a_paper_of_an_older_version_is_judged_by_who_ever_was_a_member(desk_of, case, app):
    desk = desk_of("counter")
    done = issue(desk, case)
    child = child_of(app, case)
    with writing_in(app):
        certificate = db.session.query(Certificate).one()
        certificate.snapshot = {
            key: value for key, value in certificate.snapshot.items() if key != "people"
        }
    assert "﨑子" in paper_of(desk, done)
    protect(app, child)

    opened = desk.get(done.location.replace("/issued", "/paper.pdf"), follow=True)

    assert "この写しは印刷できません" in opened.visible


def test_after_issuing_a_page_says_the_number_and_leads_to_the_next_person(desk_of, case, entries):
    desk = desk_of("counter")
    page = desk.get(issue(desk, case).location)

    [entry] = entries()
    assert "交付しました" in page.visible
    assert f"番号 {entry.number}" in page.visible
    assert "次の方へ" in page.visible
    assert 'href="/certificates/"' in page.text


def test_a_paper_of_somebody_else_or_another_day_is_not_spoiled(desk_of, case, entries, app):
    desk, other = desk_of("counter"), desk_of("hq")
    issue(desk, case)
    mine = desk.get(sample_of(case))
    action = next(form.action for form in mine.forms if form.action.endswith("/spoil"))
    theirs = other.get(sample_of(case))
    assert action not in [form.action for form in theirs.forms]
    void = next(form.action for form in theirs.forms if form.action.endswith("/void"))
    typed = theirs.form(void).values(reason="紙づまり")
    refused = other.post(action, typed, csrf=False, follow=True)

    assert "交付した人がその日のうちだけ" in refused.visible
    with writing_in(app):
        entry = db.session.query(NumberEntry).one()
        entry.state_at = clock.now() - timedelta(days=1)
    late = desk.submit(mine, action, reason="紙づまり", follow=True)
    assert "交付した人がその日のうちだけ" in late.visible
    assert action not in [form.action for form in late.forms]
    assert [entry.state for entry in entries()] == ["issued"]


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


def test_the_old_paper_comes_back_or_it_is_said_why_not(desk_of, case, entries, app):
    desk = desk_of("counter")
    issue(desk, case)
    with writing_in(app):
        make_judgement(get_application(case), DamageGrade.TOTAL)
    assert "は前の判定の証明書です" in desk.get(sample_of(case)).visible
    issue(desk, case)
    page = desk.get(sample_of(case))
    action = next(form.action for form in page.forms if form.action.endswith("/hand-over"))
    told = desk.submit(page, action, old="kept", unreturned=" ", follow=True)
    assert "返らない理由を" in told.visible
    assert entries()[0].state_reason is None
    desk.submit(page, action, old="kept", unreturned="銀行に出したまま")

    assert entries()[0].state_reason == "前の証明書は返らない: 銀行に出したまま"
    checked = desk.submit(
        desk.get("/certificates/check"), "/certificates/check", number=entries()[0].number
    )
    assert "差し替えられ、いまは有効ではありません" in checked.visible
    assert "電話ではお答えできません" in checked.visible


def test_a_protected_person_may_have_a_copy_that_does_not_say_where_she_lives(desk_of, case, app):
    with writing_in(app):
        head = get_application(case).head_person_id
        assert head is not None
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    guardian = desk_of("hogo")
    first = paper_of(guardian, issue(guardian, case))
    page = guardian.get(sample_of(case))
    action = next(form.action for form in page.forms if form.action.endswith("/copy"))
    copied = guardian.submit(page, action, reason="職場に出す", hides_address="y")

    hidden = squeezed(paper_of(guardian, copied))
    assert "上郷飯沼" in squeezed(first)
    assert "上郷飯沼" not in hidden
    assert hidden.count("本人の申出により記載していません") == 2
