"""Which column of a shelter list means what, whatever its header is called this time."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest

from victim_support.shelters.rules.records import RawTable, UnknownLayoutError
from victim_support.shelters.rules.vocabulary import Hazard


class Column(StrEnum):
    """What a column can mean; the value is the header of the present standard list."""

    PUBLISHER_CODE = "全国地方公共団体コード"
    LOCATION_CODE = "所在地_全国地方公共団体コード"
    CITY_CODE = "市区町村コード"
    GOVERNMENT = "地方公共団体名"
    COMMON_ID = "共通ID"
    MUNICIPAL_ID = "ID"
    NUMBER = "NO"
    KIND = "種別"
    NAME = "名称"
    KANA = "名称_カナ"
    ROMAJI = "名称_英字"
    TOWN_ID = "町字ID"
    ADDRESS = "所在地_連結表記"
    PREFECTURE = "所在地_都道府県"
    CITY = "所在地_市区町村"
    PREFECTURE_AND_CITY = "都道府県名及び市町村名"
    TOWN = "所在地_町字"
    BLOCK = "所在地_番地以下"
    BUILDING = "建物名等(方書)"
    LATITUDE = "緯度"
    LONGITUDE = "経度"
    POSITION = "緯度経度"
    ELEVATION = "標高"
    PHONE = "電話番号"
    EXTENSION = "内線番号"
    EMAIL = "連絡先メールアドレス"
    FORM_URL = "連絡先FormURL"
    CONTACT_NOTE = "連絡先備考"
    POSTAL_CODE = "郵便番号"
    FLOOD = "災害種別_洪水"
    LANDSLIDE = "災害種別_崖崩れ、土石流及び地滑り"
    STORM_SURGE = "災害種別_高潮"
    EARTHQUAKE = "災害種別_地震"
    TSUNAMI = "災害種別_津波"
    FIRE = "災害種別_大規模な火事"
    INLAND_FLOOD = "災害種別_内水氾濫"
    VOLCANO = "災害種別_火山現象"
    HAZARDS = "災害種別"
    OVERLAP = "指定避難所との重複"
    IS_EMERGENCY = "指定緊急避難場所"
    IS_DESIGNATED = "指定避難所"
    IS_WELFARE = "福祉避難所"
    OTHER_MATTERS = "その他市町村長が必要と認める事項"
    ACCEPTS = "受入対象者"
    CAPACITY = "想定収容人数"
    CAPACITY_INDOOR = "想定収容人数（屋内）"
    CAPACITY_OUTDOOR = "想定収容人数（屋外）"
    AREA = "対象となる町会・自治会"
    DISTRICT = "地区"
    URL = "URL"
    IMAGE = "画像"
    IMAGE_LICENCE = "画像_ライセンス"
    NOTE = "備考"
    PEOPLE = "人数"
    OBSERVED_AT = "時点"


HAZARD_COLUMNS = {
    Column.FLOOD: Hazard.FLOOD,
    Column.LANDSLIDE: Hazard.LANDSLIDE,
    Column.STORM_SURGE: Hazard.STORM_SURGE,
    Column.EARTHQUAKE: Hazard.EARTHQUAKE,
    Column.TSUNAMI: Hazard.TSUNAMI,
    Column.FIRE: Hazard.FIRE,
    Column.INLAND_FLOOD: Hazard.INLAND_FLOOD,
    Column.VOLCANO: Hazard.VOLCANO,
}

# Headers seen in lists of municipalities, the 国土地理院 and their processed copies.
_SYNONYMS: dict[Column, str] = {
    Column.PUBLISHER_CODE: "都道府県コード又は市区町村コード 地方公共団体コード 団体コード"
    " 自治体コード"
    " 全国地方自治体コード",
    Column.LOCATION_CODE: "所在地_地方公共団体コード 所在地_市区町村コード",
    Column.CITY_CODE: "市町村コード 行政区域コード 行政コード jisコード citycode city_code",
    Column.GOVERNMENT: "団体名 自治体名 地方自治体名",
    Column.COMMON_ID: "全国共通避難所・避難場所ID 全国共通避難所避難場所ID 全国共通ID 避難所共通ID"
    " 施設共通ID 共通避難所ID common_id",
    Column.MUNICIPAL_ID: "施設ID 避難所ID 避難場所ID 避難所コード 避難場所コード 施設コード"
    " 管理番号"
    " 施設番号 避難所番号 識別番号 識別情報 避難所識別情報 shelter_id",
    Column.NUMBER: "No. № 番号 連番 通番 項番 整理番号 通し番号 市町村内の番号 ナンバー",
    Column.KIND: "施設種別 避難所種別 避難所区分 避難場所区分 避難施設区分 区分 分類 施設区分 種類"
    " 避難所の種類 避難所等の区分 指定区分 避難所種類 施設の種類 指定種別 指定の種類 種別名",
    Column.NAME: "施設・場所名 施設名 施設名称 避難所名 避難所名称 避難場所名 避難場所名称 名前"
    " 場所名"
    " 避難施設名 避難施設名称 避難所・避難場所名 避難場所・避難所名 避難先名称 避難先 避難所"
    " 指定避難所名 指定避難所名称 指定緊急避難場所名 指定緊急避難場所名称 施設・場所の名称"
    " 施設の名称 避難所の名称 避難場所の名称 名称_日本語 名称(漢字) name 施設等の名称",
    Column.KANA: "名称_かな 名称カナ 名称(カナ) 名称(かな) フリガナ ふりがな カナ 施設名カナ"
    " よみがな"
    " 施設名_カナ 施設名称_カナ 施設名(カナ) 名称フリガナ 名称_フリガナ 読み ヨミ よみ 読み仮名"
    " 避難所名カナ 避難先名称(かな) 避難所名フリガナ 避難所名称フリガナ 避難所名称カナ"
    " 施設名フリガナ 施設名ふりがな 施設名称フリガナ 名称ふりがな name_kana",
    Column.ROMAJI: "名称_英語 名称(英語) 名称(英字) 英語名 英語名称 英名 ローマ字 施設名_英語"
    " name_en",
    Column.TOWN_ID: "町字コード 町字id",
    Column.ADDRESS: "住所 所在地 所在地住所 施設住所 施設所在地 所在地(住所) 住所(所在地) 所在"
    " 所在地_住所 住所_連結表記 所在地_全体 住所地 場所 避難所住所 避難所所在地 address",
    Column.PREFECTURE: "都道府県名 都道府県 県名 住所_都道府県 prefecture pref",
    Column.CITY: "市区町村名 市区町村 市町村名 市町村 住所_市区町村 city",
    Column.PREFECTURE_AND_CITY: "都道府県名及び市区町村名 都道府県名・市町村名 都道府県市区町村"
    " 都道府県名市区町村名",
    Column.TOWN: "町字 町字名 町名 大字 大字町名 町丁目 町・字 所在地_町名 住所_町字",
    Column.BLOCK: "番地 番地以下 所在地_番地 住所_番地以下 街区番地",
    Column.BUILDING: "方書 建物名等 建物名 建物名等方書 ビル名等",
    Column.LATITUDE: "緯度(10進) 緯度(世界測地系) 北緯 緯度(北緯) lat latitude y y座標 緯度_10進"
    " 緯度(度) ycode",
    Column.LONGITUDE: "経度(10進) 経度(世界測地系) 東経 経度(東経) lon lng long longitude x x座標"
    " 経度_10進 経度(度) xcode",
    Column.POSITION: "緯度・経度 座標 位置情報 緯度,経度 latlng 位置 緯度経度情報",
    Column.ELEVATION: "海抜 標高(m) 海抜(m) 海抜高度 地盤高 elevation",
    Column.PHONE: "電話 TEL 連絡先 連絡先電話番号 施設電話番号 電話番号1 問い合わせ先 問合せ先"
    " phone"
    " 連絡先(電話番号) 代表電話",
    Column.EXTENSION: "内線 連絡先内線番号",
    Column.EMAIL: "メールアドレス Eメール email 連絡先メール",
    Column.FORM_URL: "連絡先フォームURL フォームURL 連絡先Form URL",
    Column.CONTACT_NOTE: "連絡先備考(その他、SNSなど) 連絡先特記事項",
    Column.POSTAL_CODE: "郵便番号(7桁) 〒 postal_code zip",
    Column.FLOOD: "洪水 外水氾濫 河川氾濫 風水害 水害 洪水等 洪水害 洪水時 浸水 flood",
    Column.LANDSLIDE: "崖崩れ、土石流及び地滑り 土砂災害 土砂 崖崩れ がけ崩れ 土石流 土砂災害等"
    " がけ崩れ、土石流及び地すべり 崖崩れ・土石流・地滑り 崖崩れ等 がけ崩れ等 土砂災害時 landslide"
    " 崖崩れ、土石流及び地すべり がけ崩れ・土石流・地すべり 土石流等",
    Column.STORM_SURGE: "高潮 高潮等 storm_surge",
    Column.EARTHQUAKE: "地震 地震災害 地震時 震災 earthquake",
    Column.TSUNAMI: "津波 津波災害 津波時 tsunami",
    Column.FIRE: "大規模な火事 大規模火災 大規模火事 大規模な火災 火災 火事 大火災 fire",
    Column.INLAND_FLOOD: "内水氾濫 内水 内水はん濫 内水氾らん inland_flood",
    Column.VOLCANO: "火山現象 火山 噴火 火山災害 火山噴火 volcano",
    Column.HAZARDS: "対象災害 対応災害 対象災害種別 対応災害種別 災害の種別 異常な現象の種類"
    " 対象とする異常な現象の種類 災害の種類 対象とする災害 災害種類",
    Column.OVERLAP: "指定避難所との住所同一 指定緊急避難場所との住所同一 指定緊急避難場所との重複"
    " 指定避難所重複 指定避難所との兼用 指定避難所兼用",
    Column.IS_EMERGENCY: "緊急避難場所 指定緊急避難場所フラグ 指定緊急避難場所の指定",
    Column.IS_DESIGNATED: "指定避難所フラグ 指定避難所の指定 指定一般避難所",
    Column.IS_WELFARE: "指定福祉避難所 福祉避難所フラグ",
    Column.OTHER_MATTERS: "その他市区町村長が必要と認める事項 その他必要と認める事項",
    Column.ACCEPTS: "受け入れ対象者 受入れ対象者 対象者 受入対象 受入対象者等",
    Column.CAPACITY: "収容人数 収容可能人数 最大収容人数 収容人員 収容定員 定員 想定収容人員"
    " 収容可能人員 避難可能人数 受入可能人数 収容能力 収容数 避難収容人数 計画収容人数 capacity",
    Column.CAPACITY_INDOOR: "収容人数(屋内) 屋内収容人数 想定収容人数_屋内 収容人数_屋内 屋内"
    " 収容可能人数(屋内) 屋内収容可能人数 屋内定員 capacity_indoor",
    Column.CAPACITY_OUTDOOR: "収容人数(屋外) 屋外収容人数 想定収容人数_屋外 収容人数_屋外 屋外"
    " 収容可能人数(屋外) 屋外収容可能人数 屋外定員 capacity_outdoor",
    Column.AREA: "対象となる町会 対象地区 対象町会 対象町内会 対象区域 対象となる自治会 対象地域"
    " 対象自治会 対象町会・自治会 対象行政区 避難対象地区",
    Column.DISTRICT: "地区名 地域 地域名 校区 学区 小学校区 中学校区 行政区 district",
    Column.URL: "ホームページ HP ウェブサイト リンク 施設URL",
    Column.IMAGE: "写真 画像URL",
    Column.IMAGE_LICENCE: "画像ライセンス 写真ライセンス",
    Column.NOTE: "備考欄 特記事項 摘要 注記 注意事項 補足 その他 メモ note notes remarks",
    Column.PEOPLE: "避難者数 避難人数 避難者 現在の避難者数 避難者数合計 避難者数(総数) 避難者総数"
    " 受入人数 在所者数 収容者数 避難者人数 現在人数 人員 避難者数計 people",
    Column.OBSERVED_AT: "観測時点 時刻 日時 観測日時 基準日時 確認日時 報告日時 更新日時 現在時刻"
    " 集計日時 調査時点 基準時点 データ時点 人数の時点 年月日時 observed_at datetime",
}
_MARKS = re.compile(r"[(\[【〔「『][^)\]】〕」』]*[)\]】〕」』]|[※*].*$")
_PREFIX = re.compile(r"^(災害種別|対象災害|対応災害|対象とする災害|災害)")
_SUFFIX = re.compile(r"(?<=.)(への?対応|に対応|対応|の?適否|の?可否|の適用|時)$")
_DATED = re.compile(r"^(?P<what>避難者数|避難人数|人数)[_\s(]*(?P<when>.*\d.*)$")


def fold(header: str) -> str:
    """Return a header without width, case, spaces and punctuation."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return "".join(character for character in text if character.isalnum())


def _table() -> dict[str, Column]:
    known = {fold(column.value): column for column in Column}
    for column, words in _SYNONYMS.items():
        for word in words.split():
            known.setdefault(fold(word), column)
    return known


_KNOWN = _table()
_OF_PEOPLE = {"生年月日", "性別", "続柄", "世帯番号", "宛名番号"}
"""Headers of lists of people, whose names must not become shelters."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of one file mean, by position; None where nobody knows."""

    columns: tuple[Column | None, ...]
    header: tuple[str, ...]
    dated_counts: tuple[tuple[int, str], ...] = ()

    def has(self, column: Column) -> bool:
        """Tell whether the file has such a column."""
        return column in self.columns

    def places(self) -> dict[Column, tuple[int, ...]]:
        """Return where the columns of each meaning stand."""
        pairs = list(enumerate(self.columns))
        return {
            column: tuple(index for index, other in pairs if other is column)
            for column in self.columns
            if column is not None
        }

    @property
    def is_open_list(self) -> bool:
        """Tell whether it is a list of open shelters with head counts."""
        return self.has(Column.PEOPLE) or bool(self.dated_counts)

    def widened(self, width: int) -> "Layout":
        """Return the layout with columns that have no header, as wide as most rows are."""
        more = max(0, width - len(self.columns))
        header = (*self.header, *["見出しのない列"] * more)
        return replace(self, columns=(*self.columns, *[None] * more), header=header)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headers that say nothing to us."""
        pairs = zip(self.header, self.columns, strict=True)
        return tuple(name for name, column in pairs if column is None and name.strip())


def column_of(header: str) -> Column | None:
    """Return what a header means, or None."""
    plain = unicodedata.normalize("NFKC", header)
    bare = _MARKS.sub("", plain)
    folded = [
        short for text in (fold(plain), fold(bare)) for short in (text, _PREFIX.sub("", text))
    ]
    folded += [_SUFFIX.sub("", text) for text in folded]
    return next((_KNOWN[candidate] for candidate in folded if candidate in _KNOWN), None)


def recognize(header: Sequence[str]) -> Layout:
    """Return the meaning of every column of a header row."""
    columns: list[Column | None] = []
    dated: list[tuple[int, str]] = []
    for position, name in enumerate(header):
        column = column_of(name)
        when = _DATED.match(unicodedata.normalize("NFKC", name).strip())
        if column is None and when:
            dated.append((position, when["when"]))
            column = Column.PEOPLE
        columns.append(column)
    return Layout(tuple(columns), tuple(header), tuple(dated))


def find_layout(raw: RawTable) -> tuple[Layout, RawTable]:
    """Return the layout and the data rows, looking for the header below title lines, too.

    A header may stand in two rows (災害種別 above, 洪水 below): the lower one counts where both
    say something.

    Raises:
        UnknownLayoutError: No row looks like the header of a list of shelters.
    """
    rows = [raw.header, *(row.cells for row in raw.rows[:10])]
    single = [(recognize(row), last) for last, row in enumerate(rows)]
    double = [
        (recognize(_merged(*rows[last - 1 : last + 1])), last) for last in range(1, len(rows))
    ]
    layout, last = max(
        [*single, *double], key=lambda one: (one[0].has(Column.NAME), _weight(one[0]))
    )
    if _OF_PEOPLE & set(map(fold, layout.header)):
        message = "人の名簿のようです。名前を避難所として登録しないため、読みません。"
        raise UnknownLayoutError(message)
    if not layout.has(Column.NAME) or _weight(layout) < 2:
        message = "避難所の一覧として読めません。名称・住所などの見出しの行が見つかりません。"
        raise UnknownLayoutError(message)
    return layout, RawTable(layout.header, raw.rows[last:])


def _merged(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    pairs = zip_longest(upper, lower, fillvalue="")
    return [below if below.strip() else above for above, below in pairs]


def is_list(raw: RawTable) -> bool:
    """Tell whether a table is a list of shelters."""
    try:
        find_layout(raw)
    except UnknownLayoutError:
        return False
    return True


def _weight(layout: Layout) -> int:
    return len({column for column in layout.columns if column is not None})
