"""Fields of the desk: names untouched, numbers masked, dates in any notation."""

from datetime import date

import pytest
from flask import get_flashed_messages
from wtforms import IntegerField
from wtforms.validators import Length, NumberRange

from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    PhoneField,
    TextField,
    WarekiDateField,
    required,
)

VALID_NUMBER = "123456789018"  # invented; its check digit is right


class EverythingForm(DeskForm):
    """One field of each kind."""

    name = NameField("氏名", [required()])
    address = LineField("住所")
    remark = TextField("備考")
    code = CodeField("番号", [Length(max=20)])
    phone = PhoneField("電話")
    born_on = WarekiDateField("日付")
    count = IntegerField("人数", [NumberRange(0, 99)], default=0)
    key = IdempotencyField()


@pytest.fixture
def filled(app):
    """Return a function that fills the form as a browser would."""
    contexts = []

    def fill(**values):
        data = {"name": "花子", "count": "1", "key": "k" * 24} | values
        context = app.test_request_context(method="POST", data=data, base_url="http://localhost")
        context.push()
        contexts.append(context)
        form = EverythingForm(meta={"csrf": False})
        form.validate()
        return form

    yield fill
    for context in reversed(contexts):
        context.pop()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("𠮷野家", id="土吉"),
        pytest.param("髙﨑", id="はしご高・立崎"),
        pytest.param("葛\U000e0100城", id="異体字セレクタ"),
        pytest.param("\ue001田", id="外字領域"),
        pytest.param("ﾊﾅｺ", id="半角カナ"),
        pytest.param("カ\u3099", id="結合濁点"),
        pytest.param("Ｍａｒｉａ　ｄｅ　Ｓｏｕｚａ", id="全角と全角空白"),
        pytest.param("慶\ufa0a", id="互換漢字"),
    ],
)
def test_a_name_stays_as_it_was_typed(filled, name):
    assert filled(name=f" {name}\u3000").name.data == name


@pytest.mark.parametrize("field", ["name", "address", "remark"])
@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(VALID_NUMBER, id="続けて"),
        pytest.param("1234-5678-9018", id="区切って"),
        pytest.param("１２３４５６７８９０１８", id="全角"),
        pytest.param(f"番号は{VALID_NUMBER}です", id="文の中"),
    ],
)
def test_s46_an_individual_number_is_masked_with_a_note(filled, field, typed):
    form = filled(**{field: typed})

    digits = "".join(each for each in form[field].data if each.isdigit())
    assert len(digits) < 8
    assert any("個人番号" in message for message in get_flashed_messages())


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        pytest.param("code", VALID_NUMBER, id="番号の欄"),
        pytest.param("phone", VALID_NUMBER, id="電話の欄"),
        pytest.param("remark", "123456789012", id="検査数字が違う"),
        pytest.param("remark", "20260715", id="短い"),
    ],
)
def test_s46_other_numbers_stay(filled, field, typed):
    assert filled(**{field: typed})[field].data == typed


@pytest.mark.parametrize(
    "typed", ["R8.7.15", "令和8年7月15日", "2026/7/15", "20260715", "ｒ８．７．１５"]
)
def test_a_day_is_read_in_any_notation(filled, typed):
    assert filled(born_on=typed).born_on.data == date(2026, 7, 15)


@pytest.mark.parametrize("typed", ["そのうち", "2026/2/30", "72歳", "2026/7"])
def test_what_is_no_day_is_refused_and_kept_on_screen(filled, typed):
    form = filled(born_on=typed)

    assert form.born_on.errors
    assert form.born_on._value() == typed


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "入力してください。"),
        ("count", "多い", "整数で入力してください。"),
        ("count", "100", "0から99までの数を入れてください。"),
        ("code", "1" * 21, "20文字以内で入れてください。"),
        ("key", "short", "画面を開き直して、もう一度送信してください。"),
        ("remark", "a\x00b", "使えない文字(制御文字)が入っています。"),
        ("address", "a\u202eb", "使えない文字(制御文字)が入っています。"),
    ],
)
def test_messages_are_japanese_sentences(filled, field, typed, message):
    assert filled(**{field: typed})[field].errors[0] == message


def test_text_keeps_its_lines(filled):
    assert filled(remark="一行目\r\n二行目").remark.data == "一行目\n二行目"
