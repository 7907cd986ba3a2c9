"""Read romaji typed with the IME off, also while the last syllable is unfinished."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice

from victim_support.core.japanese.fold import plain_kana

_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "s": "サシスセソ",
    "t": "タチツテト",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
    "g": "ガギグゲゴ",
    "z": "ザジズゼゾ",
    "d": "ダヂヅデド",
    "b": "バビブベボ",
    "p": "パピプペポ",
}
_OTHERS = {
    "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "wa": "ワ", "wo": "ヲ", "wi": "ウィ", "we": "ウェ",
    "shi": "シ", "chi": "チ", "tsu": "ツ", "dzu": "ヅ", "fu": "フ", "ji": "ジ",
    "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ", "va": "ヴァ", "vi": "ヴィ", "vu": "ヴ",
    "ve": "ヴェ", "vo": "ヴォ", "she": "シェ", "che": "チェ", "je": "ジェ", "tsa": "ツァ",
    "tsi": "ツィ", "tse": "ツェ", "tso": "ツォ", "thi": "ティ", "dhi": "ディ", "dhu": "デュ",
    "kwa": "クァ", "gwa": "グァ", "-": "ー",
}  # fmt: skip
_CONTRACTED = {
    "ky": "キ", "gy": "ギ", "sy": "シ", "sh": "シ", "zy": "ジ", "jy": "ジ", "j": "ジ", "ty": "チ",
    "cy": "チ", "ch": "チ", "dy": "ヂ", "ny": "ニ", "hy": "ヒ", "by": "ビ", "py": "ピ", "my": "ミ",
    "ry": "リ", "fy": "フ", "vy": "ヴ",
}  # fmt: skip
_LONG = str.maketrans({"ā": "a-", "ī": "ii", "ū": "uu", "ē": "ee", "ō": "ou"})
_CIRCUMFLEX = str.maketrans("âîûêô", "āīūēō")
_LATIN = re.compile(r"[a-z'\-]*[a-z][a-z'\-]*")
_MOST_READINGS = 12
_LONGEST = 100  # letters; longer is no name


def romaji_to_kana(text: str) -> str | None:
    """Return the likeliest reading of complete romaji as plain katakana; None if it is not romaji.

    Long vowels stay as typed; `fold_kana` on both sides makes satou, satoh, satoo and sato one.
    """
    word = _latin(text)
    if word is None:
        return None
    readings = (kana for kana, is_whole in _read(word, "") if is_whole)
    return next(readings, None)


def kana_readings(text: str) -> tuple[str, ...]:
    """Return the kana that a word typed so far may begin with, the likeliest first.

    `sat` may become サタ, サチ, サツ, サテ or サト; `junichi` ジュニチ or ジュンイチ. Kana before
    the romaji, as an IME shows while composing (さt), is kept. Other text has none.
    """
    if len(text) > _LONGEST:
        return ()
    kana = re.match(r"[ぁ-ゖァ-ヺー]*", unicodedata.normalize("NFKC", text))
    head = kana.group() if kana else ""
    word = _latin(unicodedata.normalize("NFKC", text)[len(head) :])
    if word is None:
        return ()
    readings = islice(_read(word, ""), _MOST_READINGS)
    return _shortest([plain_kana(head) + reading for reading, _is_whole in readings])


def _latin(text: str) -> str | None:
    lower = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("`", "'")
    word = lower.translate(_CIRCUMFLEX).translate(_LONG).replace(" ", "")
    return word if _LATIN.fullmatch(word) else None


def _shortest(readings: list[str]) -> tuple[str, ...]:
    """Leave out what begins with another reading: a prefix search finds it anyway."""
    unique = dict.fromkeys(readings)
    return tuple(
        one for one in unique if not any(one != other and one.startswith(other) for other in unique)
    )


def _read(word: str, before: str) -> Iterator[tuple[str, bool]]:
    """Yield (kana, whether the word was used up) of a word that stands after `before`."""
    if not word:
        yield "", True
        return
    found = False
    for kana, used in _steps(word, before):
        for rest, is_whole in _read(word[used:], word[:used]):
            found = True
            yield kana + rest, is_whole
    if not found:
        for kana in _unfinished(word):
            yield kana, False


def _steps(word: str, before: str) -> Iterator[tuple[str, int]]:
    """Yield the ways to read the next kana: (kana, letters used), the likeliest first."""
    if word[0] == "'" or (word[0] == "-" and before.endswith("n")):
        yield "", 1
        return
    if word[0] == "h" and before[-1:] in {"o", "u"} and word[1:2] not in {*"aiueoh"}:
        yield from (("ウ", 1), ("オ", 1)) if before.endswith("o") else (("ウ", 1),)
    if word[0] == "o" and before.endswith("o"):
        yield from (("オ", 1), ("ウ", 1))
        return
    if _is_doubled(word):
        yield "ツ", 1
    for length in (4, 3, 2, 1):
        kana = _syllables().get(word[:length])
        if kana is not None and len(word) >= length:
            yield kana, length
            break
    yield from _nasal(word, before)


def _is_doubled(word: str) -> bool:
    """Say whether a small tsu (促音), which keys write large, comes next."""
    return word.startswith("tch") or (word[0] not in "aiueonm'-" and word[0] == word[1:2])


def _nasal(word: str, before: str) -> Iterator[tuple[str, int]]:
    """Yield ン: before a consonant or the end, as m before b, m, p, and before a vowel by guess."""
    after = word[1:2]
    if word[0] == "m" and after in {"b", "m", "p"}:
        yield "ン", 1
    if word[0] != "n" or not before:
        return
    if after == "n":
        yield from (("ン", 2), ("ン", 1)) if word[2:3] == "n" else (("ン", 1), ("ン", 2))
    elif after not in {*"aiueoy"} or not before.endswith("n"):
        yield "ン", 1
        if not after:
            yield from ((kana, 1) for kana in _ROWS["n"])


def _unfinished(word: str) -> tuple[str, ...]:
    """Return the first kana of all syllables that begin with these letters."""
    return _shortest([kana for letters, kana in _syllables().items() if letters.startswith(word)])


@cache
def _syllables() -> dict[str, str]:
    table = {
        consonant + vowel: kana
        for consonant, row in _ROWS.items()
        for vowel, kana in zip("aiueo", row, strict=True)
    }
    for start, kana in _CONTRACTED.items():
        table |= {start + vowel: kana + small for vowel, small in zip("auo", "ャュョ", strict=True)}
    table |= _OTHERS
    table |= {
        small + syllable: kana
        for small in "xl"
        for syllable, kana in table.items()
        if syllable in {"a", "i", "u", "e", "o", "ya", "yu", "yo", "tu", "tsu", "wa"}
    }
    return {letters: plain_kana(kana) if kana != "ー" else "ー" for letters, kana in table.items()}
