"""The desk of conflicts on several machines: found, shown side by side, decided, taken back."""

import pytest

from tests.conflicts.kit import meet
from tests.prepared import staff_of
from victim_support.journal.history import history_of
from victim_support.victims.models import Person
from victim_support.victims.queries import get_person
from victim_support.victims.rules import Protection

TASKS = "/tasks?kind=conflict"
BORN_AS = {"name": "架空　太郎", "kana": "カクウ　タロウ", "address": "名取市飯野坂1"}


@pytest.fixture
def disputed(honbu, kamigo, kanae):
    """Let two laptops correct one name differently."""
    person = kamigo.add(**BORN_AS)
    meet(honbu, kamigo, kanae)
    kamigo.update(person, reason="本人に聞いた", name="架空　次郎")
    kanae.update(person, reason="身分証", name="架空　三郎")
    meet(honbu, kamigo, kanae)
    return person


def page_of(person):
    return f"/conflicts/persons/{person}"


def choose(page, value, **more):
    """Fill in the form: the option with these words for the first question."""
    (name,) = {name for name, _ in page.form().fields if name.startswith("persons-")} - {
        name for name, _ in page.form().fields if name.endswith("-typed")
    }
    key = page.text.split(f'name="{name}"')
    for part in key[1:]:
        if f"<span>{value}</span>" in part.partition("</label>")[0] + "</label>" or (
            value in part.partition("</label>")[0]
        ):
            option = part.split('value="')[1].split('"')[0]
            return {name: option} | more
    raise AssertionError(value)


def test_it_is_a_task_on_every_machine_with_both_values_and_who_gave_them(
    disputed, honbu, kamigo, kanae
):
    for office in (honbu, kamigo, kanae):
        desk = office.desk("hq")
        listed = desk.get(TASKS)
        assert page_of(disputed) in listed.text
        assert "氏名" in listed.visible
        page = desk.get(page_of(disputed))
        words = page.visible
        assert "架空　次郎" in page.text
        assert "架空　三郎" in page.text
        assert "試験 hq" in words
        assert "上郷" in words
        assert "鼎" in words
        assert "本人に聞いた" in words
        assert "身分証" in words
    assert "上郷（この端末）" in kamigo.desk("hq").get(page_of(disputed)).visible


@pytest.mark.parametrize("value", ["架空　次郎", "架空　三郎"])
def test_decided_on_a_laptop_it_is_decided_everywhere_and_taken_back_open_again(
    value, disputed, honbu, kamigo, kanae
):
    desk = kanae.desk("hq")
    page = desk.get(page_of(disputed))
    answer = desk.submit(page, page_of(disputed), **choose(page, value, reason="電話で確かめた"))
    assert answer.status == 303, answer.visible
    meet(honbu, kamigo, kanae)
    assert [office.count() for office in (honbu, kamigo, kanae)] == [0, 0, 0]
    assert {office.person(disputed)["name"] for office in (honbu, kamigo, kanae)} == {value}
    assert page_of(disputed) not in honbu.desk("hq").get(TASKS).text

    told = honbu.desk("hq").get(f"/history/persons/{disputed}").text
    assert "<td>食い違い</td>" in told.partition("電話で確かめた")[2].partition("<section")[0]
    decided = desk.get(page_of(disputed))
    assert "食い違いはありません" in decided.visible
    undo = next(form.action for form in decided.forms if form.action.startswith("/undo/"))
    desk.submit(decided, undo)
    meet(honbu, kamigo, kanae)
    assert [office.count() for office in (honbu, kamigo, kanae)] == [1, 1, 1]


def test_two_who_decide_differently_are_one_name_and_one_story_everywhere(
    disputed, honbu, kamigo, kanae
):
    offices = (honbu, kamigo, kanae)
    for office, value in ((kamigo, "架空　次郎"), (kanae, "架空　三郎")):
        desk = office.desk("hq")
        page = desk.get(page_of(disputed))
        desk.submit(page, page_of(disputed), **choose(page, value, reason=f"{value}と聞いた"))
    meet(*offices)

    stories = []
    for office in offices:
        with office.machine.inside():
            person = get_person(disputed)
            assert (person.name, person.name_display) == ("架空　三郎", "架空　三郎")
            changes = history_of(Person, [person.scope], disputed)
            stories.append([(change.why, change.fields) for change in changes])
    assert stories[0] == stories[1] == stories[2]


def test_only_a_decision_is_offered_for_taking_back(honbu, kamigo):
    person = kamigo.add(**BORN_AS)
    meet(honbu, kamigo)

    page = kamigo.desk("hq").get(page_of(person))

    assert "食い違いはありません" in page.visible
    assert not [form for form in page.forms if form.action.startswith("/undo/")]


def test_a_value_that_nobody_gave_can_be_typed(disputed, honbu, kamigo, kanae):
    desk = honbu.desk("hq")
    page = desk.get(page_of(disputed))
    field = next(name for name, _ in page.form().fields if name.endswith("-typed"))
    chosen = choose(page, "どちらでもない", reason="本人に聞いた")
    empty = desk.submit(page, page_of(disputed), **chosen)
    assert empty.status == 422
    assert "正しい値を入れてください" in empty.visible
    answer = desk.submit(page, page_of(disputed), **chosen, **{field: "架空　四郎"})
    assert answer.status == 303, answer.visible
    meet(honbu, kamigo, kanae)
    assert kanae.person(disputed)["name"] == "架空　四郎"
    with kamigo.machine.inside():
        from victim_support.victims.queries import search_people  # noqa: PLC0415

        assert [one.id for one in search_people("架空四郎", 5)[0]] == [disputed]


def test_without_a_reason_or_a_choice_nothing_is_written(disputed, honbu):
    desk = honbu.desk("hq")
    page = desk.get(page_of(disputed))
    no_reason = desk.submit(page, page_of(disputed), **choose(page, "架空　次郎"))
    no_choice = desk.submit(page, page_of(disputed), reason="聞いた")
    assert (no_reason.status, no_choice.status) == (422, 422)
    assert "どれが正しいかを選んでください" in no_choice.visible
    assert honbu.count() == 1


def test_what_came_in_after_the_page_was_opened_is_shown_first(honbu, kamigo, kanae):
    person = kamigo.add(**BORN_AS)
    meet(honbu, kamigo, kanae)
    for office, name in ((honbu, "架空　次郎"), (kamigo, "架空　三郎"), (kanae, "架空　五郎")):
        office.update(person, name=name)
    meet(honbu, kamigo)
    desk = honbu.desk("hq")
    page = desk.get(page_of(person))
    meet(honbu, kanae)

    chosen = choose(page, "架空　次郎", reason="聞いた")
    again = desk.submit(page, page_of(person), **chosen)

    assert again.status == 422
    assert "架空　五郎" in again.text
    assert honbu.count() == 1
    chosen = choose(again, "架空　次郎", reason="聞いた")
    assert desk.submit(again, page_of(person), **chosen).status == 303
    assert honbu.count() == 0


def test_several_differences_of_one_person_are_one_card(honbu, kamigo, kanae):
    person = kamigo.add(**BORN_AS)
    meet(honbu, kamigo, kanae)
    for office, name, link in ((kamigo, "架空　次郎", "absent"), (kanae, "架空　三郎", "review")):
        office.update(person, name=name, register_link=link)
    meet(honbu, kamigo, kanae)

    assert honbu.count() == 2
    listed = honbu.desk("hq").get(TASKS)
    assert listed.text.count(page_of(person)) == 1
    assert honbu.desk("hq").get(page_of(person)).visible.count("どれが正しいですか") == 2


def test_withdrawn_here_and_corrected_there(honbu, kamigo, kanae):
    person = kamigo.add(**BORN_AS)
    meet(honbu, kamigo, kanae)
    kamigo.withdraw(person)
    kanae.update(person, phone="090-0000-1111")
    meet(honbu, kamigo, kanae)
    desk = honbu.desk("hq")
    assert page_of(person) in desk.get("/tasks?kind=conflict-withdrawn").text
    page = desk.get(page_of(person))
    assert "一方で取り消され、一方で直されました" in page.visible
    assert "直した項目: 電話番号" in page.visible

    chosen = choose(page, "取り消さず", reason="鼎に電話した")
    assert desk.submit(page, page_of(person), **chosen).status == 303
    meet(honbu, kamigo, kanae)

    assert kamigo.person(person) == {"name": "架空　太郎", "phone": "090-0000-1111"}
    assert [office.count() for office in (honbu, kamigo, kanae)] == [0, 0, 0]


def test_only_the_one_role_decides(disputed, honbu):
    for role in ("reception", "shelter_staff", "shelter_manager", "judge", "surveyor"):
        assert honbu.desk(role).get(page_of(disputed)).status == 403
    for role in ("counter", "admin"):  # they open some, never this one
        assert honbu.desk(role).get(page_of(disputed)).status == 403
    assert "kind=conflict" not in honbu.desk("shelter_manager").get("/tasks").text


def test_what_is_sealed_is_for_sealed_roles_only(honbu, kamigo, kanae):
    person = kamigo.add(**BORN_AS)
    meet(honbu, kamigo, kanae)
    for office, name in ((kamigo, "架空　次郎"), (kanae, "架空　三郎")):
        office.update(person, name=name)
    with kamigo.writing("保護"):
        from victim_support.victims import services as victims  # noqa: PLC0415

        victims.seal_person(person, Protection.HIDE_PRESENCE)
    meet(honbu, kamigo, kanae)

    assert honbu.count() >= 1
    open_, sealed = honbu.desk("hq"), honbu.desk("hogo")
    assert page_of(person) not in open_.get("/tasks").text
    assert open_.get(page_of(person)).status == 404
    assert page_of(person) in sealed.get("/tasks").text
    page = sealed.get(page_of(person))
    assert "（なし）" not in page.visible
    assert (
        sealed.submit(page, page_of(person), **choose(page, "架空　三郎", reason="聞いた")).status
        == 303
    )
    meet(honbu, kamigo, kanae)
    for office in (honbu, kamigo, kanae):
        assert office.count() == 0
        with office.machine.inside():
            from victim_support.victims.services import person_rows  # noqa: PLC0415

            core, full = person_rows(person)
            assert (core.name, full.name) == (None, "架空　三郎")


def test_protection_is_never_weakened_here(honbu, kamigo, kanae):
    person = kamigo.add(**BORN_AS)
    meet(honbu, kamigo, kanae)
    from victim_support.victims import services as victims  # noqa: PLC0415

    for office, level in (
        (kamigo, Protection.HIDE_ADDRESS),
        (kanae, Protection.HIDE_PRESENCE),
    ):
        with office.writing("保護"):
            victims.seal_person(person, level)
    meet(honbu, kamigo, kanae)
    desk = honbu.desk("hogo")
    assert page_of(person) in desk.get("/tasks?kind=conflict-strict").text
    page = desk.get(page_of(person))
    assert "保護を弱めることはここではできません" in page.visible
    assert desk.get("/desk").status in (200, 302)


def test_a_machine_whose_clock_was_wrong_is_told_of(disputed, honbu):
    from victim_support.sync.models import Peer  # noqa: PLC0415
    from victim_support.sync.queries import trusted  # noqa: PLC0415

    with honbu.machine.writing() as session:
        for peer in session.query(Peer):
            if trusted(peer.certificate).name == "鼎":
                peer.clock_offset = -3 * 3600.0
            else:
                peer.clock_offset = 20.0

    words = honbu.desk("hq").get(page_of(disputed)).visible

    assert words.count("時計は約3時間遅れていました") == 1
    assert words.count("この端末の時計") == 1


def test_what_differs_about_staff_is_for_the_system_office(honbu, kamigo, kanae):
    for office, role in ((kamigo, "counter"), (kanae, "judge")):
        with office.writing("異動"):
            staff_of("surveyor").role = role
    meet(honbu, kamigo, kanae)
    with honbu.machine.inside():
        path = f"/conflicts/staff/{staff_of('surveyor').id}"
    admin, hq = honbu.desk("admin"), honbu.desk("hq")
    assert path in admin.get("/tasks").text
    assert path not in hq.get("/tasks").text
    assert hq.get(path).status == 403
    page = admin.get(path)
    assert "窓口" in page.visible
    assert "認定" in page.visible
    field = next(name for name, _ in page.form().fields if name.startswith("staff-"))
    assert not any(name.endswith("-typed") for name, _ in page.form().fields)
    assert admin.submit(page, path, **{field: "1", "reason": "異動通知"}).status == 303
    meet(honbu, kamigo, kanae)
    assert [office.count() for office in (honbu, kamigo, kanae)] == [0, 0, 0]
