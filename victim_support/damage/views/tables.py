"""The tables and the edition that the office judges by: looked at, confirmed, replaced."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.clock import today
from victim_support.core.db import transaction
from victim_support.core.lists import PlainList, answer_csv, answer_pdf
from victim_support.core.tables import Edition, Table, TableError
from victim_support.damage import calculation, documents, own_tables
from victim_support.damage.forms import EditionForm, RowForm, TakeBackForm, WholeForm
from victim_support.damage.forms.tables import CONFIRM
from victim_support.damage.rules.editing import cells, shape_of
from victim_support.damage.rules.tables import Row, Tables
from victim_support.damage.views.blueprint import bp, disaster_day
from victim_support.disasters.queries import get_current_disaster


@bp.get("/tables")
@requires("damage.read")
def tables() -> str:
    return _tables_page(EditionForm(formdata=None))


@bp.get("/tables.pdf")
@requires("damage.read")
def tables_pdf() -> ResponseReturnValue:
    """Print the tables, to compare them with the official text."""
    back = url_for(".tables", edition=request.args.get("edition"))
    return answer_pdf(_tables_list(), back=back)


@bp.get("/tables.csv")
@requires("damage.read")
def tables_csv() -> ResponseReturnValue:
    return answer_csv(_tables_list(), "damage-tables")


@bp.post("/tables/edition")
@requires("damage.tables")
def choose_edition() -> ResponseReturnValue:
    form = EditionForm()
    with transaction(reason="被害認定に使う版"):
        _offer(form, own_tables.own_tables())
        disaster = get_current_disaster() or abort(404)
        if not form.validate_on_submit():
            return _tables_page(form), 422
        calculation.choose_edition(disaster, form.edition.data or None)
    flash("この災害に使う版を決めました。", "success")
    return redirect(url_for("damage.tables"), 303)


@bp.get("/tables/<name>/<beginning>/<row>")
@requires("damage.read")
def table_row(name: str, beginning: str, row: str) -> str:
    return _row_page(name, beginning, row, RowForm(formdata=None))


@bp.post("/tables/<name>/<beginning>/<row>")
@requires("damage.tables")
def decide_row(name: str, beginning: str, row: str) -> ResponseReturnValue:
    form = RowForm()
    with transaction(reason="自治体の表"):
        table, edition = _found(own_tables.own_tables(), name, beginning, row)
        form.offer(cells(shape := shape_of(table, edition, row)), shape)
        if not form.validate_on_submit():
            return _row_page(name, beginning, row, form), 422
        values = None if form.act.data == CONFIRM else form.values
        told = _decide(form, name, edition, row, values)
        if told:
            form.cells.errors = [told]
            return _row_page(name, beginning, row, form), 422
    flash("決めました。これからの計算に使います。", "success")
    return redirect(url_for("damage.tables"), 303)


@bp.post("/tables/<name>/<beginning>")
@requires("damage.tables")
def confirm_table(name: str, beginning: str) -> ResponseReturnValue:
    """Confirm all rows of an edition of a table whose values are known."""
    form = WholeForm()
    if not form.validate_on_submit():
        flash("出典(照合した文書と、照合した課・日)を入れてください。", "error")
        return redirect(url_for("damage.tables"), 303)
    with transaction(reason="自治体の表"):
        _table, edition = _found(own_tables.own_tables(), name, beginning)
        told = _decide(form, name, edition, "", None)
    flash(told or "この表を確かめたものとしました。", "error" if told else "success")
    return redirect(url_for("damage.tables"), 303)


@bp.post("/tables/decisions/<uuid:decision_id>/withdraw")
@requires("damage.tables")
def take_back(decision_id: UUID) -> ResponseReturnValue:
    if not TakeBackForm().validate_on_submit():
        abort(400)
    with transaction(reason="自治体の表の取り下げ"):
        own_tables.withdraw_decision(own_tables.find_decision(decision_id) or abort(404))
    flash("取り下げました。前の値に戻りました。", "success")
    return redirect(url_for("damage.tables"), 303)


def _decide(form: RowForm | WholeForm, name: str, edition: Edition, row: str, values: Any) -> str:
    """Write a decision down; return why it cannot be."""
    key = form.idempotency_key.data
    if idempotency.find(key):
        return ""
    try:
        own_tables.decide_table(
            table=name,
            effective_from=edition.effective_from,
            row=row,
            values=values,
            source=form.source.data or "",
            by=current_actor().id,
        )
    except TableError as error:
        why = str(error).rpartition(": ")[2]  # behind the names of the file format
        return f"この表の値にできません。{why}"
    idempotency.remember(key, url_for("damage.tables"))
    return ""


def _offer(form: EditionForm, found: Tables) -> None:
    by_day = calculation.edition_on(found, disaster_day() or today())
    form.offer(calculation.editions(found), by_day)


def _tables_page(form: EditionForm) -> str:
    found, disaster = own_tables.own_tables(), get_current_disaster()
    _offer(form, found)
    if form.edition.data is None:
        form.edition.data = calculation.chosen_edition(disaster) or ""
    day, listed = _listed(found)
    return render_template(
        "damage/tables.html",
        form=form,
        disaster=disaster,
        shown=calculation.edition_on(found, day),
        editions=calculation.editions(found),
        tables=[(table, edition, _rows(table, edition)) for table, edition in listed],
        decisions=own_tables.list_decisions()[::-1],
        unusable=own_tables.list_unusable(),
        labels={(t.name, row.name): row.label for t, e in listed for row, _words in _rows(t, e)},
        titles={table.name: table.title for table in found.by_name.values()},
        whole=WholeForm(formdata=None),
        taking_back=TakeBackForm(formdata=None),
        name_of=name_of,
    )


def _listed(found: Tables) -> tuple[date, list[tuple[Table, Edition]]]:
    """Return the day of the edition that the address names, and its tables."""
    day = calculation.edition_day(found, request.args.get("edition") or _used(found))
    return day, [(table, table.on(day)) for table in found.by_name.values() if table.covers(day)]


def _tables_list() -> PlainList:
    found = own_tables.own_tables()
    day, listed = _listed(found)
    rows = [(table, *row) for table, edition in listed for row in _rows(table, edition)]
    return documents.tables_list(rows, f"{calculation.edition_on(found, day)}版")


def _used(found: Tables) -> str:
    return calculation.edition_for(found, get_current_disaster(), disaster_day() or today())


def _rows(table: Table, edition: Edition) -> list[tuple[Row, str]]:
    rows = [Row(table.title, name, edition, values) for name, values in edition.rows.items()]
    return [(row, "、".join(f"{c.label} {c.text}" for c in cells(row.values))) for row in rows]


def _found(found: Tables, name: str, beginning: str, row: str = "") -> tuple[Table, Edition]:
    """Return a table and its edition, or 404."""
    table = found.by_name.get(name) or abort(404)
    try:
        day = date.fromisoformat(beginning)
    except ValueError:
        abort(404)
    edition = next((each for each in table.editions if each.effective_from == day), None)
    if edition is None or (row and row not in edition.rows):
        abort(404)
    return table, edition


def _row_page(name: str, beginning: str, row: str, form: RowForm) -> str:
    table, edition = _found(own_tables.own_tables(), name, beginning, row)
    shape, values = shape_of(table, edition, row), edition.rows[row]
    named = [
        each if not values.get("unknown") else type(each)(each.path, each.label, "")
        for each in cells(shape)
    ]
    form.offer(named, shape)
    return render_template(
        "damage/table_row.html",
        table=table,
        edition=edition,
        row=Row(table.title, row, edition, values),
        form=form,
    )
