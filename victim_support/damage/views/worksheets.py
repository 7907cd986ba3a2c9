"""The worksheets beside a judgement (計算で確かめる): every survey of the guideline."""

from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from victim_support.core.access import reads, requires
from victim_support.core.clock import today
from victim_support.core.reads import log_read
from victim_support.damage import calculation, queries
from victim_support.damage.carrying import carried_calculation, plain_words
from victim_support.damage.forms import CalculationForm, JudgementForm
from victim_support.damage.own_tables import own_tables
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.tables import Tables
from victim_support.damage.views.blueprint import bp, disaster_day
from victim_support.damage.views.dwellings import dwelling_page, new_judgement
from victim_support.disasters.queries import get_current_disaster


@bp.post("/dwellings/<uuid:dwelling_id>/calculated")
@reads
@requires("damage.judge")
def with_calculation(dwelling_id: UUID) -> str:
    """Open the judgement with the calculation beside it."""
    form, given = new_judgement(), JudgementForm()
    form.case.data, form.acknowledged.data = given.case.data, given.acknowledged.data
    found = carried_calculation(form)
    form.outcome.data = found.grade.value if found and found.grade else None
    case = found.case if found else None
    form.method.data = calculation.method_of(case)
    form.inundation.data = calculation.flooding_of(case) or form.inundation.data
    return dwelling_page(dwelling_id, form)


@bp.get("/dwellings/<uuid:dwelling_id>/calculation/<key>")
@requires("damage.judge")
def worksheet(dwelling_id: UUID, key: str) -> str:
    return _worksheet_page(dwelling_id, key, CalculationForm(formdata=None))


@bp.post("/dwellings/<uuid:dwelling_id>/calculation/<key>")
@reads
@requires("damage.judge")
def calculate(dwelling_id: UUID, key: str) -> ResponseReturnValue:
    form = CalculationForm()
    return _worksheet_page(dwelling_id, key, form), 422 if form.errors else 200


def _worksheet_page(dwelling_id: UUID, key: str, form: CalculationForm) -> str:
    """Show the worksheet of a survey and, once it was sent, what follows from it."""
    place, tables = queries.get_dwelling(dwelling_id), own_tables()
    sheets = calculation.list_worksheets(tables)
    sheet = next((each for each in sheets if each.key == key), None) or abort(404)
    day = disaster_day() or today()
    current = calculation.edition_for(tables, get_current_disaster(), day)
    form.offer(sheet, calculation.editions(tables), current)
    values: dict[str, Any] = {"found": None, "carried": None}
    if form.validate_on_submit():
        edition, given = form.edition.data, form.given(sheet)
        case = calculation.case_of(sheet.sheet, edition, day, given, is_sheet=form.is_sheet)
        values = _graded(tables, case, form)
    log_read("dwelling.open", [place.id])
    return render_template(
        "damage/calculation.html",
        dwelling=place,
        form=form,
        sheet=sheet,
        sheets=sheets,
        typed_sheet=request.args.get("survey"),
        **values,
    )


def _graded(tables: Tables, case: dict[str, Any], form: CalculationForm) -> dict[str, Any]:
    try:
        found = calculation.calculate(tables, case)
    except CaseError as error:
        form.form_errors.append(plain_words(str(error)))
        return {"found": None, "carried": None}
    carried = JudgementForm(formdata=None)
    carried.case.data = calculation.dump_case(case)
    carried.acknowledged.data = "y" if form.acknowledged.data else ""
    return {"found": found, "carried": carried}
