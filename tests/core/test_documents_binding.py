"""Papers bound into one file: every page says what the paper alone says, and the file is small."""

import subprocess
from io import BytesIO

import pypdf
import pytest
from PIL import Image

from tests.core.test_documents_slots import collected, paper, renderer
from victim_support.core.barcodes import read_codes
from victim_support.core.documents.binding import Binder, pages_of
from victim_support.core.documents.qr import qr_code

__all__ = ["collected", "renderer"]
TEMPLATE, LETTER = "certificates/risai.html", "batches/letter.html"
LONG = "架空市一番町" * 20
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


def letter(**more):
    window = {"left": 20, "top": 15, "width": 90, "height": 45, "bars_width": 71.8}
    values = {
        "training": False,
        "window": window,
        "folds": [99, 198],
        "postal_code": "100-0013",
        "lines": ["架空市一番町12番地3"],
        "name": "邉\U000e0110見 一郎 様",
        "bars": "13" + "144" * 21 + "31",
        "number": "K7-00001-4",
        "paper": "罹災証明書",
        "issuer": "架空市長",
        "office": "税務課",
        "phone": "0220-00-0000",
        "issued_on": "令和8年8月1日",
    }
    return values | more


def pages(pdf):
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def test_bound_pages_are_those_of_the_papers_in_their_order(renderer, tmp_path):
    first = paper(number="K7-00001-4")
    papers = [
        (TEMPLATE, first),
        (TEMPLATE, first | {"number": "K7-00002-4", "head_name": "髙橋 﨑子"}),
        (TEMPLATE, first | {"number": "K7-00003-4", "head_address": LONG}),
        (LETTER, letter()),
        (LETTER, letter(name="王 さくら 様", bars="13" + "111" * 21 + "31")),
    ]

    bound = renderer.render_bound(papers)
    halves = Binder()
    halves.add(pages_of(bound))
    halves.add(pages_of(bound))
    twice = halves.file()

    alone = [pages(renderer.render_whole(*one, strict=True)) for one in papers]
    assert pages(bound) == [page for each in alone for page in each]
    assert pages(twice) == 2 * pages(bound)
    assert len(twice) < 1.1 * len(bound)
    path = tmp_path / "bound.pdf"
    path.write_bytes(twice)
    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout.decode()


def test_letters_of_a_known_form_are_filled_with_their_bars(renderer):
    renderer.render_bound([(LETTER, letter()), (LETTER, letter())])

    filled = renderer._press.paper(LETTER, letter(name="佐藤 太郎 様"))

    assert filled is not None
    assert "佐藤太郎様" in pages(filled)[0]


def test_nothing_is_bound_into_no_file():
    with pytest.raises(ValueError, match="nothing"):
        Binder().file()


@pytest.mark.parametrize("text", ["VS1:K7-000123-4:1:0a1b2c3d4e", "A", "x" * 400, "番号"])
def test_codes_drawn_from_their_bars_are_read_back(text):
    code = qr_code(text)
    picture = Image.new("L", (code.size, code.size), 255)
    for x, end, row in code.bars:
        picture.paste(0, (x, row, end, row + 1))

    assert read_codes(picture.resize((4 * code.size, 4 * code.size), Image.Resampling.NEAREST)) == [
        text
    ]
