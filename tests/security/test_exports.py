"""S35 and S36: many people leave in a file only with a second person; exact ids are logged."""

import ast
import inspect
from datetime import timedelta
from textwrap import dedent

import pytest

from tests.evacuees.support import came, open_household, register, settle_town, stand_at
from tests.prepared import PASSWORD
from victim_support.core import clock, exports
from victim_support.core.access import mark_of
from victim_support.core.reads import read_log

PAPER_OF_ONE = {
    # one record each, opened by its id, or nobody in it: no mass export
    "accounts.prepare_emergency": "封筒。住民は載らない",
    "certificates.pdf": "1枚の証明書。certificate.print に記録",
    "certificates.printed_sample": "1枚の見本。certificate.sample に記録",
    "damage.photo": "写真1枚。damage_photo.open に記録",
    "damage.leaflet": "白紙のちらし",
    "damage.explanation": "1棟の説明。judgement.print に記録",
    "damage.workings": "1棟の計算。judgement.print に記録",
    "survey.waiting_photo": "写真1枚。incoming_photo.open に記録",
    "counter.queue_slips": "番号だけの札",
    "counter.days_pdf": "日ごとの数",
    "counter.days_csv": "日ごとの数",
    "counter.calls_pdf": "窓口に呼んだ番号。住民は載らない",
    "counter.calls_csv": "窓口に呼んだ番号。住民は載らない",
    "damage.tables_pdf": "運用指針の表",
    "damage.tables_csv": "運用指針の表",
    "houses.files_pdf": "取り込みの回ごとの数",
    "houses.files_csv": "取り込みの回ごとの数",
    "damage.weeks_pdf": "町と週。住民は載らない",
    "damage.weeks_csv": "町と週。住民は載らない",
    "counter.attachment": "写真1枚。filed_attachment.open に記録",
    "damage.application_form": "白紙の申請書",
    "batches.printed_pdf": "職員と紙の番号。住民は載らない",
    "batches.printed_csv": "職員と紙の番号。住民は載らない",
    "batches.index_pdf": "一括発行の日時と数。住民は載らない",
    "batches.index_csv": "一括発行の日時と数。住民は載らない",
    "evacuees.export": "書き出しの前の画面。CSVは roster_csv",
    "operations.slip": "1件の届・票。operations.*.print に記録",
    "operations.blank_slip": "白紙",
    "operations.diary_pdf": "避難所の日誌。氏名の欄がない",
    "paper.cards_pdf": "白紙のカード",
    "presence.print_stock": "番号だけの札",
    "vulnerable.provision": "画面。CSVとPDFは provision_csv と provision_pdf",
    "dropbox.poster": "避難所に貼る案内。住民は載らない",
    "reports.handover_pdf": "引継ぎ。数だけ",
}
COUNTS = (
    "static",
    "reports.",
    "board.",
    "supplies.",
    "losses.",
    "terminals.",
    "sync.",
    "evacuees.tile",
)


@pytest.fixture
def shelter(app):
    return settle_town(app)[0]


@pytest.fixture
def received(shelter, desk_of):
    desk = stand_at(desk_of("hq"), shelter)
    for text in ("watanabe", "taka"):
        page = open_household(desk, text)
        register(desk, page, came=came(page))
    return shelter


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(exports, "limit", lambda _which: 1)


def events(app, name):
    opened = app.extensions["instance"]
    return [one for one in read_log(opened.reads_log, opened.key) if one["event"] == name]


def csv_of(shelter):
    return f"/rosters/{shelter}/roster-utf8.csv"


def approve(desk, page, login_name, **more):
    return desk.submit(page, "/second-person", login_name=login_name, password=PASSWORD, **more)


def test_few_people_leave_without_a_second_person(app, received, desk_of):
    assert stand_at(desk_of("hq"), received).get(csv_of(received)).status == 200
    assert len(events(app, "roster.export")) == 1


def test_many_people_need_another_who_may_approve(app, received, desk_of, few):
    desk = stand_at(desk_of("shelter_staff"), received)

    page = desk.get(csv_of(received))

    assert page.status == 403
    assert "もう一人の職員" in page.visible
    assert events(app, "roster.export") == []
    for second in ("shelter_staff", "reception", "nobody"):
        assert approve(desk, page, second).status == 401
    assert desk.get(csv_of(received)).status == 403

    done = approve(desk, page, "hq")

    assert (done.status, done.location) == (303, csv_of(received))
    assert desk.get(csv_of(received)).status == 200
    [given] = events(app, "roster.export")
    assert len(given["ids"]) == len(set(given["ids"])) > 1
    assert "承認" in given["purpose"]
    [approved] = events(app, "export.approved")
    assert (approved["export"], approved["rows"]) == ("roster.export", len(given["ids"]))


def test_an_approval_holds_for_what_was_asked_only(app, received, desk_of, few):
    desk = stand_at(desk_of("hq"), received)
    approve(desk, desk.get(csv_of(received)), "shelter_manager")

    assert desk.get(f"/rosters/{received}/roster.pdf").status == 403
    assert desk.get(csv_of(received)).status == 200


def test_paper_goes_on_alone_with_a_reason_a_file_does_not(app, received, desk_of, few):
    desk = stand_at(desk_of("shelter_staff"), received)
    paper = f"/rosters/{received}/roster.pdf"

    page = desk.get(paper)
    empty = desk.submit(page, "/second-person/alone", reason="")
    done = desk.submit(page, "/second-person/alone", reason="停電")
    printed = desk.get(paper)
    refused = desk.get(csv_of(received))

    assert (empty.status, done.status, printed.status) == (422, 303, 200)
    assert "一人で印刷する理由を入れてください" in empty.visible
    assert "一人で印刷(停電)" in events(app, "roster.print")[0]["purpose"]
    assert "ほかに職員がいないとき" not in refused.visible
    assert desk.submit(page, "/second-person/alone", reason="急ぐ").status == 403
    assert desk.get(csv_of(received)).status == 403


def test_every_route_that_answers_with_people_in_a_file_asks_the_one_mechanism(app):
    """Look at the code of each view that answers with a PDF or an attachment."""
    around = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if not endpoint.startswith(COUNTS) and _makes_a_file(view) and not _releases(view)
    }

    assert around == set(PAPER_OF_ONE) & around
    assert around


def _makes_a_file(view):
    names = _names(view)
    made = ("_pdf", "_csv", "csv_file")
    return any(name.endswith(made) or name == "Response" for name in names) and (
        "text/javascript" not in inspect.getsource(inspect.unwrap(view))
    )


def _releases(view):
    """Look into the view, and into what it calls of its own module."""
    own = inspect.unwrap(view).__globals__
    called = [own[name] for name in _names(view) if inspect.isfunction(own.get(name))]
    return "release" in {*_names(view), *(name for one in called for name in _names(one))}


def _names(view):
    tree = ast.parse(dedent(inspect.getsource(inspect.unwrap(view))))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in calls}


def test_s35_who_has_a_security_key_alone_approves_with_it(received, desk_of, few, monkeypatch):
    desk, proven = stand_at(desk_of("hq"), received), []
    page = desk.get(csv_of(received))
    views = "victim_support.accounts.views.exports"
    monkeypatch.setattr(f"{views}.key_question", lambda _staff_id: '{"challenge": "x"}')
    monkeypatch.setattr(f"{views}.queries.must_prove_second", lambda _staff_id: True)
    monkeypatch.setattr(f"{views}.services.prove_second", lambda **told: proven.append(told))

    asked = approve(desk, page, "shelter_manager")
    done = desk.submit(asked, "/second-person", key_answer='{"id": "x"}')
    replayed = desk.submit(asked, "/second-person", key_answer='{"id": "x"}')

    assert (asked.status, "セキュリティキーを使う" in asked.visible) == (200, True)
    assert (done.status, done.location) == (303, csv_of(received))
    assert [told["key_answer"] for told in proven] == ['{"id": "x"}']
    assert replayed.status == 401


def test_s35_a_file_asks_for_the_password_once_more_whatever_its_route_says(
    app, received, desk_of, frozen, monkeypatch
):
    desk = stand_at(desk_of("hq"), received)
    monkeypatch.setattr(mark_of(app.view_functions["evacuees.roster_csv"]), "asks_again", False)
    frozen(clock.now() + timedelta(minutes=11))

    asked = desk.get(csv_of(received))

    assert (asked.status, "パスワード" in asked.visible) == (401, True)
    assert events(app, "roster.export") == []
    assert desk.get(f"/rosters/{received}/roster.pdf").status == 200  # paper is for the worst night
