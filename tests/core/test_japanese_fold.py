import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim_support.core.japanese import (
    clusters,
    display_name,
    fold_kana,
    fold_kanji,
    has_private_use,
    kana_readings,
    plain_kana,
    romaji_to_kana,
    sound_key,
)

KANA = st.text(st.sampled_from([chr(code) for code in range(0x30A1, 0x30FD)] + ["　"]), max_size=12)
# What names are written in; a lone accent over a space composes anew with what stands before it.
WRITTEN = st.text(
    st.sampled_from([chr(code) for code in (*range(0x30, 0x7B), *range(0x3041, 0x3097))])
    | st.sampled_from([chr(code) for code in (*range(0x30A1, 0x30FB), *range(0x4E00, 0xA000))]),
    max_size=20,
)


@pytest.mark.parametrize("text", ["サトウ", "さとう", "ｻﾄｳ", "サトー", "サトオ", "サ ト ウ"])
def test_long_vowels_and_widths_of_kana_are_one(text):
    assert fold_kana(text) == "サト"


@pytest.mark.parametrize(
    ("one", "other"),
    [("チヅ", "チズ"), ("ハナヂ", "ハナジ"), ("キョウコ", "キヨウコ"), ("ｶﾞﾝﾀﾞ", "ガンダ")],
)
def test_kana_that_sound_alike_are_one(one, other):
    assert fold_kana(one) == fold_kana(other)


def test_voicing_is_folded_for_search_only():
    assert sound_key("ヤマザキ") == sound_key("ヤマサキ")
    assert fold_kana("ヤマザキ") != fold_kana("ヤマサキ")


@given(KANA, KANA)
def test_key_of_a_beginning_is_the_beginning_of_the_key(beginning, rest):
    whole = f"{beginning}{rest}"

    assert sound_key(whole).startswith(sound_key(beginning))
    assert plain_kana(whole).startswith(plain_kana(beginning))


@given(WRITTEN)
def test_folding_twice_changes_nothing(text):
    assert fold_kana(fold_kana(text)) == fold_kana(text)
    assert fold_kanji(fold_kanji(text)) == fold_kanji(text)


@pytest.mark.parametrize(
    ("received", "common"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邊", "渡辺"),
        ("渡邉\U000e0110", "渡辺"),
        ("齋藤", "斎藤"),
        ("斉藤", "斎藤"),
        ("大澤", "大沢"),
        ("濵田", "浜田"),
        ("濱田", "浜田"),
        ("德永", "徳永"),
        ("𠮷田", "吉田"),
        ("葛\U000e0100城", "葛城"),
        ("國廣", "国広"),
        ("眞惠", "真恵"),
        ("圡屋", "土屋"),
        ("緑ヶ丘", "緑ケ丘"),
        ("緑が丘", "緑ケ丘"),
        ("ﾊﾅ子", "ハナ子"),
    ],
)
def test_variants_fold_to_the_common_form(received, common):
    assert fold_kanji(received) == fold_kanji(common) == common


@pytest.mark.parametrize(("one", "other"), [("埼", "崎"), ("沢", "途"), ("吉", "桔")])
def test_other_characters_of_a_broad_family_stay_apart(one, other):
    assert fold_kanji(one) != fold_kanji(other)


@pytest.mark.parametrize("text", ["satou", "satoh", "satoo", "sato", "ＳＡＴＯＵ", "Satō", "satô"])
def test_every_spelling_of_a_long_vowel_finds_the_name(text):
    assert any(sound_key(reading) == sound_key("サトウ") for reading in kana_readings(text))
    assert fold_kana(romaji_to_kana(text) or "") == fold_kana("サトウ")


@pytest.mark.parametrize(
    ("romaji", "kana"),
    [
        ("shi", "シ"),
        ("si", "シ"),
        ("zu", "ズ"),
        ("du", "ズ"),
        ("tsuji", "ツジ"),
        ("tuzi", "ツジ"),
        ("jun'ichi", "ジュンイチ"),
        ("jun-ichi", "ジュンイチ"),
        ("junichi", "ジュンイチ"),
        ("ken'ya", "ケンヤ"),
        ("kenya", "ケンヤ"),
        ("honma", "ホンマ"),
        ("homma", "ホンマ"),
        ("hattori", "ハットリ"),
        ("itoh", "イトウ"),
        ("ohno", "オオノ"),
        ("oono", "オオノ"),
        ("yuhki", "ユウキ"),
        ("kyouko", "キョウコ"),
        ("bocchi", "ボッチ"),
        ("matcha", "マッチャ"),
        ("konno", "コンノ"),
        ("konnno", "コンノ"),
        ("shinnichi", "シンイチ"),
        ("maria", "マリア"),
    ],
)
def test_romaji_is_read(romaji, kana):
    assert plain_kana(kana) in kana_readings(romaji)


@pytest.mark.parametrize(
    "name", ["サトウ", "タナカ", "ジュンイチ", "ハットリ", "キョウコ", "ホンマ"]
)
def test_romaji_finds_the_name_from_the_first_letter_on(name):
    spelling = {
        "サトウ": "satou",
        "タナカ": "tanaka",
        "ジュンイチ": "jun'ichi",
        "ハットリ": "hattori",
        "キョウコ": "kyouko",
        "ホンマ": "honma",
    }[name]
    beginnings = [spelling[:length] for length in range(1, len(spelling) + 1)]

    misses = [
        typed
        for typed in beginnings
        if not any(plain_kana(name).startswith(reading) for reading in kana_readings(typed))
    ]
    assert misses == []


def test_composition_of_an_input_method_is_read():
    assert kana_readings("さt") == ("サタ", "サチ", "サツ", "サテ", "サト")


@pytest.mark.parametrize("text", ["smith", "佐藤", "123", "", "-"])
def test_what_is_not_romaji_has_no_reading(text):
    assert kana_readings(text) == ()
    assert romaji_to_kana(text) is None


@given(st.text(st.sampled_from("abcdeghiknorstuy'-"), max_size=40))
def test_any_letters_are_read_in_bounded_time(text):
    assert len(kana_readings(text)) <= 12


def test_selectors_and_marks_stay_with_their_character():
    assert clusters("葛\U000e0100城か\u3099") == ["葛\U000e0100", "城", "か\u3099"]


def test_private_use_is_shown_as_geta_and_flagged():
    assert has_private_use("\ue123谷")
    assert display_name("\ue123谷  花子") == ("〓谷　花子", True)
    assert display_name("U+2363A 太郎") == ("〓　太郎", True)


def test_selectors_are_kept_for_display():
    assert display_name("渡邉\U000e0110 一郎") == ("渡邉\U000e0110　一郎", False)
