"""The house ledger as a list: houses, and how many households each has; nobody is named."""

from collections.abc import Sequence

from victim_support.core.lists import PlainList
from victim_support.houses.queries import HouseLine

COLUMNS = (
    ("物件番号", 28),
    ("所在地", 68),
    ("地番", 40),
    ("種類", 20),
    ("構造", 22),
    ("階数", 12),
    ("床面積(㎡)", 20),
    ("建築年", 22),
    ("住む世帯", None),
    ("台帳", 22),
)


def houses_list(lines: Sequence[HouseLine], about: str) -> PlainList:
    """Return houses as a list, narrowed to what ``about`` says."""
    return PlainList(
        "家屋の一覧",
        COLUMNS,
        [_row(one) for one in lines],
        counted="棟",
        note="所有者と住む方の名前は載せません。「候補」は、住所から見つけた世帯で、確かめていません。",
        about=about,
    )


def _row(line: HouseLine) -> tuple[object, ...]:
    house = line.house
    return (
        house.number,
        house.place,
        house.lot,
        house.use,
        house.structure,
        house.storeys,
        house.area,
        house.built_received,
        line.occupancy.words,
        "今度の台帳にない" if house.missing_since else "",
    )
