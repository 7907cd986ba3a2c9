"""Read one line of a support register (避難行動要支援者名簿): what goes in, what is put right."""

from dataclasses import KW_ONLY, dataclass
from datetime import date

from victim_support.core.csv_io import CsvRow
from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.core.mapping import CellReader, Cells, RowRefusedError, Targets, load_targets
from victim_support.residents.rules.rows import read_birth
from victim_support.victims.rules import Sex
from victim_support.vulnerable.rules.register import Consent, EntryData, PlanState

JAPAN_LATITUDES = (20.0, 46.0)
JAPAN_LONGITUDES = (122.0, 154.0)


def targets() -> Targets:
    """Return the columns that a support register may have."""
    return load_targets("victim_support.vulnerable")


@dataclass(slots=True)
class EntryReader(CellReader):
    """Reads lines of one layout; what it puts right is added to ``repaired``."""

    _: KW_ONLY
    today: date

    def read(self, row: CsvRow) -> EntryData:
        """Return the line of a row.

        Raises:
            RowRefusedError: The row is blank or broken, or has no name or no address.
        """
        self.check(row)
        line, get = row.line, self.cells(row.cells)
        name, kana = get["name"] or get["kana"], get["kana"]
        if not name:
            raise RowRefusedError(f"{self.place('name')}: 氏名がありません")
        address = " ".join(part for part in (get["address"], get["building"]) if part)
        if not address:
            raise RowRefusedError(f"{self.place('address')}: 住所がありません")
        latitude, longitude = self._position(line, get)
        sex = self.meaning(get, "sex")
        return EntryData(
            number=self.key(get, "number"),
            register_number=self.key(get, "register_number"),
            name=name,
            kana=kana,
            birth=self._birth(line, get),
            sex=Sex(sex) if sex in set(Sex) else None,
            address=self.free(line, "address", address),
            postal_code=self.postal_code(line, get),
            district=get["district"],
            phone=" / ".join(part for part in (get["phone"], get["phone_2"]) if part),
            reasons=self._reasons(line, get),
            consent=self._consent(line, get),
            consent_on=self._day(line, get, "consent_on"),
            latitude=latitude,
            longitude=longitude,
            note=self.free(line, "note", get["note"]),
            plan=self._plan(line, get),
            plan_on=self._day(line, get, "plan_on"),
            supporters=_supporters(get),
            destination=get["destination"],
            route=get["route"],
            is_protected=bool(self.meaning(get, "protected")),
        )

    def _birth(self, line: int, get: Cells) -> BirthValue:
        if not get["birth"].strip("0./-"):
            return BirthValue()
        value, problem = read_birth(get["birth"], self.today)
        if problem or value.precision is not Precision.DAY:
            why = problem or "月日がわからないため、生年月日にできません。"
            self.repair(line, "birth", get["birth"], "不明", why)
            return BirthValue()
        return value

    def _day(self, line: int, get: Cells, name: str) -> date | None:
        if not get[name].strip("0./-"):
            return None
        value, problem = read_birth(get[name], self.today)
        if problem or value.date is None:
            self.repair(line, name, get[name], "", "日付として読めません。")
        return value.date

    def _reasons(self, line: int, get: Cells) -> str:
        told = dict.fromkeys(get[name] for name in ("reasons", "reasons_2", "reasons_3"))
        return self.free(line, "reasons", "、".join(part for part in told if part))

    def _consent(self, line: int, get: Cells) -> Consent:
        meaning = self.meaning(get, "consent")
        if meaning in set(Consent):
            return Consent(meaning)
        if meaning:
            why = "同意か不同意かわからないので、未確認にしました。"
            self.repair(line, "consent", get["consent"], Consent.UNKNOWN.label, why)
        return Consent.UNKNOWN

    def _plan(self, line: int, get: Cells) -> PlanState | None:
        meaning = self.meaning(get, "plan")
        if meaning in set(PlanState):
            return PlanState(meaning)
        if meaning:
            self.repair(line, "plan", get["plan"], "", "計画の有無としてわかりません。")
        return PlanState.MADE if _supporters(get) or get["destination"] else None

    def _position(self, line: int, get: Cells) -> tuple[float | None, float | None]:
        latitude = self.number(line, get, "latitude")
        longitude = self.number(line, get, "longitude")
        if latitude is None or longitude is None:
            return None, None
        is_swapped = _is_in(longitude, JAPAN_LATITUDES) and _is_in(latitude, JAPAN_LONGITUDES)
        if is_swapped:
            self.repair(
                line, "latitude", get["latitude"], get["longitude"], "緯度と経度が逆でした。"
            )
            return longitude, latitude
        if _is_in(latitude, JAPAN_LATITUDES) and _is_in(longitude, JAPAN_LONGITUDES):
            return latitude, longitude
        self.repair(line, "latitude", get["latitude"], "", "日本の中の位置ではありません。")
        return None, None


def _is_in(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _supporters(get: Cells) -> str:
    """Return those who help in flight (避難支援等実施者), one line each."""
    first = (get["supporter"], get["supporter_phone"], get["supporter_address"])
    second = (get["supporter_2"], get["supporter_2_phone"])
    lines = [" ".join(part for part in who if part) for who in (first, second) if who[0]]
    return "\n".join(lines)
