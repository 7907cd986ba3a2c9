"""Photographs of online applications: whose each is, where it waits, what is refused by name."""

import io
import zipfile

import pytest

from tests.counter.test_filed import OTHERS, SURE, _links, load
from tests.damage.support import inside, name_issuer, writing_in
from tests.evacuees.support import settle_town
from tests.photographs import photograph
from tests.prepared import SCOPES
from victim_support.core.db import db
from victim_support.counter.models import FiledAttachment
from victim_support.counter.rules.attachments import find_number, is_noise, problem_of
from victim_support.damage.models import DamagePhoto

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


def bring(desk, *files, number=""):
    values = dict(desk.get(PAGE).form(PAGE).values(number=number))
    values["files"] = [(io.BytesIO(raw), name) for name, raw in files]
    return desk._open(PAGE, "POST", True, data=values, content_type="multipart/form-data")


def archive(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, raw in files.items():
            made.writestr(name, raw)
    return packed.getvalue()


def waiting(app):
    with inside(app):
        found = db.session.scalars(db.select(FiledAttachment).order_by(FiledAttachment.size)).all()
        return [(one.scope, one.is_withdrawn) for one in found]


def photos_of(app):
    with inside(app):
        found = db.session.scalars(db.select(DamagePhoto)).all()
        return [(one.scope, one.note) for one in found]


def test_pictures_wait_with_their_application_and_become_the_dwellings(app, desk_of):
    settle_town(app)
    load(app, SURE, *OTHERS[:2])  # N1 is received, N2 waits, N3 is somebody's who is protected
    with writing_in(app):
        name_issuer()
    desk, core = desk_of("counter"), SCOPES.core
    packed = archive(
        **{
            "N1/1.jpg": photograph(1),
            "N2/外観.jpg": photograph(2),
            "N2/免許証.jpg": photograph(3),
            "N3/a.jpg": photograph(4),
            "N2/申請書.pdf": b"%PDF",
            "N2/b.heic": b"heic",
            "../N2.jpg": photograph(5),
            "N9/c.jpg": photograph(6),
            "N2/d.jpg": b"broken",
        }
    )
    page = bring(desk, ("全部.zip", packed), ("bad.zip", b"PK nothing"))
    for words in (
        "写真4枚を読みました(新しいもの4枚)",
        "写真でない書類1個",
        "N2/b.heic: 写真(JPEG・PNG)ではない",
        "../N2.jpg: フォルダの外",
        "N9/c.jpg: 取り込んだ申請の受付番号がありません",
        "N2/d.jpg: ",
        "bad.zip: まとめたファイル(ZIP)として読めません",
    ):
        assert words in page.visible
    assert photos_of(app) == [(core, "オンライン申請の添付")]
    assert sorted(waiting(app)) == [(core, False), (core, False), (SCOPES.sealed, False)]
    again = bring(desk, ("a.jpg", photograph(2)), number="n2")
    assert "新しいもの0枚" in again.visible
    assert "この受付番号の申請は" in bring(desk, ("a.jpg", photograph(2)), number="X").visible
    assert "ファイルを選んで" in bring(desk).visible

    [where] = [path for name, path in _links(desk.get("/counter/filed")) if name == "𠮷田髙志"]
    page = desk.get(where)
    pictures = [link for link in page.links if link and link.startswith(f"{PAGE}/")]
    assert len(pictures) == 2
    assert desk.get(pictures[0]).headers["Content-Type"] == "image/jpeg"
    assert desk_of("surveyor").get(pictures[0]).status == 403
    desk.submit(page, f"{pictures[1]}/leave-out")
    assert desk.get(pictures[1]).status == 404
    form = desk.submit(desk.get(where), f"{where}/household")
    desk.submit(form, f"{where}/receive", residence_proof="mail")
    assert photos_of(app) == [(core, "オンライン申請の添付")] * 2
    assert (core, False) not in waiting(app)
    hidden = [
        path for name, path in _links(desk_of("hogo").get("/counter/filed")) if "静香" in name
    ]
    assert desk.get(hidden[0]).status == 404
    assert len([link for link in desk_of("hogo").get(hidden[0]).links if PAGE in (link or "")]) == 1
