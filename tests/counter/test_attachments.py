"""What came with online applications: whose each is, where it waits, what is refused by name."""

import io
import itertools
import zipfile
from uuid import uuid4

import pypdf
import pytest
from werkzeug.datastructures import FileStorage

from tests.counter.test_filed import OTHERS, SURE, _links, load
from tests.damage.support import inside, name_issuer, writing_in
from tests.evacuees.support import settle_town
from tests.photographs import photograph
from tests.prepared import SCOPES
from victim_support.core import incoming, pdf_pages
from victim_support.core.blobs import BlobStore, this_store
from victim_support.core.db import db
from victim_support.core.jobs import Runner, Running
from victim_support.core.jobs.kinds import get_kind
from victim_support.counter import work
from victim_support.counter.models import FiledAttachment
from victim_support.counter.rules.attachments import find_number, is_noise, problem_of
from victim_support.counter.services.archives import ArchiveError, Named, entries_of
from victim_support.counter.work import ATTACH
from victim_support.damage import photos, queries
from victim_support.damage.models import DamagePhoto
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection

PAGE = "/counter/attachments"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("N1/写真1.jpg", "n1"),
        ("20260720_Ｎ１_外観.jpg", "n1"),
        ("N12/写真.jpg", "n12"),
        ("N123.jpg", None),
        ("申請 R8-0012-3/北側.JPG", "r8"),
        ("R8-0012-34.jpg", None),
        ("受付7.jpg", "seven"),
        ("写真.jpg", None),
    ],
)
def test_a_number_stands_whole_in_the_name(path, found):
    known = {"N1": "n1", "N12": "n12", "R8-0012-3": "r8", "7": "seven"}
    assert find_number(path, known) == found


def test_two_numbers_are_a_doubt_and_nothing_outside_is_read():
    with pytest.raises(LookupError):
        find_number("N1/N2.jpg", {"N1": 1, "N2": 2})
    for path in ("../a.jpg", "a/../../b.jpg", "/etc/a.jpg", "C:\\a.jpg", "\\\\host\\a.jpg"):
        assert problem_of(path, is_link=False)
    assert problem_of("a/b.jpg", is_link=True)
    assert not problem_of("N1/b.jpg", is_link=False)
    assert [is_noise(path) for path in ("__MACOSX/a.jpg", "N1/Thumbs.db", "N1/a.jpg")] == [
        True,
        True,
        False,
    ]


def bring(app, desk, *files, number=""):
    """Bring files, let their job run, and return the page that says what became of them."""
    values = dict(desk.get(PAGE).form(PAGE).values(number=number))
    values["files"] = [(io.BytesIO(raw), name) for name, raw in files]
    answer = desk._open(PAGE, "POST", False, data=values, content_type="multipart/form-data")
    if answer.status != 303:
        return answer
    Runner(app).run_due()
    return desk.get(f"{PAGE}/brought/{values['brought']}")


def archive(*parts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, raw in parts:
            made.writestr(name, raw)
    return packed.getvalue()


def paper(*words):
    """Return a PDF with a page for each word, and a file in it that must go nowhere."""
    writer = pypdf.PdfWriter()
    for number, _word in enumerate(words):
        writer.add_blank_page(300 + number, 400)
    writer.add_attachment("ほかのもの.exe", b"MZ")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def waiting(app):
    with inside(app):
        found = db.session.scalars(db.select(FiledAttachment).order_by(FiledAttachment.size)).all()
        return [(one.scope, one.page, one.is_withdrawn) for one in found]


def photos_of(app):
    with inside(app):
        found = db.session.scalars(db.select(DamagePhoto)).all()
        return [(one.scope, one.note) for one in found]


def in_store(app):
    with inside(app):
        return [this_store().get(each) for each in this_store().addresses()]


def test_what_came_waits_with_its_application_and_photos_become_the_dwellings(app, desk_of):
    settle_town(app)
    load(app, SURE, *OTHERS[:2])  # N1 is received, N2 waits, N3 is somebody's who is protected
    with writing_in(app):
        name_issuer()
    desk, core = desk_of("counter"), SCOPES.core
    packed = archive(
        ("N1/1.jpg", photograph(1)),
        ("N1/委任状.pdf", paper("1")),
        ("N2/外観.jpg", photograph(2)),
        ("N2/免許証.jpg", photograph(3)),
        ("N3/a.jpg", photograph(4)),
        ("N3/申立書.pdf", paper("1")),
        ("N2/申請.csv", b"a,b"),
        ("N2/見積書.pdf", paper("1", "2")),
        ("N2/壊れた.pdf", b"%PDF-1.4 nothing"),
        ("N2/b.heic", b"\0\0\0\x18ftypheic"),
        ("../N2.jpg", photograph(5)),
        ("N9/c.jpg", photograph(6)),
        ("N2/d.jpg", b"broken"),
        ("N2/e.docx", b"PK"),
    )
    page = bring(app, desk, ("全部.zip", packed), ("bad.zip", b"PK nothing"))
    for words in (
        "写真 4枚",
        "書類 3通",
        "書類のページ 4枚",
        "うち新しいもの 8枚",
        "添付でないファイル1個",
        "取り込まなかったファイルが7個",
        "N2/壊れた.pdf: 壊れているか",
        "N2/b.heic: HEICなどの形式は読めません",
        "../N2.jpg: フォルダの外",
        "N9/c.jpg: 取り込んだ申請の受付番号がありません",
        "N2/d.jpg: ",
        "N2/e.docx: 写真(JPEG・PNG)でもPDFでもない",
        "bad.zip: まとめたファイル(ZIP)として読めません",
    ):
        assert words in page.visible
    sealed = SCOPES.sealed
    assert photos_of(app) == [(core, "オンライン申請の添付")]
    assert sorted(waiting(app), key=str) == sorted(
        [(core, None, False)] * 2
        + [(core, 1, False)] * 2  # of N1, which was received, and of N2
        + [(core, 2, False)]
        + [(sealed, None, False), (sealed, 1, False)],
        key=str,
    )
    stored = in_store(app)
    assert stored
    assert all(each.startswith(b"\xff\xd8") for each in stored)  # pictures, and no PDF
    with inside(app):
        assert not list((this_store()._folder.parent / "incoming").glob("??/*"))
    again = bring(app, desk, ("a.jpg", photograph(2)), ("見積書.PDF", paper("1", "2")), number="n2")
    assert "うち新しいもの 0枚" in again.visible
    assert "この受付番号の申請は" in bring(app, desk, ("a.jpg", b"x"), number="X").visible
    assert "ファイルを選んで" in bring(app, desk).visible

    [where] = [path for name, path in _links(desk.get("/counter/filed")) if name == "𠮷田髙志"]
    page = desk.get(where)
    pictures = [link for link in page.links if link and link.startswith(f"{PAGE}/")]
    assert "添えられた書類1(2ページ)" in page.visible
    assert len(pictures) == 4
    assert desk.get(pictures[0]).headers["Content-Type"] == "image/jpeg"
    assert desk_of("surveyor").get(pictures[0]).status == 403
    desk.submit(page, f"{pictures[1]}/leave-out")
    assert desk.get(pictures[1]).status == 404
    form = desk.submit(desk.get(where), f"{where}/household")
    assert "添えられた写真1枚、書類1通" in form.visible
    desk.submit(form, f"{where}/receive", residence_proof="mail")
    assert photos_of(app) == [(core, "オンライン申請の添付")] * 2
    assert (core, None, False) not in waiting(app)
    assert desk.get(pictures[2]).status == 200  # the paper stays with the application
    with inside(app):
        ids = {one.source_number: one.id for one in queries.list_applications()}
    case = desk.get(f"/counter/cases/{ids['N2']}")
    assert [link for link in case.links if link in pictures] == pictures[2:]
    assert pictures[2] not in desk.get(f"/counter/cases/{ids['N1']}").links
    hidden = [
        path for name, path in _links(desk_of("hogo").get("/counter/filed")) if "静香" in name
    ]
    assert desk.get(hidden[0]).status == 404
    assert len([link for link in desk_of("hogo").get(hidden[0]).links if PAGE in (link or "")]) == 2
    with writing_in(app):
        head = queries.get_application(ids["N2"]).head_person_id
        assert head is not None
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    assert desk.get(pictures[2]).status == 404
    assert desk_of("hogo").get(pictures[2]).status == 200


def test_a_whole_paper_is_left_out_in_one_act_and_does_not_come_back(app, desk_of, monkeypatch):
    settle_town(app)
    load(app, *OTHERS[:1])
    desk, file = desk_of("counter"), ("N2.pdf", paper("1", "2"))
    bring(app, desk, file)
    [where] = [path for _name, path in _links(desk.get("/counter/filed"))]
    with monkeypatch.context() as away:  # the rows have come, the pictures not yet
        away.setattr(BlobStore, "has", lambda _store, _address: False)
        away.setattr(photos, "name_of_machine", lambda _node: "本部1")
        told = desk.get(where)
    assert told.visible.count("書類は端末「本部1」にあります(次の同期で届きます)。") == 2
    assert not [link for link in told.links if link and link.startswith(f"{PAGE}/")]
    page = desk.get(where)
    [out] = [one.action for one in page.forms if one.action.endswith("/leave-out")]
    desk.submit(page, out)

    assert [left for _scope, _page, left in waiting(app)] == [True, True]
    assert "うち新しいもの 0枚" in bring(app, desk, file).visible
    assert "添えられた書類" not in desk.get(where).visible


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"GIF89a", "PDFではありません"),
        (b"%PDF-1.7 and nothing", "壊れているか"),
        (b"%PDF-1.7" + bytes(pdf_pages.MOST_BYTES), "大きすぎます"),
    ],
)
def test_what_is_no_paper_is_told_in_words(raw, words):
    with pytest.raises(pdf_pages.PdfError, match=words):
        list(pdf_pages.draw_pages(raw))


def test_a_locked_and_a_long_paper_are_told_and_none_is_read_without_its_tool(monkeypatch):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(paper("1")))
    writer.encrypt("x")
    locked = io.BytesIO()
    writer.write(locked)
    for raw, words in (
        (locked.getvalue(), "パスワードがかかっています"),
        (paper(*["1"] * (pdf_pages.MOST_PAGES + 1)), "31ページあります"),
    ):
        with pytest.raises(pdf_pages.PdfError, match=words):
            pdf_pages.count_pages(raw)
    monkeypatch.setattr(pdf_pages, "DRAWS", "no-such-tool")
    with pytest.raises(pdf_pages.PdfError, match="部品"):
        pdf_pages.count_pages(paper("1"))


def test_a_name_of_a_japanese_windows_is_read_and_a_locked_archive_is_not(app):
    packed = archive(("XX/a.jpg", b"x")).replace(b"XX/a", "Ｎ１".encode("cp932"))
    [entry] = entries_of(Named("a.zip", lambda: io.BytesIO(packed)))
    assert entry.path == "Ｎ１.jpg"
    locked = bytearray(archive(("a.jpg", b"x")))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArchiveError, match="パスワード"):
        list(entries_of(Named("a.zip", lambda: io.BytesIO(bytes(locked)))))


def test_work_goes_on_where_it_was_cut_off_and_ends_when_somebody_cancels(
    app, desk_of, monkeypatch
):
    monkeypatch.setattr(work, "_NOTED_EVERY", 2)
    settle_town(app)
    load(app, *OTHERS[:1])
    pictures = [(f"N2/{number}.jpg", photograph(number)) for number in range(4)]
    desk, brought = desk_of("counter"), uuid4()
    with inside(app):
        file = FileStorage(io.BytesIO(archive(*pictures, ("x.txt", b""))), "a.zip")
        incoming.keep_files(brought, ATTACH, [file], staff_id=None)
        db.session.remove()
        payload = {"brought": str(brought), "link": PAGE}
        first = list(itertools.islice(get_kind(ATTACH).handler(_running(payload, {})), 4))
        [noted] = [each.checkpoint for each in first if each.checkpoint]
        assert (first[-1].total, noted["at"], noted["report"]["photos"]) == (5, 2, 2)
        db.session.remove()

        rest = list(get_kind(ATTACH).handler(_running(payload, noted)))

        assert [each.checkpoint["at"] for each in rest if each.checkpoint] == [4]
        assert rest[0].done == 2
        report = incoming.get_brought(brought, ATTACH, staff_id=None).report
        assert (report["photos"], report["tables"], report["refused"]) == (4, 1, [])
    assert len(waiting(app)) == 4
    values = dict(desk.get(PAGE).form(PAGE).values())
    values["files"] = [(io.BytesIO(photograph(99)), "N2.jpg")]
    job = desk._open(PAGE, "POST", False, data=values, content_type="multipart/form-data").location
    desk.submit(desk.get(job), f"{job}/cancel")
    Runner(app).run_due()
    assert len(waiting(app)) == 4
    assert "まだ読み終えていません" in desk.get(f"{PAGE}/brought/{values['brought']}").visible
    assert desk_of("hq").get(f"{PAGE}/brought/{values['brought']}").status == 404


def _running(payload, checkpoint):
    return Running(uuid4(), payload, checkpoint, None)
