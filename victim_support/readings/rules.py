"""Words and sums of what was read, for whoever looks after the staff; pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4})
"""Hours of the night, when nobody looks over a shoulder."""
MANY_STAFF = 4
"""So many people of the office who opened one record are a reason to ask."""
ELSEWHERE = "person.elsewhere"
_OPENED = frozenset(
    {
        "card.open", "history", "household.open", "needs.open", "person.compare", "person.identify",
        "person.open", "person.place", "sheet.open", "stay.open", "support.open",
    }
)  # fmt: skip
_TAKEN = ("print", "export", "provide", "own_copy", "route", "sheets", "slips", "cover", "batch")
_SUBJECTS = {
    "application": "罹災の申請",
    "applications": "申請の台帳",
    "approvals": "一覧決裁",
    "arrival": "本人控え",
    "block": "区域の名簿",
    "card": "札",
    "certificate": "罹災証明書",
    "conflict": "食い違い",
    "damage_photo": "住家の写真",
    "death": "死亡の確認",
    "decisions": "同じ人か別の人か",
    "drop": "電話の申し込み",
    "dwelling": "住家",
    "dwellings": "住家",
    "enquiry": "安否照会",
    "filed_application": "紙・オンラインの申請",
    "filed_applications": "紙・オンラインの申請",
    "filed_attachment": "申請に添えられた写真・書類",
    "handover": "引継ぎ",
    "history": "変更の記録",
    "house": "家屋台帳",
    "household": "世帯",
    "houses": "家屋台帳",
    "incoming_photo": "カードの写真",
    "judgement": "判定",
    "message": "伝言",
    "needs": "配慮",
    "operations": "避難所運営",
    "opponent": "相手方",
    "owner": "家屋の所有者",
    "person": "受付の記録",
    "provision": "提供の記録",
    "publication": "氏名の公表",
    "reads": "閲覧の記録",
    "regrade": "程度の変更",
    "regrades": "程度の変更",
    "rescue": "要救助",
    "roster": "名簿",
    "safety": "安否情報",
    "sealed": "保護担当の確認",
    "sheet": "用紙",
    "stay": "出入り",
    "supplies": "配布",
    "support": "要支援者",
    "survey": "調査",
    "tasks": "要確認",
}
_ACTS = {"print": "印刷", "export": "書き出し", "open": "開いた", "list": "一覧", "sample": "見本"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry of the log: who read whose records, when, where and why."""

    at: datetime
    """As clocks show it in Japan."""
    actor: UUID | None
    role: str
    terminal: str
    event: str
    purpose: str
    ids: tuple[UUID, ...]

    @property
    def words(self) -> str:
        """Return what was done, in the words of the office."""
        subject, _, act = self.event.partition(".")
        said = self.purpose or _SUBJECTS.get(subject, "記録")
        done = "" if _ACTS.get(act, "") in said else _ACTS[act]
        return f"{said}({done})" if done else said

    @property
    def takes_out(self) -> bool:
        """Tell whether the records left as a file or on paper."""
        return self.event.rpartition(".")[2] in _TAKEN

    @property
    def is_opening(self) -> bool:
        """Tell whether the record of somebody or of a household was opened by itself."""
        return self.event in _OPENED

    @property
    def is_at_night(self) -> bool:
        """Tell whether it was read at an hour of the night."""
        return self.at.hour in NIGHT


@dataclass(frozen=True, slots=True)
class StaffSum:
    """What one person of the office read in some days."""

    actor: UUID | None
    role: str
    people: int
    """Different people whose record was opened by itself."""
    only_seen: int
    """Of them: about whom, and whose household, this person wrote nothing."""
    taken_out: int
    """Records that left in files and on paper, one by one."""
    at_night: int
    elsewhere: int
    """Times that a record of another shelter was asked for and not shown."""
    last_at: datetime


def sum_up(readings: Iterable[Reading], wrote: Mapping[UUID, Collection[UUID]]) -> list[StaffSum]:
    """Return the sums of each person of the office, those who only looked at most people first.

    Args:
        readings: What was read.
        wrote: By member of staff, the people about whom something was written in these days.
    """
    of_actor: dict[UUID | None, list[Reading]] = defaultdict(list)
    for one in readings:
        of_actor[one.actor].append(one)
    sums = [_sum(actor, each, wrote) for actor, each in of_actor.items()]
    return sorted(sums, key=lambda one: (-one.only_seen, -one.people, str(one.actor)))


def _sum(
    actor: UUID | None, readings: list[Reading], wrote: Mapping[UUID, Collection[UUID]]
) -> StaffSum:
    opened = [one for one in readings if one.is_opening]
    written = set(wrote.get(actor, ()) if actor else ())
    busy = {each for one in opened if not written.isdisjoint(one.ids) for each in one.ids}
    people = {each for one in opened for each in one.ids}
    return StaffSum(
        actor=actor,
        role=readings[-1].role,
        people=len(people),
        only_seen=len(people - busy - written),
        taken_out=sum(len(one.ids) for one in readings if one.takes_out),
        at_night=sum(one.is_at_night for one in opened),
        elsewhere=sum(one.event == ELSEWHERE for one in readings),
        last_at=max(one.at for one in readings),
    )


def opened_by_many(readings: Iterable[Reading], least: int = MANY_STAFF) -> list[tuple[UUID, int]]:
    """Return whose record unusually many people of the office opened, and how many they were."""
    pairs = {(each, one.actor) for one in readings if one.is_opening for each in one.ids}
    counted = Counter(person for person, _actor in pairs)
    found = [(person, number) for person, number in counted.items() if number >= least]
    return sorted(found, key=lambda one: (-one[1], one[0]))
