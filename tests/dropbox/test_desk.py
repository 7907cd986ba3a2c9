"""The desk: one number opens the form of new people, filled; it registers once and only here."""

from io import BytesIO
from itertools import count

import pypdf
import pytest

from tests.dropbox.phone import FAMILY, Phone, number_on
from tests.evacuees.support import came, inside, register, tokens
from victim_support.core.db import db
from victim_support.dropbox.rules import (
    Refusal,
    is_of,
    mark_of,
    numbers_for,
    scan_text,
    show_number,
)
from victim_support.dropbox.services import drops_folder
from victim_support.evacuees.models import Group, Stay
from victim_support.victims.models import Answer, Person, PersonNeed
from victim_support.victims.rules import GivenBy

PLACE = {"address": "名取市高柳4", "phone": "090-1111-2222", "stay": "car", "family": "yes"}


def read(desk, text):
    """Read a number at the desk."""
    return desk.post("/desk/phone", {"text": text})


def accept(desk, page, **changes):
    """Press Enter: the form goes as it was opened."""
    return desk.submit(page, "/desk/new", follow=True, **changes)


def test_one_reading_and_enter_register_them_once(app, desk, phone):
    number = phone.drop(**PLACE)
    page = read(desk, scan_text(number.replace("-", "")))

    assert page.status == 200
    assert "電話からの申し込み" in page.visible
    assert 'data-proposal="' in page.text
    assert "同じ方かもしれない世帯" in page.visible
    assert "高橋　さくら" in page.text  # of the register: the household alike to it

    saved = accept(desk, page)
    assert "受け付けました" in saved.visible
    with inside(app):
        people = {one.name: one for one in db.session.query(Person)}
        assert set(people) == {"高橋　実", "高橋 薫", "鈴木 次郎"}
        assert people["高橋　実"].register_number == "1041"
        assert people["高橋 薫"].register_number == "1042"
        assert (people["鈴木 次郎"].kana, people["鈴木 次郎"].age) == ("スズキ ジロウ", 45)
        assert people["鈴木 次郎"].address == "名取市高柳4"
        assert {stay.kind for stay in db.session.query(Stay)} == {"car"}
        assert {need.kind for need in db.session.query(PersonNeed)} == {"medical", "animal"}
        [answer] = db.session.query(Answer)
        assert (answer.person_id, answer.kind) == (people["高橋　実"].id, "family")
        assert (answer.value, answer.given_by) == ("yes", GivenBy.SELF)

    again = read(desk, number)
    assert (again.status, Refusal.SPENT.label in again.visible) == (422, True)
    twice = accept(desk, page, idempotency_key="k" * 24)
    assert Refusal.SPENT.label in twice.visible
    undo = next(form for form in saved.forms if "undo" in form.action)
    desk.post(undo.action, dict(undo.fields))
    assert "高橋　実" in read(desk, number).text  # taken back, it opens again


def test_typed_twice_by_one_family_they_are_one_person_each(app, desk, phone):
    accept(desk, read(desk, phone.drop(FAMILY[:2])))
    second = read(desk, phone.drop(FAMILY[:2]))

    assert "受付済" in second.visible
    accept(desk, second)
    with inside(app):
        assert db.session.query(Person).count() == 2
        assert db.session.query(Stay).filter(Stay.ended_at.is_(None)).count() == 2


def test_the_household_alike_to_it_may_be_received_in_its_place(desk, phone):
    number = phone.drop(FAMILY[:1])
    page = read(desk, number)
    alike = page.form("/desk/household")
    page = desk.post(alike.action, {**dict(alike.fields), "household": tokens(page)[0]})
    assert "電話で打たれた急ぎと答えは移りません" in page.visible

    assert "受け付けました" in register(desk, page, came=came(page, 0)).visible
    assert Refusal.SPENT.label in read(desk, number).visible


def test_who_is_protected_in_the_register_stays_hidden(app, desk, phone):
    hers = [{"name": "渡邉 静香", "kana": "わたなべ しずか", "birth": "1988/3/12"}]
    page = read(desk, phone.drop(hers, **PLACE))
    assert "渡邉󠄐　静香" in page.text  # in the register she is found, her address is not
    assert "愛の杜" not in page.text
    saved = accept(desk, page)

    assert "受け付けました" in saved.visible
    with inside(app):
        group, stay = db.session.query(Group).one(), db.session.query(Stay).one()
        assert group.scope.endswith("/sealed")
        assert stay.scope.endswith("/sealed")
        assert {answer.scope for answer in db.session.query(Answer)} == {group.scope}


def other_laptop(number):
    marks = (mark_of(f"age1other{each}") for each in count())  # some have the letters of this one
    return next(numbers_for("ab" * 16, next(each for each in marks if not is_of(number, each))))


def wrong_letter(number):
    return number[:-1] + ("0" if number[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        (other_laptop, Refusal.FOREIGN),
        (wrong_letter, Refusal.DAMAGED),
        (lambda _number: "ZZZZ", Refusal.GONE),
        (lambda _number: "", Refusal.DAMAGED),
        (lambda _number: "../../keys", Refusal.DAMAGED),
    ],
)
def test_what_opens_nothing_says_why_and_what_to_do(desk, phone, typed, refusal):
    page = read(desk, typed(phone.drop(FAMILY[:1]).replace("-", "")))

    assert (page.status, refusal.label in page.visible) == (422, True)
    assert "高橋" not in page.visible


def test_what_was_sent_is_shown_as_words_and_never_believed(app, desk, phone):
    people = [{"name": "<b>山田</b>", "kana": "やまだ", "birth": "3か月", "needs": "ill"}]
    page = read(desk, phone.drop(people))

    assert "&lt;b&gt;山田&lt;/b&gt;" in page.text
    assert 'value="3か月"' in page.text
    accept(desk, page)
    assert log_names_nobody(app)


def log_names_nobody(app):
    """Tell whether the log files of the program hold nothing that was typed."""
    with inside(app):
        folder = drops_folder().parent / "logs"
    return all(
        "山田" not in path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    )


def test_the_switch_the_page_and_the_poster(desk, box, desk_of):
    admin = desk_of("hq")
    page = admin.get("/phones")

    assert "いまは、電話から送れません" in page.visible
    assert "申し込みの番号" in desk.get("/desk").visible
    refused = admin.submit(page, "/phones/poster", network="", passphrase="short", url="x")
    assert refused.status == 422
    assert "8文字以上" in refused.visible
    poster = admin.submit(
        page,
        "/phones/poster",
        network="ひなん",
        passphrase="abcd1234",
        url="http://192.0.2.10:8080/",
    )
    [_only_page] = pypdf.PdfReader(BytesIO(poster.body)).pages
    settings = admin.get("/office")
    admin.submit(
        settings, "/office", takes_phones=None, municipality_name="架空市", issuer_title="市長"
    )
    assert "申し込みの番号" not in desk.get("/desk").visible
    assert Phone(box).open("/").status == 503
    assert desk.get("/phones").status == 403


def test_numbers_are_shown_in_two_parts():
    assert show_number("K7P39QXM") == "K7P3-9QXM"


def test_the_desk_is_told_in_what_language_a_household_was_typed(desk, phone):
    page = phone.open("/write?lang=vi")
    page = phone.send(page, name="NGUYEN THI LAN", birth="1990")
    check = phone.send(phone.send(page, act="on"))
    number = number_on(phone.send(check, act="send"))

    opened = read(desk, number)
    assert "ベトナム語の画面で打たれています" in opened.visible
    assert "NGUYEN THI LAN" in opened.text
    assert "の画面で打たれています" not in read(desk, phone.drop()).visible
