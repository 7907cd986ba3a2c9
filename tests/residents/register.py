"""Small invented register extracts for the tests."""

import io

from victim_support.core.csv_io import write_csv
from victim_support.residents.services import import_residents

HEADERS = (
    "宛名番号,世帯番号,氏名,氏名フリガナ,性別,生年月日,続柄,郵便番号,住所,方書,行政区,住民状態,"
    "支援措置"
)
HOME = "9811234,架空市上郷1丁目2番3号,コーポ架空101,上郷"
ROWS = (
    f"0001,H1,髙﨑　一郎,タカサキ　イチロウ,1,S25.3.1,世帯主,{HOME},住民,",
    f"0002,H1,髙﨑　花子,タカサキ　ハナコ,2,1952-04-05,妻,{HOME},住民,",
    "0003,H2,佐藤　薫,サトウ　カオル,女,19900101,世帯主,,架空市下郷233番地,,下郷,住民,1",
)


def extract(*rows, headers=HEADERS):
    """Return a CSV with these rows."""
    return "\r\n".join((headers, *rows)) + "\r\n"


def row_64(**cells):
    """Return a row of the layout of 64 columns; cells are given as c1=… to c64=…."""
    row = [""] * 64
    for name, value in cells.items():
        row[int(name[1:]) - 1] = value
    return row


def csv_64(*rows):
    """Return rows of 64 columns as a file without header."""
    return write_csv(rows)[0].decode("utf-8-sig")


def load(text, *, encoding="utf-8", **options):
    """Import a text as the command does."""
    stream = io.BytesIO(text.encode(encoding))
    return import_residents(stream, file_name="抽出.csv", imported_by="試験", **options)
