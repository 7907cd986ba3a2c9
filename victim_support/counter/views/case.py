"""One case on one screen, and what is checked of it later; the sample is a page of its own."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import transaction
from victim_support.core.reads import log_read
from victim_support.counter.forms.case import CaseForm, CaseMembersForm, ResurveyForm
from victim_support.counter.forms.content import ContentForm
from victim_support.counter.queries.case import Screen, find_screen
from victim_support.counter.services.case import change_case, correct_members
from victim_support.counter.views.blueprint import bp
from victim_support.damage.models import Application
from victim_support.damage.queries import get_application
from victim_support.damage.services import DamageError, correct_content
from victim_support.evacuees.queries.finding import OpenedHousehold, open_household, token_of
from victim_support.journal.history import Change, changed_by_others, version_of
from victim_support.survey.services import request_survey


@bp.get("/cases/<uuid:application_id>")
@requires("certificate.sample")
def case(application_id: UUID) -> str:
    screen = _screen(get_application(application_id))
    if request.headers.get("X-Fragment"):
        return render_template("counter/_case.html", screen=screen, name_of=name_of)
    return _case_page(screen)


@bp.post("/cases/<uuid:application_id>")
@requires("damage.apply")
def check_case(application_id: UUID) -> ResponseReturnValue:
    """Write down what was checked or changed after the application was received."""
    form = CaseForm()
    with transaction(reason="申請の確認・連絡先・同意"):
        application = get_application(application_id)
        since = changed_by_others(application, form.version.data, form.CHANGED)
        if since or not form.validate_on_submit():
            page = _case_page(_screen(application), form=form, since=since)
            return page, 409 if since else 422
        change_case(application, form.changes(), by=current_actor().id)
    flash("記録しました。", "success")
    return redirect(url_for(".case", application_id=application_id), 303)


@bp.post("/cases/<uuid:application_id>/members")
@requires("damage.apply")
def correct_case_members(application_id: UUID) -> ResponseReturnValue:
    """Put right who lived in the dwelling, after the application was received."""
    form = CaseMembersForm()
    location = url_for(".case", application_id=application_id)
    with transaction(reason="世帯構成員の訂正"):
        screen = _screen(get_application(application_id))
        household = _offer(form, screen)
        if not form.validate_on_submit():
            return _case_page(screen, members=form), 422
        if idempotency.find(form.idempotency_key.data) is None:
            correct_members(
                screen.case.application,
                household,
                listed=set(form.members.data or ()),
                others=form.other_members,
                reason=form.members_reason.data or "",
            )
            idempotency.remember(form.idempotency_key.data, location)
    flash("住んでいた方を直しました。交付済みの証明書は変わりません。", "success")
    return redirect(location, 303)


@bp.post("/cases/<uuid:application_id>/content")
@requires("damage.apply")
def correct_case(application_id: UUID) -> ResponseReturnValue:
    """Put right cause, place, head or damage; papers that were issued stay as they are."""
    form = ContentForm()
    try:
        with transaction(reason=f"申請の訂正: {form.content_reason.data or ''}"):
            application = get_application(application_id)
            screen = _screen(application)
            form.offer(screen)
            since = changed_by_others(application, form.content_version.data, form.CHANGED)
            if since or not form.validate_on_submit():
                return _case_page(screen, content=form, since=since), 409 if since else 422
            correct_content(application, form.content())
    except DamageError as error:
        form.address.errors = [str(error)]
        return _case_page(_screen(get_application(application_id)), content=form), 422
    flash("申請を直しました。交付済みの証明書は変わりません。見本から差し替えられます。", "success")
    return redirect(url_for(".case", application_id=application_id), 303)


@bp.post("/cases/<uuid:application_id>/resurvey")
@requires("damage.apply")
def ask_resurvey(application_id: UUID) -> ResponseReturnValue:
    """Take the wish of a household for one more survey (再調査の申出)."""
    form, location = ResurveyForm(), url_for(".case", application_id=application_id)
    with transaction(reason="再調査の申出"):
        screen = _screen(get_application(application_id))
        if screen.case.judgement is None:
            abort(404)
        if not form.validate_on_submit():
            return _case_page(screen, resurvey=form), 422
        reason, by = form.resurvey_reason.data or "", current_actor().id
        asked = request_survey(screen.case.application, reason=reason, by=by)
    if asked:
        flash("申出を受けました。調査の予定に入っています。", "success")
    else:
        flash("申出は、もう受けています。", "info")
    return redirect(location, 303)


def _offer(form: CaseMembersForm, screen: Screen) -> OpenedHousehold | None:
    household = open_household(token_of(screen.case.application.household_id))
    people = [one.shown for one in household.people] if household else []
    log_read("certificate.case_household", [person.id for person in people])
    form.offer(people, [person for person, _row in screen.members])
    return household


def _screen(application: Application) -> Screen:
    screen = find_screen(application) or abort(404)
    people = [person.id for person, _row in screen.members]
    log_read("certificate.case", [application.id, *people])
    return screen


def _case_page(
    screen: Screen,
    form: CaseForm | None = None,
    members: CaseMembersForm | None = None,
    content: ContentForm | None = None,
    resurvey: ResurveyForm | None = None,
    since: Sequence[Change] = (),
) -> str:
    if form is None:
        form = CaseForm(formdata=None)
        form.fill_from(screen.case.application)
    if members is None:
        members = CaseMembersForm(formdata=None)
        _offer(members, screen)
    if content is None:
        content = ContentForm(formdata=None)
        content.offer(screen)
    form.version.data = content.content_version.data = version_of(screen.case.application)
    return render_template(
        "counter/case.html",
        screen=screen,
        form=form,
        members=members,
        content=content,
        resurvey=resurvey or ResurveyForm(formdata=None),
        since=since,
        name_of=name_of,
    )
