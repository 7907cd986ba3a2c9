"""Publishing names (氏名の公表): the policy, a request, another one's decision, the paper."""

from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import asks_again, requires
from victim_support.core.actor import name_of
from victim_support.core.dates import long_time
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.reads import log_read
from victim_support.core.settings import put_setting
from victim_support.victims import services as victims
from victim_support.victims.queries import get_answer_form
from victim_support.victims.rules import AnswerKind, AnswerValue, GivenBy
from victim_support.vulnerable import documents, services
from victim_support.vulnerable.forms.blocks import AnswerForm, PolicyForm, PublicationForm
from victim_support.vulnerable.queries import blocks, publications
from victim_support.vulnerable.rules.blocks import (
    POLICY_SETTING,
    PublicationOutcome,
    PublicationPolicy,
)
from victim_support.vulnerable.views.blueprint import bp


@bp.get("/publications")
@requires("block.publish")
def publication_list() -> str:
    return _page(PolicyForm(formdata=None, data={"policy": publications.get_policy()}))


@bp.post("/publications/policy")
@asks_again
@requires("settings.edit")
def set_policy() -> ResponseReturnValue:
    form = PolicyForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with transaction(reason="氏名の公表の方針"):
        put_setting(key=POLICY_SETTING, value=form.policy.data)
    flash("方針を記録しました。", "success")
    return redirect(url_for(".publication_list"), 303)


@bp.post("/blocks/<uuid:block_id>/answers/<uuid:person_id>")
@requires("support.check")
def answer_publication(block_id: UUID, person_id: UUID) -> ResponseReturnValue:
    form = AnswerForm()
    if not form.validate_on_submit():
        flash("「よい」か「断る」を選んでください。", "error")
        return redirect(url_for(".block", block_id=block_id), 303)
    with transaction(reason="氏名の公表についての答え"):
        candidate = blocks.candidates_in(blocks.get_block(block_id)).get(person_id)
        subject = candidate.subject if candidate else None
        shown = view(Audience.DESK, Purpose.PRESENCE).person(subject)
        if subject is None or shown is None:
            abort(404)
        victims.set_answers(
            services.ledger_person(subject),
            {AnswerKind.PUBLIC: AnswerValue(form.value.data)},
            given_by=GivenBy.PROXY,
            edition=get_answer_form().edition,
        )
    flash("記録しました。", "success")
    return redirect(url_for(".block", block_id=block_id), 303)


@bp.post("/blocks/<uuid:block_id>/publications")
@requires("block.publish")
def request_publication(block_id: UUID) -> ResponseReturnValue:
    form = PublicationForm()
    if not form.validate_on_submit():
        flash("公表する理由を入れてください。", "error")
        return redirect(url_for(".block", block_id=block_id), 303)
    with transaction(reason="氏名の公表の求め"):
        location = idempotency.find(form.idempotency_key.data)
        if location is None:
            block, policy = blocks.get_block(block_id), publications.get_policy()
            lines = publications.list_publishable(block, policy)
            if policy is PublicationPolicy.OFF or not lines:
                abort(409)
            asked = services.request_publication(
                block,
                policy=policy,
                person_ids=[line.person_id for line in lines],
                reason=form.reason.data or "",
            )
            location = url_for(".publication", publication_id=asked.id)
            idempotency.remember(form.idempotency_key.data, location)
    flash("公表を求めました。ほかの人が確かめるまで、紙は出ません。", "success")
    return redirect(location, 303)


@bp.get("/publications/<uuid:publication_id>")
@requires("block.publish")
def publication(publication_id: UUID) -> str:
    asked = publications.get_publication(publication_id)
    policy = asked.policy if isinstance(asked.policy, PublicationPolicy) else PublicationPolicy.OFF
    ids = set(asked.person_ids or ())
    block = blocks.get_block(asked.block_id) if asked.block_id else abort(404)
    lines = [
        line for line in publications.list_publishable(block, policy) if str(line.person_id) in ids
    ]
    log_read("publication.open", [line.person_id for line in lines], "氏名の公表")
    return render_template(
        "vulnerable/publication.html",
        asked=asked,
        block=block,
        lines=lines,
        name_of=name_of,
        is_on=publications.get_policy() is not PublicationPolicy.OFF,
    )


@bp.post("/publications/<uuid:publication_id>")
@asks_again
@requires("block.publish")
def decide_publication(publication_id: UUID) -> ResponseReturnValue:
    wanted = request.form.get("outcome", "")
    if wanted not in set(PublicationOutcome):
        abort(400)
    try:
        with transaction(reason="氏名の公表の決定"):
            asked = publications.get_publication(publication_id)
            if asked.outcome is None:
                services.decide_publication(asked, PublicationOutcome(wanted))
    except services.OwnRequestError as error:
        flash(error.message, "error")
    return redirect(url_for(".publication", publication_id=publication_id), 303)


@bp.get("/publications/<uuid:publication_id>/names.pdf")
@requires("block.publish")
def publication_pdf(publication_id: UUID) -> ResponseReturnValue:
    asked = publications.get_publication(publication_id)
    lines = publications.list_published(asked)
    if asked.outcome is not PublicationOutcome.APPROVED:
        abort(409)
    release("publication.print", [line.person_id for line in lines], "氏名の公表", is_paper=True)
    block = blocks.get_block(asked.block_id) if asked.block_id else abort(404)
    words = f"{long_time(asked.decided_at)} 決定"
    try:
        content = documents.public_pdf(lines, block.name or "", words)
    except PrintError:
        flash("印刷用の書類を作れませんでした。", "error")
        return redirect(url_for(".publication", publication_id=publication_id))
    return Response(content, mimetype="application/pdf")


def _page(form: PolicyForm) -> str:
    return render_template(
        "vulnerable/publications.html",
        form=form,
        publications=publications.list_publications(),
        blocks={block.id: block for block in blocks.list_blocks()},
        policy=publications.get_policy(),
    )
