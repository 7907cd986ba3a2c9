"""Which resident lives in which house: addresses folded alike, and what is doubtful about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Likeness(StrEnum):
    """How a household came to be proposed for a house (候補の根拠)."""

    ADDRESS = "address"
    LOT = "lot"
    NEAR = "near"

    @property
    def label(self) -> str:
        return _LIKENESS[self]


_LIKENESS = {
    Likeness.ADDRESS: "住所が同じ",
    Likeness.LOT: "住所が地番と同じ",
    Likeness.NEAR: "番地までが同じ(枝番がない)",
}


class Doubt(StrEnum):
    """What a person must look at before they believe a link (確かめること)."""

    LOT = "lot"
    NEAR = "near"
    OWNER = "owner"
    HOUSEHOLDS = "households"
    HOUSES = "houses"
    FLATS = "flats"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        return _DOUBTS[self]


_DOUBTS = {
    Doubt.LOT: "住所ではなく地番が同じ",
    Doubt.NEAR: "枝番が違うかもしれない",
    Doubt.OWNER: "所有者が住んでいる人と違う",
    Doubt.HOUSEHOLDS: "1棟に2世帯以上",
    Doubt.HOUSES: "同じ住所に家屋が2棟以上",
    Doubt.FLATS: "集合住宅(部屋を確かめる)",
    Doubt.NOBODY: "住民データに住む人がいない",
}


class Decision(StrEnum):
    """Whether a household lives in a house, as somebody said (住んでいるかの判断)."""

    LIVES = "lives"
    NOT = "not"

    @property
    def label(self) -> str:
        return {Decision.LIVES: "住んでいる", Decision.NOT: "住んでいない"}[self]


class HouseChoice(StrEnum):
    """Which houses a list is narrowed to (家屋の一覧)."""

    DOUBTFUL = "doubtful"
    NOBODY = "nobody"
    MISSING = "missing"

    @property
    def label(self) -> str:
        return _CHOICES[self]


_CHOICES = {
    HouseChoice.DOUBTFUL: "2世帯以上の候補があり、まだ決めていない",
    HouseChoice.NOBODY: "住む世帯がわからない",
    HouseChoice.MISSING: "今度の台帳にない",
}


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How many households a house has: said by somebody, and only proposed."""

    confirmed: int
    proposed: int
    is_decided: bool

    @property
    def words(self) -> str:
        """Return it as a list shows it; whose they are stands nowhere."""
        found = [f"{self.confirmed}世帯"] if self.confirmed else []
        found += [f"候補{self.proposed}世帯"] if self.proposed else []
        return "、".join(found) or "わからない"


def occupancy_of(proposed: Collection[str], decided: Mapping[str, str]) -> Occupancy:
    """Return how many households a house has.

    Args:
        proposed: The households found by the address.
        decided: What somebody said last of a household, by its number.
    """
    confirmed = sum(each == Decision.LIVES for each in decided.values())
    left = sum(each not in decided for each in proposed)
    return Occupancy(confirmed, left, is_decided=bool(decided))


def is_chosen(choice: HouseChoice | None, found: Occupancy, *, is_missing: bool) -> bool:
    """Tell whether a house stands on a list narrowed to a choice; None is the whole ledger."""
    if choice is None or is_missing:
        return choice in (None, HouseChoice.MISSING)
    if choice is HouseChoice.DOUBTFUL:
        return found.proposed > 1 and not found.is_decided
    return choice is HouseChoice.NOBODY and not found.confirmed and not found.proposed


def doubts_of(
    *,
    likeness: Collection[str],
    households: int,
    houses: int,
    is_flat: bool,
    owner_lives_there: bool,
) -> list[Doubt]:
    """Return what is doubtful about who lives in a house.

    Args:
        likeness: How the households were found.
        households: How many were.
        houses: How many houses stand at the same address.
        is_flat: The house is one of flats, or a household's address names a room.
        owner_lives_there: The owner is among the residents.
    """
    found = {
        Doubt.NOBODY: households == 0,
        Doubt.LOT: Likeness.LOT in likeness,
        Doubt.NEAR: Likeness.NEAR in likeness,
        Doubt.HOUSEHOLDS: households > 1,
        Doubt.HOUSES: houses > 1,
        Doubt.FLATS: is_flat,
        Doubt.OWNER: households > 0 and not owner_lives_there,
    }
    return [doubt for doubt, is_there in found.items() if is_there]
