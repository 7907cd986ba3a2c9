"""Pages of other terminals: how they reach this laptop, and when screens close."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.accounts.policy import change_idle_minutes, idle_limit
from victim_support.core.access import asks_again, requires
from victim_support.core.db import transaction
from victim_support.core.documents.qr import qr_svg
from victim_support.core.documents.worker import PrintError
from victim_support.core.reads import log_security
from victim_support.terminals import documents, queries
from victim_support.terminals.forms import PauseForm
from victim_support.terminals.rules import StaffLan, in_groups

bp = Blueprint("terminals", __name__)


@bp.get("/terminals")
@requires("terminal.read")
def index() -> str:
    return _page(PauseForm(formdata=None, data={"minutes": _minutes()}))


@bp.get("/terminals/slip.pdf")
@requires("terminal.read")
def slip() -> ResponseReturnValue:
    try:
        content = documents.slip_pdf(_open_lan())
    except PrintError:
        flash("印刷用の紙面を作れませんでした。画面の指紋を書き写してください。", "error")
        return redirect(url_for(".index"))
    return Response(content, mimetype="application/pdf")


@bp.get("/terminals/certificate.pem")
@requires("terminal.read")
def certificate() -> ResponseReturnValue:
    headers = {"Content-Disposition": 'attachment; filename="victim-support.crt"'}
    content = _open_lan().certificate
    return Response(content, mimetype="application/x-x509-ca-cert", headers=headers)


@bp.post("/terminals/pause")
@asks_again
@requires("settings.edit")
def change_pause() -> ResponseReturnValue:
    form = PauseForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with transaction(reason="端末の設定"):
        change_idle_minutes(form.minutes.data or 1)
    log_security("machine.pause", minutes=form.minutes.data)
    flash("画面を閉じるまでの時間を変えました。", "success")
    return redirect(url_for(".index"))


def _page(form: PauseForm) -> str:
    lan = queries.find_lan()
    return render_template(
        "terminals/index.html",
        form=form,
        lan=lan,
        minutes=_minutes(),
        qr=qr_svg(lan.addresses[0]) if lan else None,
        fingerprint=in_groups(lan.fingerprint) if lan else [],
    )


def _open_lan() -> StaffLan:
    return queries.find_lan() or abort(404)


def _minutes() -> int:
    return int(idle_limit().total_seconds()) // 60
