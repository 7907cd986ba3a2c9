"""PDF files that were made to harm: each ends with words, in a process that can do nothing else."""

import io
import zipfile
import zlib

import pypdf
import pytest
from PIL import Image

from victim_support.core import pdf_pages

pytestmark = pytest.mark.skipif(not pdf_pages.is_able(), reason="poppler-utils is not there")

FILLED = b"0 0 100 100 re f"
CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R%s>>", b"<</Type/Pages/Kids[%s]/Count %d>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]%s>>"


def written(*objects, more=b""):
    """Return a PDF of these objects, the first of which is its catalogue."""
    made, starts = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        starts.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    rows = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return made + head + rows + end % (len(objects) + 1, more, len(made))


def stream(content, more=b""):
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (more, len(content), content)


def sheet(content=FILLED, *, box=b"0 0 300 400", how=b"", of_page=b"", catalog=b"", others=()):
    """Return a PDF of one page."""
    page = PAGE % (box, b"/Contents 4 0 R" + of_page)
    return written(CATALOG % catalog, PAGES % (b"3 0 R", 1), page, stream(content, how), *others)


def deflated(content, times=1):
    for _ in range(times):
        content = zlib.compress(content, 9)
    return sheet(content, how=b"/Filter[" + b"/FlateDecode" * times + b"]")


def with_actions():
    launch = b"<</S/Launch/F(/bin/touch)>>"
    return sheet(
        catalog=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/AA<</WC %s>>" % launch,
        of_page=b"/AA<</O %s>>" % launch,
    )


def with_what_lies_elsewhere():
    picture = (
        b"/Type/XObject/Subtype/Image/Width 9/Height 9/ColorSpace/DeviceGray/BitsPerComponent 8"
    )
    return sheet(
        b"300 0 0 400 0 0 cm /I Do /J Do",
        of_page=b"/Resources<</XObject<</I 5 0 R/J 6 0 R>>>>",
        others=[
            stream(b"", picture + b"/F(file:///etc/passwd)"),
            stream(b"", picture + b"/F<</FS/URL/F(http://127.0.0.1:9/)>>"),
        ],
    )


def archived():
    made = io.BytesIO(sheet())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("../outside.txt", "x")
    return made.getvalue()


def locked(word):
    writer, made = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(300, 400)
    writer.encrypt(word, "所有者", algorithm="RC4-128")
    writer.write(made)
    return made.getvalue()


def named(title):
    page = PAGE % (b"0 0 300 400", b"")
    info = b"<</Title(%s)>>" % title
    return written(CATALOG % b"", PAGES % (b"3 0 R", 1), page, info, more=b"/Info 4 0 R")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(with_actions(), id="動作つき"),
        pytest.param(with_what_lies_elsewhere(), id="よそを指す"),
        pytest.param(
            b"<html><script>alert(1)</script><!--\n" + sheet() + b"-->", id="HTMLでもある"
        ),
        pytest.param(archived(), id="ZIPでもある"),
        pytest.param(sheet(of_page=b"/X " + b"[" * 50_000 + b"]" * 50_000), id="深い入れ子"),
        pytest.param(sheet(box=b"0 0 1000000000 1000000000"), id="巨大な紙"),
        pytest.param(sheet(box=b"0 0 1000000 10"), id="細長い紙"),
        pytest.param(deflated(b"/Nope gs /Nix Do " * 100_000), id="数十万の誤り"),
        pytest.param(named(b"a\nPages:          2"), id="題名がページ数を騙る"),
        pytest.param(locked(""), id="印刷の制限だけ"),
    ],
)
def test_of_a_hostile_file_only_the_picture_of_its_page_is_left(raw):
    (drawn,) = pdf_pages.draw_pages(raw)

    with Image.open(io.BytesIO(drawn)) as image:
        assert image.format == "PNG"
        assert max(image.size) <= 1600


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(written(CATALOG % b"", PAGES % (b"", 0)), "壊れているか", id="0ページ"),
        pytest.param(
            written(CATALOG % b"", PAGES % (b"2 0 R", 1)), "1ページ目を読めません", id="輪"
        ),
        pytest.param(with_actions()[:250], "壊れているか", id="途中まで"),
        pytest.param(locked("秘密"), "パスワードがかかっています", id="パスワード"),
        pytest.param(
            written(
                CATALOG % b"", PAGES % (b"3 0 R " * 900, 900), *[PAGE % (b"0 0 9 9", b"")] * 900
            ),
            "900ページあります",
            id="多すぎる",
        ),
        pytest.param(b"x" * 2000 + sheet(), "PDFではありません", id="始まりが違う"),
    ],
)
def test_what_cannot_be_drawn_is_told(raw, words):
    with pytest.raises(pdf_pages.PdfError, match=words):
        list(pdf_pages.draw_pages(raw))


@pytest.mark.parametrize(("page", "whole"), [(0.3, 9), (9, 0.3)])
def test_what_takes_too_long_is_ended(monkeypatch, page, whole):
    monkeypatch.setattr(pdf_pages, "_SECONDS", page)
    monkeypatch.setattr(pdf_pages, "_ALL_SECONDS", whole)
    monkeypatch.setattr(pdf_pages, "count_pages", lambda raw: 1)
    tiles = b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001"
    endless = sheet(
        b"/Pattern cs /P scn 0 0 300 400 re f",
        of_page=b"/Resources<</Pattern<</P 5 0 R>>>>",
        others=[stream(b"0 0 1 1 re f", tiles + b"/YStep 0.001/Resources<<>>")],
    )

    with pytest.raises(pdf_pages.PdfError, match="時間がかかりすぎます"):
        list(pdf_pages.draw_pages(endless))


def test_what_draws_pages_can_do_nothing_else(tmp_path):
    limits = pdf_pages._run(b"", "cat", "/proc/self/limits").decode()
    for name, most in (
        ("Max file size", 0),
        ("Max processes", 0),
        ("Max core file size", 0),
        ("Max cpu time", 30),
        ("Max address space", 1 << 30),
        ("Max open files", 32),
    ):
        line = next(each for each in limits.splitlines() if each.startswith(name))
        assert line.removeprefix(name).split()[:2] == [str(most)] * 2
    with pytest.raises(pdf_pages.PdfError):
        pdf_pages._run(b"", "sh", "-c", f"echo x > {tmp_path}/written")
    assert (tmp_path / "written").read_bytes() == b""
    assert pdf_pages._run(b"", "pwd") == b"/\n"
    assert b"HOME" not in pdf_pages._run(b"", "env")
    if pdf_pages.is_apart():
        cards = pdf_pages._run(b"", "cat", "/proc/net/dev").decode().splitlines()[2:]
        assert [each.split(":")[0].strip() for each in cards] == ["lo"]


def test_an_answer_without_end_is_not_kept(monkeypatch):
    monkeypatch.setattr(pdf_pages, "_ANSWER", 1000)

    with pytest.raises(pdf_pages.PdfError, match="大きすぎて"):
        pdf_pages._run(b"", "yes")
