"""Bulk issue over HTTP: choose, issue in steps, be cut off, print in parts, say who has it."""

import json
from io import BytesIO

import pypdf
import pytest

from tests.damage.support import (
    inside,
    make_application,
    make_judgement,
    make_people,
    name_issuer,
    writing_in,
)
from victim_support.batches import documents
from victim_support.batches.models import BatchItem, PaperHandling
from victim_support.batches.queries import list_batches
from victim_support.batches.services import issuing
from victim_support.batches.work import ISSUE
from victim_support.certificates.models import Certificate, NumberEntry
from victim_support.core import lists
from victim_support.core.db import db
from victim_support.core.jobs import Runner, Running, list_jobs
from victim_support.core.jobs.kinds import get_kind
from victim_support.damage.queries import get_application
from victim_support.damage.rules import DamageGrade
from victim_support.damage.rules.applying import HeadState
from victim_support.damage.services import ensure_dwelling
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection

HIDDEN = "影山 静香"
NEW = "/batches/new/risai"


def household(*names, address, grade=DamageGrade.HALF, **more):
    place = ensure_dwelling(address=address)
    application = make_application(*make_people(*names, **more), dwelling_id=place.id)
    if grade:
        make_judgement(application, grade)
    return application.id


@pytest.fixture
def town(app):
    """Write down five households: two to issue, one without glyphs, one protected, one waiting."""
    with writing_in(app):
        name_issuer()
        return {
            "far": household("佐藤 一郎", address="飯沼二丁目20番"),
            "near": household("𠮷田 邉\U000e0110太郎", HIDDEN, address="飯沼二丁目3番"),
            "glyph": household("外字 \ue000子", address="名古熊1番地"),
            "sealed": household("影山 光", address="名古熊2番地", protected=["影山 光"]),
            "waiting": household("鈴木 花", address="飯沼二丁目5番", grade=None),
        }


def protect(app, name):
    with writing_in(app):
        person = db.session.query(Person).filter_by(name=name).first()
        victims.seal_person(person.id, Protection.HIDE_PRESENCE)


def start(desk, **values):
    values = {"choice": "every", "delivery": "mail"} | values
    return desk.submit(desk.get(NEW), NEW, **values)


def finish(app):
    Runner(app).run_due()
    with inside(app):
        return f"/batches/{list_batches()[0].id}"


@pytest.fixture
def as_text(monkeypatch):
    """Let papers be what they are made of: only one test needs the print processes."""

    def render(*made, **_options):
        return json.dumps(made[-1], ensure_ascii=False, default=str).encode()

    monkeypatch.setattr(documents, "render_pdf", render)
    monkeypatch.setattr(lists, "render_pdf", render)
    monkeypatch.setattr(documents, "render_bound", render)


def words_of(page):
    assert page.headers["Content-Type"] == "application/pdf", page.visible
    return page.body.decode()


def text_of(page):
    assert page.headers["Content-Type"] == "application/pdf", page.visible
    return [one.extract_text() for one in pypdf.PdfReader(BytesIO(page.body)).pages]


def numbers(app):
    with inside(app):
        return [one.number for one in db.session.query(NumberEntry).order_by(NumberEntry.counter)]


def test_everybody_gets_a_paper_or_a_reason_in_the_order_of_the_street(app, desk_of, town):
    desk = desk_of("counter")
    choice = desk.get(NEW)
    assert "飯沼(2件)" in "".join(choice.visible.split())
    assert "保護" not in choice.visible

    start(desk)
    page = desk.get(where := finish(app))

    assert "書体にない字" in page.visible
    assert "外字" not in page.visible
    cover = "".join(text_of(desk.get(f"{where}/cover.pdf")))
    assert cover.index("飯沼二丁目3番") < cover.index("飯沼二丁目20番")
    assert "1番目の申請" in cover  # the one without glyphs, by its reason
    file = desk.get(f"{where}/cover.csv").body.decode("utf-8-sig").splitlines()
    assert [len(file), "1番目の申請" in file[3], "書体にない字" in file[3]] == [4, True, True]
    sheets = text_of(desk.get(f"{where}/papers/1.pdf"))
    assert len(sheets) == 4
    assert "送付について" in sheets[0]
    assert "相違ないことを証明します" in sheets[1]
    first, second = numbers(app)
    assert [first in sheets[0], first in sheets[1]] == [True, True]
    assert [second in sheets[2], second in sheets[3]] == [True, True]
    assert desk.get(f"{where}/papers/2.pdf").status == 404


def test_s33_who_is_protected_is_on_no_paper_and_mailed_nothing(app, desk_of, town, as_text):
    desk = desk_of("counter")
    protect(app, HIDDEN)
    start(desk)
    where = finish(app)
    assert HIDDEN.split()[1] not in words_of(desk.get(f"{where}/papers/1.pdf"))

    protect(app, "佐藤 一郎")

    for output in (f"{where}/papers/1.pdf", f"{where}/cover.pdf"):
        assert "佐藤" not in words_of(desk.get(output))
    assert "佐藤" not in desk.get("/batches/held/uncollected").visible
    assert "佐藤" not in desk.get("/batches/held/uncollected.csv").body.decode()
    assert len(json.loads(words_of(desk.get(f"{where}/papers/1.pdf")))) == 2
    sealed = desk_of("hogo").get(NEW)
    assert "保護されている方の申請が2件" in sealed.visible


def test_a_run_that_is_cut_off_draws_no_number_twice_and_loses_no_paper(
    app, desk_of, town, monkeypatch
):
    monkeypatch.setattr(issuing, "STEP_SECONDS", 0)
    start(desk_of("counter"))
    with inside(app):
        job = list_jobs()[0]
        steps = get_kind(ISSUE).handler(Running(job.id, job.payload, {}, job.started_by))
        for _step in range(3):
            next(steps)  # two lines are written, the last of them is never noted
    drawn = numbers(app)
    assert len(drawn) == 1

    Runner(app).run_due()

    with inside(app):
        items = db.session.query(BatchItem).order_by(BatchItem.position).all()
        papers = {one.id: one.number for one in db.session.query(Certificate)}
        assert [item.position for item in items] == [1, 2, 3]
        assert [item.certificate_id is None for item in items] == [True, False, False]
        assert [papers[item.certificate_id] for item in items[1:]] == numbers(app)
    assert numbers(app)[:1] == drawn


def test_acts_by_list_say_where_papers_are(app, desk_of, town, as_text):
    desk = desk_of("hq")
    start(desk, delivery="hand")
    where = finish(app)
    assert len(json.loads(words_of(desk.get(f"{where}/papers/1.pdf")))) == 2
    first, second = numbers(app)
    held = "/batches/held/uncollected"

    told = desk.submit(desk.get(held), held, numbers=first, kind="notified")
    assert "知らせた方法を選んでください" in told.visible
    assert first in told.text
    wrong = desk.submit(told, held, numbers="X", kind="notified", way="phone")
    assert "この端末にない番号" in wrong.visible
    desk.submit(wrong, held, numbers=first, kind="notified", way="phone", note="留守電")

    notified = desk.get("/batches/held/notified")
    assert first in notified.visible
    assert "電話 留守電" in " ".join(notified.visible.split())
    assert second not in notified.visible
    assert second in words_of(desk.get(f"{held}.pdf"))
    desk.submit(desk.get(where), f"{where}/acts", kind="collected", way="")
    assert first not in desk.get(held).visible
    opened = desk.get("/batches/printed?opened=1")
    assert opened.visible.count("一括のPDFを開いた") == 2
    assert desk.get("/batches/issues.csv").body.decode("utf-8-sig").count("すべての町") == 1
    assert "すべての町" in words_of(desk.get("/batches/issues.pdf"))
    printed = desk.get("/batches/printed.csv").body.decode()
    assert first in printed
    assert "佐藤" not in printed
    with inside(app):
        assert db.session.query(PaperHandling).count() == 3


def test_replacements_wait_until_they_leave_by_post_or_over_the_counter(
    app, desk_of, town, as_text
):
    desk = desk_of("hq")
    start(desk)
    finish(app)
    old = numbers(app)
    with writing_in(app):
        for each in (town["near"], town["far"]):
            make_judgement(get_application(each), DamageGrade.TOTAL)
    start(desk, with_replacements="y")
    finish(app)
    near, far = numbers(app)[len(old) :]
    held = "/batches/held/uncollected"

    desk.submit(desk.get(held), held, numbers=near, kind="mailed")
    page = desk.get(f"/certificates/applications/{town['far']}/risai")
    desk.submit(page, next(one.action for one in page.forms if "hand-over" in one.action))

    with inside(app):
        states = {one.number: one.state for one in db.session.query(NumberEntry)}
    assert [states[each] for each in old] == ["superseded", "superseded"]
    assert near not in desk.get(held).visible
    assert far not in desk.get(held).visible
    assert near in desk.get("/batches/held/mailed").visible


def test_numbers_that_cannot_be_issued_are_said_and_kept(app, desk_of, town):
    desk = desk_of("counter")

    page = start(desk, choice="numbers", numbers="K7-000001-X")

    assert "ここでは発行できない番号です" in page.visible
    assert "K7-000001-X" in page.text
    assert numbers(app) == []


def test_the_window_is_kept_only_when_an_address_fits(desk_of, as_text):
    desk = desk_of("hq")
    page = desk.get("/batches/envelope")

    refused = desk.submit(page, "/batches/envelope", width="60")
    assert "バーコードに幅" in refused.visible
    desk.submit(refused, "/batches/envelope", width="95", left="15.5")

    assert 'value="15.5"' in desk.get("/batches/envelope").text
    assert "架空ハイツ503" in words_of(desk.get("/batches/envelope.pdf"))


def test_a_letter_goes_where_the_household_asked_to_have_it(app, desk_of, town, as_text):
    desk = desk_of("counter")
    path = f"/counter/cases/{town['near']}"
    wrong = desk.submit(desk.get(path), path, mail_postal_code="123", mail_address="")
    assert "郵便番号は数字7けた" in wrong.visible
    given = {"mail_postal_code": "395-0001", "mail_address": "座光寺9番 田中実様方"}
    desk.submit(wrong, path, **given)
    start(desk)
    where = finish(app)

    [letter] = [
        values
        for template, values in json.loads(words_of(desk.get(f"{where}/papers/1.pdf")))
        if template == documents.LETTER and "太郎" in values["name"]
    ]
    assert (letter["postal_code"], letter["lines"]) == (
        "395-0001",
        ["座光寺9番", "田中実様方"],
    )
    rows = json.loads(words_of(desk.get(f"{where}/cover.pdf")))["rows"]
    [row] = [row for row in rows if row["address"].startswith("座光寺9番")]
    assert row["remark"] == "申し出のあった送り先"
    with writing_in(app):
        get_application(town["far"]).mail_address = "座光寺九千九百九十九番地の九十九" * 6
        get_application(town["near"]).mail_address = "座光寺\ue000番"
    assert "封筒の窓に入りません" in desk.get(where).visible
    assert "送り先か宛名に、書体にない字" in desk.get(where).visible


def test_no_letter_goes_to_a_head_who_died(app, desk_of, town, as_text):
    with writing_in(app):
        one = get_application(town["far"])
        one.head_state, one.applicant_person_id = HeadState.DEAD, None
        one.applicant_name, one.applicant_relation = "佐藤 花子", "妻"
    desk = desk_of("counter")
    start(desk)
    where = finish(app)

    sheets = json.loads(words_of(desk.get(f"{where}/papers/1.pdf")))
    names = [values["name"] for template, values in sheets if template == documents.LETTER]
    assert sorted(names) == ["佐藤 花子 様", "𠮷田 邉\U000e0110太郎 様"]
    rows = json.loads(words_of(desk.get(f"{where}/cover.pdf")))["rows"]
    assert any("宛名は申請した佐藤 花子 様" in row["remark"] for row in rows)
    with writing_in(app):
        get_application(town["far"]).applicant_name = "佐藤 \ue000子"
    assert "送り先か宛名に、書体にない字" in desk.get(where).visible
