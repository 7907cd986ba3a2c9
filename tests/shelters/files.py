"""Small shelter files for tests, and the way from their text to a result."""

import csv
import io

from victim_support.shelters.rules import RawRow, RawTable, parse

GSI = (
    "NO,共通ID,施設・場所名,住所,洪水,崖崩れ、土石流及び地滑り,高潮,地震,津波,大規模な火事,内水氾濫,"
    "火山現象,指定避難所との住所同一,緯度,経度,備考"
)
STANDARD = (
    "全国地方公共団体コード,ID,名称,名称_カナ,名称_英字,所在地_全国地方公共団体コード,町字ID,"
    "所在地_連結表記,所在地_都道府県,所在地_市区町村,所在地_町字,所在地_番地以下,建物名等(方書),"
    "緯度,経度,標高,電話番号,内線番号,連絡先メールアドレス,連絡先FormURL,"
    "連絡先備考（その他、SNSなど）,郵便番号,市区町村コード,地方公共団体名,災害種別_洪水,"
    "災害種別_崖崩れ、土石流及び地滑り,災害種別_高潮,災害種別_地震,災害種別_津波,"
    "災害種別_大規模な火事,災害種別_内水氾濫,災害種別_火山現象,指定避難所との重複,想定収容人数,"
    "対象となる町会・自治会,URL,画像,画像_ライセンス,備考"
)


def table(text):
    """Return CSV text as a table."""
    rows = list(csv.reader(io.StringIO(text)))
    return RawTable(
        tuple(rows[0]), tuple(RawRow(number, tuple(row)) for number, row in enumerate(rows[1:], 2))
    )


def read(text, municipality="042072", **options):
    """Return what parsing CSV text gives."""
    return parse(table(text), municipality, **options)


def only(text, municipality="042072", **options):
    """Return the one record of a file with one good row."""
    (record,) = read(text, municipality, **options).records
    return record


def standard_row(**values):
    """Return a row of the 39 columns with these cells filled."""
    names = STANDARD.split(",")
    filled = {"名称": "ひばり小学校", "ID": "A1"} | values
    assert set(filled) <= set(names)
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([filled.get(name, "") for name in names])
    return buffer.getvalue()


def standard(**values):
    """Return a file of the 39 columns with one row."""
    return f"{STANDARD}\n{standard_row(**values)}\n"
