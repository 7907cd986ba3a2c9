"""The ledger of applications (受付簿): on screen by state and age, on paper, as a file."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.disclosure import Audience
from victim_support.core.exports import release
from victim_support.core.lists import answer_csv, answer_pdf
from victim_support.core.reads import log_read
from victim_support.counter import documents
from victim_support.counter.queries.ledger import LedgerLine, list_ledger
from victim_support.counter.rules.ledger import DAYS, LedgerState
from victim_support.counter.views.blueprint import bp

SHOWN = 200


@bp.get("/applications")
@requires("certificate.read")
def ledger() -> str:
    found = _listed(Audience.COUNTER)
    shown = found[:SHOWN]
    log_read("applications.list", [one.application.id for one in shown])
    return render_template(
        "counter/ledger.html",
        lines=shown,
        total=len(found),
        states=LedgerState,
        state=_state(),
        days=_days(),
        choices=DAYS,
    )


@bp.get("/applications.pdf")
@requires("certificate.read")
def ledger_pdf() -> ResponseReturnValue:
    listed = documents.ledger_list(_released(Audience.PAPER))
    return answer_pdf(listed, back=url_for(".ledger"))


@bp.get("/applications.csv")
@requires("certificate.read")
def ledger_csv() -> ResponseReturnValue:
    return answer_csv(documents.ledger_list(_released(Audience.FILE)), "applications")


def _released(audience: Audience) -> list[LedgerLine]:
    found = _listed(audience)
    ids = [one.application.id for one in found]
    release("applications.list", ids, "受付簿", is_paper=audience is Audience.PAPER, counted="件")
    return found


def _listed(audience: Audience) -> list[LedgerLine]:
    return list_ledger(audience, _state(), _days())


def _state() -> LedgerState | None:
    asked = request.args.get("state", "")
    return next((one for one in LedgerState if one == asked), None)


def _days() -> int:
    asked = request.args.get("days", 0, type=int)
    return asked if asked in DAYS else 0
