"""Numbers of survey sheets, how far a dwelling is, and how much work a day of a team holds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from victim_support.core.letters import compact
from victim_support.damage.rules import JudgementMethod, NoGrade, SurveyHazard
from victim_support.presence import rules as cards
from victim_support.victims.rules import Labelled

SCAN_PREFIX = "%D"
"""What a scanned survey sheet begins with: ``%`` for the page's scripts, ``D`` for dwelling."""
IN_THE_FIELD = (
    JudgementMethod.FIRST_SURVEY,
    JudgementMethod.SECOND_SURVEY,
    JudgementMethod.RESURVEY,
)
"""The methods for which a team goes there; the others are worked off at a desk."""
_WOODEN = ("木造", "軸組", "枠組", "プレハブ")
_NON_WOODEN = ("非木造", "鉄筋", "鉄骨", "RC", "SRC", "コンクリート", "ブロック")


class VisitResult(Labelled):
    """What a team met at a dwelling (訪問の結果)."""

    DONE = "done", "調査済"
    ABSENT = "absent", "不在"
    NO_ENTRY = "no_entry", "立入不能"
    NOT_DWELLING = "not_dwelling", "住家でない"
    NO_DAMAGE = "no_damage", "被害なし"


JUDGED = {
    VisitResult.NOT_DWELLING: NoGrade.NOT_DWELLING,
    VisitResult.NO_DAMAGE: NoGrade.NO_DAMAGE,
}
"""Results that are an outcome of judgement as well, for the second person to approve."""
AGAIN = frozenset({VisitResult.ABSENT, VisitResult.NO_ENTRY})
"""Results after which somebody goes there once more."""


class VisitState(Labelled):
    """How far the survey of a dwelling is (調査の状態)."""

    OPEN = "open", "未定"
    PLANNED = "planned", "予定あり"
    ABSENT = "absent", "不在"
    NO_ENTRY = "no_entry", "立入不能"
    RETURNED = "returned", "差し戻し"
    DONE = "done", "調査済"


class PhotoDoubt(Labelled):
    """Why a picture of a card waits for a person (写真の仕分け)."""

    BEFORE_FIRST = "before_first", "調査票より前に撮られています"
    UNREADABLE = "unreadable", "調査票のQRを読めません"
    UNKNOWN = "unknown", "この端末にない調査票のあとです"
    GAP = "gap", "前の写真から時間が空いています"
    FAR = "far", "調査票を撮った場所から離れています"
    ALREADY = "already", "ほかの住家の写真にもあります"
    SENT_BACK = "sent_back", "仕分けに戻されました"


TO_PLAN = frozenset(set(VisitState) - {VisitState.PLANNED, VisitState.DONE})
"""What waits for a team and a day."""
_STATE_OF: dict[str, VisitState] = {
    VisitResult.ABSENT: VisitState.ABSENT,
    VisitResult.NO_ENTRY: VisitState.NO_ENTRY,
}


class Planned(Protocol):
    """The part of a visit that tells how far it is."""

    @property
    def day(self) -> date | None: ...
    @property
    def planned_at(self) -> datetime: ...
    @property
    def assigned_at(self) -> datetime | None: ...


class Outcome(Protocol):
    """The part of an outcome that tells how far a dwelling is."""

    @property
    def result(self) -> str: ...
    @property
    def visited_on(self) -> date: ...
    @property
    def entered_at(self) -> datetime: ...


AnyOutcome = TypeVar("AnyOutcome", bound=Outcome)


@dataclass(frozen=True, slots=True)
class Work:
    """What a team has to do on a day."""

    day: date
    team: str
    dwellings: int
    minutes: int

    @property
    def hours(self) -> str:
        """Return the time as people say it: 6時間40分."""
        hours, minutes = divmod(self.minutes, 60)
        return f"{hours}時間{minutes}分" if hours else f"{minutes}分"


def latest(outcomes: Iterable[AnyOutcome], since: datetime | None = None) -> AnyOutcome | None:
    """Return the newest outcome since a moment, or None."""
    found = [one for one in outcomes if since is None or one.entered_at >= since]
    return max(found, key=lambda one: one.entered_at, default=None)


def since_of(visit: Planned) -> datetime:
    """Return from when on outcomes are about the visit as it is planned now."""
    return max(visit.planned_at, visit.assigned_at or visit.planned_at)


def state_of(
    visit: Planned | None, outcomes: Collection[Outcome], *, is_returned: bool = False
) -> VisitState:
    """Return how far the survey of a dwelling is.

    A new day or team opens it again: what was met before that is history.

    Args:
        visit: The newest planned visit, None while there is none.
        outcomes: Everything that teams met there.
        is_returned: Whether its only judgements were sent back (差し戻し).
    """
    if visit is None:
        return VisitState.RETURNED if is_returned else VisitState.OPEN
    newest = latest(outcomes, since_of(visit))
    if newest is not None:
        state = _STATE_OF.get(newest.result, VisitState.DONE)
        return VisitState.RETURNED if is_returned and state is VisitState.DONE else state
    return VisitState.PLANNED if visit.day else VisitState.OPEN


def is_repeated(newest: Outcome | None, result: str, visited_on: date) -> bool:
    """Tell whether a sheet was typed before: nothing more is to be expected, or the same again.

    Args:
        newest: The newest outcome of the visit as it is planned now.
        result: What the sheet says.
        visited_on: On which day.
    """
    if newest is None:
        return False
    return newest.result not in AGAIN or (newest.result, newest.visited_on) == (result, visited_on)


def method_for(*, wants_self_judgement: bool, approved_rounds: int) -> JudgementMethod:
    """Return the method to propose: by what was asked for, and how often it was judged before."""
    if approved_rounds > 1:
        return JudgementMethod.RESURVEY
    if approved_rounds == 1:
        return JudgementMethod.SECOND_SURVEY
    is_self = wants_self_judgement
    return JudgementMethod.SELF_JUDGED if is_self else JudgementMethod.FIRST_SURVEY


def worksheet_key(hazard: SurveyHazard, structure: str | None, method: str) -> str:
    """Return the row of weights whose parts a paper sheet asks for.

    The first survey of a flood goes by depth and that of wind by the outside; their sheets have
    the parts of the second survey beside the depth, so that nobody has to come back for them.

    Args:
        hazard: What struck the town.
        structure: The structure as the ledger has it; wooden when it is not told.
        method: How the grade shall be found.
    """
    kind = "wooden" if is_wooden(structure) else "non_wooden"
    if hazard is SurveyHazard.EARTHQUAKE and method == JudgementMethod.FIRST_SURVEY:
        return f"earthquake_{'wooden' if kind == 'wooden' else 'walls'}_first"
    return f"{hazard.value}_{kind}_second"


def calculation_key(hazard: SurveyHazard, structure: str | None, method: str) -> str:
    """Return the worksheet on which a sheet is calculated; a flood's first survey goes by depth.

    Args:
        hazard: What struck the town.
        structure: The structure as the ledger has it; wooden when it is not told.
        method: How the grade shall be found.
    """
    is_first = method == JudgementMethod.FIRST_SURVEY
    if hazard is SurveyHazard.FLOOD and is_first and is_wooden(structure):
        return "flood_wooden_depth"
    return worksheet_key(hazard, structure, method)


def is_wooden(structure: str | None) -> bool:
    """Tell whether the sheet for wood applies (木造・プレハブ)."""
    text = structure or ""
    if any(word in text for word in _WOODEN) and "非木造" not in text:
        return True
    return not any(word in text.upper() for word in _NON_WOODEN)


def parse_sheet(text: str) -> str | None:
    """Read a scanned or typed number of a sheet; None when it is none."""
    letters = compact(text.strip().lstrip("%％"))
    if len(letters) == cards.LENGTH + 1:
        if not letters.startswith(SCAN_PREFIX[1]):
            return None
        letters = letters[1:]
    return cards.parse_number(letters)


def parse_ending(text: str) -> str | None:
    """Read the last four characters of a number; None when they are none."""
    return cards.parse_beginning(text)


def scan_text(number: str) -> str:
    """Return the content of a sheet's QR code: alphanumeric, and nothing but the number."""
    return f"{SCAN_PREFIX}{number}"
