"""Read one row of a table of applications: what goes in, what is put right, why one is refused."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import KW_ONLY, asdict, dataclass
from datetime import date
from typing import Any

from victim_support.core.csv_io import CsvRow
from victim_support.core.japanese import BirthError, BirthValue, fold_kanji, parse_birth
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.core.mapping import CellReader, Cells, RowRefusedError, Targets, load_targets
from victim_support.damage.rules import RequestedPaper
from victim_support.damage.rules.applying import DamagedPart, PropertyKind
from victim_support.victims.rules import Labelled

_YES = ("同意", "はい", "有", "あり", "する", "希望", "○", "〇", "1", "true", "yes")
_NO = ("しない", "いいえ", "なし", "不同意", "同意せず", "希望しない", "無")
_BETWEEN = re.compile(r"[、，,・/／\n;；|]")
_BRACKETS = re.compile(r"[(（][^)）]*[)）]")


class FiledState(Labelled):
    """How far an application from a file is (取り込んだ申請の状態)."""

    WAITING = "waiting", "世帯を決める"
    RECEIVED = "received", "受け付けた"
    SET_ASIDE = "set_aside", "受け付けない"


@dataclass(frozen=True, slots=True)
class FiledRow:
    """One application as the file says it."""

    source: str
    number: str = ""
    received_on: str = ""
    register_number: str = ""
    name: str = ""
    kana: str = ""
    birth: str = ""
    relation: str = ""
    phone: str = ""
    staying_at: str = ""
    address: str = ""
    unit: str = ""
    cause: str = ""
    requested: str = RequestedPaper.RISAI.value
    property_kind: str = ""
    parts: tuple[str, ...] = ()
    damage: str = ""
    members: tuple[str, ...] = ()
    agrees_registers: bool = False
    agrees_sharing: bool = False
    self_judgement: bool = False
    agrees_photos: bool = False
    signed: bool = False

    @property
    def key(self) -> str:
        """Return what the same application is known by when its file comes again."""
        if self.number:
            return f"{self.source}/{self.number}"
        return f"{self.source}/{name_key(self.name or self.kana)}/{self.birth}/{self.address}"

    @property
    def digest(self) -> str:
        """Return what tells a changed row from an unchanged one."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def content(self) -> dict[str, Any]:
        """Return the row as it is kept."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value
        }

    @property
    def names(self) -> set[str]:
        """Return who is named, for comparing."""
        return {name_key(each) for each in (self.name, *self.members) if each}

    @classmethod
    def of(cls, content: dict[str, Any] | None) -> "FiledRow":
        """Return the row from what was kept; words of a newer version are left out."""
        known = {name for name in cls.__dataclass_fields__ if name in (content or {})}
        values = {name: (content or {})[name] for name in known}
        for name in ("parts", "members"):
            values[name] = tuple(values.get(name, ()))
        return cls(**({"source": ""} | values))


def targets() -> Targets:
    """Return what a table of applications may hold."""
    return load_targets("victim_support.counter")


def name_key(name: str) -> str:
    """Return what names are compared by: folded, without spaces."""
    return fold_kanji("".join(unicodedata.normalize("NFKC", name).split()))


def is_yes(text: str) -> bool:
    """Tell whether a cell says that somebody agrees."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if not plain or any(word in plain for word in _NO):
        return False
    return any(word in plain for word in _YES)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a cell, without the relation and birth in brackets behind them."""
    found = (each.strip() for each in _BETWEEN.split(_BRACKETS.sub("", text)))
    return tuple(dict.fromkeys(each for each in found if each))


def chosen_members(wanted: Collection[str], household: Iterable[tuple[str, str]]) -> set[str]:
    """Return the ids of the members that a file names; all when it names none.

    Args:
        wanted: Names as the file has them.
        household: Id and name of each member.

    Raises:
        LookupError: A name is nobody's of the household.
    """
    by_name = {name_key(name): person_id for person_id, name in household}
    if not wanted:
        return set(by_name.values())
    keys = {name_key(name) for name in wanted}
    if keys - by_name.keys():
        raise LookupError
    return {by_name[key] for key in keys}


@dataclass(slots=True)
class FiledReader(CellReader):
    """Reads rows of one table of applications."""

    _: KW_ONLY
    source: str
    today: date

    def read(self, row: CsvRow) -> FiledRow:
        """Return the application of a row.

        Raises:
            RowRefusedError: The row is blank or broken, names nobody or has no place.
        """
        self.check(row)
        line, get = row.line, self.cells(row.cells)
        name = get["name"] or f"{get['family_name']}　{get['given_name']}".strip("　")
        if not name and not get["kana"]:
            raise RowRefusedError(f"{self.place('name', 'kana')}: 申請者の氏名がありません")
        address = self.free(line, "address", get["address"])
        if not address:
            raise RowRefusedError(f"{self.place('address')}: 被災した住家の所在地がありません")
        return FiledRow(
            source=self.source,
            number=self.key(get, "number"),
            received_on=self._received(line, get),
            register_number=self.key(get, "register_number"),
            name=name,
            kana=get["kana"],
            birth=self._birth(line, get),
            relation=get["relation"],
            phone=unicodedata.normalize("NFKC", get["phone"]),
            staying_at=self.free(line, "staying_at", get["staying_at"]),
            address=address,
            unit=get["unit"],
            cause=self.free(line, "cause", get["cause"]),
            requested=_requested(get["requested"]),
            property_kind=self._property(line, get),
            parts=_parts(get["parts"] + "|" + get["equipment"]),
            damage=self.free(line, "damage", get["damage"]),
            members=names_in(self.free(line, "members", get["members"])),
            agrees_registers=is_yes(get["agrees_registers"]),
            agrees_sharing=is_yes(get["agrees_sharing"]),
            self_judgement=is_yes(get["self_judgement"]),
            agrees_photos=is_yes(get["agrees_photos"]),
            signed=is_yes(get["signed"]),
        )

    def _birth(self, line: int, get: Cells) -> str:
        birth = self._day(line, get, "birth")
        return birth.date.isoformat() if birth.date else ""

    def _received(self, line: int, get: Cells) -> str:
        day = self._day(line, get, "received_on").date
        if day is not None and day > self.today:
            self.repair(line, "received_on", get["received_on"], "", "先の日付です")
            return ""
        return day.isoformat() if day else ""

    def _day(self, line: int, get: Cells, name: str) -> BirthValue:
        text = get[name].replace("T", " ").split(" ")[0]
        if not text:
            return UNKNOWN
        try:
            return parse_birth(text, self.today)
        except BirthError as error:
            self.repair(line, name, get[name], "", str(error))
            return UNKNOWN

    def _property(self, line: int, get: Cells) -> str:
        text = get["property_kind"]
        found = next((kind for words, kind in _PROPERTIES if any(one in text for one in words)), "")
        if text and not found:
            self.repair(line, "property_kind", text, "", "持家・借家・非住家のどれかわかりません")
        return str(found)


_PROPERTIES = (
    (("非住家",), PropertyKind.NOT_DWELLING),
    (("借",), PropertyKind.RENTED),
    (("持", "住家"), PropertyKind.OWNED),
    (("その他",), PropertyKind.OTHER),
)


def _requested(text: str) -> str:
    is_hisai = "被災" in text and "罹災" not in text and "り災" not in text
    return (RequestedPaper.HISAI if is_hisai else RequestedPaper.RISAI).value


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.value for part in DamagedPart if part.label in text)
