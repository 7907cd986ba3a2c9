"""The counter (窓口): find, check with the applicant, issue, print; check a number."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.certificates import queries, services
from victim_support.certificates.documents import paper_pdf, sample_pdf
from victim_support.certificates.forms import (
    CheckForm,
    CopyForm,
    HandOverForm,
    IssueForm,
    ReasonForm,
    RenewForm,
    SearchForm,
    read_substitutes,
)
from victim_support.certificates.rules import NumberState, PaperKind, WayOut, snapshot_hash
from victim_support.core import idempotency
from victim_support.core.access import current_actor, reads, requires
from victim_support.core.actor import name_of
from victim_support.core.context import is_training
from victim_support.core.db import transaction
from victim_support.core.documents.glyphs import UnprintableName
from victim_support.core.documents.worker import PrintError, worker
from victim_support.core.node import may_draw_numbers
from victim_support.core.protections import knowledge
from victim_support.core.reads import log_read, log_search
from victim_support.damage.queries import count_applications, get_application, list_judgements

bp = Blueprint("certificates", __name__, url_prefix="/certificates")

Act = Callable[..., object]
STATE_KINDS = {
    NumberState.ISSUED: "success",
    NumberState.VOID: "error",
    NumberState.SUPERSEDED: "warning",
}
LOST = "紛失"
OUTDATED = "記載内容の変更"


@bp.get("/")
@requires("certificate.read")
def counter() -> str:
    worker.warm_up()
    cases = queries.list_newest_cases()
    return render_template(
        "certificates/counter.html",
        search=SearchForm(),
        cases=cases,
        is_searched=False,
        applied=count_applications(),
        issued=queries.count_issued(),
        doubled=queries.list_doubled_numbers(),
        is_suspended=not may_draw_numbers(),
    )


@bp.post("/search")
@reads
@requires("certificate.read")
def search() -> str:
    form = SearchForm()
    text = (form.text.data or "") if form.validate_on_submit() else ""
    cases = queries.find_cases(text) if text else []
    log_search(text, len(cases))
    template = "_hits" if request.headers.get("X-Fragment") else "counter"
    return render_template(
        f"certificates/{template}.html", search=form, cases=cases, is_searched=True
    )


@bp.get("/applications/<uuid:application_id>/<kind>")
@requires("certificate.sample")
def paper(application_id: UUID, kind: str) -> str:
    return _paper_page(application_id, _kind(kind))


@bp.post("/applications/<uuid:application_id>/<kind>/sample")
@reads
@requires("certificate.sample")
def sample(application_id: UUID, kind: str) -> str:
    return _paper_page(application_id, _kind(kind))


@bp.get("/applications/<uuid:application_id>/<kind>/sample.pdf")
@requires("certificate.sample")
def printed_sample(application_id: UUID, kind: str) -> ResponseReturnValue:
    """Print the sample without number and seal, for whoever cannot read it on the screen."""
    proposal = services.propose(get_application(application_id), _kind(kind))
    log_read("certificate.sample", [application_id], purpose="見本の印刷")
    try:
        content = sample_pdf(proposal, training=is_training())
    except (PrintError, UnprintableName) as error:
        flash(str(error), "error")
        return redirect(url_for(".paper", application_id=application_id, kind=kind))
    return Response(content, mimetype="application/pdf")


@bp.post("/applications/<uuid:application_id>/<kind>/issue")
@requires("certificate.issue")
def issue(application_id: UUID, kind: str) -> ResponseReturnValue:
    found = _kind(kind)
    return _issue(application_id, found, IssueForm(), f"{found.label}の交付")


@bp.post("/applications/<uuid:application_id>/<kind>/correct")
@requires("certificate.issue")
def correct(application_id: UUID, kind: str) -> ResponseReturnValue:
    """Replace a paper whose words were put right since it was issued (内容の訂正)."""
    return _issue(application_id, _kind(kind), RenewForm(), "内容を直した証明書")


@bp.get("/<uuid:certificate_id>/issued")
@requires("certificate.sample")
def issued(certificate_id: UUID) -> str:
    """Say what was issued; the paper opens in a tab of its own, so that this page stays."""
    found = queries.get_paper(certificate_id)
    case = queries.get_case(get_application(found.certificate.application_id))
    return render_template(
        "certificates/issued.html",
        paper=found,
        head=case.head if case else None,
        copy_number=_copy_asked(found),
        form=HandOverForm(formdata=None),
    )


@bp.get("/<uuid:certificate_id>/paper.pdf")
@requires("certificate.sample")
def pdf(certificate_id: UUID) -> ResponseReturnValue:
    found = queries.get_paper(certificate_id)
    copy_number = _copy_asked(found)
    certificate = found.certificate
    try:
        services.refuse_old_copy(found, copy_number)
        content = paper_pdf(
            _kind(certificate.kind),
            services.words_of_copy(found, copy_number),
            copy_number=copy_number,
            training=is_training(),
            mark=found.mark,
        )
    except (services.CertificateError, PrintError, UnprintableName) as error:
        flash(str(error), "error")
        return redirect(_page_of(found))
    log_read("certificate.print", [certificate.id, certificate.application_id])
    headers = {"Content-Disposition": f'inline; filename="{certificate.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@bp.post("/<uuid:certificate_id>/copy")
@requires("certificate.issue")
def print_again(certificate_id: UUID) -> ResponseReturnValue:
    return _with_reason(certificate_id, "再交付", _print_lost_copy, is_copy=True)


@bp.post("/<uuid:certificate_id>/spoil")
@requires("certificate.issue")
def spoil(certificate_id: UUID) -> ResponseReturnValue:
    return _with_reason(certificate_id, "書き損じ", services.spoil_paper)


@bp.post("/<uuid:certificate_id>/void")
@requires("certificate.void")
def void(certificate_id: UUID) -> ResponseReturnValue:
    return _with_reason(certificate_id, "誤交付", services.void_paper)


@bp.post("/<uuid:certificate_id>/renew")
@requires("certificate.void")
def renew(certificate_id: UUID) -> ResponseReturnValue:
    form = RenewForm()
    if not form.validate_on_submit():
        flash("理由を入れて、もう一度確かめてください。", "error")
        return redirect(_page_of(queries.get_paper(certificate_id)))
    try:
        with transaction(reason=form.reason_of("無効にして新しい証明書を交付")):
            location = idempotency.find(form.idempotency_key.data)
            if location is None:
                location = _renew(queries.get_paper(certificate_id), form)
                idempotency.remember(form.idempotency_key.data, location)
    except services.CertificateError as error:
        flash(str(error), "error")
        return redirect(_page_of(queries.get_paper(certificate_id)))
    return redirect(location, 303)


@bp.post("/<uuid:certificate_id>/hand-over")
@requires("certificate.issue")
def hand_over(certificate_id: UUID) -> ResponseReturnValue:
    form = HandOverForm()
    if not form.validate_on_submit():
        flash("前の証明書が返らない理由を、100字までで入れてください。", "error")
        return redirect(_page_of(queries.get_paper(certificate_id)))
    try:
        with transaction(reason="差替えの手渡し"):
            found = queries.get_paper(certificate_id)
            services.hand_over(found, by=current_actor().id, old_paper=form.old_paper)
    except services.CertificateError as error:
        flash(str(error), "error")
    else:
        flash("渡しました。前の証明書は差替え済になりました。", "success")
    return redirect(_page_of(queries.get_paper(certificate_id)))


@bp.get("/check")
@requires("certificate.check")
def check() -> str:
    return render_template("certificates/check.html", form=CheckForm(), check=None)


@bp.post("/check")
@reads
@requires("certificate.check")
def check_number() -> ResponseReturnValue:
    form = CheckForm()
    if not form.validate_on_submit():
        return render_template("certificates/check.html", form=form, check=None), 422
    checked = queries.check_number(form.number.data or "")
    if checked.number:  # it stands in the answer; the box is for the next one
        form = CheckForm(formdata=None)
    return render_template(
        "certificates/check.html", form=form, check=checked, kinds=STATE_KINDS, states=NumberState
    )


def _kind(value: str) -> PaperKind:
    return next((kind for kind in PaperKind if kind == value), None) or abort(404)


def _paper_page(application_id: UUID, kind: PaperKind) -> str:
    worker.warm_up()
    application = get_application(application_id)
    plain = services.propose(application, kind)
    substitutes = read_substitutes(plain.unprintable) if request.method == "POST" else {}
    proposal = (
        services.propose(application, kind, substitutes=substitutes) if substitutes else plain
    )
    log_read("certificate.sample", [application.id])
    papers = queries.get_papers(application.id, kind)
    newest, outdated = papers.waiting or papers.valid, services.outdated_ids(papers.listed)
    is_compared = newest is not None and newest.id not in outdated
    return render_template(
        "certificates/paper.html",
        application=application,
        kind=kind,
        kinds=queries.kinds_for(application),
        proposal=proposal,
        unprintable=plain.unprintable,
        substitutes=substitutes,
        ways=WayOut,
        shown=snapshot_hash(plain.values),
        protections=knowledge(),
        needs_identity=services.needs_identity(application, kind),
        form=IssueForm(formdata=None),
        reason=ReasonForm(formdata=None),
        lost=LOST,
        outdated_reason=OUTDATED,
        rounds=list_judgements(application.dwelling_id),
        papers=papers,
        voided=queries.voided_of(application.id, kind),
        outdated=outdated,
        name_of=name_of,
        differences=services.differences(newest, plain) if newest and is_compared else [],
        can_spoil=partial(services.can_spoil, by=current_actor().id),
        state_kinds=STATE_KINDS,
    )


def _issue(
    application_id: UUID, kind: PaperKind, form: IssueForm, what: str
) -> ResponseReturnValue:
    back = url_for("certificates.paper", application_id=application_id, kind=kind)
    if not form.validate_on_submit():
        flash("内容が変わったか、画面が古くなっています。もう一度確かめてください。", "error")
        return redirect(back)
    try:
        with transaction(reason=form.reason_of(what)):
            location = idempotency.find(form.idempotency_key.data)
            if location is None:
                proposal = _proposed(application_id, kind, form)
                services.settle_identity(
                    proposal.application, kind, form.seen, by=current_actor().id
                )
                certificate = services.issue_proposal(
                    proposal,
                    by=current_actor().id,
                    called=form.called.data or "",
                    corrected=form.reason.data or "" if isinstance(form, RenewForm) else "",
                )
                location = _issued_page(certificate.id, 1)
                idempotency.remember(form.idempotency_key.data, location)
    except services.CertificateError as error:
        flash(str(error), "error")
        return redirect(back)
    return redirect(location, 303)


def _proposed(application_id: UUID, kind: PaperKind, form: IssueForm) -> services.Proposal:
    """Return what was agreed on with the applicant, or refuse when it has changed since."""
    application = get_application(application_id)
    proposal = services.propose(application, kind)
    if snapshot_hash(proposal.values) != form.shown.data:
        raise services.CertificateError(
            "見本のあとで内容が変わりました。新しい見本を確かめてから交付してください。"
        )
    if proposal.unprintable:
        substitutes = read_substitutes(proposal.unprintable)
        proposal = services.propose(application, kind, substitutes=substitutes)
    return proposal


def _renew(found: queries.Paper, form: RenewForm) -> str:
    certificate = found.certificate
    proposal = _proposed(certificate.application_id, _kind(certificate.kind), form)
    renewed = services.renew_paper(
        found,
        proposal,
        reason=form.reason.data or "",
        by=current_actor().id,
        called=form.called.data or "",
    )
    return _issued_page(renewed.id, 1)


def _print_lost_copy(found: queries.Paper, *, reason: str, by: UUID | None) -> None:
    services.printable_snapshot(found)
    form = CopyForm()
    services.print_lost_copy(
        found,
        reason=reason,
        by=by,
        called=form.called.data or "",
        hides_address=form.hides_address.data,
    )


def _with_reason(
    certificate_id: UUID, what: str, act: Act, *, is_copy: bool = False
) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate_on_submit():
        flash("理由を入れてください。", "error")
        return redirect(_page_of(queries.get_paper(certificate_id)))
    try:
        with transaction(reason=form.reason_of(what)):
            location = idempotency.find(form.idempotency_key.data)
            if location is None:
                found = queries.get_paper(certificate_id)
                act(found, reason=form.reason.data or "", by=current_actor().id)
                location = _after(found, is_copy=is_copy)
                idempotency.remember(form.idempotency_key.data, location)
    except services.CertificateError as error:
        flash(str(error), "error")
        return redirect(_page_of(queries.get_paper(certificate_id)))
    if not is_copy:
        flash(f"{what}として記録しました。", "success")
    return redirect(location, 303)


def _after(found: queries.Paper, *, is_copy: bool) -> str:
    return _issued_page(found.id, found.last_copy + 1) if is_copy else _page_of(found)


def _issued_page(certificate_id: UUID, copy_number: int) -> str:
    return url_for("certificates.issued", certificate_id=certificate_id, copy=copy_number)


def _copy_asked(found: queries.Paper) -> int:
    """Return the number of the copy in the address, or the last one; 404 when there is none."""
    asked = request.args.get("copy", found.last_copy, type=int)
    return asked if asked in {copy.copy_number for copy in found.copies} else abort(404)


def _page_of(found: queries.Paper) -> str:
    certificate = found.certificate
    return url_for(
        "certificates.paper", application_id=certificate.application_id, kind=certificate.kind
    )
