"""Words and rules of safety enquiries (安否照会): who asks, what may be said, who is meant."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from victim_support.victims.likeness import Feature
from victim_support.victims.rules import AnswerKind, Labelled


class Relation(Labelled):
    """What the asker is to the person (照会者との続柄・関係)."""

    COHABITANT = "cohabitant", "同居の親族（事実婚・婚約を含む）"
    RELATIVE = "relative", "その他の親族"
    WORKPLACE = "workplace", "職場・学校などの関係者"
    ACQUAINTANCE = "acquaintance", "知人・友人・近所の方"
    OTHER = "other", "その他（報道など）"


class Channel(Labelled):
    """How an enquiry came (受付の方法)."""

    PHONE = "phone", "電話"
    COUNTER = "counter", "窓口"
    LETTER = "letter", "書面"


class IdentityCheck(Labelled):
    """How it was made sure who asks (照会者の確認)."""

    NONE = "none", "確かめていない（伝言だけ預かる）"
    PAPERS = "papers", "本人確認書類を見た"
    CALL_BACK = "call_back", "こちらで調べた番号へ折り返した"


class Item(Labelled):
    """What an answer may hold (回答する事項)."""

    HELD = "held", "安否の情報"
    IDENTITY = "identity", "氏名・住所など"
    INJURY = "injury", "けが・病気"
    PLACE = "place", "いる所"
    CONTACT = "contact", "連絡先"


class Office(Labelled):
    """Which office asks (照会した機関)."""

    POLICE = "police", "警察"
    FIRE = "fire", "消防"
    HOSPITAL = "hospital", "病院"
    PREFECTURE = "prefecture", "都道府県"
    MUNICIPALITY = "municipality", "ほかの市区町村"
    OTHER = "other", "その他の機関"


class CallBack(Labelled):
    """What came of calling back the number that was looked up here (折り返しの結果)."""

    CONFIRMED = "confirmed", "機関と担当者を確かめた"
    FAILED = "failed", "つながらない・確かめられない"


class Ground(Labelled):
    """On what ground something is given (提供の根拠); the law of each is in ``grounds.toml``."""

    SAFETY = "safety", "安否情報の提供"
    CIVIL = "civil", "国民保護の安否情報の回答"
    CONSENT = "consent", "本人の同意・本人への提供"
    AUTHORITY = "authority", "ほかの地方公共団体の援護"
    INVESTIGATION = "investigation", "捜査関係事項照会"
    LIFE = "life", "生命・身体を守るため"
    OTHER = "other", "その他（備考に書く）"


class Means(Labelled):
    """How something was given (提供の方法)."""

    PHONE = "phone", "電話（折り返し）"
    COUNTER = "counter", "窓口"
    LETTER = "letter", "書面"
    FILE = "file", "ファイル"


class ExportItem(Labelled):
    """One item of the collection form (安否情報収集様式), in its order."""

    NAME = "name", "氏名"
    KANA = "kana", "フリガナ"
    BIRTH = "birth", "出生の年月日"
    SEX = "sex", "男女の別"
    POSTAL_CODE = "postal_code", "郵便番号"
    ADDRESS = "address", "住所"
    NATIONALITY = "nationality", "国籍"
    OTHER_MARKS = "other_marks", "その他個人を識別するための情報"
    IS_INJURED = "is_injured", "負傷・疾病の該当"
    INJURY = "injury", "負傷・疾病の状況"
    PLACE = "place", "現在の居所"
    CONTACT = "contact", "連絡先その他必要情報"
    FAMILY = "family", "親族・同居者への回答の希望"
    ACQUAINTANCE = "acquaintance", "知人への回答の希望"
    PUBLIC = "public", "親族・同居者・知人以外への回答・公表の同意"


@dataclass(frozen=True, slots=True)
class Tier:
    """What one kind of asker may be told (回答の範囲), by which of the person's answers."""

    items: tuple[Item, ...]
    answer: AnswerKind
    ground: str
    source: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Description:
    """How somebody without a name looks, as a hospital or an asker tells it."""

    sex: str = ""
    years: tuple[int, int] | None = None
    """The first and the last year of birth that fit."""
    marks: str = ""


_YEARS_ASIDE = 7  # a stranger's age is a guess
_BREAKS = re.compile(r"[\s、。・,./／()（）「」]+")
_SHORTEST_MARK = 2
_TELLING = frozenset({Feature.NAME, Feature.READING})
_PROVING = frozenset({Feature.BIRTH, Feature.ADDRESS, Feature.PHONE})


def names_one(features: Collection[Feature]) -> bool:
    """Tell whether what asker and record have in common is enough to answer about the record.

    The name alone never is, and an age is not: it takes birth date, address or telephone.
    """
    return bool(_TELLING & set(features)) and bool(_PROVING & set(features))


def common_marks(one: Description, other: Description) -> tuple[str, ...]:
    """Return in what two descriptions agree; nothing when they are of different sex or age."""
    if one.sex and other.sex and one.sex != other.sex:
        return ()
    marks = sorted(_marks(one.marks) & _marks(other.marks)) + _contained(one.marks, other.marks)
    found = [*(["年ごろ"] if _is_of_age(one, other) else []), *dict.fromkeys(marks)]
    if one.years and other.years and "年ごろ" not in found:
        return ()
    return (*(["性別"] if one.sex and one.sex == other.sex else []), *found) if found else ()


def _is_of_age(one: Description, other: Description) -> bool:
    if one.years is None or other.years is None:
        return False
    (first, last), (start, end) = one.years, other.years
    return first - _YEARS_ASIDE <= end and start <= last + _YEARS_ASIDE


def _marks(text: str) -> set[str]:
    words = _BREAKS.split(unicodedata.normalize("NFKC", text))
    return {word for word in words if len(word) >= _SHORTEST_MARK}


def _contained(one: str, other: str) -> list[str]:
    """Return words of either text that the other one holds inside a longer word."""
    pairs: Iterable[tuple[str, str]] = ((one, other), (other, one))
    return sorted(
        word
        for words, text in pairs
        for word in _marks(words)
        if word in unicodedata.normalize("NFKC", text)
    )


def column_order(orders: Mapping[ExportItem, str]) -> list[ExportItem]:
    """Return the items of a file in the order of the numbers typed; without one it is left out.

    Raises:
        ValueError: Something typed is no number; the message is for the screen.
    """
    numbered = []
    for item, text in orders.items():
        digits = unicodedata.normalize("NFKC", text).strip()
        if not digits:
            continue
        if not re.fullmatch(r"[0-9]{1,3}", digits):
            message = f"「{item.label}」の列の順を、1、2、3 のような数で入れてください。"
            raise ValueError(message)
        numbered.append((int(digits), tuple(ExportItem).index(item), item))
    return [item for _number, _place, item in sorted(numbered)]
