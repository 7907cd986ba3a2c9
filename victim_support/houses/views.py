"""Pages of the house ledger: find a house, see who lives there and owns it, decide, import."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, reads, requires
from victim_support.core.db import transaction
from victim_support.core.exports import release
from victim_support.core.lists import PlainList, answer_csv, answer_pdf
from victim_support.core.mapping.pages import ImportPages, add_import_pages
from victim_support.core.reads import log_read, log_search
from victim_support.houses import documents, queries, services
from victim_support.houses.forms import LinkForm
from victim_support.houses.rules import Decision, HouseChoice, Likeness

SHOWN = 200

bp = Blueprint("houses", __name__, url_prefix="/houses")


@bp.get("/")
@requires("house.read")
def index() -> str:
    return _index()


@bp.post("/")
@reads
@requires("house.read")
def search() -> str:
    text = request.form.get("text", "")
    found = queries.find_houses(text)
    log_search(text, len(found))
    return _index(found=found, text=text, is_more=len(found) == queries.SHOWN)


@bp.get("/list")
@requires("house.read")
def houses() -> str:
    found = queries.list_lines(_choice(), _town())
    return render_template(
        "houses/list.html",
        lines=found[:SHOWN],
        total=len(found),
        towns=queries.list_towns(),
        town=_town(),
        choices=HouseChoice,
        choice=_choice(),
    )


@bp.get("/list.pdf")
@requires("house.read")
def houses_pdf() -> ResponseReturnValue:
    back = url_for(".houses", choice=_choice(), town=_town() or None)
    return answer_pdf(_released(is_paper=True), back=back)


@bp.get("/list.csv")
@requires("house.read")
def houses_csv() -> ResponseReturnValue:
    return answer_csv(_released(is_paper=False), "houses")


@bp.get("/files.pdf")
@requires("import.dwellings")
def files_pdf() -> ResponseReturnValue:
    listed = documents.files_list(queries.list_files(None))
    return answer_pdf(listed, back=url_for(".imports"))


@bp.get("/files.csv")
@requires("import.dwellings")
def files_csv() -> ResponseReturnValue:
    return answer_csv(documents.files_list(queries.list_files(None)), "house-ledgers")


@bp.get("/<number>")
@requires("house.read")
def house(number: str) -> str:
    return _house(number, LinkForm(formdata=None))


@bp.post("/<number>")
@requires("house.link")
def decide(number: str) -> ResponseReturnValue:
    form = LinkForm()
    with transaction(reason="家屋に住む世帯の判断"):
        found = queries.get_house(number)
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            if not queries.is_open_household(form.household.data or ""):
                abort(404)
            services.decide_link(
                house_number=found.number,
                household_number=form.household.data or "",
                decision=Decision(form.decision.data),
                since=form.since.data,
                reason=form.reason.data or "",
                by=current_actor().id,
            )
            location = url_for(".house", number=found.number)
            idempotency.remember(form.idempotency_key.data, location)
            flash("記録しました。", "success")
    return redirect(location, 303) if location else (_house(number, form), 422)


def _released(*, is_paper: bool) -> PlainList:
    """Return the houses asked for; they name nobody, so that a whole ledger asks for no second."""
    found, choice = queries.list_lines(_choice(), _town()), _choice()
    release("houses.list", [], f"家屋の一覧 {len(found)}棟", is_paper=is_paper)
    about = " ".join(part for part in (_town(), choice.label if choice else "") if part)
    return documents.houses_list(found, about)


def _choice() -> HouseChoice | None:
    asked = request.args.get("choice", "")
    return next((one for one in HouseChoice if one == asked), None)


def _town() -> str:
    return request.args.get("town", "")


def _files() -> dict[str, Any]:
    return {"files": queries.list_files()}


add_import_pages(
    bp,
    ImportPages(
        importer=services.HOUSES,
        permission="import.dwellings",
        first_page="houses/imports.html",
        preview="houses/preview.html",
        more=_files,
    ),
)


def _index(**values: object) -> str:
    return render_template(
        "houses/index.html",
        count=queries.count_houses(),
        doubtful=queries.list_doubtful(),
        **values,
    )


def _house(number: str, form: LinkForm) -> str:
    opened = queries.open_house(number)
    people = [person.id for one in opened.occupants for person in one.people]
    log_read("house.open", people, "家屋台帳")
    return render_template(
        "houses/house.html",
        opened=opened,
        form=form,
        likeness={one.value: one.label for one in Likeness},
        decisions={one.value: one.label for one in Decision},
    )
