"""What real hands do: input method, gloves, impatience, mistakes."""

import pytest
from playwright.sync_api import expect

from tests.evacuees.support import inside
from victim_support.core.db import db
from victim_support.evacuees.models import Stay
from victim_support.shelters.models import HeadCount
from victim_support.victims.models import Person

pytestmark = pytest.mark.browser


def test_search_runs_on_the_composition_text(desk):
    desk.compose_only("sato", "さと")

    desk.see("佐藤　一郎")


def test_the_first_enter_after_a_composition_never_acts(desk):
    desk.compose_only("satou", "さとう")
    desk.accept("佐藤")
    desk.see("佐藤　一郎")

    desk.press("Enter")
    desk.page.wait_for_timeout(300)
    after_first = desk.page.locator(".panel").count()
    desk.press("Enter")

    assert after_first == 0
    desk.see("佐藤　一郎 さんの世帯")


def test_the_enter_that_accepts_a_conversion_is_that_first_enter(desk):
    desk.compose("satou", "さとう", "佐藤")
    desk.see("佐藤　一郎")

    desk.press("Enter")

    desk.see("佐藤　一郎 さんの世帯")


def test_f_keys_belong_to_the_input_method_while_it_composes(desk):
    desk.compose_only("satou", "さとう")

    desk.process_key("F4")

    assert desk.page.locator("#count-people").count() == 0


def test_digits_are_read_by_their_place_whatever_the_input_method_makes_of_them(desk):
    desk.type("taka")
    desk.press("Enter")
    desk.see("さんの世帯")

    desk.full_width_digit("3")

    expect(desk.page.locator("[data-count]")).to_have_text("3")
    expect(desk.page.locator("[name=came]:checked")).to_have_count(3)


def test_a_held_key_acts_once(desk, app):
    desk.press("F4")
    desk.type("5")

    desk.hold("Enter", times=8)
    desk.see("5人 と記録しました")

    with inside(app):
        assert db.session.query(HeadCount).count() == 1


def test_keys_are_deaf_for_a_moment_after_saving(desk):
    desk.press("F4")
    desk.type("5")
    desk.press("Enter")
    desk.see("5人 と記録しました")

    desk.page.keyboard.press("F2")
    too_soon = desk.page.locator(".panel").count()
    desk.page.wait_for_timeout(450)
    desk.press("F2")

    assert too_soon == 0
    desk.see("新しい方")


def test_an_empty_enter_does_nothing(desk):
    desk.start_counting()

    desk.press("Enter", "Enter")
    desk.press("F4", "Enter")

    assert desk.page.locator(".banner.is-success").count() == 0
    assert desk.pages == 0


def test_what_is_typed_while_the_search_is_on_its_way_is_for_the_household(desk, app):
    desk.page.route("**/desk/search", lambda route: (_wait(route), route.continue_()))

    desk.type("taka")
    desk.press("Enter", "3")
    desk.see("さんの世帯")

    expect(desk.page.locator("[data-count]")).to_have_text("3")
    desk.page.unroute_all(behavior="wait")


def test_a_query_without_hits_gives_the_keys_back(desk):
    desk.page.route("**/desk/search", lambda route: (_wait(route), route.continue_()))

    desk.type("zzzz")
    desk.press("Enter", "3")
    desk.page.wait_for_timeout(800)
    desk.page.unroute_all(behavior="wait")
    desk.type("9")

    expect(desk.page.locator("[data-search]")).to_have_value("zzzz9")


def test_enter_typed_before_the_household_is_shown_never_saves(desk, app):
    desk.page.route("**/desk/household", lambda route: (_wait(route), route.continue_()))
    desk.type("taka")
    desk.see("高橋　実")

    desk.press("Enter", "3", "Enter")
    desk.see("さんの世帯")

    expect(desk.page.locator("[data-count]")).to_have_text("3")
    with inside(app):
        assert db.session.query(Stay).count() == 0


def test_undo_is_a_button_with_a_key_of_its_own(desk, app):
    desk.type("taka")
    desk.press("Enter")
    desk.see("さんの世帯")
    desk.press("3", "Enter")
    desk.see("受け付けました")
    desk.page.wait_for_timeout(450)

    desk.press("Alt+z")

    desk.see("取り消しました")
    desk.see("いま 0 人")


def test_escape_leaves_the_household_unsaved(desk):
    desk.type("taka")
    desk.press("Enter")
    desk.see("さんの世帯")

    desk.press("Escape")

    assert desk.page.locator(".panel").count() == 0
    expect(desk.page.locator("#search-text")).to_be_focused()


def go(desk, key, where):
    """Press the key of another page, when the keys of this one work again, and wait for that."""
    desk.page.wait_for_load_state()
    desk.page.wait_for_timeout(450)
    desk.press(key)
    desk.page.wait_for_url(where)


def test_nothing_half_typed_is_lost_whatever_else_is_opened(desk):
    name = desk.page.locator("#members-0-name")
    desk.press("F2")
    desk.take_down("佐藤次郎")
    desk.press("Tab")
    expect(name).to_have_value("佐藤　次郎")  # the register knows where the family name ends
    desk.press("F4")
    desk.see("書きかけ: 新しい方（佐藤　次郎） に戻る")
    desk.press("Escape", "F2")
    expect(name).to_have_value("佐藤　次郎")

    go(desk, "Alt+2", "**/rosters/**")
    go(desk, "Alt+1", "**/desk")
    desk.page.get_by_role("button", name="続きを入れる").press("Enter")

    expect(name).to_have_value("佐藤　次郎")
    go(desk, "Alt+0", lambda url: url.endswith("/"))
    go(desk, "1", "**/desk")
    desk.see("書きかけの入力が残っています（佐藤　次郎）")


def test_one_key_gives_a_need_to_everybody(desk, app):
    desk.type("taka")
    desk.press("Enter")
    desk.see("さんの世帯")

    desk.press("3", "0", "L")

    expect(desk.page.locator("[data-need=L]:checked")).to_have_count(3)


def test_somebody_who_came_along_gets_a_line(desk, app):
    desk.type("suka")
    desk.press("Enter")
    desk.see("スカルノ さんの世帯")
    desk.press("2")

    desk.type("NGUYEN VAN AN")
    desk.press("Enter", "Enter")
    desk.type("30")
    desk.press("Enter", "1", "9")
    desk.press("Enter", "Enter")

    desk.see("スカルノ、NGUYEN VAN AN")


def test_a_mistake_is_told_and_nothing_typed_is_lost(desk):
    desk.press("F2")
    desk.type("Suzuki")
    desk.press("Enter", "Enter")
    desk.type("s99.13.40")
    desk.press("Enter", "Enter", "Enter", "Enter", "Enter", "Enter", "Enter")

    desk.see("入力を確かめてください")

    assert desk.page.input_value("#members-0-name") == "Suzuki"
    assert desk.page.input_value("#members-0-birth") == "s99.13.40"
    assert "members-0-birth" in desk.focused()
    desk.faults.clear()  # Chromium reports the refused form as an error of its own


def test_a_lost_server_is_told_and_the_form_stays(desk):
    desk.type("taka")
    desk.press("Enter")
    desk.see("さんの世帯")
    desk.page.route("**/desk/known", lambda route: route.abort())

    desk.press("3", "Enter")

    desk.see("サーバーに届きませんでした")
    assert desk.page.locator("[name=came]:checked").count() == 3
    desk.faults.clear()  # the lost connection


def test_newcomers_are_asked_whether_they_were_counted_while_people_are_unnamed(desk):
    desk.press("F4")
    desk.type("10")
    desk.press("Enter")
    desk.see("10人 と記録しました")
    desk.page.wait_for_timeout(450)
    desk.type("taka")
    desk.press("Enter")
    desk.see("さんの世帯")

    desk.press("3", "Enter")
    desk.see("人数に数え済みですか")
    desk.press("Y", "Enter")

    desk.see("いま 10 人")
    desk.see("氏名あり 3")
    desk.see("氏名なし 7")


def test_a_new_household_is_asked_about_the_count_taken_on_the_same_page(desk):
    _count(desk, "10")

    desk.press("F2")

    desk.see("人数に（氏名なし 10人）")


def test_keys_typed_right_after_the_saving_enter_make_no_second_person(desk, app):
    _count(desk, "10")
    desk.type("suka")
    desk.press("Enter")
    desk.see("さんの世帯")
    desk.press("1", "Y")
    desk.page.route("**/desk/known", lambda route: (_wait(route), route.continue_()))

    desk.press("Enter", "b", "Enter", "2", "Enter", "F2", "b", "Enter", "Enter")
    desk.see("スカルノ さん を受け付けました")
    desk.press("b", "Enter", "Enter")

    with inside(app):
        assert db.session.query(Person).count() == 1
        stay = db.session.query(Stay).one()
        assert stay.count_id is not None
    assert desk.page.locator(".panel").count() == 0


def test_a_letter_in_the_line_of_the_next_person_answers_the_question_below(desk, app):
    _count(desk, "10")
    desk.press("F2")
    desk.type("Kakuu")
    desk.press("Enter", "Enter")
    desk.type("40")
    desk.press("Enter", "1", "Enter", "Enter", "Enter")

    desk.press("b", "Enter", "Enter")
    desk.see("Kakuu さん を受け付けました")

    with inside(app):
        assert db.session.query(Person).count() == 1
        assert db.session.query(Stay).one().count_id is None
    desk.see("いま 11 人")


def test_an_empty_line_of_somebody_who_came_along_is_left_by_enter(desk, app):
    desk.type("suka")
    desk.press("Enter")
    desk.see("さんの世帯")

    desk.press("2", "Enter", "Enter")

    desk.see("スカルノ さん を受け付けました")
    with inside(app):
        assert db.session.query(Person).count() == 1


def _count(desk, people):
    desk.press("F4")
    desk.type(people)
    desk.press("Enter")
    desk.see(f"{people}人 と記録しました")
    desk.page.wait_for_timeout(450)


def _wait(route):
    route.request.frame.page.wait_for_timeout(300)


def test_the_sound_can_be_kept_silent_and_stays_so(desk):
    button = desk.page.get_by_role("button", name="音")

    desk.press("Alt+k")
    silent = button.get_attribute("aria-pressed")
    desk.page.reload()

    assert silent == "false"
    expect(button).to_have_attribute("aria-pressed", "false")
