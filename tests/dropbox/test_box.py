"""The box: a phone puts a household in and gets a number; it can read nothing and do no more."""

import re
from datetime import timedelta
from urllib.request import urlopen

import pytest

from tests.dropbox.phone import FAMILY, Phone, number_on
from tests.evacuees.support import inside
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.settings import put_setting
from victim_support.dropbox.box import program
from victim_support.dropbox.box.languages import words_in
from victim_support.dropbox.box.pace import Pace
from victim_support.dropbox.process import BoxNotStartedError, running_box
from victim_support.dropbox.rules import Language, Refusal
from victim_support.dropbox.services import (
    OPEN_SETTING,
    drops_folder,
    forget_old_drops,
    open_number,
    tell_box,
)

RUBY = re.compile(
    r"<ruby>.*?</ruby>|<title>.*?</title>|<[^>]*data-official[^>]*>.*?</p>|<nav.*?</nav>", re.DOTALL
)
FRAME = ("skip-link", "training-band")
KANJI = re.compile(r"[一-鿿]+")


def without_readings(page):
    """Return the kanji of a page that have no reading and that nobody typed."""
    main = RUBY.sub("", page.text.split('<main id="main"')[1])
    return set(KANJI.findall(re.sub(r"<[^>]+>", "", main)))


def test_every_kanji_of_every_page_has_its_reading(phone):
    people = [
        {"kana": "たかはし みのる", "needs": "medical"},
        {"kana": "すずき", "birth": "45", "sex": "female", "relation": "未届の配偶者"},
    ]
    pages = [phone.open("/"), phone.open("/write"), phone.send(phone.open("/write"), birth="x")]
    pages.append(phone.send(phone.open("/write"), **people[0]))
    pages += [phone.send(pages[-1], act=act) for act in ("add", "on")]
    pages.append(phone.write(people, address="ひのき", phone="090-0000-0000", family="no"))
    pages.append(phone.send(pages[-1], act="send"))

    assert [(page.path, without_readings(page)) for page in pages if without_readings(page)] == []
    assert "たかはし" not in pages[-1].visible  # the last page repeats nothing


def test_a_household_is_written_checked_and_sent(app, phone):
    place = {"address": "名取市高柳4", "phone": "090-0000-0000", "stay": "car", "family": "yes"}
    check = phone.write(**place)
    number = number_on(phone.send(check, act="send"))

    assert "たかはし\u3000みのる" in check.text
    assert "名取市高柳4" in check.visible
    with inside(app):
        dropped = open_number(number)
        assert [one.name for one in dropped.household.members] == [one["name"] for one in FAMILY]
        assert dropped.household.members[2].needs == ("medical", "animal")
        assert dropped.household.answers == {"family": "yes"}
        assert dropped.household.stay == "car"
        assert open_number(number[:4]) == dropped


def test_sent_again_it_keeps_its_number_and_the_newer_words_count(app, phone):
    page = phone.send(phone.write(FAMILY[:1]), act="send")
    number = number_on(page)
    people = phone.send(page, act="show")
    edited = phone.send(phone.send(people, act="edit-0"), name="高橋　稔")
    again = phone.send(phone.send(phone.send(edited, act="on")), act="send")

    assert number_on(again) == number
    with inside(app):
        assert open_number(number).household.members[0].name == "高橋　稔"


WRONG = [
    ({"name": "", "kana": ""}, "読"),
    ({"birth": "あした"}, "1980/4/1"),
    ({"birth": "2999/1/1"}, "1980/4/1"),
    ({"name": "x" * 101}, "長"),
    ({"name": "山\u202e田"}, "使"),
    ({"name": "山田 123456789018"}, "マイナンバー"),
    ({"sex": "x"}, "選"),
]


def test_what_is_wrong_is_said_and_what_was_typed_stays(phone):
    for typed, words in WRONG:
        page = phone.send(phone.open("/write"), **({"name": "山田", "kana": "やまだ"} | typed))

        assert page.status == 422, typed
        assert words in page.visible
        assert dict(page.form().fields)["kana"] == typed.get("kana", "やまだ")


def test_people_are_taken_out_again_but_for_the_first(phone):
    page = phone.send(phone.open("/write"), **FAMILY[0])
    page = phone.send(phone.send(page, act="add"), **FAMILY[2])

    assert "鈴木" not in phone.send(page, act="remove-1").visible
    assert "高橋" in phone.send(page, act="remove-0").visible


def test_what_lies_on_the_disk_is_read_by_nobody_but_the_desk(app, phone):
    number = phone.drop()
    with inside(app):
        folder = drops_folder()
        path = folder / f"{number.replace('-', '')}.drop"
        raw = path.read_bytes()
        path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
        broken = open_number(number)
        path.rename(folder / f"{Phone(phone.box).drop(FAMILY[2:]).replace('-', '')}.drop")

    assert "高橋".encode() not in raw
    assert "たかはし".encode() not in raw
    assert broken is Refusal.BROKEN
    assert all(
        path.stat().st_mode & 0o077 == 0 for path in folder.iterdir() if path.suffix == ".drop"
    )


def test_the_box_has_these_ways_and_no_other(phone):
    rules = {
        (rule.rule, *sorted(rule.methods - {"HEAD", "OPTIONS"}))
        for rule in phone.box.url_map.iter_rules()
    }

    assert rules == {
        ("/", "GET"),
        ("/style/<name>", "GET"),
        ("/write", "GET"),
        ("/person", "POST"),
        ("/people", "POST"),
        ("/place", "POST"),
        ("/send", "POST"),
    }
    assert phone.open("/style/box.css").status == 200
    for path in ("/style/desk.css", "/static/js/base.js", "/login", "/style/..%2fbase.css"):
        assert Phone(phone.box).box.test_client().get(path).status_code == 404
    assert phone.open("/send", state="{}").status == 400
    assert phone.open("/send", state='{"key": "x"}').status == 400
    assert phone.open("/send", state="x" * 70_000).status == 413
    page = phone.open("/")
    assert "script" not in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text


def test_too_many_at_once_wait_and_lose_nothing(phone):
    phone.box.extensions["paces"][1] = Pace(most=1, seconds=60)
    phone.drop(FAMILY[:1])
    page = phone.send(phone.write(FAMILY[:1]), act="send")

    assert page.status == 429
    assert page.headers["Retry-After"] == "60"
    assert "高橋" in page.visible
    assert Phone(phone.box, "192.0.2.51").drop(FAMILY[:1])
    phone.box.extensions["paces"][0] = Pace(most=0, seconds=60)
    assert phone.open("/").status == 429


def test_a_full_box_says_so(phone, monkeypatch):
    monkeypatch.setattr("victim_support.dropbox.files.MOST", 1)
    phone.drop(FAMILY[:1])

    assert phone.send(phone.write(FAMILY[:1]), act="send").status == 503


def test_switched_off_it_takes_nothing_and_what_came_stays(app, phone, frozen):
    moment = frozen(clock.now())
    number = phone.drop(FAMILY[:1])
    with inside(app):
        db.session.remove()
        with transaction(reason="試験"):
            put_setting(key=OPEN_SETTING, value=False)
        tell_box()

        assert phone.open("/").status == 503
        assert phone.open("/person", state="{}").status == 503
        assert open_number(number).household.members
        moment.shift(timedelta(hours=5, minutes=59))
        assert forget_old_drops() == 0
        assert open_number(number).household.members
        moment.shift(timedelta(minutes=2))
        assert open_number(number) is Refusal.GONE


def test_the_process_answers_without_any_key_and_ends_with_its_program(app, box):
    with inside(app):
        folder = drops_folder()
    with running_box(folder, "127.0.0.1", 0) as running:
        child = running._child
        with urlopen(running.url) as answer:  # noqa: S310 - our own process
            page = answer.read().decode()
        with pytest.raises(BoxNotStartedError), running_box(folder, "127.0.0.1", running.port):
            pass
        assert running.is_running

    assert program.STYLES["box.css"]
    assert "<ruby>" in page
    assert child.poll() == 0


OTHERS = [one for one in Language if one is not Language.JAPANESE]
JAPANESE = re.compile("[ぁ-ゖァ-ヺ]")


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_every_page_speaks_the_language_that_was_chosen(phone, other):
    household = {"birth": "1980", "sex": "female", "needs": ["food"]}
    pages = [phone.open(f"/?lang={other.value}"), phone.open(f"/write?lang={other.value}")]
    pages.append(phone.send(pages[1], name="X" * 101, birth="x", kana="1234 5678 9018"))
    pages.append(phone.send(pages[1], sex="?"))
    pages.append(phone.send(pages[1], name="LAN", **household))
    pages.append(phone.send(phone.send(pages[-1], act="add"), name="MAI", relation="子"))
    pages.append(phone.send(pages[-1], act="on"))
    pages.append(phone.send(pages[-1], address="Minato", stay="car", family="yes"))
    pages.append(phone.send(pages[-1], act="send"))
    pages.append(phone.open(f"/nothing?lang={other.value}"))

    for page in pages:
        assert f'<html lang="{other.value}"' in page.text
        words = page.text.split("<body>")[1]
        for ours in ("<nav.*?</nav>", "data-official>.*?</p>", 'class="site-place">.*?</p>'):
            words = re.sub(ours, "", words, flags=re.DOTALL)
        words = re.sub("<[^>]+>", "", words)
        assert JAPANESE.findall(words) == [], words
    assert number_on(pages[-2])


def test_a_phone_opens_in_its_own_language(box):
    def opened(accepted, path="/"):
        answer = box.test_client().get(path, headers={"Accept-Language": accepted})
        return re.search('<html lang="([^"]+)"', answer.text)[1]

    assert opened("vi-VN,vi;q=0.9,en;q=0.8") == "vi"
    assert opened("zh-CN") == "zh-Hans"
    assert opened("tl-PH,en;q=0.5") == "fil"
    assert opened("fr,en;q=0.5") == "en"
    assert opened("fr") == "ja"
    assert opened("pt-BR", "/?lang=ko") == "ko"


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_a_table_of_words_has_the_same_words_and_places_as_the_pages(other):
    words = words_in(other)
    assert words.keys() == words_in(Language.ENGLISH).keys()
    for ours, theirs in words.items():
        assert theirs.strip()
        assert re.findall(r"\{\w+\}", ours) == re.findall(r"\{\w+\}", theirs)
