"""Pages of the register import, as the headquarters see them."""

import io

import pytest

from tests.residents.register import ROWS, extract
from victim_support.core.db import db
from victim_support.residents import queries


def upload(desk, text, **fields):
    page = desk.get("/residents/imports")
    values = dict(page.form().fields) | fields
    values["file"] = (io.BytesIO(text.encode()), "抽出.csv")
    return desk.post("/residents/imports", values, csrf=False)


@pytest.fixture
def imports(app):
    def look():
        with app.app_context():
            found = [(one.file_name, one.created) for one in queries.list_extracts()]
            db.session.remove()
            return found

    return look


def test_an_extract_is_tried_out_and_then_imported(desk_of, imports):
    desk = desk_of("hq")

    preview = desk.get(upload(desk, extract(*ROWS, ",,")).location)

    assert "まだ何も書いていません" in preview.visible
    assert "氏名フリガナ" in preview.visible
    assert "空行" in preview.visible
    assert imports() == []

    done = desk.submit(preview, follow=True)

    assert "取り込みの結果" in done.title
    assert imports() == [("抽出.csv", 3)]
    assert "抽出.csv" in desk.get("/residents/imports").visible


def test_the_same_button_twice_imports_once(desk_of, imports):
    desk = desk_of("hq")
    preview = desk.get(upload(desk, extract(*ROWS)).location)

    desk.submit(preview)
    desk.submit(preview)

    assert len(imports()) == 1


def test_a_file_that_is_not_understood_says_why(desk_of):
    page = upload(desk_of("hq"), "1,2,3\n4,5,6\n")

    assert page.status == 422
    assert "対応表" in page.visible


def test_a_column_of_individual_numbers_asks(desk_of):
    numbers = ("123456789018", "987654321093", "111111111118")
    text = extract(*(f"{one},H,人,ヒト" for one in numbers), headers="宛名番号,世帯番号,氏名,カナ")
    desk = desk_of("hq")

    refused = upload(desk, text)
    confirmed = upload(desk, text, is_confirmed="y")

    assert "個人番号" in refused.visible
    assert refused.status == 422
    assert confirmed.status == 303


def test_an_upload_is_seen_by_nobody_else(desk_of):
    location = upload(desk_of("hq"), extract(*ROWS)).location

    assert desk_of("admin").get(location).status == 404


def test_who_may_not_import_sees_nothing(desk_of):
    assert desk_of("reception").get("/residents/imports").status == 403
