"""Words and rules about persons: sex, age, protection, needs, answers, statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from victim_support.core.japanese.dates import UNKNOWN, BirthValue


class Labelled(StrEnum):
    """An enum whose members carry their official Japanese words."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Labelled":
        """Make a member from its stored value and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


def label_of(value: str | None) -> str:
    """Return the Japanese word of a member; a value from a newer version says so."""
    if value is None or value == "":
        return ""
    return value.label if isinstance(value, Labelled) else "不明（新しい版）"


class Sex(Labelled):
    """Sex (性別) as the person gives it."""

    MALE = "male", "男"
    FEMALE = "female", "女"
    OTHER = "other", "その他"
    UNANSWERED = "unanswered", "答えたくない"


class AddressKind(Labelled):
    """Whether there is an address (住所) to write down."""

    GIVEN = "given", "住所あり"
    NONE = "none", "住所なし"
    REFUSED = "refused", "言わない"


class RegisterLink(Labelled):
    """Comparison with the resident register (住基照合状態)."""

    UNCHECKED = "unchecked", "未照合"
    MATCHED = "matched", "照合済"
    ABSENT = "absent", "対象者なし"
    REVIEW = "review", "要確認"


class Protection(Labelled):
    """What must be hidden of a person (支援措置 or own wish); neutral words on screen."""

    NONE = "none", ""
    HIDE_ADDRESS = "hide_address", "住所を出さない"
    HIDE_PRESENCE = "hide_presence", "所在を出さない"


class NeedKind(Labelled):
    """Urgent needs (急ぎの配慮) asked at the desk."""

    MEDICAL = "medical", "医療"
    CARE = "care", "介助"
    INFANT = "infant", "乳幼児"
    PREGNANT = "pregnant", "妊産婦"
    FOOD = "food", "食物アレルギー"
    LANGUAGE = "language", "ことば"
    ANIMAL = "animal", "動物"
    ILL = "ill", "体調不良"


NEED_KEYS: Mapping[str, NeedKind] = {
    "M": NeedKind.MEDICAL,
    "K": NeedKind.CARE,
    "N": NeedKind.INFANT,
    "P": NeedKind.PREGNANT,
    "A": NeedKind.FOOD,
    "L": NeedKind.LANGUAGE,
    "T": NeedKind.ANIMAL,
    "F": NeedKind.ILL,
}


class AnswerKind(Labelled):
    """The four questions about giving information away (安否情報の回答・掲示・公表)."""

    FAMILY = "family", "家族への回答"
    ACQUAINTANCE = "acquaintance", "知人への回答"
    WALL = "wall", "掲示"
    PUBLIC = "public", "公表"


class Edition(Labelled):
    """Which form the four questions are asked by (安否情報の様式)."""

    NATURAL_DISASTER = "natural_disaster", "自然災害"
    CIVIL_PROTECTION = "civil_protection", "国民保護"


class AnswerValue(Labelled):
    """What was answered; without a row nobody asked (未確認)."""

    YES = "yes", "する"
    NO = "no", "しない"


class GivenBy(Labelled):
    """Who gave the answer."""

    SELF = "self", "本人"
    PROXY = "proxy", "代わりの人"


class StatementKind(Labelled):
    """What others say (伝聞) of somebody who has not come."""

    RESCUE = "rescue", "要救助"
    UNREACHABLE = "unreachable", "連絡がとれない"
    ELSEWHERE = "elsewhere", "別の場所にいると聞いた"
    DIED = "died", "亡くなったと聞いた（未確認）"


class LinkDecision(Labelled):
    """Whether two records are one person (同じ人), as somebody decided."""

    SAME = "same", "同じ人"
    DIFFERENT = "different", "別の人"


STATEMENT_KEYS: Mapping[str, StatementKind] = {
    "R": StatementKind.RESCUE,
    "U": StatementKind.UNREACHABLE,
    "E": StatementKind.ELSEWHERE,
    "D": StatementKind.DIED,
}
STATEMENT_ORDER = tuple(StatementKind)

RELATIONS = (
    "配偶者",
    "子",
    "父母",
    "祖父母",
    "孫",
    "兄弟姉妹",
    "パートナー",
    "未届の配偶者",
    "同居人",
    "その他",
)
"""Relations (続柄) offered at the desk, chosen by 1 … 9 and 0; all are equal."""
HEADS = frozenset({"本人", "世帯主"})


def more_restrictive(one: Protection, other: Protection) -> Protection:
    """Return the stricter of two protection levels."""
    return max(one, other, key=tuple(Protection).index)


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is known of somebody when they are written down; empty is not known."""

    name: str = ""
    kana: str = ""
    name_note: str = ""
    birth: BirthValue = UNKNOWN
    sex: Sex | None = None
    address: str = ""
    postal_code: str = ""
    town: str = ""
    address_kind: AddressKind | None = None
    phone: str = ""
    relation: str = ""
    tag_number: str = ""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer of one person."""

    kind: AnswerKind
    value: AnswerValue
    given_by: GivenBy


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The four questions as one edition words them, and what silence means."""

    edition: Edition
    words: Mapping[AnswerKind, str]
    unasked: Mapping[AnswerKind, bool]
    source: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether information may be given, and why."""

    is_allowed: bool
    reason: str


def permission(
    kind: AnswerKind,
    answers: Iterable[GivenAnswer],
    *,
    is_allowed_unasked: bool,
    protection: Protection = Protection.NONE,
) -> Permission:
    """Decide whether one kind of information may be given away.

    Protection (支援措置) wins over everything; a refusal by anybody closes; a yes opens only when
    the person gave it; unasked follows the edition of the form.

    Args:
        kind: Which of the four questions.
        answers: The person's answers of that edition, and what was refused under any other.
        is_allowed_unasked: What the edition says for a person nobody asked.
        protection: The person's protection.
    """
    if protection is not Protection.NONE:
        return Permission(is_allowed=False, reason="保護の設定があります。")
    of_kind = [answer for answer in answers if answer.kind is kind]
    if any(answer.value is AnswerValue.NO for answer in of_kind):
        return Permission(is_allowed=False, reason="しないと答えています。")
    if any(answer.given_by is GivenBy.SELF for answer in of_kind):
        return Permission(is_allowed=True, reason="本人がすると答えています。")
    if is_allowed_unasked:
        return Permission(is_allowed=True, reason="断っていません。")
    reason = "本人の答えではありません。" if of_kind else "まだ聞いていません。"
    return Permission(is_allowed=False, reason=reason)


def member_order(relation: str | None, birth: BirthValue, today: date) -> tuple[bool, date]:
    """Return what the members of a household are sorted by: head first, then the oldest.

    Whoever told only an age stands where the age puts them among those with a date; of a band of
    ages the middle counts, and whose age nobody knows comes last.
    """
    return relation not in HEADS, birth.date or _born_about(birth, today)


def _born_about(birth: BirthValue, today: date) -> date:
    if birth.year is not None:
        return date(birth.year, birth.month or 7, 1)
    if birth.months is not None:
        return today - timedelta(days=30 * birth.months)
    years = birth.age if birth.band is None else birth.band + 5
    return date.max if years is None else today - timedelta(days=years * 365 + 182)


def family_name(name: str) -> str:
    """Return the first part of a name, or nothing when the name has one part only."""
    parts = name.replace("\u3000", " ").split()
    return parts[0] if len(parts) > 1 else ""


def newborn_name(mother: str) -> str:
    """Return the name of a newborn (新生児) that has none yet: 母の氏名＋子."""
    return f"{mother}の子"
