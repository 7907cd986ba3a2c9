"""Certificates outdated by a judgement: what depends on the grade, who was told; no recall."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.batches.queries.holding import where_are
from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience
from victim_support.core.exports import release
from victim_support.core.lists import answer_csv, answer_pdf
from victim_support.core.reads import log_read
from victim_support.counter import documents
from victim_support.counter.forms.regrades import NoticeForm, SupportForm, support_form
from victim_support.counter.queries.regrades import (
    Regrade,
    find_regrade,
    list_regrades,
    support_edition,
)
from victim_support.counter.rules.regrades import words_for
from victim_support.counter.services.regrades import record_notice, record_support
from victim_support.counter.views.blueprint import bp


@bp.get("/regrades")
@requires("certificate.read")
def regrades() -> str:
    found = list_regrades()
    log_read("regrades.list", [one.application.id for one in found])
    return render_template("counter/regrades.html", found=found)


@bp.get("/regrades.csv")
@requires("certificate.read")
def regrades_csv() -> ResponseReturnValue:
    return answer_csv(documents.regrades_list(_released(Audience.FILE)), "regrades")


@bp.get("/regrades.pdf")
@requires("certificate.read")
def regrades_pdf() -> ResponseReturnValue:
    listed = documents.regrades_list(_released(Audience.PAPER))
    return answer_pdf(listed, back=url_for(".regrades"))


@bp.get("/regrades/<uuid:application_id>")
@requires("certificate.read")
def regrade(application_id: UUID) -> str:
    found = _found(application_id)
    return _regrade_page(found, _notice(found))


@bp.post("/regrades/<uuid:application_id>")
@requires("regrade.tell")
def tell(application_id: UUID) -> ResponseReturnValue:
    form = NoticeForm()
    with transaction(reason="程度の変更の説明"):
        found = _found(application_id)
        if not form.validate_on_submit():
            return _regrade_page(found, form), 422
        if idempotency.find(form.idempotency_key.data) is None:
            record_notice(
                found.application,
                judgement_id=found.now.id,
                told=form.told(),
                by=current_actor().id,
            )
            idempotency.remember(form.idempotency_key.data, url_for(".regrades"))
    flash("記録しました。", "success")
    return redirect(url_for(".regrade", application_id=application_id), 303)


@bp.post("/regrades/<uuid:application_id>/support")
@requires("regrade.tell")
def check_support(application_id: UUID) -> ResponseReturnValue:
    """Write down what the offices of the supports said of a household."""
    edition = support_edition()
    form = support_form(edition, {}, is_sent=True)
    with transaction(reason="程度が関わる支援の確認"):
        found = _found(application_id)
        if not form.validate_on_submit():
            return _regrade_page(found, _notice(found), form), 422
        if idempotency.find(form.idempotency_key.data) is None:
            record_support(found.application, form.asked(edition), by=current_actor().id)
            idempotency.remember(form.idempotency_key.data, url_for(".regrades"))
    flash("支援の状況を記録しました。", "success")
    return redirect(url_for(".regrade", application_id=application_id), 303)


def _released(audience: Audience) -> list[Regrade]:
    """Return who stands on the list that leaves, noted as such."""
    found = list_regrades(audience)
    ids = [one.application.id for one in found]
    release(
        "regrades.list",
        ids,
        "程度の変更の一覧",
        is_paper=audience is Audience.PAPER,
        counted="世帯",
    )
    return found


def _found(application_id: UUID) -> Regrade:
    return find_regrade(application_id) or abort(404)


def _notice(found: Regrade) -> NoticeForm:
    form = NoticeForm(formdata=None)
    form.words.data = words_for(found.before_label, found.now_label, found.direction)
    return form


def _regrade_page(found: Regrade, form: NoticeForm, asked: SupportForm | None = None) -> str:
    log_read("regrade.open", [found.application.id])
    edition = support_edition()
    return render_template(
        "counter/regrade.html",
        one=found,
        custody=where_are([paper.id for paper in found.papers]),
        form=form,
        support=edition,
        asked=asked or support_form(edition, found.support, is_sent=False),
        name_of=name_of,
    )
