"""Pages of machines (端末): enrolment at both ends, the list, revocation."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import accepts_upload, asks_again, current_actor, reads, requires
from victim_support.core.db import db, transaction
from victim_support.core.documents.qr import qr_svg
from victim_support.core.node import this_node
from victim_support.core.settings import machine_setting, set_machine_setting
from victim_support.sync import machines, quarantine
from victim_support.sync.forms import (
    ComparedForm,
    EnrolForm,
    FoundForm,
    NameForm,
    RevokeForm,
    TermsForm,
    TextForm,
    shown_part,
)
from victim_support.sync.models import Peer
from victim_support.sync.queries import find_authority
from victim_support.sync.secrets import find_secrets
from victim_support.sync.services import enrolment, incarnation
from victim_support.sync.services.lives import earlier_lives, needs_new_life
from victim_support.sync.statements import BadStatementError, Request, fingerprint
from victim_support.sync.texts import BadTextError, TextKind, from_text, in_lines, to_text

bp = Blueprint("sync", __name__, url_prefix="/machines")
DAMAGED = "壊れているか、書き換えられています。もう一度、相手の端末で作り直してください。"
REFUSALS = (BadStatementError, BadTextError, enrolment.EnrolmentError)
MEGABYTES = 1


@bp.get("/")
@requires("machine.read")
def index() -> str:
    return render_template(
        "sync/machines.html",
        here=_here(),
        machines=machines.list_machines(),
        doubled=machines.doubled_prefixes(),
        held=quarantine.count_held(),
    )


@bp.get("/found")
@requires("machine.manage")
def found() -> str:
    return render_template("sync/found.html", form=FoundForm(formdata=None), here=_here())


@bp.post("/found")
@asks_again
@requires("machine.manage")
def found_headquarters() -> ResponseReturnValue:
    form = FoundForm()
    if form.validate_on_submit():
        try:
            with transaction(reason="本部の設置"):
                name, prefix = form.name.data or "", (form.prefix.data or "").upper()
                enrolment.found_headquarters(name, prefix, tuple(machines.SCOPE_WORDS))
        except enrolment.PrefixError as error:
            form.prefix.errors = [str(error)]
        except enrolment.EnrolmentError as error:
            form.name.errors = [str(error)]
        else:
            flash("この端末を本部にしました。照合番号を紙に書き、貼り出してください。", "success")
            return redirect(url_for(".index"), 303)
    return render_template("sync/found.html", form=form, here=_here()), 422


@bp.get("/request")
@requires("machine.manage")
def request_page() -> str:
    return _request_page(NameForm(formdata=None, data={"name": _name()}), TextForm(formdata=None))


@bp.post("/request")
@requires("machine.manage")
def make_request() -> ResponseReturnValue:
    form = NameForm()
    if not form.validate_on_submit():
        return _request_page(form, TextForm(formdata=None)), 422
    try:
        with transaction(reason="端末の登録の申し込み"):
            set_machine_setting(machines.NAME_SETTING, form.name.data or "")
            enrolment.make_request(form.name.data or "")
    except enrolment.EnrolmentError as error:
        form.name.errors = [str(error)]
        return _request_page(form, TextForm(formdata=None)), 422
    return redirect(url_for(".request_page"), 303)


@bp.get("/request.txt")
@requires("machine.manage")
def request_file() -> Response:
    text = _request_text() or abort(404)
    return _file(text, f"request-{this_node().id.hex[-8:]}.txt")


@bp.post("/renew-name")
@requires("machine.manage")
def begin_anew() -> ResponseReturnValue:
    try:
        incarnation.begin_anew()
    except incarnation.EnrolledError:
        flash("本部に登録済みの端末は、始め直せません。", "error")
    else:
        flash("別の端末として始め直しました。もう一度申し込んでください。", "success")
    return redirect(url_for(".request_page"), 303)


@bp.post("/grant")
@reads
@requires("machine.manage")
@accepts_upload(MEGABYTES)
def read_grant() -> ResponseReturnValue:
    """Show whose grant it is, to compare the headquarters' fingerprint."""
    form = TextForm()
    if form.validate_on_submit() and (found := form.read(TextKind.GRANT)):
        try:
            return _grant_page(ComparedForm(formdata=None, data={"text": found[0]}), found[1])
        except REFUSALS as error:
            form.text.errors = [_words(error)]
    name = NameForm(formdata=None, data={"name": _name()})
    return _request_page(name, form), 422


@bp.post("/accept")
@requires("machine.manage")
def accept() -> ResponseReturnValue:
    form = ComparedForm()
    try:
        raw = from_text(TextKind.GRANT, form.text.data or "")
        key = enrolment.check_grant(raw)[0].authority_key
        if not (form.validate_on_submit() and form.compare(fingerprint(key))):
            return _grant_page(form, raw), 422
        db.session.rollback()
        with transaction(reason="端末の登録"):
            certificate = enrolment.accept(raw)
    except REFUSALS as error:
        flash(_words(error), "error")
        return redirect(url_for(".request_page"), 303)
    flash(f"登録しました。発行番号の頭は {certificate.prefix} です。", "success")
    return redirect(url_for(".index"), 303)


@bp.get("/enrol")
@requires("machine.manage")
def enrol_page() -> str:
    return _enrol_page(TextForm(formdata=None))


@bp.post("/enrol")
@reads
@requires("machine.manage")
@accepts_upload(MEGABYTES)
def read_request() -> ResponseReturnValue:
    """Show whose request it is, to compare its fingerprint."""
    form = TextForm()
    if form.validate_on_submit() and (found := form.read(TextKind.REQUEST)):
        try:
            request = enrolment.check_request(found[1])
            values = {"text": found[0], "name": request.name, "prefix": request.prefix}
            return _terms_page(EnrolForm(formdata=None, data=values), request)
        except REFUSALS as error:
            form.text.errors = [_words(error)]
    return _enrol_page(form), 422


@bp.post("/enrol/confirm")
@asks_again
@requires("machine.manage")
def enrol() -> ResponseReturnValue:
    form = EnrolForm()
    try:
        raw = from_text(TextKind.REQUEST, form.text.data or "")
        request = enrolment.check_request(raw)
        is_right = form.validate_on_submit()
        if not (form.compare(fingerprint(request.sign_key)) and is_right):
            return _terms_page(form, request), 422
        db.session.rollback()
        with transaction(reason="端末の登録"):
            enrolment.enrol(raw, _terms(form), is_replacing=bool(form.is_replacing.data))
    except enrolment.PrefixError as error:
        form.prefix.errors = [str(error)]
        return _terms_page(form, request), 422
    except REFUSALS as error:
        flash(_words(error), "error")
        return redirect(url_for(".enrol_page"), 303)
    return redirect(url_for(".grant", node=request.node), 303)


@bp.get("/<uuid:node>/grant")
@requires("machine.manage")
def grant(node: UUID) -> str:
    machine = _at_headquarters(node)
    text = to_text(TextKind.GRANT, enrolment.grant_of(node.bytes, is_short=True).pack())
    return render_template(
        "sync/grant.html", machine=machine, here=_here(), text=in_lines(text), qr=qr_svg(text)
    )


@bp.get("/<uuid:node>/grant.txt")
@requires("machine.manage")
def grant_file(node: UUID) -> Response:
    _at_headquarters(node)
    text = to_text(TextKind.GRANT, enrolment.grant_of(node.bytes).pack())
    return _file(text, f"grant-{node.hex[-8:]}.txt")


@bp.get("/<uuid:node>")
@requires("machine.read")
def show(node: UUID) -> str:
    return _machine_page(node, RevokeForm(formdata=None), None)


@bp.post("/<uuid:node>/terms")
@requires("machine.manage")
def change_terms(node: UUID) -> ResponseReturnValue:
    form = TermsForm()
    _at_headquarters(node)
    if not form.validate_on_submit():
        return _machine_page(node, RevokeForm(formdata=None), form), 422
    db.session.rollback()
    with transaction(reason="端末の期限と範囲の変更"):
        enrolment.renew(
            node,
            name=form.name.data or "",
            scopes=tuple(form.scopes.data or ()),
            expires_on=form.expires_on.data or abort(422),
        )
    flash("変えました。次の同期で相手に届きます。", "success")
    return redirect(url_for(".show", node=node), 303)


@bp.post("/<uuid:node>/revoke")
@asks_again
@requires("machine.revoke")
def revoke(node: UUID) -> ResponseReturnValue:
    form = RevokeForm()
    if not form.validate_on_submit():
        return _machine_page(node, form, None), 422
    try:
        with transaction(reason="端末の登録の取り消し"):
            peer = db.session.get(Peer, node) or abort(404)
            enrolment.revoke(peer, reason=form.reason.data or "", by=current_actor().id)
    except enrolment.EnrolmentError as error:
        flash(str(error), "error")
    else:
        flash("取り消しました。ほかの端末には、次の同期で伝わります。", "success")
    return redirect(url_for(".show", node=node), 303)


def _machine_page(node: UUID, form: RevokeForm, terms: TermsForm | None) -> str:
    machine = machines.find_machine(node) or abort(404)
    certificate = machine.certificate
    kept = {
        "name": certificate.name,
        "scopes": certificate.scopes,
        "expires_on": certificate.expires_on,
    }
    heir = machine.revocation.replaced_by if machine.revocation else None
    return render_template(
        "sync/machine.html",
        machine=machine,
        heir=machines.find_machine(heir) if heir else None,
        here=_here(),
        form=form,
        terms=terms or TermsForm(formdata=None, data=kept),
        fingerprint=fingerprint(certificate.sign_key),
    )


def _request_page(form: NameForm, grant_form: TextForm) -> str:
    text = _request_text()
    return render_template(
        "sync/request.html",
        form=form,
        grant=grant_form,
        here=_here(),
        text=in_lines(text) if text else "",
        qr=qr_svg(text) if text else "",
    )


def _grant_page(form: ComparedForm, raw: bytes) -> str:
    found, certificate = enrolment.check_grant(raw)
    return render_template(
        "sync/accept.html",
        form=form,
        certificate=certificate,
        scopes=[machines.SCOPE_WORDS.get(scope, scope) for scope in certificate.scopes],
        shown=shown_part(fingerprint(found.authority_key)),
    )


def _enrol_page(form: TextForm) -> str:
    return render_template("sync/enrol.html", form=form, here=_here())


def _terms_page(form: EnrolForm, request: Request) -> str:
    return render_template(
        "sync/terms.html",
        form=form,
        shown=shown_part(fingerprint(request.sign_key)),
        taken=sorted({each.prefix for each in machines.list_certificates()}),
        earlier=[known for known, _said in earlier_lives(request)],
    )


def _terms(form: EnrolForm) -> enrolment.Terms:
    return enrolment.Terms(
        name=form.name.data or "",
        prefix=(form.prefix.data or "").upper(),
        scopes=tuple(form.scopes.data or ()),
        expires_on=form.expires_on.data or abort(422),
    )


def _here() -> dict[str, Any]:
    """Return what pages say of this machine."""
    node, authority = this_node(), find_authority()
    keys = find_secrets(node.id)
    return {
        "node": node,
        "is_headquarters": machines.is_headquarters(),
        "machine": machines.find_machine(node.id),
        "fingerprint": fingerprint(keys.public_sign_key) if keys else "",
        "authority": fingerprint(authority.public_key) if authority else "",
        "name": _name(),
    }


def _name() -> str:
    return machine_setting(machines.NAME_SETTING) or ""


def _request_text() -> str:
    """Return this machine's request once its keys were made, before that nothing.

    Nor where the next one is that of a new life: only a person's button begins that.
    """
    is_made = find_secrets(this_node().id) is not None and not needs_new_life()
    if not is_made or not _name():
        return ""
    return to_text(TextKind.REQUEST, enrolment.make_request(_name()))


def _at_headquarters(node: UUID) -> machines.Machine:
    machine = machines.find_machine(node)
    if machine is None or not machines.is_headquarters():
        abort(404)
    return machine


def _words(error: Exception) -> str:
    return str(error) or DAMAGED


def _file(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(in_lines(text), mimetype="text/plain", headers=headers)
