"""An invented support register, brought in the way the office does it."""

import io

from tests.evacuees.support import inside
from victim_support.residents.rules.coverage import Coverage
from victim_support.vulnerable.services import import_in_steps

HEADERS = (
    "整理番号,宛名番号,氏名,フリガナ,生年月日,性別,住所,電話番号,避難支援等を必要とする事由,同意区分,"
    "行政区,緯度,経度,支援者氏名,支援者電話,避難先"
)
ROWS = (
    "1,1004,佐藤　キヨ,サトウ　キヨ,1933-07-04,女,名取市飯野坂1-2-3,022-000-1111,要介護4,同意,"
    "飯野坂,38.17,140.88,佐藤　花子,090-0000-0001,上郷小学校",
    "2,,𠮷田　髙志,ヨシダ　タカシ,1970-01-10,男,名取市手倉田字山1,,身体1級,不同意,手倉田,,,,,",
    "3,,海野　波子,ウミノ　ナミコ,1940-02-03,女,名取市高柳9,,療育A,,高柳,140.9,38.2,,,",
    "4,1021,渡邉󠄐　静香,ワタナベ　シズカ,1988-03-12,女,名取市愛の杜2-1,,難病,同意,愛の杜,,,,,",
    "5,,,,1950-01-01,男,名取市高柳1,,,同意,高柳,,,,,",
)


def file_of(*rows):
    return "\n".join((HEADERS, *(rows or ROWS))).encode()


def take_in(app, *rows, coverage=None, is_dry_run=False):
    """Take a register in, and return the report."""
    with inside(app):
        steps = import_in_steps(
            io.BytesIO(file_of(*rows)),
            file_name="名簿.csv",
            coverage=Coverage(coverage) if coverage else None,
            is_dry_run=is_dry_run,
        )
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
