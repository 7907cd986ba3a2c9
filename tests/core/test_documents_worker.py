"""The print worker makes PDFs in a child process whose text equals the input."""

import os
import re
import signal
import subprocess
import sys
import time
from io import BytesIO

import pypdf
import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from victim_support.core.documents.child import Renderer
from victim_support.core.documents.faces import keep_faces, make_anew
from victim_support.core.documents.fetcher import Fetcher, RefusedAddressError
from victim_support.core.documents.glyphs import UnprintableName
from victim_support.core.documents.texts import groups, kana_row
from victim_support.core.documents.worker import (
    PrintError,
    PrintTimeoutError,
    PrintWorker,
    list_worker,
    render_pdf,
)
from victim_support.core.documents.worker import worker as counter_worker

HARD_NAMES = [
    "𠮷田 邉\U000e0110太郎",
    "髙橋 﨑子",
    "葛\U000e0100城 さくら",
    "㟢𣘺 濵德栁",
    "邉\U000e0102見 神\ufa19",
    "王",
    "Nguyễn Văn An",
]
WALL = {
    "training": False,
    "title": "避難されている方",
    "shelter_name": "上郷小学校",
    "printed_at": "令和8年7月16日",
    "printed_by": "受付01",
}


def wall(*names, **more):
    rows = [{"area": "上郷", "name": name, "kana": ""} for name in names]
    return WALL | {"rows": rows} | more


def text_of(pdf):
    return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


@pytest.fixture
def worker():
    own = PrintWorker()
    yield own
    own.close()


@pytest.mark.parametrize("name", HARD_NAMES)
def test_the_text_of_the_pdf_equals_the_input_with_its_selectors(name):
    pdf = render_pdf("evacuees/wall_roster.html", wall(name))

    assert name in text_of(pdf)


def test_fonts_are_embedded_and_the_file_says_pdf_a(tmp_path):
    pdf = render_pdf("evacuees/wall_roster.html", wall(*HARD_NAMES))
    path = tmp_path / "wall.pdf"
    path.write_bytes(pdf)

    table = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    rows = table.splitlines()[2:]

    assert {re.sub(r"^\w+\+", "", row.split()[0]).split("-")[0] for row in rows} >= {
        "IPAexGothic",
        "IPAmjMincho",
    }
    assert all(re.search(r"yes yes yes\s+\d+\s+0$", row) for row in rows)
    root = pypdf.PdfReader(path).root_object
    metadata = pypdf.PdfReader(path).xmp_metadata
    assert str(root["/Lang"]) == "ja"
    assert "/OutputIntents" in root
    assert metadata is not None
    assert "pdfaid:part" in str(metadata.rdf_root.toxml())


def test_a_list_prints_geta_where_a_certificate_stops():
    assert "〓山" in text_of(render_pdf("evacuees/wall_roster.html", wall("\ue000山")))
    with pytest.raises(UnprintableName, match=r"U\+E000"):
        render_pdf("evacuees/wall_roster.html", wall("\ue000山"), strict=True)


def test_values_are_escaped():
    pdf = render_pdf("evacuees/wall_roster.html", wall("<b>&amp;</b>"))

    assert "<b>&amp;</b>" in text_of(pdf)


def test_training_is_printed_over_everything():
    pdf = render_pdf("evacuees/wall_roster.html", wall("王", training=True))

    assert "訓練" in text_of(pdf)


def test_a_missing_value_is_an_error_without_the_other_values(caplog):
    with pytest.raises(PrintError, match="UndefinedError"):
        render_pdf("evacuees/wall_roster.html", {"training": False, "title": "秘密の名前"})

    assert "秘密の名前" not in caplog.text


def test_the_child_is_started_again_when_it_died(worker):
    worker.render("evacuees/wall_roster.html", wall("王"))
    first = worker.pid
    os.kill(first, signal.SIGKILL)

    pdf = worker.render("evacuees/wall_roster.html", wall("王"))

    assert pdf.startswith(b"%PDF")
    assert worker.pid != first


def test_a_document_that_takes_too_long_is_stopped_with_a_clear_message(worker):
    worker.render("evacuees/wall_roster.html", wall("王"))
    first = worker.pid

    with pytest.raises(PrintTimeoutError, match="止めました"):
        worker.render("evacuees/wall_roster.html", wall(*["王"] * 20_000), timeout=0.5)

    assert worker.pid is None
    assert worker.render("evacuees/wall_roster.html", wall("王"))
    assert worker.pid != first


def test_a_long_list_does_not_keep_the_counter_waiting():
    render_pdf("evacuees/wall_roster.html", wall("王"))
    render_pdf("evacuees/wall_roster.html", wall("王"), strict=True)

    assert None not in {list_worker.pid, counter_worker.pid}
    assert list_worker.pid != counter_worker.pid


def test_the_child_ends_when_idle_and_comes_back():
    worker = PrintWorker(idle_seconds=0.05)
    worker.render("evacuees/wall_roster.html", wall("王"))

    deadline = time.monotonic() + 10
    while worker.pid and time.monotonic() < deadline:
        time.sleep(0.05)

    assert worker.pid is None
    assert worker.render("evacuees/wall_roster.html", wall("王")).startswith(b"%PDF")
    worker.close()


def test_the_server_does_not_load_weasyprint():
    code = (
        "import sys, victim_support.core.documents.worker as w, "
        "victim_support.core.documents.glyphs as g; g.missing('邉\U000e0110');"
        "sys.exit('weasyprint' in sys.modules or 'fontTools' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# WeasyPrint leaves its colour profile open; in the child nobody minds.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_keeping_faces_between_documents_changes_no_byte():
    renderer = Renderer()
    values = wall(*HARD_NAMES)
    make_anew()
    plain = renderer.render("evacuees/wall_roster.html", values, strict=False)

    assert keep_faces()
    kept = [renderer.render("evacuees/wall_roster.html", values, strict=False) for _ in range(2)]
    make_anew()

    assert kept == [plain, plain]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/x.png",
        "https://example.jp/",
        "static:../pyproject.toml",
        "static:/etc/passwd",
        "static:js/app.js",
        "data:text/html;base64,AAAA",
        "data:image/svg+xml;base64,AAAA",
        "ftp://example.jp/",
    ],
)
def test_nothing_outside_the_allow_list_is_loaded(address):
    with pytest.raises(RefusedAddressError):
        Fetcher().fetch(address)


def test_a_refused_address_stops_the_document():
    with pytest.raises(FatalURLFetchingError):
        HTML(string='<img src="http://127.0.0.1/seal.png">', url_fetcher=Fetcher()).write_pdf()


@pytest.mark.parametrize(
    ("kana", "row"),
    [
        ("あべ", "あ行"),
        ("オガワ", "あ行"),
        ("がもう", "か行"),
        ("ヴぁん", "あ行"),
        ("ぱく", "は行"),
        ("やの", "や行"),
        ("わだ", "わ行"),
        ("んどうぇ", "わ行"),
        ("", "その他"),
        ("Smith", "その他"),
    ],
)
def test_a_reading_is_filed_under_its_row(kana, row):
    assert kana_row(kana) == row


def test_codes_are_cut_into_groups():
    assert groups("7K4M-Q2XD 9RTB") == ["7K4M", "Q2XD", "9RTB"]
