"""Words and rules of goods and meals: what moves, how a request goes, what a meal needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from victim_support.victims.rules import Labelled


class ItemCategory(Labelled):
    """What kind of goods something is (品目の種類)."""

    STAPLE = "staple", "主食・副食"
    WATER = "water", "飲料水"
    BABY = "baby", "乳幼児"
    CARE = "care", "高齢者・介護"
    WOMEN = "women", "女性用"
    TOILET = "toilet", "トイレ"
    HYGIENE = "hygiene", "衛生・清掃"
    BEDDING = "bedding", "寝具・段ボールベッド"
    CLOTHES = "clothes", "衣類"
    MEDICAL = "medical", "医薬・感染症"
    HEATING = "heating", "冷暖房・燃料・電源"
    PETS = "pets", "ペット"
    OTHER = "other", "その他"


class PlaceKind(Labelled):
    """Where goods are kept besides shelters (物資の拠点の種類)."""

    STORE = "store", "備蓄倉庫"
    HUB = "hub", "物資集積所"
    HEADQUARTERS = "headquarters", "本部"


class MovementKind(Labelled):
    """How stock changes (物資の動き)."""

    RECEIPT = "receipt", "受入"
    ALLOCATION = "allocation", "引当"
    ISSUE = "issue", "払出"
    ARRIVAL = "arrival", "到着"
    DISTRIBUTION = "distribution", "配布"
    LOSS = "loss", "廃棄・紛失"
    COUNT = "count", "棚卸の差"


class SupplyOrigin(Labelled):
    """Where goods came from (入手の方法)."""

    STORE = "store", "備蓄"
    NATIONAL_PUSH = "national_push", "国のプッシュ型"
    PREFECTURE = "prefecture", "県"
    AGREEMENT = "agreement", "協定"
    PURCHASE = "purchase", "購入"
    DONATION = "donation", "義援物資"
    OTHER = "other", "その他"


class RequestState(Labelled):
    """How far a request of a shelter is (要請の状態)."""

    REQUESTED = "requested", "要請"
    SEEN = "seen", "本部が確認"
    ARRANGING = "arranging", "手配中"
    SENT = "sent", "発送"
    RECEIVED = "received", "受領"
    REFUSED = "refused", "対応できない"
    CANCELLED = "cancelled", "取り下げ"


class MealTime(Labelled):
    """Which meal of the day (食事)."""

    BREAKFAST = "breakfast", "朝食"
    LUNCH = "lunch", "昼食"
    SUPPER = "supper", "夕食"


class DietKind(Labelled):
    """What somebody eats (食事の種類)."""

    REGULAR = "regular", "普通食"
    ALLERGY = "allergy", "アレルギー対応"
    SOFT = "soft", "やわらか食・とろみ"
    BABY_FOOD = "baby_food", "離乳食"
    MILK = "milk", "ミルク"
    HALAL = "halal", "ハラールなど（信仰・考え）"
    THERAPEUTIC = "therapeutic", "治療食"


class HandoutUnit(Labelled):
    """For whom one handing out counts (配る単位)."""

    PERSON = "person", "1人ごと"
    GROUP = "group", "いっしょに来た方ごと"


RESERVING = frozenset({MovementKind.ALLOCATION})
"""Movements that reserve what is there and take nothing away."""
ENDED_REQUESTS = frozenset({RequestState.RECEIVED, RequestState.REFUSED, RequestState.CANCELLED})
SOON = timedelta(days=30)


class Expiry(Labelled):
    """How soon goods must be used up (期限の近さ)."""

    OVER = "over", "期限切れ"
    SOON = "soon", "期限が近い"
    LATER = "later", ""


def expiry_of(day: date, today: date, soon: timedelta = SOON) -> Expiry:
    """Return how urgent a date is; goods may be used on the day itself.

    Args:
        day: Until when the goods keep.
        today: The day asked about.
        soon: From how long before they are to be used first.
    """
    if day < today:
        return Expiry.OVER
    return Expiry.SOON if day <= today + soon else Expiry.LATER


def reserves(kind: MovementKind | str | None) -> bool:
    """Tell whether a movement reserves goods (引当) instead of moving them."""
    return kind in RESERVING


def first_expiring(lots: Mapping[date | None, int], wanted: int) -> list[tuple[date | None, int]]:
    """Choose what to take first: the soonest date, then what has none.

    More than is written down is taken from what has no date: goods that lie there and were never
    received in writing are handed out all the same.

    Args:
        lots: Pieces by the day until which they keep.
        wanted: How many pieces are to be taken.
    """
    taken: dict[date | None, int] = {}
    left = wanted
    for day in sorted(lots, key=lambda one: (one is None, one or date.max)):
        part = min(max(0, lots[day]), left)
        if part:
            taken[day] = part
            left -= part
    if left > 0:
        taken[None] = taken.get(None, 0) + left
    return list(taken.items())


def pieces_of(cases: int | None, pieces: int | None, per_case: int | None) -> int:
    """Return the pieces of so many cases and so many loose pieces."""
    return (cases or 0) * (per_case or 1) + (pieces or 0)


def in_cases(pieces: int, per_case: int | None, unit: str) -> str:
    """Write a number of pieces, and how many cases that is: 50本（2箱と2本）."""
    words = f"{pieces:,}{unit}"
    if not per_case or per_case < 2 or abs(pieces) < per_case:
        return words
    cases, loose = divmod(abs(pieces), per_case)
    return f"{words}（{cases:,}箱{f'と{loose}{unit}' if loose else ''}）"


def next_meal(now: datetime) -> tuple[date, MealTime]:
    """Return the meal that is prepared next, by the local time of a day.

    Breakfast until 9, lunch until 14, supper until 20 o'clock; later the breakfast of tomorrow.
    """
    ends = ((9, MealTime.BREAKFAST), (14, MealTime.LUNCH), (20, MealTime.SUPPER))
    for hour, meal in ends:
        if now.hour < hour:
            return now.date(), meal
    return now.date() + timedelta(days=1), MealTime.BREAKFAST


@dataclass(frozen=True, slots=True)
class MealCount:
    """How many portions one meal needs, and where the number comes from."""

    inside: int
    """People of the last head count and after (点呼)."""
    away: int
    """Of those inside: out overnight (外泊). Who is out for hours comes back to eat."""
    outside: int
    """People elsewhere who fetch their meals here."""
    helpers: int
    special: Mapping[DietKind, int]
    """Portions of a special kind, from what people need; somebody may need two kinds."""
    special_people: int = 0
    """How many people that is: they do not eat what all eat."""

    @property
    def total(self) -> int:
        return max(0, self.inside - self.away) + self.outside + self.helpers

    @property
    def portions(self) -> dict[DietKind, int]:
        """Return the portions by kind: whoever needs nothing special eats 普通食."""
        regular = max(0, self.total - self.special_people)
        return {DietKind.REGULAR: regular, **{k: n for k, n in self.special.items() if n}}
