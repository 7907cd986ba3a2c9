"""The printed papers: form, text, faces, length, training mark."""

import re
import subprocess
from io import BytesIO
from typing import Any

import pypdf
import pytest

from victim_support.certificates.documents import TEMPLATES
from victim_support.certificates.rules import PaperKind
from victim_support.core.documents.glyphs import PEN_BOX, UnprintableName
from victim_support.core.documents.worker import render_pdf
from victim_support.damage.rules import GRADES_IN_FORM_ORDER, DamageGrade

HARD_NAMES = [
    "𠮷田 邉\U000e0110太郎",
    "髙橋 﨑子",
    "葛\U000e0100城　さくら",
    "王",
    "マリア・デ・ロス・アンヘレス・ガルシア・フェルナンデス",
]
VALUES = {
    "training": False,
    "sample": False,
    "copy_number": 1,
    "number": "T7-000123-4",
    "check_code": "VS1:T7-000123-4:1:0123456789",
    "check_note": "番号をお知らせください。",
    "office": "税務課",
    "seal": None,
    "head_address": "鼎名古熊市上郷飯沼三丁目1234番地の5",
    "head_name": HARD_NAMES[0],
    "members": [{"name": name, "relation": "子"} for name in HARD_NAMES],
    "box1": "",
    "box2": "床上浸水",
    "box3": "",
    "cause": "令和8年7月15日の豪雨による",
    "dwelling_address": "鼎名古熊市上郷飯沼三丁目1234番地の5 葛\U000e0100荘203号",
    "issued_on": "令和8年(2026年)8月20日",
    "issuer": "鼎名古熊市長",
}
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAE"
    "hQGAhKmMIQAAAABJRU5ErkJggg=="
)


def grades(chosen=DamageGrade.HALF):
    return [{"label": one.label, "checked": one is chosen} for one in GRADES_IN_FORM_ORDER]


def risai(**more):
    return render_pdf(TEMPLATES[PaperKind.RISAI], VALUES | {"grades": grades()} | more, strict=True)


def pages_of(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def text_of(pdf):
    return "".join(pages_of(pdf))


def flat(text):
    return re.sub(r"\s", "", text)


def test_the_unified_form_has_its_rows_in_order():
    text = flat(text_of(risai()))

    rows = [
        "罹災証明書",
        "整理番号",
        "世帯主住所",
        "世帯主氏名",
        "追加記載事項欄①",
        "罹災原因",
        "被災住家※の所在地",
        "住家※の被害の程度",
        "追加記載事項欄②",
        "追加記載事項欄③",
        "※住家とは",
        "相違ないことを証明します",
        "令和8年(2026年)8月20日",
        "鼎名古熊市長",
    ]
    places = [text.index(row) for row in rows]
    assert places == sorted(places)


@pytest.mark.parametrize("grade", list(DamageGrade), ids=lambda grade: grade.label)
def test_exactly_one_of_six_boxes_is_ticked(grade):
    text = text_of(risai(grades=grades(grade)))

    assert f"■ {grade.label}" in text
    assert (text.count("■"), text.count("□")) == (1, 5)


def test_there_is_no_damage_ratio_and_no_list_of_parts_on_the_paper():
    text = text_of(risai())

    assert "%" not in text
    assert "損害割合" not in text


@pytest.mark.parametrize("name", HARD_NAMES)
def test_names_and_addresses_come_back_as_they_were_stored(name):
    text = text_of(risai(head_name=name))

    assert name in text
    assert VALUES["dwelling_address"] in text


def test_all_fonts_are_embedded_and_the_file_is_sound(tmp_path):
    path = tmp_path / "risai.pdf"
    path.write_bytes(risai())

    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]

    assert {row.split()[0].split("+")[1] for row in rows} == {"IPAexMincho", "IPAmjMincho"}
    assert all(re.search(r"yes yes yes\s+\d+\s+0$", row) for row in rows), fonts
    assert (
        subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.parametrize("kind", list(PaperKind), ids=lambda kind: kind.label)
def test_a_paper_can_be_archived_as_pdf_a_2u(kind):
    """ISO 19005-2 6.2 to 6.7, as far as the structure shows it; no validator is at hand."""
    more = {"grades": grades(), "seal": PIXEL, "reported_damage": "物置", "requested": "罹災証明書"}
    more |= {
        "applicant_name": HARD_NAMES[1],
        "applicant_relation": "",
        "contact": "なし",
        "owner_grade": "半壊",
    }
    pdf = render_pdf(TEMPLATES[kind], VALUES | more, strict=True)
    reader = pypdf.PdfReader(BytesIO(pdf))
    trailer: Any = reader.trailer
    root: Any = trailer["/Root"]

    xmp = root["/Metadata"].get_object().get_data().decode()
    intent = root["/OutputIntents"][0].get_object()
    assert re.search(r"pdfaid:part(=\"|>)2\b", xmp)
    assert re.search(r"pdfaid:conformance(=\"|>)U\b", xmp)
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"
    assert root["/Lang"] == "ja"
    assert len(trailer["/ID"]) == 2
    assert "/Encrypt" not in reader.trailer
    assert not {"/AA", "/OpenAction", "/AcroForm"} & set(root)
    assert pdf.startswith(b"%PDF-1.7\n%")
    assert all(byte > 127 for byte in pdf.split(b"\n")[1][1:5])


def test_every_letter_of_a_paper_is_embedded_and_leads_back_to_its_character():
    page = pypdf.PdfReader(BytesIO(risai())).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]

    assert fonts
    for font in fonts:
        [inner] = font["/DescendantFonts"]
        described = inner.get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(described)
        assert b"beginbf" in font["/ToUnicode"].get_object().get_data()
        assert font["/Encoding"] == "/Identity-H"


def test_a_usual_household_fits_on_one_page():
    assert len(pages_of(risai())) == 1


def test_long_names_and_addresses_still_fit_on_one_page():
    place = (
        "鼎名古熊市上郷飯沼三丁目字東大久保前1234番地の5 グランドメゾン西弐番館サウスコート1203号"
    )
    cause = "令和8年7月15日の東海・北陸地方を中心とする豪雨による"
    long = {"head_address": place, "dwelling_address": place, "cause": cause}

    assert len(pages_of(risai(**long, head_name=HARD_NAMES[4] * 2))) == 1


def test_twelve_members_with_a_long_name_among_them_fit_on_one_page():
    names = [f"𠮷田 {each}" for each in "一二三四五六七八九十郎"]
    names.insert(3, "マリア・デ・ロス・アンヘレス・ガルシア・フェルナンデス・デ・ラ・クルス")
    members = [{"name": name, "relation": "未届の配偶者"} for name in names]
    place = f"{VALUES['head_address']} グランドメゾン西弐番館サウスコート1203号室"

    [page] = pages_of(risai(members=members, head_address=place, dwelling_address=place))

    assert [name for name in names if flat(name) not in flat(page)] == []


def test_no_page_begins_with_the_issuer_alone():
    members = [{"name": f"{HARD_NAMES[4]}{place}", "relation": "子"} for place in range(30)]

    for count in range(4, 20, 3):
        last = flat(pages_of(risai(members=members[:count]))[-1])
        assert "相違ないことを証明します" in last


def test_a_long_list_of_members_goes_on_and_nothing_is_lost():
    names = [f"{HARD_NAMES[4]}{place}" for place in range(30)]
    members = [{"name": name, "relation": "未届の配偶者"} for name in names]
    pages = pages_of(risai(members=members))

    assert all(name in flat("".join(pages)) for name in names)
    assert all("T7-000123-4" in page for page in pages)
    assert "鼎名古熊市長" in pages[-1]


def test_a_character_no_font_has_stops_the_paper():
    with pytest.raises(UnprintableName, match=r"U\+E000"):
        risai(head_name="\ue000山")


def test_the_place_for_the_pen_stays_empty():
    assert "山 一郎" in text_of(risai(head_name=f"{PEN_BOX}山 一郎"))


def test_a_sample_has_no_code_and_says_so():
    text = text_of(risai(sample=True, number="(見本)"))

    assert "見本" in flat(text)
    assert "番号をお知らせください" not in text


def test_training_and_reissue_are_printed_on_the_paper():
    text = flat(text_of(risai(training=True, copy_number=2)))

    assert "訓練" in text
    assert "再交付2枚目" in text


def test_the_seal_is_printed_when_the_municipality_gave_one():
    images = pypdf.PdfReader(BytesIO(risai(seal=PIXEL))).pages[0].images

    assert len(images) == 1
