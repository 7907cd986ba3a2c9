"""Read one row of a house ledger: what goes in, what is put right, why a row is refused."""

import hashlib
import re
import unicodedata
from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

from victim_support.core.csv_io import CsvRow
from victim_support.core.japanese.addresses import address_key
from victim_support.core.mapping import (
    CellReader,
    Cells,
    ImportReport,
    RowRefusedError,
    Targets,
    load_targets,
)

_JAPAN = ((20.0, 46.0), (122.0, 154.0))
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_ERA_YEAR = re.compile(
    r"(明治?|大正?|昭和?|平成?|令和?|[MTSHR])\.?\s*([0-9]{1,2}|元)", re.IGNORECASE
)
_BEFORE = {"明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018}
_BEFORE |= dict(zip("MTSHR", _BEFORE.values(), strict=True))
"""The year before the first one of each era."""


class HouseValues(NamedTuple):
    """A house as stored, in the order of the columns; `digest` is of all the others."""

    number: str
    house_number: str
    address: str
    address_key: str
    lot: str
    lot_key: str
    building: str
    owner_number: str
    owner_name: str
    owner_address: str
    use: str
    structure: str
    storeys: int | None
    basement: int | None
    area: float | None
    built_year: int | None
    built_received: str
    latitude: float | None
    longitude: float | None

    @property
    def digest(self) -> bytes:
        """Return what tells a changed row from an unchanged one."""
        return hashlib.blake2b(repr(tuple(self)).encode(), digest_size=16).digest()


@dataclass(slots=True)
class HouseReport(ImportReport):
    """The result of importing a house ledger."""

    placed: int = 0  # houses with coordinates
    missing: int = 0  # houses of the ledger before that this file does not hold; they stay
    linked: int = 0  # houses for which the register names who lives there
    doubtful: int = 0  # of those, the houses with more than one household, or found by lot


def targets() -> Targets:
    """Return what a house ledger may hold."""
    return load_targets("victim_support.houses")


@dataclass(slots=True)
class HouseReader(CellReader):
    """Reads rows of one ledger."""

    _: KW_ONLY
    year: int
    """The year it is: nothing was built later."""

    def read(self, row: CsvRow) -> HouseValues:
        """Return the values of a row.

        Raises:
            RowRefusedError: The row is blank or broken, or has no number or no place.
        """
        self.check(row)
        line, get = row.line, self.cells(row.cells)
        number = self.key(get, "number")
        if not number:
            raise RowRefusedError(f"{self.place('number')}: 物件番号がありません")
        address = _within(get["town"], self.free(line, "address", get["address"]))
        lot = _within(get["town"], _within(get["hamlet"], _with_branch(get["lot"], get["branch"])))
        if not address and not lot:
            raise RowRefusedError(f"{self.place('address', 'lot')}: 所在地がありません")
        latitude, longitude = self._position(line, get)
        return HouseValues(
            number=number,
            house_number=unicodedata.normalize("NFKC", get["house_number"]),
            address=address,
            address_key=address_key(address),
            lot=lot,
            lot_key=address_key(lot),
            building=get["building"],
            owner_number=self.key(get, "owner_number"),
            owner_name=get["owner_name"],
            owner_address=self.free(line, "owner_address", get["owner_address"]),
            use=self.meaning(get, "use"),
            structure=self.meaning(get, "structure"),
            storeys=self.whole(line, get, "storeys"),
            basement=self.whole(line, get, "basement"),
            area=self.number(line, get, "area"),
            built_year=self._year(line, get),
            built_received=get["built"],
            latitude=latitude,
            longitude=longitude,
        )

    def _position(self, line: int, get: Cells) -> tuple[float | None, float | None]:
        if not get["latitude"] and not get["longitude"]:
            return None, None
        latitude = self.number(line, get, "latitude")
        longitude = self.number(line, get, "longitude")
        if latitude is None or longitude is None:
            return None, None
        given = f"{get['latitude']},{get['longitude']}"
        if _is_in_japan(latitude, longitude):
            return latitude, longitude
        if _is_in_japan(longitude, latitude):
            now = f"{longitude},{latitude}"
            self.repair(line, "latitude", given, now, "緯度と経度が入れ替わっていました")
            return longitude, latitude
        self.repair(line, "latitude", given, "", "日本の緯度・経度ではありません")
        return None, None

    def _year(self, line: int, get: Cells) -> int | None:
        text = unicodedata.normalize("NFKC", get["built"])
        if not text.strip("0?-不明詳 "):
            return None
        found = _YEAR.match(text)
        year = int(found.group()) if found else _era_year(text)
        if year is None or year > self.year:
            self.repair(line, "built", text, "", "建築年として読めません")
            return None
        return year


def _within(town: str, place: str) -> str:
    """Put the town before a place that a ledger writes in a column of its own."""
    return place if not place or town in place else f"{town}{place}"


def _with_branch(lot: str, branch: str) -> str:
    """Join the parts of a lot number: 0033 and 0024 are 33番地24; no branch is 0."""
    numbers = [unicodedata.normalize("NFKC", each).strip() for each in (lot, branch)]
    first, second = (each.lstrip("0") if each.isdecimal() else each for each in numbers)
    if not numbers[0].isdecimal() or not first:
        return f"{lot}の{second}" if lot and second else lot
    return f"{first}番地{second}"


def _is_in_japan(latitude: float, longitude: float) -> bool:
    (south, north), (west, east) = _JAPAN
    return south <= latitude <= north and west <= longitude <= east


def _era_year(text: str) -> int | None:
    """Read a year of an era: 昭和50年3月, S50.3, 平成元年."""
    found = _ERA_YEAR.match(text)
    if found is None:
        return None
    return _BEFORE[found[1][0].upper()] + (1 if found[2] == "元" else int(found[2]))
