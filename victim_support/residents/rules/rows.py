"""Read one row of a register extract: what goes in, what is put right, why a row is refused."""

import hashlib
import re
import unicodedata
from dataclasses import KW_ONLY, dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from victim_support.core.csv_io import CsvRow
from victim_support.core.japanese.dates import BirthError, BirthValue, Precision, parse_birth
from victim_support.core.japanese.names import display_name
from victim_support.core.mapping import CellReader, Cells, RowRefusedError

HEADS = ("世帯主", "02", "2", "本人")
_MUNICIPALITY = re.compile(
    "^(?:東京都|北海道|京都府|大阪府|.{2,3}県)?(?:.+?郡)?.+?(?:市(?!市)|区|町|村)(?=[^0-9])"
)
_TOWN = re.compile(
    "^[^0-9一二三四五六七八九十]*(?:[一二三四五六七八九十]++(?!丁目|番|号)[^0-9一二三四五六七八九十]*)*"
)
_DIGIT = re.compile("[0-9]")
_SHORT_DATE = re.compile("[0-9]{6}")
_OF_SPREADSHEETS = re.compile(r"(?<=\d)[ T]0{1,2}:00(?::00)?(?:\.0+)?$|(?<=\d{8})\.0+$")
_EMPTY_DATES = frozenset({"", "0", "00000000", "0000-00-00", "0000/00/00", "99999999"})


class Values(NamedTuple):
    """A resident as stored, in the order of the columns; `digest` is of all the others."""

    number: str
    household_number: str
    name: str
    name_display: str
    has_gaiji: bool
    kana: str
    former_name: str
    alias: str
    sex: str | None
    birth_date: date | None
    birth_year: int | None
    birth_month: int | None
    birth_received: str
    relation: str
    is_head: bool
    address: str
    building: str
    postal_code: str
    town: str
    district: str
    status: str
    is_protected: bool

    @property
    def digest(self) -> bytes:
        """Return what tells a changed row from an unchanged one."""
        return hashlib.blake2b(repr(tuple(self)).encode(), digest_size=16).digest()


@dataclass(slots=True)
class RowReader(CellReader):
    """Reads rows of one layout; what it puts right is added to `repaired`."""

    _: KW_ONLY
    today: date

    def read(self, row: CsvRow) -> Values:
        """Return the values of a row.

        Raises:
            RowRefusedError: The row is blank or broken, or has no number or no name.
        """
        self.check(row)
        line = row.line
        get = self.cells(row.cells)
        number = self._number(get)
        name = get["name"] or _joined(get["family_name"], get["given_name"])
        kana = _kana(get["kana"] or _joined(get["family_kana"], get["given_kana"]))
        if not name and not kana:
            raise RowRefusedError(f"{self.place('name', 'family_name')}: 氏名がありません")
        if not name:
            name = kana
            self.repair(line, "name", "", kana, "氏名がないのでフリガナを使いました")
        shown = display_name(name)
        birth_text, birth = self._birth(line, get)
        relation = self._relation(get)
        address = self.free(line, "address", get["address"] + get["lot"])
        return Values(
            number=number,
            household_number=self._household(line, get, number),
            name=name,
            name_display=shown.text,
            has_gaiji=shown.has_gaiji,
            kana=kana,
            former_name=get["former_name"],
            alias=get["alias"],
            sex=self._sex(line, get),
            birth_date=birth.date,
            birth_year=birth.year,
            birth_month=birth.month,
            birth_received=birth_text,
            relation=relation,
            is_head=relation in HEADS or (not relation and get["head_name"] == name),
            address=address,
            building=self.free(line, "building", get["building"]),
            postal_code=self.postal_code(line, get),
            town=get["town"] or town_of(address),
            district=get["district"],
            status=self.meaning(get, "status"),
            is_protected=bool(self.meaning(get, "protected")),
        )

    def _number(self, get: Cells) -> str:
        number = self.key(get, "number")
        if not number:
            raise RowRefusedError(f"{self.place('number')}: 宛名番号がありません")
        if not _DIGIT.search(number):
            raise RowRefusedError(f"{self.place('number')}: 宛名番号に数字がありません({number})")
        return number

    def _household(self, line: int, get: Cells, number: str) -> str:
        household = self.key(get, "household_number")
        if household:
            return household
        if "household_number" in self.layout.positions:
            why = "世帯番号がないので一人の世帯にしました"
            self.repair(line, "household_number", "", number, why)
        return number

    def _birth(self, line: int, get: Cells) -> tuple[str, BirthValue]:
        text = get["birth"]
        if not text and "birth_year" in self.layout.positions:
            text = self._birth_of_parts(get)
        elif _SHORT_DATE.fullmatch(text):  # 250301 beside 昭和
            text = self.meaning(get, "birth_era") + text
        if text in _EMPTY_DATES or not text.strip("0./-"):
            return text, BirthValue()
        value, problem = read_birth(text, self.today)
        if problem:
            self.repair(line, "birth", text, "不明", problem)
        return text, value

    def _birth_of_parts(self, get: Cells) -> str:
        era = self.meaning(get, "birth_era")
        year, month, day = get["birth_year"], get["birth_month"], get["birth_day"]
        return f"{era}{year}.{month or '0'}.{day or '0'}" if year else ""

    def _relation(self, get: Cells) -> str:
        first = self.meaning(get, "relation")
        if not get["relation_2"]:
            return first
        rest = (get["relation_2"], get["relation_3"], get["relation_4"])
        return "の".join(part for part in (first, *rest) if part)

    def _sex(self, line: int, get: Cells) -> str | None:
        text = get["sex"]
        sex = self.meaning(get, "sex")
        if sex in {"male", "female", "other"}:
            return sex
        if text:
            self.repair(line, "sex", text, "", "性別の値がわかりません")
        return None


@lru_cache(maxsize=1 << 16)
def read_birth(text: str, today: date) -> tuple[BirthValue, str | None]:
    """Return the birth date of a register and what is wrong with it; wrong ones are unknown."""
    try:
        value = parse_birth(_OF_SPREADSHEETS.sub("", text), today)
    except BirthError as error:
        return BirthValue(), str(error)
    if value.precision in {Precision.AGE, Precision.BAND}:
        return BirthValue(), "生年月日として読めません。"
    return value, None


def without_municipality(address: str) -> str:
    """Return an address in half-width letters without prefecture, county and municipality."""
    return _MUNICIPALITY.sub("", unicodedata.normalize("NFKC", address), count=1)


def town_of(address: str) -> str:
    """Return the town (町名) of an address: what stands between municipality and numbers."""
    plain = unicodedata.normalize("NFKC", address)
    rest = without_municipality(plain)
    found = _TOWN.match(rest) or _TOWN.match(plain)
    return found.group() if found and found.group() else rest


def _joined(family: str, given: str) -> str:
    return f"{family}　{given}".strip("　")


def _kana(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "　") if text else ""
