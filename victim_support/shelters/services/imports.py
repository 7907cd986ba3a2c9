"""Import of shelter lists: file to table, table to plan, plan to rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from victim_support.core import clock
from victim_support.core.csv_io import CsvError, CsvRow, read_csv, sniff_encoding
from victim_support.core.db import db
from victim_support.core.mapping.workbooks import list_sheets, read_sheet
from victim_support.core.scopes import current_scopes
from victim_support.shelters.models import HeadCount, Shelter
from victim_support.shelters.queries import list_all_shelters, list_head_count_ids
from victim_support.shelters.rules import (
    HeadCountSource,
    Known,
    NewCount,
    Outcome,
    ParsedFile,
    Plan,
    RawRow,
    RawTable,
    UnknownLayoutError,
    is_list,
    parse,
    plan_import,
    table_from_geojson,
)

_FIELDS = (
    "name", "kind", "latitude", "longitude", "municipality", "common_id", "municipal_id",
    "name_kana", "address", "elevation", "phone", "hazards", "capacity_indoor",
    "capacity_outdoor", "capacity_total", "capacity_text", "overlaps_other_kind", "accepts",
    "other_matters", "district", "area", "note",
)  # fmt: skip

_ZIP = b"PK\x03\x04"
_OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": "古い Excel のファイルです。「CSV」か .xlsx で保存し直してください。",
    b"%PDF": "PDF のファイルです。CSV、Excel(.xlsx)、GeoJSON のどれかを選んでください。",
}


def read_table(stream: BinaryIO) -> RawTable:
    """Return the decoded cells of a CSV, Excel or GeoJSON file; which it is, the content says.

    Raises:
        UnknownLayoutError: It is none of them.
    """
    start = stream.read(8)
    for signature, message in _OTHER_FILES.items():
        if start.startswith(signature):
            raise UnknownLayoutError(message)
    try:
        if start.startswith(_ZIP):
            return _list_in_workbook(stream)
        encoding = sniff_encoding(stream)
        text = stream.read().decode(encoding)
        if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
            return table_from_geojson(text.lstrip("\ufeff"))
        return _table(read_csv(stream, encoding))
    except CsvError as error:
        raise UnknownLayoutError(str(error)) from error


def read_list(stream: BinaryIO, *, as_of: datetime | None = None) -> ParsedFile:
    """Return the understood rows of a file; slow for long lists, so before the transaction.

    Args:
        stream: The file.
        as_of: Time of head counts in a list that does not say it.

    Raises:
        UnknownLayoutError: It is no list of shelters.
    """
    until = as_of or clock.now()
    return parse(read_table(stream), current_scopes().municipality, as_of, until)


def plan_shelters(parsed: ParsedFile, *, accept_candidates: bool = False) -> Plan:
    """Return what importing a list would do; nothing is written.

    Args:
        parsed: Rows of the file.
        accept_candidates: Somebody has said that same name and address is the same shelter.
    """
    return plan_import(
        parsed,
        [_known(shelter) for shelter in list_all_shelters()],
        count_ids=list_head_count_ids(),
        disaster=current_scopes().disaster,
        accept_candidates=accept_candidates,
    )


def import_shelters(parsed: ParsedFile, *, accept_candidates: bool = False) -> Plan:
    """Import a list of shelters (避難所の取り込み) and return what was done, row by row."""
    plan = plan_shelters(parsed, accept_candidates=accept_candidates)
    apply_plan(plan)
    return plan


def apply_plan(plan: Plan) -> None:
    """Write what a plan says, in the transaction the plan was made in."""
    scopes = current_scopes()
    shelters = {shelter.id: shelter for shelter in list_all_shelters()}
    for step in plan.steps:
        if step.outcome is Outcome.CREATED:
            shelters[step.shelter_id] = Shelter(scope=scopes.base, id=step.shelter_id)
            db.session.add(shelters[step.shelter_id])
        for name, value in step.values.items():
            setattr(shelters[step.shelter_id], name, value)
        for new in step.counts:
            _add_count(new, HeadCountSource.IMPORT)
    for new in plan.delisted:
        _add_count(new, HeadCountSource.DELISTED)


def _add_count(new: NewCount, source: HeadCountSource) -> None:
    db.session.add(
        HeadCount(
            scope=current_scopes().core,
            id=new.id,
            shelter_id=new.shelter_id,
            occurred_at=new.count.observed_at,
            count=new.count.people,
            source=source,
        )
    )


def _table(rows: Iterable[CsvRow]) -> RawTable:
    numbered = [
        RawRow(number, tuple(row.cells), _problem(row)) for number, row in enumerate(rows, 1)
    ]
    if not numbered:
        message = "ファイルが空です。"
        raise UnknownLayoutError(message)
    return RawTable(numbered[0].cells, tuple(numbered[1:]))


def _problem(row: CsvRow) -> str:
    broken = (f"{position + 1}列目: {why}" for position, why in row.broken)
    return row.problem or next(broken, "")


def _list_in_workbook(stream: BinaryIO) -> RawTable:
    """Return the sheet that is a list of shelters; with several of them, somebody chooses."""
    every = {name: list(read_sheet(stream, name)) for name in list_sheets(stream)}
    sheets = {name: _table(rows) for name, rows in every.items() if rows}
    lists = [name for name, table in sheets.items() if is_list(table)]
    if len(lists) > 1:
        message = (
            f"一覧のシートが{len(lists)}枚あります({'、'.join(lists)})。"
            "1枚ずつ別のファイルにして取り込んでください。"
        )
        raise UnknownLayoutError(message)
    return sheets[lists[0]] if lists else _table(read_sheet(stream))


def _known(shelter: Shelter) -> Known:
    values = {name: getattr(shelter, name) for name in _FIELDS}
    return Known(shelter.id, values, is_withdrawn=bool(shelter.is_withdrawn))
