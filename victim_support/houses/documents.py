"""The house ledger as a list: houses, and how many households each has; nobody is named."""

from collections.abc import Sequence

from victim_support.core.dates import long_time
from victim_support.core.lists import PlainList
from victim_support.houses.models import LedgerFile
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
FILE_COLUMNS = (
    ("日時", 50),
    ("ファイル", None),
    ("だれが", 36),
    ("読んだ行", 20),
    ("新しい", 18),
    ("更新", 18),
    ("変わらない", 20),
    ("取り込まない", 22),
    ("今度はない家屋", 26),
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


def files_list(files: Sequence[LedgerFile]) -> PlainList:
    """Return the imports of the ledger, with what became of the rows of each."""
    rows = [
        (
            long_time(one.imported_at),
            one.file_name,
            one.imported_by,
            one.rows_read,
            one.created,
            one.updated,
            one.unchanged,
            one.refused,
            one.missing,
        )
        for one in files
    ]
    return PlainList("家屋台帳の取り込み", FILE_COLUMNS, rows, counted="回")


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
