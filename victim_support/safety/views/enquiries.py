"""Private enquiries (安否照会): words first, then the sentence to read out, the same for all."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.core.reads import log_read
from victim_support.safety import services
from victim_support.safety.forms import EnquiryForm
from victim_support.safety.models import Enquiry, Message
from victim_support.safety.queries import enquiries as queries
from victim_support.safety.queries.answering import SafetyAnswer, answer_to
from victim_support.safety.queries.messages import list_messages_of
from victim_support.safety.rules import Channel, Ground, Means
from victim_support.safety.views.blueprint import bp
from victim_support.victims.queries import find_person, get_answer_form
from victim_support.victims.rules import Edition

ANSWER = "enquiry.answer"
_MEANS = {Channel.COUNTER: Means.COUNTER, Channel.LETTER: Means.LETTER}


@bp.get("/enquiries")
@requires("enquiry.take")
def enquiries() -> str:
    return _page(EnquiryForm(formdata=None))


@bp.post("/enquiries")
@requires("enquiry.take")
def take_enquiry() -> ResponseReturnValue:
    form = EnquiryForm()
    with transaction(reason="安否照会の受付"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            location = url_for(".enquiry", enquiry_id=_keep(form).id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page(form), 422
    return redirect(location, 303)


@bp.get("/enquiries/<uuid:enquiry_id>")
@requires("enquiry.take")
def enquiry(enquiry_id: UUID) -> str:
    found = queries.get_enquiry(enquiry_id, is_office=False)
    answer = answer_to(found) if current_actor().may(ANSWER) else None
    shown = [answer.person_id] if answer and answer.person_id else []
    log_read("enquiry.answer", shown, "安否照会")
    return render_template(
        "safety/enquiry.html",
        enquiry=found,
        lines=answer.lines if answer else (),
        tier=queries.get_tier(found.relation, found.edition),
        messages=list_messages_of(enquiry_id),
        provisions=queries.list_provisions_of([enquiry_id]).get(enquiry_id, []),
        key=idempotency.new_key(),
        name_of=name_of,
    )


@bp.post("/enquiries/<uuid:enquiry_id>/told")
@requires(ANSWER)
def tell_answer(enquiry_id: UUID) -> ResponseReturnValue:
    location = url_for(".enquiry", enquiry_id=enquiry_id)
    with transaction(reason="安否照会の回答"):
        found = queries.get_enquiry(enquiry_id, is_office=False)
        answer = answer_to(found)
        is_told = bool(queries.list_provisions_of([enquiry_id]))
        if answer.person_id and not is_told:
            services.record_provision(
                _given(found, answer), person=find_person(answer.person_id), enquiry_id=found.id
            )
    flash(
        "伝えたことを記録しました。" if answer.person_id else "記録することはありません。", "info"
    )
    return redirect(location, 303)


@bp.get("/enquiries/log")
@requires("enquiry.read")
def enquiry_log() -> str:
    found = queries.list_enquiries(is_office=False)
    given = queries.list_provisions_of([row.id for row in found])
    told = [each.person_id for several in given.values() for each in several if each.person_id]
    log_read("enquiry.list", told, "安否照会")
    return render_template("safety/enquiry_log.html", enquiries=found, given=given, name_of=name_of)


def _page(form: EnquiryForm) -> str:
    return render_template("safety/enquiries.html", form=form, edition=get_answer_form().edition)


def _keep(form: EnquiryForm) -> Enquiry:
    found = services.record_enquiry(
        form.asked(), edition=get_answer_form().edition, shelter_id=current_context().shelter_id
    )
    if form.text.data:
        _leave(form, found)
    return found


def _leave(form: EnquiryForm, found: Enquiry) -> Message:
    left = services.Left(
        text=form.text.data or "",
        sender=found.asker_name or "",
        sender_phone=found.asker_phone or "",
        name=found.name or "",
        kana=found.kana or "",
        birth=found.birth or "",
        address=found.address or "",
        phone=found.phone or "",
    )
    return services.leave_message(left, enquiry_id=found.id)


def _given(found: Enquiry, answer: SafetyAnswer) -> services.Given:
    is_civil = found.edition is Edition.CIVIL_PROTECTION
    channel = found.channel if isinstance(found.channel, Channel) else Channel.PHONE
    return services.Given(
        recipient=found.asker_name or "",
        items="・".join(item.label for item, _words in answer.lines),
        ground=Ground.CIVIL if is_civil else Ground.SAFETY,
        law=answer.tier.ground,
        purpose=found.purpose or "",
        decided_by=current_actor().name,
        means=_MEANS.get(channel, Means.PHONE),
    )
