"""The page of the exchange (同期): is the work safe at the headquarters, and exchange now."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import current_actor, requires
from victim_support.core.db import db
from victim_support.core.disclosure import SEALED_PERMISSION
from victim_support.core.documents.qr import qr_svg
from victim_support.core.scopes import current_scopes
from victim_support.journal.conflicts import count_conflicts
from victim_support.sync.background import running_exchanges
from victim_support.sync.client import PeerError
from victim_support.sync.doors import list_doors
from victim_support.sync.forms import AddressForm
from victim_support.sync.quarantine import count_held, count_newer
from victim_support.sync.queries import NotEnrolledError
from victim_support.sync.services.exchange import exchange_with
from victim_support.sync.standing import address_of_headquarters, standing

bp = Blueprint("exchange", __name__)


@bp.get("/exchange")
@requires("exchange.read")
def page() -> str:
    return _page(AddressForm(formdata=None))


@bp.post("/exchange")
@requires("exchange.run")
def exchange_now() -> ResponseReturnValue:
    form = AddressForm()
    if not form.validate_on_submit():
        return _page(form), 422
    address, running = form.address.data or "", running_exchanges()
    if running is not None:
        running.request(address)
        flash("同期を始めました。終わるまで、ほかの画面で仕事を続けられます。")
        return redirect(url_for(".page"), 303)
    db.session.remove()
    try:
        result = exchange_with(address)
    except (PeerError, NotEnrolledError) as error:
        form.address.errors = [str(error) or "この端末はまだ本部に登録されていません。"]
        return _page(form), 422
    flash(f"{result.peer}と同期しました: 受け取り {result.received} 件、送り {result.sent} 件。")
    return redirect(url_for(".page"), 303)


def _page(form: AddressForm) -> str:
    running = running_exchanges()
    attempts = running.attempts() if running else {}
    doors, now = list_doors(), standing()
    return render_template(
        "sync/exchange.html",
        form=form,
        headquarters=address_of_headquarters(),
        standing=now,
        held=count_held(),
        newer=count_newer(),
        attempts=attempts,
        names={peer.address: peer.name for peer in now.peers if peer.address},
        doors=doors,
        qr=qr_svg(doors[0]) if doors else "",
        conflicts=_open_conflicts(),
        is_running=any(attempt.is_open for attempt in attempts.values()),
    )


def _open_conflicts() -> int:
    """Return how many fields wait for a decision, of records that the actor may see."""
    here, may_see_sealed = current_scopes(), current_actor().may(SEALED_PERMISSION)
    of_disaster = [here.core, *([here.sealed] if may_see_sealed else [])] if here.disaster else []
    return count_conflicts([here.base, *of_disaster])
