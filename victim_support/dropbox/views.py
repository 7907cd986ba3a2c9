"""The page of the box for staff: whether phones can send, how they get there, the poster."""

from typing import cast

from flask import Blueprint, Response, current_app, flash, render_template
from flask.typing import ResponseReturnValue

from victim_support.core.access import reads, requires
from victim_support.core.context import current_context
from victim_support.core.documents.worker import PrintError
from victim_support.core.limits import DROP_HOURS, limit
from victim_support.dropbox import documents, services
from victim_support.dropbox.forms import PosterForm
from victim_support.dropbox.process import EXTENSION, BoxProcess
from victim_support.dropbox.rules import Language
from victim_support.shelters.queries import find_shelter

bp = Blueprint("dropbox", __name__)


@bp.get("/phones")
@requires("phone.manage")
def index() -> str:
    box = _box()
    return _page(PosterForm(formdata=None, data={"url": box.url if box else ""}))


@bp.post("/phones/poster")
@reads
@requires("phone.manage")
def poster() -> ResponseReturnValue:
    form = PosterForm()
    if not form.validate_on_submit():
        return _page(form), 422
    shelter = find_shelter(current_context().shelter_id)
    try:
        content = documents.poster_pdf(
            network=form.network.data or "",
            passphrase=form.passphrase.data or "",
            url=form.url.data or "",
            shelter_name=shelter.name if shelter else "",
        )
    except PrintError:
        flash("印刷用の紙面を作れませんでした。もう一度押してください。", "error")
        return _page(form)
    return Response(content, mimetype="application/pdf")


def _page(form: PosterForm) -> str:
    return render_template(
        "dropbox/index.html",
        form=form,
        box=_box(),
        is_on=services.is_switched_on(),
        waiting=services.count_drops(),
        hours=limit(DROP_HOURS),
        languages=[one.label for one in Language if one is not Language.JAPANESE],
    )


def _box() -> BoxProcess | None:
    return cast("BoxProcess | None", current_app.extensions.get(EXTENSION))
