"""Words and rules about damage: the six grades, methods, which judgement is in force, cause."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from victim_support.core.japanese.dates import BirthValue, wareki
from victim_support.victims.rules import Labelled


class DamageGrade(Labelled):
    """The six degrees of damage to a dwelling (住家の被害の程度).

    Compared by :attr:`severity`, never by the order of declaration or by the stored word.
    """

    TOTAL = "total", "全壊"
    LARGE_HALF = "large_half", "大規模半壊"
    MEDIUM_HALF = "medium_half", "中規模半壊"
    HALF = "half", "半壊"
    QUASI_HALF = "quasi_half", "準半壊"
    PARTIAL = "partial", "準半壊に至らない(一部損壊)"

    @property
    def severity(self) -> int:
        """Return 6 for the heaviest grade down to 1 for the lightest."""
        return _SEVERITY[self]


_SEVERITY = {
    DamageGrade.TOTAL: 6,
    DamageGrade.LARGE_HALF: 5,
    DamageGrade.MEDIUM_HALF: 4,
    DamageGrade.HALF: 3,
    DamageGrade.QUASI_HALF: 2,
    DamageGrade.PARTIAL: 1,
}
_NUMBER = "(?:[0-9０-９]{1,2}|元)"
_YEAR = rf"(?:(?:令和|平成){_NUMBER}|(?:西暦)?[0-9０-９]{{4}})年"
_BEHIND_NUMBERS = re.compile(r"(?<=[0-9０-９号地])[ \u3000]+")
_DATE_IN_NAME = re.compile(
    rf"^{_YEAR}(?:[(（]{_YEAR}[)）])?(?:{_NUMBER}月)?(?:{_NUMBER}日)?(?!に)の?\s*"
)
GRADES_IN_FORM_ORDER = tuple(sorted(DamageGrade, key=lambda grade: -grade.severity))


class NoGrade(Labelled):
    """Outcomes of a survey that are no grade; no certificate of degree follows from them."""

    NO_DAMAGE = "no_damage", "被害なし"
    NOT_DWELLING = "not_dwelling", "住家でない"


class SurveyOutcome(Labelled):
    """Outcomes of the calculation that are no grade: how the survey goes on (等級でない結果)."""

    SECOND_SURVEY = "second_survey", "第2次調査で判定"
    INDIVIDUAL = "individual", "個別調査"
    BELOW_HALF = "below_half", "半壊に至らない"
    UNDECIDED = "undecided", "判定に至らない(通常の調査へ)"


class SurveyHazard(Labelled):
    """Which part of the guideline applies (災害の種類)."""

    EARTHQUAKE = "earthquake", "地震"
    FLOOD = "flood", "水害"
    WIND = "wind", "風害"
    GROUND = "ground", "地盤被害"


class StructureKind(Labelled):
    """Which tables apply to a dwelling (構造); mixed: that of the main frame (総則8)."""

    WOODEN = "wooden", "木造・プレハブ"
    NON_WOODEN = "non_wooden", "非木造"


class SurveyRound(Labelled):
    """Which survey was made (調査の回); wind has one only."""

    FIRST = "first", "第1次"
    SECOND = "second", "第2次"
    SINGLE = "single", "調査"


class CalculationMethod(Labelled):
    """How damage became a number (計算方法): both are lawful and can give different grades."""

    DIRECT = "direct_rule", "直接の判定"
    FORMULA = "guideline_formula", "算定式"
    SHEET = "survey_sheet_table", "調査票の表"


class JudgementMethod(Labelled):
    """How a grade was found (判定の方法)."""

    FIRST_SURVEY = "first_survey", "第1次調査"
    SECOND_SURVEY = "second_survey", "第2次調査"
    RESURVEY = "resurvey", "再調査"
    SELF_JUDGED = "self_judged", "自己判定方式"
    PHOTO = "photo", "写真判定"
    AREA = "area", "一括判定"


class Inundation(Labelled):
    """Flooding class (浸水区分), kept even when the grade came from parts."""

    ABOVE_FLOOR = "above_floor", "床上浸水"
    BELOW_FLOOR = "below_floor", "床下浸水"


class RequestedPaper(Labelled):
    """What the applicant asks for."""

    RISAI = "risai", "罹災証明書"
    HISAI = "hisai", "被災証明書"
    OWNER = "owner", "被災証明書(家屋の所有者)"


class InForcePolicy(Labelled):
    """Which of several approved judgements counts; the municipality decides."""

    HEAVIER = "heavier", "重いほう"
    NEWEST = "newest", "新しいほう"


class JudgementState(Labelled):
    """How far one judgement is."""

    WAITING = "waiting", "承認待ち"
    APPROVED = "approved", "承認済"
    RETURNED = "returned", "差し戻し"


@dataclass(frozen=True, slots=True)
class JudgementFacts:
    """What the choice of the judgement in force depends on."""

    id: UUID
    round: int
    grade: DamageGrade | None
    judged_on: date
    state: JudgementState


@dataclass(frozen=True, slots=True)
class InForce:
    """The judgement in force, and why it is this one."""

    judgement: JudgementFacts | None
    reason: str


def in_force(judgements: Iterable[JudgementFacts], policy: InForcePolicy) -> InForce:
    """Choose the judgement in force among all rounds; only approved ones count.

    Municipalities differ when a second survey disagrees with the first: some take the heavier,
    some the newer. Both judgements are kept either way.

    Args:
        judgements: All judgements of one dwelling for one disaster.
        policy: The municipality's setting.
    """
    approved = [one for one in judgements if one.state is JudgementState.APPROVED]
    if not approved:
        return InForce(None, "承認された判定がまだありません。")
    newest = max(approved, key=_age)
    if len(approved) == 1:
        return InForce(newest, f"第{newest.round}回の判定です。")
    if policy is InForcePolicy.NEWEST:
        return InForce(newest, f"新しいほうを採る設定なので、第{newest.round}回の判定です。")
    heaviest = max(approved, key=lambda one: (_severity(one), *_age(one)))
    return InForce(heaviest, f"重いほうを採る設定なので、第{heaviest.round}回の判定です。")


def was_born_by(birth: BirthValue, day: date | None) -> bool:
    """Tell whether somebody can have lived in the dwelling on the day of the disaster."""
    return birth.date is None or day is None or birth.date <= day


def cause_text(occurred_on: date, disaster: str) -> str:
    """Return the cause (罹災原因) in the words of the form: …年…月…日の…による.

    Many disasters are called by their date (令和8年7月豪雨), which the cause says already.
    """
    name = _DATE_IN_NAME.sub("", disaster.strip()) or "災害"
    return f"{wareki(occurred_on)}の{name}による"


def place_parts(address: str) -> tuple[str, str]:
    """Return an address as place and building with room, which a certificate needs both.

    People's addresses hold them in one line: the building stands behind the numbers and a space.
    """
    place, *unit = _BEHIND_NUMBERS.split(address.strip(), maxsplit=1)
    return place, unit[0] if unit else ""


def state_of(*, is_approved: bool, is_returned: bool) -> JudgementState:
    """Return how far a judgement is."""
    if is_approved:
        return JudgementState.APPROVED
    return JudgementState.RETURNED if is_returned else JudgementState.WAITING


def may_decide(*, decided_by: UUID, entered_by: UUID | None) -> bool:
    """Tell whether somebody may approve or return: never who entered it (二人目の確認)."""
    return entered_by is not None and decided_by != entered_by


def _age(one: JudgementFacts) -> tuple[int, date]:
    return one.round, one.judged_on


def _severity(one: JudgementFacts) -> int:
    return one.grade.severity if one.grade else 0
