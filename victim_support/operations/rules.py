"""Words and rules of running a shelter: areas, helpers, animals, wishes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from victim_support.victims.rules import Labelled, NeedKind


class AreaKind(Labelled):
    """What a part of a shelter is for (区画の種類)."""

    GENERAL = "general", "一般"
    BARRIER_FREE = "barrier_free", "バリアフリー"
    FAMILIES = "families", "乳幼児・妊産婦"
    WOMEN = "women", "女性"
    INFECTIOUS = "infectious", "感染症の疑い"
    CARE = "care", "要配慮・介助"
    ANIMALS = "animals", "ペット同伴"
    CARS = "cars", "車・テント"


class CrewKind(Labelled):
    """Who runs a shelter (運営する人); nobody of them is an evacuee."""

    STAFF = "staff", "職員"
    RELIEF = "relief", "応援職員"
    MEDICAL = "medical", "医療・保健・福祉"
    DEFENCE = "defence", "消防・警察・自衛隊"
    VOLUNTEER = "volunteer", "ボランティア"
    RESIDENT = "resident", "運営を手伝う避難者"


class AnimalKind(Labelled):
    """Animals (動物) at a shelter; assistance dogs (補助犬) are no pets."""

    DOG = "dog", "犬"
    CAT = "cat", "猫"
    SMALL = "small", "小動物"
    BIRD = "bird", "鳥"
    OTHER = "other", "その他"
    ASSISTANCE_DOG = "assistance_dog", "補助犬"


class DiaryKind(Labelled):
    """What an entry of the diary (日誌) is about."""

    EVENT = "event", "できごと"
    HANDOVER = "handover", "引き継ぎ"
    ROUND = "round", "巡回"
    CONTACT = "contact", "連絡"
    FACILITY = "facility", "設備"
    HEALTH = "health", "健康"


class WishKind(Labelled):
    """What a wish (要望) is about."""

    GOODS = "goods", "物資"
    MEALS = "meals", "食事"
    SPACE = "space", "場所・騒音"
    HYGIENE = "hygiene", "トイレ・入浴・洗濯"
    HEALTH = "health", "健康・介護"
    SAFETY = "safety", "安全・防犯"
    INFORMATION = "information", "情報"
    OTHER = "other", "その他"


class WishState(Labelled):
    """How far a wish is (要望の状態)."""

    OPEN = "open", "受付"
    PASSED_ON = "passed_on", "本部へ伝えた"
    DONE = "done", "対応した"
    DECLINED = "declined", "対応できない"


class ParcelKind(Labelled):
    """What came for somebody (届いた物)."""

    LETTER = "letter", "郵便"
    REGISTERED = "registered", "書留"
    PARCEL = "parcel", "荷物"
    LEFT = "left", "預かり物"


OPEN_WISHES = frozenset({WishState.OPEN, WishState.PASSED_ON})
NOT_FED = frozenset({CrewKind.RESIDENT})
"""Helpers who eat as evacuees already."""
SUITED: Mapping[NeedKind, frozenset[AreaKind]] = {
    NeedKind.ILL: frozenset({AreaKind.INFECTIOUS}),
    NeedKind.CARE: frozenset({AreaKind.BARRIER_FREE, AreaKind.CARE}),
    NeedKind.MEDICAL: frozenset({AreaKind.BARRIER_FREE, AreaKind.CARE}),
    NeedKind.INFANT: frozenset({AreaKind.FAMILIES}),
    NeedKind.PREGNANT: frozenset({AreaKind.FAMILIES}),
    NeedKind.ANIMAL: frozenset({AreaKind.ANIMALS}),
}
"""Areas that suit a need; a proposal, never a wall."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much room an area has."""

    people: int
    capacity: int | None
    square_metres: int | None = None

    @property
    def free(self) -> int | None:
        """Return the free places, never below zero; None when nobody said how many there are."""
        return None if self.capacity is None else max(0, self.capacity - self.people)

    def warnings(self, per_person: float) -> list[str]:
        """Return what is odd about it, in words; nothing is refused for it.

        Args:
            per_person: Square metres that one person should have.
        """
        words = []
        if self.capacity is not None and self.people > self.capacity:
            words.append(f"入れる人数を{self.people - self.capacity}人超えています")
        if self.square_metres and self.people and self.square_metres < self.people * per_person:
            each = self.square_metres / self.people
            words.append(f"1人あたり{each:.1f}平方メートルです（目安 {per_person:g}）")
        return words


def unsuited(
    needs: Iterable[NeedKind | str], kind: AreaKind | str | None, there: Iterable[AreaKind | str]
) -> list[NeedKind]:
    """Return the needs for which the shelter has an area that suits, and this is none of them.

    Args:
        needs: What somebody needs.
        kind: The kind of the area where they are.
        there: The kinds of all areas of the shelter.
    """
    kinds = set(there)
    return [
        need
        for need in needs
        if isinstance(need, NeedKind)
        and need in SUITED
        and kind not in SUITED[need]
        and kinds & SUITED[need]
    ]


def divided_groups(
    places: Sequence[tuple[UUID | None, UUID | None, AreaKind | str | None]],
) -> set[UUID]:
    """Return those who came together and were given places in more than one area.

    Who lies in an area for infections is apart from the others on purpose.

    Args:
        places: Group, area and its kind of each person placed.
    """
    areas: dict[UUID, set[UUID]] = {}
    for group, area, kind in places:
        if group is not None and area is not None and kind is not AreaKind.INFECTIOUS:
            areas.setdefault(group, set()).add(area)
    return {group for group, found in areas.items() if len(found) > 1}
