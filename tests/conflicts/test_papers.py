"""What a conflict stops and what it does not: papers that print it, and nothing else."""

from datetime import date

import pytest

from tests.conflicts.kit import meet
from tests.conflicts.test_desk import choose
from tests.damage.support import make_application, make_people, name_issuer
from tests.prepared import staff_of
from victim_support.certificates import services as certificates
from victim_support.certificates.queries import list_set
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core.protections import Knowledge
from victim_support.damage import services as damage
from victim_support.damage.queries import get_application, get_judgement
from victim_support.damage.rules import DamageGrade, JudgementMethod, JudgementState
from victim_support.victims import services as victims
from victim_support.victims.queries import list_members

HALF, SMALL = DamageGrade.HALF, DamageGrade.PARTIAL


@pytest.fixture(autouse=True)
def word_on_protection_is_fresh(monkeypatch):
    """Let papers go out without a call: what is asked here is what a conflict stops."""
    monkeypatch.setattr(Knowledge, "is_old_beside", lambda *_: False)


class Case:
    """One household with its application, as every machine knows it."""

    def __init__(self, office):
        with office.writing("申請"):
            name_issuer()
            household, people = make_people("架空　太郎", "架空　花子")
            application = make_application(household, people)
            self.people = [person.id for person in people]
            self.household, self.id = household.id, application.id
            self.dwelling = application.dwelling_id

    def page(self, kind="risai"):
        return f"/certificates/applications/{self.id}/{kind}"

    def judge(self, office, grade):
        with office.machine.inside():
            judge = staff_of("judge").id
        with office.writing("判定"):
            survey = damage.Survey(
                JudgementMethod.FIRST_SURVEY, date(2026, 7, 20), "調査員", grade=grade
            )
            found = damage.record_judgement(
                dwelling_id=self.dwelling, survey=survey, by=staff_of("surveyor").id
            )
            damage.approve_judgement(found, by=judge)
            return found.id

    def issue(self, office, kind=PaperKind.RISAI):
        with office.writing("交付"):
            application = get_application(self.id)
            return certificates.issue_paper(application, kind, by=staff_of("counter").id).number

    def numbers(self, office):
        with office.machine.inside():
            return {paper.certificate.number: paper.state for paper in list_set(self.id)}


@pytest.fixture
def case(honbu, kamigo, kanae):
    case = Case(kamigo)
    case.judge(kamigo, HALF)
    meet(honbu, kamigo, kanae)
    return case


def dispute_name(position, case, honbu, kamigo, kanae):
    for office, name in ((kamigo, "架空　次郎"), (kanae, "架空　三郎")):
        office.update(case.people[position], name=name)
    meet(honbu, kamigo, kanae)


@pytest.mark.parametrize(("position", "who"), [(0, "世帯主の「氏名」"), (1, "さんの「氏名」")])
def test_a_disputed_name_stops_the_paper_that_prints_it_until_the_counter_decides(
    position, who, case, honbu, kamigo, kanae
):
    dispute_name(position, case, honbu, kamigo, kanae)
    counter = kanae.desk("counter")
    sample = counter.get(case.page())
    assert who in sample.visible
    assert "交付して印刷する" not in sample.visible
    with pytest.raises(certificates.NotReadyError, match="食い違って"):
        case.issue(kanae)

    link = next(link for link in sample.links if link and link.startswith("/conflicts/"))
    page = counter.get(link)
    assert "証明書の交付に戻ります" in page.visible
    form = page.forms[-1] if page.forms[-1].action.startswith("/conflicts") else page.form()
    answer = counter.submit(page, form.action, **choose(page, "架空　次郎", reason="本人が来た"))
    assert answer.status == 303, answer.visible
    assert answer.location.endswith(case.page())

    assert "交付して印刷する" in counter.get(case.page()).visible
    assert case.issue(kanae)
    meet(honbu, kamigo, kanae)
    assert honbu.count() == 0


def test_the_counter_decides_only_what_its_paper_waits_for(case, honbu, kamigo, kanae):
    stranger = kamigo.add(name="別人　一", kana="ベツジン")
    meet(honbu, kamigo, kanae)
    for office, name in ((kamigo, "別人　二"), (kanae, "別人　三")):
        office.update(stranger, name=name)
    meet(honbu, kamigo, kanae)
    asked = f"?application={case.id}&kind=risai"

    assert kanae.desk("counter").get(f"/conflicts/persons/{stranger}{asked}").status == 403
    assert kanae.desk("hq").get(f"/conflicts/persons/{stranger}{asked}").status == 200


def test_what_the_paper_does_not_say_stops_nothing(case, honbu, kamigo, kanae):
    stranger = kamigo.add(name="別人　一", kana="ベツジン")
    meet(honbu, kamigo, kanae)
    for office, name, link in ((kamigo, "別人　二", "absent"), (kanae, "別人　三", "review")):
        office.update(stranger, name=name)
        office.update(case.people[0], register_link=link)
    meet(honbu, kamigo, kanae)
    assert honbu.count() == 2

    assert case.issue(kanae)
    dispute_name(1, case, honbu, kamigo, kanae)
    assert case.issue(kanae, PaperKind.RECEIPT)  # names the applicant only


def test_reception_and_lists_go_on_while_everything_is_disputed(case, honbu, kamigo, kanae):
    for position in (0, 1):
        dispute_name(position, case, honbu, kamigo, kanae)
    with kamigo.machine.inside():
        assert len(list_members(case.household)) == 2
    with kamigo.writing("受付"):
        victims.add_needs(victims.person_rows(case.people[0])[0], [])
    for path in ("/rosters", "/presence"):
        assert kamigo.desk("hq").get(path, follow=True).status == 200


def test_two_laptops_certify_one_household_and_headquarters_keeps_one(case, honbu, kamigo, kanae):
    first, second = case.issue(kamigo), case.issue(kanae)
    assert first != second
    meet(honbu, kamigo, kanae)
    for office in (honbu, kamigo, kanae):
        assert case.numbers(office) == {first: NumberState.ISSUED, second: NumberState.ISSUED}
        listed = office.desk("hq").get("/tasks?kind=papers-doubled")
        assert case.page() in listed.text
        assert first in listed.visible
        assert second in listed.visible

    desk = honbu.desk("hq")
    page = desk.get(case.page())
    assert "有効な罹災証明書が2枚あります" in page.visible
    void = [form.action for form in page.forms if form.action.endswith("/void")]
    assert len(void) == 2
    assert desk.submit(page, void[0], reason="二重の交付").status == 303
    meet(honbu, kamigo, kanae)

    for office in (honbu, kamigo, kanae):
        assert sorted(case.numbers(office).values()) == [NumberState.ISSUED, NumberState.VOID]
        assert case.page() not in office.desk("hq").get("/tasks?kind=papers-doubled").text


def test_two_officers_who_void_each_others_paper_leave_a_task_until_it_is_issued_anew(
    case, honbu, kamigo, kanae
):
    numbers = {office: case.issue(office) for office in (kamigo, kanae)}
    meet(honbu, kamigo, kanae)
    for office, other in ((kamigo, kanae), (kanae, kamigo)):
        desk = office.desk("hq")
        page = desk.get(case.page())
        card = page.text.index(f"<h3>\n          {numbers[other]}")
        void = next(
            form.action
            for form in page.forms
            if form.action.endswith("/void") and page.text.find(form.action) > card
        )
        desk.submit(page, void, reason="二重の交付")
    meet(honbu, kamigo, kanae)

    desk = honbu.desk("hq")
    assert set(case.numbers(honbu).values()) == {NumberState.VOID}
    assert case.page() in desk.get("/tasks?kind=papers-voided").text
    assert "この世帯には有効な証明書がありません" in desk.get(case.page()).visible
    case.issue(kamigo)
    meet(honbu, kamigo)
    assert case.page() not in desk.get("/tasks?kind=papers-voided").text


def test_approved_here_and_sent_back_there_is_for_people_and_so_are_two_heads(honbu, kamigo, kanae):
    case = Case(kamigo)
    with kamigo.writing("判定"):
        survey = damage.Survey(
            JudgementMethod.FIRST_SURVEY, date(2026, 7, 20), "調査員", grade=HALF
        )
        found = damage.record_judgement(
            dwelling_id=case.dwelling, survey=survey, by=staff_of("surveyor").id
        )
        judgement = found.id
    meet(honbu, kamigo, kanae)
    with kamigo.writing("承認"):
        damage.approve_judgement(get_judgement(judgement), by=staff_of("judge").id)
        get_application(case.id).head_person_id = case.people[1]
    with kanae.writing("差し戻し"):
        by = staff_of("judge").id
        damage.return_judgement(get_judgement(judgement), reason="写真がない", by=by)
        get_application(case.id).head_person_id = None
    meet(honbu, kamigo, kanae)

    assert honbu.count() == kanae.count() == 2
    sample = kanae.desk("counter").get(case.page()).visible
    assert "判定の「決裁」が端末のあいだで食い違っています" in sample
    assert "申請の「世帯主」が端末のあいだで食い違っています" in sample
    hq = honbu.desk("hq")
    page = hq.get(f"/conflicts/judgements/{judgement}")
    assert "承認済" in page.visible
    assert "差し戻し" in page.visible
    form = page.form()
    name = next(name for name, _ in form.fields if name.startswith("judgements-"))
    parts = page.text.split(f'name="{name}"')[1:]
    part = next(each for each in parts if "承認済" in each.split("</label>")[0])
    option = part.split('value="')[1].split('"')[0]
    chosen = {name: option, "reason": "写真は届いていた"}
    assert hq.submit(page, form.action, **chosen).status == 303
    meet(honbu, kamigo, kanae)
    for office in (honbu, kamigo, kanae):
        assert office.count() == 1
        with office.machine.inside():
            assert get_judgement(judgement).state is JudgementState.APPROVED


def test_two_applications_received_apart_are_one_set(honbu, kamigo, kanae):
    case = Case(kamigo)
    meet(honbu, kamigo, kanae)
    twin = Case.__new__(Case)
    with kanae.writing("申請"):
        people = list_members(case.household)
        from victim_support.victims.queries import get_household  # noqa: PLC0415

        application = certificates_twin(case, people, get_household(case.household))
        twin.id, twin.dwelling = application.id, application.dwelling_id
    case.judge(kamigo, HALF)
    twin.judge(kanae, HALF)
    numbers = {case.issue(kamigo), twin.issue(kanae)}
    meet(honbu, kamigo, kanae)

    assert len(numbers) == 2
    for office in (honbu, kamigo, kanae):
        assert set(case.numbers(office)) == set(twin.numbers(office)) == numbers
        assert "papers-doubled" in office.desk("hq").get("/tasks").text


def certificates_twin(case, people, household):
    """Receive the household again for the same place, written down a second time."""
    from victim_support.core.db import db  # noqa: PLC0415
    from victim_support.core.ids import new_id  # noqa: PLC0415
    from victim_support.damage.models import Dwelling  # noqa: PLC0415
    from victim_support.damage.queries import get_dwelling  # noqa: PLC0415

    known = get_dwelling(case.dwelling)
    place = Dwelling(scope=known.scope, id=new_id(), address=known.address, unit=known.unit)
    db.session.add(place)
    db.session.flush()
    return make_application(household, people, dwelling_id=place.id)


def test_two_states_of_one_number_stop_its_paper(case, honbu, kamigo, kanae):
    number = case.issue(kamigo)
    meet(honbu, kamigo, kanae)
    for office, act in ((kamigo, certificates.void_paper), (kanae, certificates.spoil_paper)):
        with office.writing("番号"):
            paper = list_set(case.id)[0]
            act(paper, reason="試し", by=paper.entry.state_by)
    meet(honbu, kamigo, kanae)
    assert honbu.count() == 1
    desk = honbu.desk("hq")
    sample = desk.get(case.page())
    assert f"番号 {number} の「状態」" in sample.visible
    path = next(link for link in sample.links if link and link.startswith("/conflicts/number"))
    page = desk.get(path)
    field = next(name for name, _ in page.form().fields if name.startswith("number_register-"))
    answer = desk.submit(page, page.form().action, **{field: "0", "reason": "紙を見た"})
    assert answer.status == 303, answer.visible
    meet(honbu, kamigo, kanae)
    assert (
        len(
            {
                str(office_state)
                for office in (honbu, kamigo, kanae)
                for office_state in case.numbers(office).values()
            }
        )
        == 1
    )
    assert honbu.count() == 0


def test_two_judgements_of_one_round_wait_for_the_judge(case, honbu, kamigo, kanae):
    other = Case(kamigo)
    meet(honbu, kamigo, kanae)
    kept, aside = other.judge(kamigo, HALF), other.judge(kanae, SMALL)
    meet(honbu, kamigo, kanae)
    judge = honbu.desk("judge")
    assert str(other.dwelling) in judge.get("/tasks?kind=judgements-doubled").text
    with pytest.raises(certificates.NotReadyError, match="二つ承認"):
        other.issue(kanae)

    page = judge.get(f"/damage/dwellings/{other.dwelling}")
    form = next(form.action for form in page.forms if f"{aside}/set-aside" in form.action)
    assert judge.submit(page, form, reason="写真と合わない").status == 303
    meet(honbu, kamigo, kanae)

    for office in (honbu, kamigo, kanae):
        with office.machine.inside():
            assert get_judgement(aside).state == "returned"
            assert get_judgement(kept).state == "approved"
    assert other.issue(kanae)
