"""The glyph guard finds, for every character, a font that really has it."""

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from victim_support.core.documents import fonts
from victim_support.core.documents.cmap import read_cmap
from victim_support.core.documents.fonts import Style
from victim_support.core.documents.glyphs import (
    PEN_BOX,
    UnprintableName,
    clusters,
    describe,
    listed,
    missing,
    name_spans,
    plan,
    require_printable,
    strict_spans,
)

KATSU = "葛\U000e0100"
HEN = "邉\U000e0110"
HEN_ADOBE = "邉\U000e0102"
PRIVATE = "\ue000"
ALL_FONTS = [fonts.IPAEX_MINCHO, fonts.IPAMJ, fonts.NOTO_SERIF, fonts.IPAEX_GOTHIC, fonts.NOTO_SANS]


def keys_of(text):
    return [run.font.key if run.font else None for run in plan(text)]


@pytest.mark.parametrize("font", ALL_FONTS, ids=lambda font: font.key)
def test_our_reader_agrees_with_fonttools_on_every_character(font):
    path, index = font.find()
    reader = read_cmap(path, index)
    with TTFont(path, fontNumber=index if path.suffix == ".ttc" else -1, lazy=True) as known:
        expected = set(known.getBestCmap())
        variations = next(t for t in known["cmap"].tables if t.format == 14).uvsDict

    sequences = {(base, selector) for selector, pairs in variations.items() for base, _ in pairs}

    assert {code for code in range(0x30000) if reader.has(code)} == {
        code for code in expected if code < 0x30000
    }
    assert all(reader.has_sequence(base, selector) for base, selector in sequences)
    assert not reader.has_sequence(0x9089, 0xE01EF)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("佐藤", ["ipaex"], id="ふつうの字は本文の書体"),
        pytest.param("𠮷", ["ipamj"], id="BMP外の字"),
        pytest.param("髙﨑", ["ipaex"], id="はしごだか、たつさき"),
        pytest.param(KATSU, ["ipaex"], id="AJ1の異体字は本文の書体にある"),
        pytest.param(HEN, ["ipamj"], id="汎用電子の異体字はIPAmj"),
        pytest.param(HEN_ADOBE, ["noto-serif"], id="AJ1だけの異体字はNoto"),
        pytest.param("𠮷田 太郎", ["ipamj", "ipaex"], id="変わり目で分ける"),
    ],
)
def test_each_run_is_printed_with_a_font_that_has_it(text, expected):
    assert keys_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PRIVATE, id="私用領域"),
        pytest.param("\U000f0000", id="私用面"),
        pytest.param("邉\U000e01ef", id="どの書体にもない異体字"),
        pytest.param("\U000e0100", id="字のない選択子"),
        pytest.param("\ufffd", id="置換文字"),
        pytest.param("\x07", id="制御文字"),
        pytest.param("\u202e", id="向きを変える記号"),
        pytest.param("邉\U000e0110\U000e0100", id="選択子が二つ"),
    ],
)
def test_what_no_font_has_is_missing_and_stops_a_certificate(text):
    assert missing(f"{text}田") != ()
    with pytest.raises(UnprintableName) as stopped:
        require_printable("佐藤", f"{text}田")
    assert stopped.value.text == f"{text}田"


def test_the_refusal_names_the_character_and_three_ways_out():
    with pytest.raises(UnprintableName, match=r"U\+E000.*代わりの字.*かな.*手書き"):
        require_printable(f"{PRIVATE}田")


def test_lists_print_geta_and_kana_and_never_stop():
    assert listed(f"{PRIVATE}山 一郎", "そとやま いちろう") == "〓山 一郎(そとやま いちろう)"
    assert listed("佐藤 一郎", "さとう いちろう") == "佐藤 一郎"
    assert name_spans(f"{PRIVATE}山") == "〓山"


def test_spans_are_escaped():
    assert name_spans("<b>𠮷</b>") == '&lt;b&gt;<span class="font-ipamj">𠮷</span>&lt;/b&gt;'


def test_a_blank_box_for_the_pen_is_allowed_on_a_certificate():
    assert strict_spans(f"{PEN_BOX}山") == '<span class="pen-box"></span>山'


def test_decomposed_kana_is_printed_by_the_font_of_the_composed_one():
    assert keys_of("か\u3099") == ["ipaex"]


def test_a_variant_is_described_with_its_selector():
    assert describe(HEN) == f"{HEN}(U+9089 U+E0110)"


@given(st.text(max_size=40))
def test_planning_never_loses_or_changes_a_character(text):
    assert "".join(clusters(text)) == text
    assert "".join(run.text for run in plan(text)) == text
    assert "".join(run.text for run in plan(text, Style.GOTHIC)) == text
