"""Pages of the register import, as the headquarters see them."""

import io
from datetime import timedelta

import pytest

from tests.prepared import SCOPES
from tests.residents.register import ROWS, extract
from victim_support.core import clock, jobs
from victim_support.core.csv_io import CsvError
from victim_support.core.db import db
from victim_support.core.jobs import Runner
from victim_support.core.scopes import using_scopes
from victim_support.residents import queries
from victim_support.residents.models import Resident
from victim_support.residents.services import uploads


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


def test_an_extract_is_tried_out_and_then_imported(app, desk_of, imports):
    desk = desk_of("hq")

    preview = desk.get(upload(desk, extract(*ROWS, ",,")).location)

    assert "まだ何も書いていません" in preview.visible
    assert "氏名フリガナ" in preview.visible
    assert "空行" in preview.visible
    assert imports() == []

    job = desk.submit(preview, follow=True)
    assert "住民データの取り込み" in job.title
    Runner(app).run_due()
    done = desk.get(desk.get(job.path).location)

    assert "取り込みの結果" in done.title
    assert imports() == [("抽出.csv", 3)]
    assert "抽出.csv" in desk.get("/residents/imports").visible


def test_the_same_button_twice_imports_once(app, desk_of, imports):
    desk = desk_of("hq")
    preview = desk.get(upload(desk, extract(*ROWS)).location)

    first, second = desk.submit(preview), desk.submit(preview)
    Runner(app).run_due()
    desk.submit(preview)
    Runner(app).run_due()

    assert first.location == second.location
    assert len(imports()) == 1


def test_a_file_that_is_not_understood_says_why(desk_of):
    desk = desk_of("hq")
    page = desk.get(upload(desk, "1,2,3\n4,5,6\n").location)

    assert "見出しは「宛名番号」「宛名コード」" in page.visible
    assert "どの列が何かを選んで" in page.visible
    assert "--mapping" not in page.visible


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


@pytest.fixture
def register(app, desk_of):
    """Have ten people in the register."""
    desk = desk_of("hq")
    preview = desk.get(upload(desk, extract(*many(10))).location)
    desk.submit(preview)
    Runner(app).run_due()
    return desk


def many(count):
    return [f"{number:04},H{number},架空　{number}番,カクウ,1,,,,,,,," for number in range(count)]


def test_a_small_file_says_how_many_would_be_missing_and_asks(app, register):
    preview = register.get(upload(register, extract(*many(2))).location)
    assert "一部だけかもしれません" in preview.visible
    assert "いまの住民データ 10人、ファイル 2行。" in preview.visible
    assert "8人が「今度の抽出にない人」になります" in preview.visible

    unsaid = register.submit(preview)
    assert unsaid.status == 422
    assert "どちらかを選んでください" in unsaid.visible

    job = register.submit(preview, coverage="partial", follow=True)
    Runner(app).run_due()
    done = register.get(register.get(job.path).location)

    assert "一部の追加として取り込みました" in done.visible
    assert "一部の追加" in register.get("/residents/imports").visible
    assert gone(app) == []


def test_a_full_file_marks_who_is_missing(app, register):
    preview = register.get(upload(register, extract(*many(9))).location)
    assert "一部だけかもしれません" not in preview.visible

    register.submit(preview, coverage="full")
    Runner(app).run_due()

    assert gone(app) == ["0009"]


def gone(app):
    with app.app_context():
        found = [one.number for one in db.session.scalars(db.select(Resident)) if one.missing_since]
        db.session.remove()
    return found


def test_a_long_file_is_tried_out_by_a_job(app, desk_of, imports):
    desk = desk_of("hq")
    location = upload(desk, extract(*many(5001))).location
    job = desk.get(location, follow=True)
    assert "住民データを試しに読む" in job.title

    Runner(app).run_due()

    preview = desk.get(location)
    assert "5001" in preview.visible
    assert "まだ何も書いていません" in preview.visible
    assert imports() == []


def test_a_fault_late_in_a_long_file_is_told_by_the_job(app, desk_of, monkeypatch):
    desk = desk_of("hq")
    location = upload(desk, extract(*many(5001))).location
    job = desk.get(location, follow=True)

    def broken(*_arguments, **_options):
        yield 1
        raise CsvError("5002行目が読めません。")

    monkeypatch.setattr(uploads, "import_in_steps", broken)
    Runner(app).run_due()

    told = desk.get(job.path)
    assert "できませんでした" in told.visible
    assert "5002行目が読めません" in told.visible
    assert "もう一度選んでください" in desk.get(location, follow=True).visible


def test_an_import_that_was_cut_off_runs_again_from_the_start(app, register, imports):
    preview = register.get(upload(register, extract(*many(12))).location)
    register.submit(preview)
    with app.app_context():
        jobs.queue.take_next()  # the process dies here
        jobs.queue.pick_up()

    Runner(app).run_due()

    assert imports()[0] == ("抽出.csv", 2)


def test_a_cancelled_import_leaves_the_register_as_it_was(app, desk_of, imports, monkeypatch):
    desk = desk_of("hq")
    preview = desk.get(upload(desk, extract(*many(3000))).location)
    job = desk.submit(preview, follow=True)
    note = jobs.queue.note
    monkeypatch.setattr(jobs.queue, "note", lambda *values: note(*values) and False)

    Runner(app).run_due()

    assert imports() == []
    assert "中止しました" in desk.get("/jobs/").visible
    assert job.status == 200
    with app.app_context():
        assert db.session.scalars(db.select(Resident)).first() is None
        db.session.remove()


def test_an_upload_that_nobody_imports_goes_after_a_day(app, desk_of, frozen):
    traveller = frozen(clock.now())
    location = upload(desk_of("hq"), extract(*ROWS)).location
    traveller.shift(timedelta(hours=25))
    with app.app_context(), using_scopes(SCOPES):
        jobs.start("imports.forget_uploads", by=None)

    Runner(app).run_due()

    assert desk_of("hq").get(location).status == 404


def test_columns_are_chosen_on_the_screen_and_kept_for_the_next_file(app, desk_of, imports):
    desk = desk_of("hq")
    text = "だれ,番,家\n髙﨑　一郎,1,H1\n佐藤　薫,2,H2\n"
    preview = desk.get(upload(desk, text).location)
    assert "髙﨑 一郎 / 佐藤 薫" in preview.visible

    columns = preview.form(f"{preview.path}/columns")
    values = columns.values(
        **{"column-1": "name", "column-2": "number", "profile_name": "隣町の表", "header_row": "1"}
    )
    read = desk.post(columns.action, values, csrf=False)
    again = desk.get(read.location)

    assert "読み方「隣町の表」を保存しました" in again.visible
    assert "まだ何も書いていません" in again.visible
    next_file = desk.get(upload(desk, text).location)
    assert "保存した読み方「隣町の表」で読みました" in next_file.visible

    desk.post(f"{next_file.path}", next_file.form(next_file.path).values(), csrf=False)
    Runner(app).run_due()
    assert imports() == [("抽出.csv", 2)]

    first = desk.get("/residents/imports")
    dropped = desk.post("/residents/imports/profiles/drop", {"name": "隣町の表"}, follow=True)
    assert "隣町の表" in first.visible
    assert "を消しました" in dropped.visible


def test_two_columns_cannot_be_the_same(desk_of):
    desk = desk_of("hq")
    preview = desk.get(upload(desk, "だれ,番\n髙﨑　一郎,1\n").location)

    columns = preview.form(f"{preview.path}/columns")
    both = columns.values(**{"column-1": "name", "column-2": "name"})
    page = desk.post(columns.action, both, csrf=False)

    assert page.status == 422
    assert "2つの列が選ばれています" in page.visible
