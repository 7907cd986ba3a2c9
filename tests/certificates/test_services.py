"""Numbers, snapshots, copies, replacement and wrong issue in a real ledger."""

from datetime import date

import pytest

from tests.damage.support import (
    CLERK,
    make_application,
    make_judgement,
    make_people,
    writing,
)
from tests.prepared import SCOPES
from victim_support.certificates import queries, services
from victim_support.certificates.models import NumberEntry
from victim_support.certificates.rules import (
    NumberState,
    PaperKind,
    WayOut,
    check_code,
    snapshot_hash,
)
from victim_support.core.db import db
from victim_support.core.documents.glyphs import PEN_BOX
from victim_support.core.scopes import using_scopes
from victim_support.core.settings import put_setting
from victim_support.damage import services as damage
from victim_support.damage.rules import DamageGrade, RequestedPaper
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("program")]


@pytest.fixture
def application():
    with writing():
        made = make_application(*make_people("𠮷田 邉\U000e0110太郎", "𠮷田 﨑子"))
        make_judgement(made, DamageGrade.HALF)
    return made


def issue(application, kind=PaperKind.RISAI, **more):
    with writing():
        certificate = services.issue_paper(application, kind, by=CLERK, **more)
    return queries.get_paper(certificate.id)


def test_a_paper_gets_a_number_a_snapshot_and_its_first_copy(application):
    paper = issue(application)

    assert paper.certificate.number == "T7-000001-" + paper.certificate.number[-1]
    assert paper.state is NumberState.ISSUED
    assert [copy.copy_number for copy in paper.copies] == [1]
    snapshot = paper.certificate.snapshot
    assert snapshot["head_name"] == "𠮷田 邉\U000e0110太郎"
    assert snapshot["members"] == [
        {"name": "𠮷田 邉\U000e0110太郎", "relation": "世帯主"},
        {"name": "𠮷田 﨑子", "relation": "子"},
    ]
    assert [grade["label"] for grade in snapshot["grades"] if grade["checked"]] == ["半壊"]
    assert snapshot["cause"] == "令和8年7月15日の豪雨による"
    assert snapshot["box2"] == "床上浸水"
    assert snapshot["issuer"] == "鼎名古熊市長 山田 﨑男"


def test_what_was_issued_does_not_change_with_the_person(application):
    paper = issue(application)
    before = paper.certificate.snapshot_hash
    with writing():
        victims.update_person(application.head_person_id, name="田中 太郎", address="別の町1")

    again = queries.get_paper(paper.id)
    assert again.certificate.snapshot["head_name"] == "𠮷田 邉\U000e0110太郎"
    kept = again.certificate.snapshot or {}
    assert snapshot_hash(kept) == before == again.certificate.snapshot_hash


def test_every_number_drawn_is_in_the_register_without_gaps(application):
    issue(application, PaperKind.RECEIPT)
    issue(application)
    with writing():
        other = make_application(*make_people("鈴木 実"))
    issue(other, PaperKind.RECEIPT)

    entries = db.session.query(NumberEntry).order_by(NumberEntry.counter).all()
    assert [entry.counter for entry in entries] == [1, 2, 3]
    assert {entry.scope for entry in entries} == {SCOPES.core}


def test_a_number_is_not_drawn_when_issuing_fails(application):
    def issue_and_fail():
        with writing():
            made = services.issue_paper(application, PaperKind.RISAI, by=CLERK)
            services.print_lost_copy(queries.get_paper(made.id), reason="", by=CLERK)

    with pytest.raises(services.CertificateError):
        issue_and_fail()

    assert issue(application).certificate.number.startswith("T7-000001-")


def test_numbers_go_on_in_the_next_disaster(application):
    issue(application)
    with using_scopes(SCOPES.of_disaster("20260901A")):
        with writing():
            other = make_application(*make_people("鈴木 実"))
        paper = issue(other, PaperKind.RECEIPT)

        assert paper.certificate.number.startswith("T7-000002-")


def test_without_an_approved_judgement_nothing_is_issued():
    with writing():
        application = make_application(*make_people("佐藤 一郎"))
        make_judgement(application, approved=False)
        with pytest.raises(services.NotReadyError, match="承認された判定がまだありません"):
            services.issue_paper(application, PaperKind.RISAI, by=CLERK)


def test_without_an_issuer_nothing_is_issued(application):
    with writing():
        put_setting(key="issuer_title", value="")
        put_setting(key="issuer_name", value="")
        with pytest.raises(services.NotReadyError, match="発行者"):
            services.issue_paper(application, PaperKind.RISAI, by=CLERK)


def test_a_paper_with_two_heads_is_not_issued():
    with writing():
        household, people = make_people("佐藤 一郎", "佐藤 花子")
        made = make_application(household, people, head_person_id=people[1].id)
        make_judgement(made)
    [problem] = services.propose(made, PaperKind.RISAI).problems
    assert "世帯主でない方の続柄" in problem
    assert "佐藤" not in problem  # it stands on the list of a bulk issue

    with writing():
        members = [damage.MemberEntry(people[0].id, "夫"), damage.MemberEntry(people[1].id)]
        damage.change_members(made, members=members, reason="世帯主が亡くなった")
    paper = issue(made)

    assert [one["relation"] for one in paper.certificate.snapshot["members"]] == ["世帯主", "夫"]


def test_the_same_paper_is_not_issued_twice(application):
    paper = issue(application)

    with pytest.raises(services.AlreadyIssuedError, match="再交付") as refused, writing():
        services.issue_paper(application, PaperKind.RISAI, by=CLERK)

    assert refused.value.paper.id == paper.id


def test_a_lost_copy_keeps_its_number_and_gets_a_new_copy_number(application):
    paper = issue(application)
    with writing():
        copy = services.print_lost_copy(queries.get_paper(paper.id), reason="紛失", by=CLERK)

    assert copy.copy_number == 2
    again = queries.get_paper(paper.id)
    assert again.last_copy == 2
    assert again.certificate.number == paper.certificate.number
    assert db.session.query(NumberEntry).count() == 1


def test_the_old_paper_stays_valid_until_the_new_one_is_handed_over(application):
    old = issue(application)
    with writing():
        make_judgement(application, DamageGrade.LARGE_HALF)
    new = issue(application)

    assert new.certificate.supersedes == old.certificate.number
    assert queries.check_number(old.certificate.number).state is NumberState.ISSUED
    assert queries.check_number(new.certificate.number).state is NumberState.DRAWN

    with writing():
        services.hand_over(queries.get_paper(new.id), by=CLERK)

    was = queries.check_number(old.certificate.number)
    assert was.state is NumberState.SUPERSEDED
    assert was.entry is not None
    assert was.entry.successor == new.certificate.number
    assert queries.check_number(new.certificate.number).state is NumberState.ISSUED


def test_one_that_waits_goes_when_a_newer_judgement_comes_and_one_paper_counts(application):
    old = issue(application)
    for grade in (DamageGrade.LARGE_HALF, DamageGrade.TOTAL):
        with writing():
            make_judgement(application, grade)
        new = issue(application)

    assert new.certificate.supersedes == old.certificate.number
    with writing():
        services.hand_over(queries.get_paper(new.id), by=CLERK)

    papers = queries.get_papers(application.id, PaperKind.RISAI).listed
    assert [paper.state for paper in papers] == ["superseded", "spoiled", "issued"]


def test_a_lighter_second_round_changes_nothing_under_the_heavier_policy(application):
    issue(application)
    with writing():
        make_judgement(application, DamageGrade.PARTIAL)

    with pytest.raises(services.AlreadyIssuedError), writing():
        services.issue_paper(application, PaperKind.RISAI, by=CLERK)


def test_a_paper_issued_by_mistake_is_void_and_a_new_one_can_be_issued(application):
    paper = issue(application)
    with writing():
        with pytest.raises(services.CertificateError, match="理由"):
            services.void_paper(queries.get_paper(paper.id), reason=" ", by=CLERK)
        services.void_paper(queries.get_paper(paper.id), reason="別の世帯に渡した", by=CLERK)

    assert queries.check_number(paper.certificate.number).state is NumberState.VOID
    with pytest.raises(services.WrongStateError), writing():
        services.print_lost_copy(queries.get_paper(paper.id), reason="紛失", by=CLERK)
    assert issue(application).certificate.number.startswith("T7-000002-")


def test_a_spoiled_paper_uses_its_number_up(application):
    paper = issue(application)
    with writing():
        services.spoil_paper(queries.get_paper(paper.id), reason="紙づまり", by=CLERK)

    assert queries.check_number(paper.certificate.number).state is NumberState.SPOILED
    with pytest.raises(services.WrongStateError), writing():
        services.void_paper(queries.get_paper(paper.id), reason="誤り", by=CLERK)
    assert issue(application).certificate.number.startswith("T7-000002-")


def test_checking_says_unknown_for_a_number_nobody_drew(application):
    issue(application)
    other = check_code("K7-000123-W", 1)

    assert queries.check_number(other).number == "K7-000123-W"
    assert queries.check_number(other).state is None
    assert queries.check_number("T7-000001-?").number is None


def test_checking_a_scanned_code_of_an_old_paper_compares_the_content(application):
    paper = issue(application)
    number, digest = paper.certificate.number, paper.certificate.snapshot_hash

    assert queries.check_number(check_code(number, 1)).state is NumberState.ISSUED
    assert queries.check_number(f"VS1:{number}:1:{digest[:10]}").is_same_content is True
    assert queries.check_number(f"VS1:{number}:1:0123456789").is_same_content is False
    assert queries.check_number(paper.certificate.number).is_same_content is None


def test_a_protected_member_is_not_on_the_paper_of_another():
    with writing():
        household, people = make_people("佐藤 一郎", "佐藤 花子")
        application = make_application(household, people)
        make_judgement(application)
        victims.seal_person(people[1].id, Protection.HIDE_PRESENCE)
        db.session.flush()
        proposal = services.propose(application, PaperKind.RISAI)

    assert [member["name"] for member in proposal.values["members"]] == ["佐藤 一郎"]
    assert proposal.left_out == 1
    assert "花子" not in str(proposal.values)


def test_the_papers_of_a_protected_person_lie_in_the_sealed_scope():
    with writing():
        household, people = make_people("佐藤 花子", "佐藤 健太", protected={"佐藤 花子"})
        application = make_application(household, people)
        make_judgement(application)
    paper = issue(application)

    assert paper.certificate.scope == SCOPES.sealed
    assert paper.certificate.snapshot["head_name"] == "佐藤 花子"
    assert {copy.scope for copy in paper.copies} == {SCOPES.sealed}
    assert paper.entry.scope == SCOPES.core


@pytest.mark.parametrize(
    ("way", "typed", "printed"),
    [
        pytest.param(WayOut.SUBSTITUTE, "外山 一郎", "外山 一郎", id="代わりの字"),
        pytest.param(WayOut.KANA, "", "とやま いちろう", id="かな"),
        pytest.param(WayOut.PEN, "", f"{PEN_BOX}山 一郎", id="手書きの空欄"),
    ],
)
def test_an_unprintable_name_is_issued_by_one_of_three_ways_only(way, typed, printed):
    name = "\ue000山 一郎"
    with writing():
        household, people = make_people(name, kana="とやま いちろう")
        application = make_application(household, people)
        make_judgement(application)
        with pytest.raises(services.NotReadyError) as refused:
            services.issue_paper(application, PaperKind.RISAI, by=CLERK)

    assert [one.characters for one in refused.value.proposal.unprintable] == ["外字 U+E000"]
    paper = issue(application, substitutes={name: services.Substitute(way, typed)})
    assert paper.certificate.snapshot["head_name"] == printed
    assert paper.certificate.snapshot["members"][0]["name"] == printed
    assert paper.certificate.snapshot["names"] == [
        {"original": name, "way": way.value, "printed": printed}
    ]


def test_a_substitute_must_be_printable_too():
    name = "\ue000山"
    with writing():
        household, people = make_people(name)
        application = make_application(household, people)
        make_judgement(application)
        proposal = services.propose(
            application,
            PaperKind.RISAI,
            substitutes={name: services.Substitute(WayOut.SUBSTITUTE, "\ue001山")},
        )

    assert [one.text for one in proposal.unprintable] == ["\ue001山"]


def test_the_paper_without_a_grade_needs_no_judgement():
    with writing():
        application = make_application(
            *make_people("佐藤 一郎"),
            requested=RequestedPaper.HISAI,
            reported_damage="物置の屋根が飛んだ",
        )
    paper = issue(application, PaperKind.HISAI)

    assert paper.certificate.snapshot["reported_damage"] == "物置の屋根が飛んだ"
    assert "grade" not in paper.certificate.snapshot


def test_the_day_on_the_paper_is_the_day_of_issue(application):
    proposal = services.propose(application, PaperKind.RISAI, issued_on=date(2026, 8, 20))

    assert proposal.values["issued_on"] == "令和8年(2026年)8月20日"


def test_members_can_be_left_off_by_setting(application):
    with writing():
        put_setting(key="certificate.show_members", value=False)

    assert services.propose(application, PaperKind.RISAI).values["members"] == []


def test_two_papers_that_count_are_found_and_stop_a_third(application):
    first = issue(application)
    with writing():
        services.void_paper(first, reason="試し", by=CLERK)
    second = issue(application)
    assert queries.list_doubled_sets() == []

    with writing():  # as when another laptop had issued it
        queries.get_paper(first.id).entry.state = NumberState.ISSUED

    (papers,) = queries.list_doubled_sets()
    assert [paper.id for paper in papers] == [first.id, second.id]
    assert any("2枚" in each for each in services.propose(application, PaperKind.RISAI).problems)
    with writing():
        services.void_paper(queries.get_paper(second.id), reason="二重の交付", by=CLERK)
    assert queries.list_doubled_sets() == []
