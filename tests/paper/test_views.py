"""Cards printed, typed once, typed twice; rosters printed and taken in."""

import io

import openpyxl
import pytest

from tests.evacuees.support import PROTECTED, inside, pdf_text
from victim_support.core.db import db
from victim_support.core.jobs import Runner
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import LeavingReason
from victim_support.paper.models import PrintedRoster, SheetCheck, SheetRun, TypedSheet
from victim_support.paper.rules import sheet_number, show_sheet
from victim_support.victims.models import Answer, Person, PersonNeed, Statement

HEAD = {
    "members-0-name": "架空　太郎",
    "members-0-kana": "カクウ　タロウ",
    "members-0-birth": "s50.3.1",
    "members-0-sex": "1",
    "members-0-town": "飯野坂",
    "members-0-street": "5-6",
    "members-0-phone": "090-0000-0000",
}
WIFE = {
    "members-1-name": "架空　花子",
    "members-1-kana": "カクウ　ハナコ",
    "members-1-relation": "1",
    "members-1-birth": "48",
    "members-1-sex": "2",
    "members-1-needs": "pM",
}


def number(counter):
    return show_sheet(sheet_number("T7", counter))


def type_card(desk, counter=1, follow=True, **values):
    page = desk.get("/paper/type")
    values = HEAD | {"sheet_number": number(counter), "written_at": "0:00"} | values
    return desk.submit(page, "/paper/type", follow=follow, **values)


def rows(app, model):
    with inside(app):
        found = list(db.session.scalars(db.select(model).order_by(model.id)))
        db.session.expunge_all()
    return found


def test_numbers_are_drawn_once_and_printed_with_purpose_and_copy(manager, app, tmp_path):
    first = manager.submit(manager.get("/paper/"), "/paper/cards", follow=True, count="2")
    manager.submit(first, "/paper/cards", count="3")

    runs = rows(app, SheetRun)
    assert [(run.prefix, run.first, run.count) for run in runs] == [("T7", 1, 2), ("T7", 3, 3)]
    printed = manager.get(f"/paper/cards/{runs[0].id}.pdf")
    text = pdf_text(printed.body, tmp_path)
    for words in ("利用目的", "本人控え", "上郷小学校", number(1), number(2), "まだ来ていない"):
        assert words in text
    assert number(3) not in text


def test_a_card_is_typed_in_its_order(desk, app):
    page = type_card(desk, **WIFE, stay="C", answers="1201")

    assert "を入力しました(2人)" in page.visible
    assert number(2) in dict(page.form("/paper/type").fields)["sheet_number"]
    people = {one.name: one for one in rows(app, Person)}
    assert people["架空　花子"].relation == "配偶者"
    assert people["架空　太郎"].phone == "090-0000-0000"
    assert {stay.kind for stay in rows(app, Stay)} == {"car"}
    assert {need.kind for need in rows(app, PersonNeed)} == {"pregnant", "medical"}
    answers = {(one.kind, one.value, one.given_by) for one in rows(app, Answer)}
    assert answers == {
        ("family", "yes", "self"), ("acquaintance", "no", "self"), ("public", "yes", "self"),
    }  # fmt: skip


def test_who_has_not_come_is_a_statement_of_the_writer(desk, app):
    type_card(
        desk, **{"absent-0-name": "架空 キヨ", "absent-0-kind": "r", "absent-0-place": "家の2階"}
    )

    [said] = rows(app, Statement)
    assert (said.kind, said.place) == ("rescue", "家の2階")
    assert said.informant.startswith("架空")


def test_a_sheet_is_typed_once_at_any_shelter(desk, manager, app):
    type_card(desk)
    again = type_card(manager, follow=False, **{"members-0-name": "別の人"})

    assert again.status == 422
    assert "もう入力してあります" in again.visible
    assert "別の人" in str(again.form("/paper/type").fields)
    typed = manager.get(next(link for link in again.links if "/sheets/" in (link or "")))
    assert "架空 太郎" in typed.visible
    assert len(rows(app, TypedSheet)) == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("sheet_number", "T7-00001-0", "打ちまちがい"),
        ("sheet_number", "", "用紙の番号を入れてください"),
        ("written_at", "夜", "21:30"),
        ("members-0-sex", "9", "のどれかを入れてください"),
        ("members-0-needs", "XZ", "の字で入れてください"),
        ("members-0-birth", "1950/2/30", "＊"),
        ("answers", "15", "する=1"),
        ("absent-0-name", "架空 キヨ", "R か U"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(desk, app, field, value, words):
    page = type_card(desk, follow=False, **{field: value})

    assert page.status == 422
    assert words in page.visible
    assert dict(page.form("/paper/type").fields)["members-0-name"] == "架空　太郎"
    assert rows(app, Person) == []


def test_a_sampled_sheet_is_typed_again_by_somebody_else(desk, manager, app):
    type_card(desk, counter=10, **WIFE)
    listed = manager.get("/paper/")
    link = next(link for link in listed.links if "/checks/" in (link or ""))
    assert "/checks/" not in str(desk.get("/paper/").links)

    second = HEAD | WIFE | {"members-0-birth": "s50.3.7", "members-1-name": "架空　華子"}
    compared = manager.submit(manager.get(link), link, **second)
    assert "前の入力と違う所があります" in compared.visible
    assert rows(app, SheetCheck) == []

    done = manager.submit(
        compared, link, follow=True, **{"birth-0": "second", "name-1": "first", "reason": "7と1"}
    )

    assert "照合を記録しました" in done.visible
    [check] = rows(app, SheetCheck)
    assert (check.differences, check.corrected) == (2, 1)
    people = {one.name: one for one in rows(app, Person)}
    assert people["架空　太郎"].birth_date.day == 7
    assert "架空　花子" in people


def test_a_sheet_without_differences_is_done_at_once(desk, manager, app):
    type_card(desk, counter=10)
    link = next(link for link in manager.get("/paper/").links if "/checks/" in (link or ""))

    done = manager.submit(manager.get(link), link, follow=True, **HEAD)

    assert "同じでした" in done.visible
    assert rows(app, SheetCheck)[0].differences == 0


def test_a_sheet_of_a_protected_person_is_not_typed_again_and_shows_nobody(desk, manager, app):
    type_card(
        desk,
        counter=10,
        **{
            "members-0-name": PROTECTED,
            "members-0-kana": "ワタナベ　シズカ",
            "members-0-birth": "1988-03-12",
            "members-0-sex": "2",
        },
    )

    assert "/checks/" not in str(manager.get("/paper/").links)
    shown = manager.get(f"/paper/sheets/{sheet_number('T7', 10)}")
    assert "ワタナベ" not in shown.visible
    assert "表示できる方はいません" in shown.visible


def test_the_roster_is_printed_taken_and_shredded(desk, manager, app, tmp_path):
    type_card(desk)
    page = manager.get("/paper/")
    assert "名簿の控えが古くなっています" in page.visible
    assert "停電にそなえる名簿の印刷" in manager.get("/tasks").visible

    printed = manager.submit(page, "/paper/roster")
    assert "架空" in pdf_text(printed.body, tmp_path)

    page = manager.get("/paper/")
    assert "古くなっています" not in page.visible
    [roster] = rows(app, PrintedRoster)
    wrong = manager.submit(page, f"/paper/rosters/{roster.id}/taken", follow=True)
    assert "持つ人の名前を入れてください" in wrong.visible
    manager.submit(page, f"/paper/rosters/{roster.id}/taken", sheets="1", taken_by="試験 夜子")
    done = manager.submit(page, f"/paper/rosters/{roster.id}/shredded", follow=True)
    assert "1枚 試験 夜子 さん" in done.visible
    assert "裁断済み" in done.visible
    assert "/paper/roster" not in str(desk.get("/paper/").forms)


def workbook(*lines):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


ROSTER = (
    ["上郷小学校 避難者名簿"],
    ["世帯", "氏名", "ふりがな", "続柄", "年齢", "性別", "住所", "連絡先", "備考", "個人番号"],
    [1, "架空　太郎", "かくう たろう", "世帯主", 51, "男", "飯野坂5", "022-0", "", 123456789018],
    [1, "架空　花子", "かくう はなこ", "妻", 48, "女", "飯野坂5", "", "人工透析", ""],
    [2, "別　次郎", "べつ じろう", "世帯主", 33, "男", "高柳1", "", "", ""],
    [None, None, None, None, None, None, None, None, "合計3名", None],
)  # fmt: skip


def take_in(desk, app, shelter_id, stream):
    first = desk.get("/paper/imports")
    values = dict(first.form("/paper/imports").fields) | {"file": (stream, "名簿.xlsx")}
    preview = desk.get(desk.post("/paper/imports", values, csrf=False).location)
    job = desk.submit(preview, preview.path, follow=True, shelter_id=str(shelter_id), at="0:00")
    Runner(app).run_due()
    return preview, desk.get(desk.get(job.path).location)


def test_a_roster_of_another_form_is_taken_in(manager, app, shelters):
    preview, done = take_in(manager, app, shelters[0], workbook(*ROSTER))

    assert "123456789018" not in preview.text
    assert "氏名がありません" in preview.visible
    assert "取り込みの結果" in done.title
    people = {one.name: one for one in rows(app, Person)}
    assert set(people) == {"架空　太郎", "架空　花子", "別　次郎"}
    assert people["架空　太郎"].household_id == people["架空　花子"].household_id
    assert [need.kind for need in rows(app, PersonNeed)] == ["medical"]
    assert len(rows(app, Stay)) == 3


def test_a_roster_that_comes_again_doubles_nobody(manager, app, shelters):
    take_in(manager, app, shelters[0], workbook(*ROSTER))
    more = [3, "新　三郎", "しん さぶろう", "世帯主", 20, "男", "", "", "", ""]
    _, done = take_in(manager, app, shelters[0], workbook(*ROSTER[:-1], more))

    assert "もう受け付けてある方" in done.visible
    assert len(rows(app, Person)) == 4


LEFT = (
    ["氏名", "ふりがな", "年齢", "入所日時", "退所日", "退所先", "退所先電話"],
    ["架空　太郎", "かくう たろう", 51, "2026/1/2 21:00", "2026/1/3 9:00", "娘の家", "090-1"],
    ["架空　花子", "かくう はなこ", 48, "1/2 21:00", "済", "", ""],
    ["別　次郎", "べつ じろう", 33, "", "", "", ""],
)  # fmt: skip


def test_who_has_left_again_is_kept_with_where_they_went(manager, app, shelters):
    take_in(manager, app, shelters[0], workbook(*LEFT))
    _, done = take_in(
        manager, app, shelters[0], workbook(*LEFT, ["新", "しん", 20, "", "", "", ""])
    )

    assert "受け付けた方 1" in done.visible
    stays = {stay.person_id: stay for stay in rows(app, Stay)}
    stay_of = {person.name: stays[person.id] for person in rows(app, Person)}
    went = stay_of["架空　太郎"]
    assert (f"{went.started_at:%m-%d %H}", f"{went.ended_at:%m-%d %H}") == ("01-02 12", "01-03 00")
    assert (went.destination, went.destination_phone) == ("娘の家", "090-1")
    assert stay_of["架空　花子"].reason is LeavingReason.NOT_TOLD
    assert stay_of["別　次郎"].ended_at is None
    assert "花子" in manager.get("/desk/untraced").text


def test_helpers_type_cards_and_do_not_take_rosters_in(desk):
    assert desk.get("/paper/type").status == 200
    assert desk.get("/paper/imports").status == 403
