"""The week of each district, and the papers that go with a receipt."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.db import transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.lists import answer_csv, answer_pdf
from victim_support.damage import documents
from victim_support.damage.forms import WeeksForm
from victim_support.damage.views.blueprint import bp
from victim_support.damage.weeks import list_districts, set_week


@bp.get("/weeks")
@requires("damage.read")
def weeks() -> str:
    return _weeks_page(WeeksForm(formdata=None))


@bp.post("/weeks")
@requires("survey.plan")
def decide_weeks() -> ResponseReturnValue:
    form = WeeksForm()
    with transaction(reason="調査の予定の週"):
        if not form.validate_on_submit():
            return _weeks_page(form), 422
        known = {one.town for one in list_districts()}
        for town, week in form.decided():
            if town in known:
                set_week(town, week)
    flash("調査の予定の週を記録しました。これから出す受付票に載ります。", "success")
    return redirect(url_for("damage.weeks"), 303)


@bp.get("/weeks.pdf")
@requires("damage.read")
def weeks_pdf() -> ResponseReturnValue:
    return answer_pdf(documents.weeks_list(list_districts()), back=url_for(".weeks"))


@bp.get("/weeks.csv")
@requires("damage.read")
def weeks_csv() -> ResponseReturnValue:
    return answer_csv(documents.weeks_list(list_districts()), "survey-weeks")


@bp.get("/leaflet.pdf")
@requires("damage.read")
def leaflet() -> ResponseReturnValue:
    """Print the leaflet 「片づける前に写真を」; it names nobody."""
    try:
        content = documents.leaflet_pdf()
    except PrintError as error:
        flash(str(error), "error")
        return redirect(url_for("damage.judgements"), 303)
    return Response(content, mimetype="application/pdf")


@bp.get("/applications/form.pdf")
@requires("damage.read")
def application_form() -> ResponseReturnValue:
    """Print the application form to be filled in by hand; it names nobody."""
    try:
        content = documents.application_pdf()
    except PrintError as error:
        flash(str(error), "error")
        return redirect(url_for("damage.judgements"), 303)
    return Response(content, mimetype="application/pdf")


def _weeks_page(form: WeeksForm) -> str:
    found = list_districts()
    form.offer(found)
    return render_template("damage/weeks.html", form=form, districts=found)
