"""Make search keys out of Japanese text; what people wrote stays as it is elsewhere."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources

from ja_itaiji import Itaiji

_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_PLAIN = str.maketrans(
    "ァィゥェォャュョッヮヵヶヂヅヲヰヱヴ", "アイウエオヤユヨツワカケジズオイエブ"
)
_NOT_SOUND = re.compile(r"[\s・･=＝.,、。'’\-‐]+")
_LONG_VOWEL = re.compile(
    "(?<=[オコソトノホモヨロゴゾドボポ])[ウオー]+|(?<=[ウクスツヌフムユルグズブプ])[ウー]+|ー"
)
_VOICED = str.maketrans(
    "ガギグゲゴザジズゼゾダドデバビブベボパピプペポ",
    "カキクケコサシスセソタトテハヒフヘホハヒフヘホ",
)
_SELECTORS: dict[int, str | None] = dict.fromkeys(
    (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
_BETWEEN_KANJI = re.compile("(?<=[㐀-鿿])[ヶケヵがガ](?=[㐀-鿿])")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_CLUSTER = re.compile(".[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*", re.DOTALL)


def plain_kana(text: str) -> str:
    """Return kana as one full-width katakana string: large letters, ジ for ヂ, no spaces."""
    wide = unicodedata.normalize("NFKC", text).translate(_HIRAGANA_TO_KATAKANA)
    return _NOT_SOUND.sub("", wide.translate(_PLAIN))


def fold_kana(text: str) -> str:
    """Return `plain_kana` without long vowels: サトウ, サトオ and サトー are all サト.

    Folding runs from left to right only, so that the key of a beginning is the beginning of
    the key: what is found while typing stays found.
    """
    return _LONG_VOWEL.sub("", plain_kana(text))


def sound_key(text: str) -> str:
    """Return `fold_kana` without voicing marks (濁点・半濁点): ヤマザキ and ヤマサキ are one."""
    return fold_kana(text).translate(_VOICED)


def fold_kanji(text: str) -> str:
    """Return text with variant characters (異体字) in their common form, for search keys only."""
    return _BETWEEN_KANJI.sub("ケ", unicodedata.normalize("NFKC", text).translate(variants()))


def has_private_use(text: str) -> bool:
    """Say whether text holds private-use characters (外字), known in one town only."""
    return _PRIVATE_USE.search(text) is not None


def is_selector(character: str) -> bool:
    """Tell whether a character only chooses a shape of the one before it (異体字セレクタ)."""
    return ord(character) in _SELECTORS


def clusters(text: str) -> list[str]:
    """Split text into base characters, each with its selectors and combining marks."""
    return _CLUSTER.findall(text)


@cache
def variants() -> dict[int, str | None]:
    """Return variant → common form, for ``str.translate``; selectors go.

    The families of ja-itaiji are broad (﨑 leads to 崎, 嵜, 埼 and 碕), so a character outside the
    common kanji (JIS level 1) is folded only when its family names exactly one of them; the
    own table settles what names need beyond that.
    """
    table: dict[int, str] = {}
    for character, family in Itaiji.dictionary.items():
        common = [other for other in family if _is_level_1(other)]
        is_kanji = len(character) == 1 and character >= "㐀"
        if is_kanji and len(common) == 1 and not _is_level_1(character):
            table[ord(character)] = common[0]
    source = resources.files("victim_support.core.japanese") / "tables" / "variants.toml"
    own: dict[int, str] = {}
    for group in tomllib.loads(source.read_text("utf-8"))["groups"]:
        table.pop(ord(group[0]), None)
        own |= {ord(variant): group[0] for variant in group[1:]}
    folded = {variant: common.translate(own) for variant, common in table.items()}
    return folded | own | _SELECTORS


def _is_level_1(character: str) -> bool:
    code = character.encode("cp932", "replace")
    return len(code) == 2 and b"\x88\x9f" <= code <= b"\x98\x72"
