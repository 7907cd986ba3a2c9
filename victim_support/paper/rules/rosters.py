"""Read a roster that others kept: one row a person, households as far as the rows tell them."""

from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime

from victim_support.core.csv_io import CsvRow
from victim_support.core.japanese import BirthError, BirthValue, parse_birth, plain_kana
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.core.mapping import CellReader, Cells, RowRefusedError, Targets, load_targets
from victim_support.shelters.rules.moments import JAPAN, has_year, read_moment
from victim_support.victims.rules import HEADS, AddressKind, NeedKind, PersonData, Sex

NEED_WORDS = {
    NeedKind.MEDICAL: ("透析", "医療", "服薬", "酸素", "人工呼吸"),
    NeedKind.CARE: ("介護", "介助", "車いす", "車椅子", "寝たきり"),
    NeedKind.INFANT: ("乳児", "乳幼児", "ミルク"),
    NeedKind.PREGNANT: ("妊婦", "妊娠", "妊産婦"),
    NeedKind.FOOD: ("アレルギー",),
    NeedKind.LANGUAGE: ("通訳", "日本語が"),
    NeedKind.ANIMAL: ("ペット",),
    NeedKind.ILL: ("発熱", "体調不良"),
}
"""Words that tell of a need when they stand in a remark without 「なし」."""
_STILL_HERE = frozenset({"-", "－", "―", "ー", "×", "なし", "未"})
_DENIED = ("なし", "無し", "不要")
_HEAD_WORDS = frozenset({*HEADS, "代表", "代表者", "筆頭者"})


@dataclass(frozen=True, slots=True)
class Leaving:
    """That somebody left again, as a roster tells it (退所)."""

    at: datetime | None
    destination: str
    phone: str


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One row of a roster."""

    line: int
    household: str
    """What rows of one household have in common; "" when the roster does not say."""
    starts_household: bool
    data: PersonData
    needs: frozenset[NeedKind]
    arrived: datetime | None = None
    """When they came; None where the roster does not tell."""
    leaving: Leaving | None = None

    @property
    def same_as(self) -> tuple[str, str, str]:
        """Return what the same person is known by when the roster comes again."""
        return person_key(self.data)


def person_key(data: PersonData) -> tuple[str, str, str]:
    """Return name, kana and birth for comparing."""
    name = "".join(data.name.split())
    birth = "" if data.birth.date is None else data.birth.date.isoformat()
    return name, plain_kana(data.kana), birth


def targets() -> Targets:
    """Return what a roster may hold."""
    return load_targets("victim_support.paper")


@dataclass(slots=True)
class RosterReader(CellReader):
    """Reads rows of one roster."""

    _: KW_ONLY
    today: date
    until: datetime
    """The latest time that the roster can tell of: a time without its year is the last one."""

    def read(self, row: CsvRow) -> RosterPerson:
        """Return the person of a row.

        Raises:
            RowRefusedError: The row is blank or broken, or names nobody.
        """
        self.check(row)
        line, get = row.line, self.cells(row.cells)
        name = get["name"] or f"{get['family_name']}　{get['given_name']}".strip("　")
        if not name and not get["kana"]:
            raise RowRefusedError(f"{self.place('name', 'kana')}: 氏名がありません")
        relation = get["relation"]
        address = self.free(line, "address", get["address"])
        data = PersonData(
            name=name,
            kana=get["kana"],
            birth=self._birth(line, get),
            sex=self._sex(line, get),
            address=address or get["town"],
            postal_code=self.postal_code(line, get),
            town=get["town"],
            address_kind=AddressKind.GIVEN if address or get["town"] else None,
            phone=get["phone"],
            relation="本人" if relation in _HEAD_WORDS else relation,
        )
        return RosterPerson(
            line,
            get["household"] or get["head"],
            relation in _HEAD_WORDS,
            data,
            self._needs(line, get),
            self._moment(line, get, "arrived_at"),
            self._leaving(line, get),
        )

    def _leaving(self, line: int, get: Cells) -> Leaving | None:
        if not get["left_at"] or get["left_at"] in _STILL_HERE:
            return None
        return Leaving(self._moment(line, get, "left_at"), get["left_to"], get["left_phone"])

    def _moment(self, line: int, get: Cells, field: str) -> datetime | None:
        """Read a time; what cannot be one is reported, and that of the roster stands for it."""
        text = get[field]
        if not text:
            return None
        moment = read_moment(text, self.until)
        if moment is None or moment > self.until:
            why = "名簿の時点よりあとです。" if moment else "日時として読めません。"
            self.repair(line, field, text, "名簿の時点", why)
            return None
        if not has_year(text):
            shown = f"{moment.astimezone(JAPAN):%Y/%m/%d %H:%M}"
            self.repair(line, field, text, shown, "年がないので、いちばん近い過去の年にしました。")
        return moment

    def _birth(self, line: int, get: Cells) -> BirthValue:
        for field in ("birth", "age"):
            text = get[field]
            if not text:
                continue
            typed = f"{text}歳" if field == "age" and text.isdigit() else text
            try:
                return parse_birth(typed, self.today)
            except BirthError as error:
                self.repair(line, field, text, "不明", str(error))
        return UNKNOWN

    def _sex(self, line: int, get: Cells) -> Sex | None:
        sex = self.meaning(get, "sex")
        if sex in tuple(Sex):
            return Sex(sex)
        if sex:
            self.repair(line, "sex", get["sex"], "", "性別の値がわかりません")
        return None

    def _needs(self, line: int, get: Cells) -> frozenset[NeedKind]:
        text = self.free(line, "needs", get["needs"])
        if not text or any(word in text for word in _DENIED):
            return frozenset()
        words = NEED_WORDS.items()
        return frozenset(kind for kind, known in words if any(word in text for word in known))


def households(people: Iterable[RosterPerson]) -> Iterator[list[RosterPerson]]:
    """Yield the people of a roster household by household, in its order.

    Rows of one household number stand together wherever they are; without numbers a head begins a
    household, and whoever has no relation to somebody above is a household alone.
    """
    numbered: dict[str, list[RosterPerson]] = {}
    order: list[list[RosterPerson]] = []
    for one in people:
        if one.household:
            if one.household not in numbered:
                numbered[one.household] = []
                order.append(numbered[one.household])
            numbered[one.household].append(one)
        elif one.starts_household or not one.data.relation or not order:
            order.append([one])
        else:
            order[-1].append(one)
    yield from order
