"""Papers filled into a form say and look like papers laid out whole, or they are laid out whole."""

import gc
import random
import subprocess
from io import BytesIO

import pypdf
import pytest
from PIL import Image, ImageChops

from victim_support.core.documents.child import Renderer
from victim_support.core.documents.faces import keep_faces, make_anew
from victim_support.core.documents.fonts import Style
from victim_support.core.documents.glyphs import PEN_BOX, UnprintableName
from victim_support.core.documents.slots import filling, press, proof
from victim_support.core.documents.slots.filling import Filled
from victim_support.core.documents.slots.shaping import Glyph, NotFillableError, runs_of

TEMPLATE = "certificates/risai.html"
GRADES = ("全壊", "大規模半壊", "中規模半壊", "半壊", "準半壊", "準半壊に至らない(一部損壊)")
FAMILY = ("𠮷田", "髙橋", "葛\U000e0100城", "邉\U000e0110見", "辻\U000e0102", "㟢𣘺", "佐藤", "王")
GIVEN = ("一郎", "さくら", "﨑子", "神\ufa19", "濵德栁", "Nguyễn Văn", "O'Neill", "健太")
PAPERS = 200

# WeasyPrint leaves the file of the colour profile that PDF/A needs to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@pytest.fixture(autouse=True)
def collected():
    """Close what WeasyPrint left open before another test is blamed for it."""
    yield
    gc.collect()


def member(chance, number):
    return {"relation": chance.choice(("妻", "子", "未届の夫")), "name": f"{name(chance)}{number}"}


def name(chance):
    return f"{chance.choice(FAMILY)} {chance.choice(GIVEN)}"


def paper(chance=None, **more):
    """Return the values of a 罹災証明書 with invented content."""
    chance = chance or random.Random(1)  # noqa: S311 - papers of a test
    grade = chance.choice(GRADES)
    number = f"K7-{chance.randrange(100_000):05}-4"
    values = {
        "training": False,
        "sample": False,
        "copy_number": 1,
        "number": number,
        "head_address": f"架空市一番町{chance.randrange(1, 30)}番地{chance.randrange(1, 99)}",
        "head_name": name(chance),
        "members": [member(chance, one) for one in range(chance.randrange(4))],
        "box1": "",
        "cause": "令和8年7月15日の豪雨による",
        "dwelling_address": f"架空市鼎町{chance.randrange(5000)}番地 メゾン{chance.choice('ABC')}",
        "grades": [{"label": label, "checked": label == grade} for label in GRADES],
        "box2": chance.choice(("", "床上浸水")),
        "box3": "",
        "issued_on": "令和8年8月1日",
        "issuer": "架空市長",
        "seal": None,
        "check_code": f"VS1:{number}:1:{chance.randbytes(3).hex().upper()}",
        "check_note": "番号は市の窓口で確かめられます。",
    }
    return values | more


@pytest.fixture(scope="module")
def renderer():
    keep_faces()
    yield Renderer()
    make_anew()


def filled(renderer, values):
    """Return a paper filled into its form, laid out before if need be; None if it never is."""
    for _ in range(2):
        if pdf := renderer._press.paper(TEMPLATE, values):
            return pdf
        renderer.prepare()
    return renderer._press.paper(TEMPLATE, values)


def whole(renderer, values):
    return renderer.render_whole(TEMPLATE, values, strict=True)


def text_of(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def picture_of(pdf, path):
    path.write_bytes(pdf)
    return pictures_of(path)[0]


def pictures_of(path):
    """Return the pages of a file as pictures."""
    subprocess.run(["pdftoppm", "-r", "60", "-gray", path, path.with_suffix("")], check=True)
    return [Image.open(one) for one in sorted(path.parent.glob(f"{path.stem}-*.pgm"))]


def pages_of(papers, folder):
    """Put papers together into one file; return its path and the text of each page."""
    folder.mkdir()
    files = [folder / f"{number:04}.pdf" for number in range(len(papers))]
    for file, pdf in zip(files, papers, strict=True):
        file.write_bytes(pdf)
    path = folder / "all.pdf"
    subprocess.run(["qpdf", "--empty", "--pages", *files, "--", path], check=True)
    command = ["pdftotext", "-layout", path, "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return path, text.split("\f")[:-1]


def differing(one, other):
    """Return how many points differ clearly."""
    return sum(ImageChops.difference(one, other).histogram()[96:])


@pytest.mark.slow
def test_random_papers_read_and_look_the_same(renderer, tmp_path):
    chance = random.Random(20260801)  # noqa: S311 - the same papers in every run
    values = [paper(chance) for _ in range(PAPERS)]
    for one in values:
        filled(renderer, one)

    quick = [renderer._press.paper(TEMPLATE, one) for one in values]
    full = [whole(renderer, one) for one in values]

    quick_path, quick_texts = pages_of(quick, tmp_path / "quick")
    full_path, full_texts = pages_of(full, tmp_path / "full")
    assert quick_texts == full_texts
    pairs = zip(pictures_of(quick_path), pictures_of(full_path), strict=True)
    assert max(differing(one, other) for one, other in pairs) < 20


def test_the_file_is_sound_and_says_what_a_whole_one_says(renderer, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(filled(renderer, paper(head_name="𠮷田 邉\U000e0110太郎")))

    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    for row in fonts.splitlines()[2:]:
        assert row.split()[-5:-2] == ["yes", "yes", "yes"], row
    read = pypdf.PdfReader(path)
    assert "𠮷田 邉\U000e0110太郎" in text_of(path.read_bytes())
    assert read.xmp_metadata is not None
    assert read.trailer["/Root"]["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert read.trailer["/ID"]


def test_the_code_of_the_paper_is_drawn_anew(renderer, tmp_path):
    values = paper()
    other = values | {"check_code": "VS1:K7-99999-9:1:FFFFFF"}

    one = picture_of(filled(renderer, values), tmp_path / "one.pdf")
    two = picture_of(filled(renderer, other), tmp_path / "two.pdf")
    full = picture_of(whole(renderer, other), tmp_path / "full.pdf")

    assert differing(one, two) > 20
    assert differing(two, full) < 5


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"box3": "長い説明。" * 40}, id="more than one line"),
        pytest.param({"head_name": f"{PEN_BOX}田 一郎"}, id="a box for the pen"),
        pytest.param({"dwelling_address": "架空市  一番町"}, id="spaces that collapse"),
        pytest.param({"head_name": "ばなな か\u3099こ"}, id="a mark set apart"),
        pytest.param({"copy_number": 2}, id="a second copy"),
        pytest.param({"training": True}, id="training"),
    ],
)
def test_what_does_not_fit_a_slot_still_comes_out_right(renderer, more):
    values = paper(**more)

    for _ in range(3):
        assert (
            text_of(renderer.render(TEMPLATE, values, strict=True)).split()
            == text_of(whole(renderer, values)).split()
        )
        renderer.prepare()


def test_a_character_no_font_has_stops_a_filled_paper_too(renderer):
    filled(renderer, paper())

    with pytest.raises(UnprintableName):
        renderer.render(TEMPLATE, paper(head_name="\ue000田"), strict=True)


def test_text_beside_a_value_is_never_covered(renderer):
    """The number of the copy stands behind the number: the number's width moves it."""
    values = paper(copy_number=2)
    for number in ("K7-00001-4", "K7-11111111-4"):
        quick = filled(renderer, values | {"number": number})
        assert f"{number}再交付2枚目" in "".join(text_of(quick).split())


def spoil_character(used):
    first = used.glyphs[0]
    used.glyphs[0] = Glyph(first.number, "偽", first.width, first.advance)


def spoil_outline(used):
    first = used.glyphs[0]
    used.glyphs[0] = Glyph(first.number + 1, first.text, first.width, first.advance)


@pytest.mark.parametrize("spoil", [spoil_character, spoil_outline])
def test_a_paper_that_does_not_prove_itself_is_laid_out_whole(renderer, monkeypatch, spoil):
    values = paper()
    assert filled(renderer, values)
    make = filling._font_objects

    def spoilt(used, first):
        spoil(used)
        return make(used, first)

    monkeypatch.setattr(filling, "_font_objects", spoilt)

    assert renderer._press.paper(TEMPLATE, values) is None
    pdf = renderer.render(TEMPLATE, values, strict=True)
    assert values["head_name"].split()[0] in text_of(pdf)


def test_texts_that_changed_places_are_found(renderer, monkeypatch):
    values = paper(members=[])
    assert filled(renderer, values)
    fill = filling.fill

    def swapped(form, texts, codes):
        first, second, *_ = form.order
        return fill(form, texts | {first: texts[second], second: texts[first]}, codes)

    monkeypatch.setattr(press, "fill", swapped)

    assert renderer._press.paper(TEMPLATE, values) is None


@pytest.mark.parametrize("broken", ["rooms_of", "lay_form", "fill", "prove"])
def test_whatever_goes_wrong_on_the_quick_way_the_paper_comes_out(monkeypatch, broken):
    def fails(*_arguments, **_options):
        raise KeyError(broken)

    own = Renderer()
    monkeypatch.setattr(press, broken, fails)
    for _ in range(3):
        pdf = own.render(TEMPLATE, paper(), strict=True)
        own.prepare()
        assert paper()["number"] in text_of(pdf)


def test_a_code_that_is_not_drawn_is_found(renderer, monkeypatch):
    values = paper()
    assert filled(renderer, values)
    monkeypatch.setattr(filling, "_bars", lambda _code: b"")

    assert renderer._press.paper(TEMPLATE, values) is None


@pytest.mark.parametrize("text", ["あ\u200dい", "\ue000"])
def test_only_plain_characters_are_shaped(text):
    with pytest.raises(NotFillableError):
        runs_of(text, Style.MINCHO)


def test_each_character_keeps_its_font_and_selector():
    runs = runs_of("𠮷邉\U000e0110A", Style.MINCHO)

    assert [(run.font.key, "".join(glyph.text for glyph in run.glyphs)) for run in runs] == [
        ("ipamj", "𠮷邉\U000e0110"),
        ("ipaex", "A"),
    ]


def test_a_file_that_cannot_be_read_back_is_no_proof():
    with pytest.raises((NotFillableError, ValueError)):
        proof.prove(Filled(b"%PDF-1.7", {}, 1), ["あ"], (), (), Style.MINCHO)
