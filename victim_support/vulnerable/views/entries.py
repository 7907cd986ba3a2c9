"""Lines of the support register by hand: add, correct, take off."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.reads import log_read
from victim_support.journal.history import changed_by_others, version_of
from victim_support.victims.queries import find_person
from victim_support.vulnerable import services
from victim_support.vulnerable.forms.entries import (
    CorrectEntryForm,
    NewEntryForm,
    WithdrawEntryForm,
    values_of_entry,
    values_of_person,
)
from victim_support.vulnerable.models import SupportEntry
from victim_support.vulnerable.queries import register
from victim_support.vulnerable.views.blueprint import bp

ADDED = "名簿に加えました。一覧に出ない方の記載は、保護担当が扱います。"
"""Said of everybody, so that nobody is told by it."""


@bp.get("/support/entry")
@requires("support.edit")
def new_entry() -> str:
    return _new_page(NewEntryForm(formdata=None, data=_taken_over()))


@bp.post("/support/entry")
@requires("support.edit")
def add_entry() -> ResponseReturnValue:
    form = NewEntryForm()
    with transaction(reason="要支援者名簿に加える"):
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit() and _is_added(form):
            location = url_for(".support")
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _new_page(form), 422
    flash(ADDED, "success")
    return redirect(location, 303)


@bp.get("/support/entries/<uuid:entry_id>/edit")
@requires("support.edit")
def edit_entry(entry_id: UUID) -> str:
    entry = _open(entry_id)
    log_read("support.open", [entry.person_id or entry.id], "要支援者の訂正")
    form = CorrectEntryForm(formdata=None, data=values_of_entry(entry))
    form.version.data = version_of(entry)
    return _edit_page(entry, form, WithdrawEntryForm(formdata=None))


@bp.post("/support/entries/<uuid:entry_id>/edit")
@requires("support.edit")
def correct_entry(entry_id: UUID) -> ResponseReturnValue:
    form = CorrectEntryForm()
    with transaction(reason="要支援者の記載を直す"):
        entry = _open(entry_id)
        since = changed_by_others(entry, form.version.data)
        if since or not form.validate_on_submit():
            form.version.data = version_of(entry)
            page = _edit_page(entry, form, WithdrawEntryForm(formdata=None), since)
            return page, 409 if since else 422
        services.correct_entry(entry, form.entry)
    flash("直しました。名簿のファイルをもう一度取り込んでも、この記載は変わりません。", "success")
    return redirect(url_for(".support"), 303)


@bp.post("/support/entries/<uuid:entry_id>/withdraw")
@requires("support.edit")
def withdraw_entry(entry_id: UUID) -> ResponseReturnValue:
    form = WithdrawEntryForm()
    with transaction(reason=f"要支援者名簿から外す: {form.reason.data or ''}"):
        entry = _open(entry_id)
        if not form.validate_on_submit():
            shown = CorrectEntryForm(formdata=None, data=values_of_entry(entry))
            shown.version.data = version_of(entry)
            return _edit_page(entry, shown, form), 422
        services.withdraw_entry(entry)
    flash("名簿から外しました。記録は残ります。", "success")
    return redirect(url_for(".support"), 303)


def _open(entry_id: UUID) -> SupportEntry:
    """Return a line that the viewer may see, or 404: the same for nobody and for the protected."""
    if all(line.entry_id != entry_id for line in register.list_lines()):
        abort(404)
    return register.get_entry(entry_id)


def _is_added(form: NewEntryForm) -> bool:
    try:
        services.add_entry(form.entry)
    except services.KnownEntryError as error:
        form.form_errors.append(str(error))
        return False
    return True


def _taken_over() -> dict[str, object]:
    """Return what is known of the person whose record led here; nothing of the protected."""
    person_id = request.args.get("person", type=UUID)
    row = find_person(person_id) if person_id else None
    shown = view(Audience.DESK, Purpose.PRESENCE).person(row)
    return values_of_person(row) if row is not None and shown is not None else {}


def _new_page(form: NewEntryForm) -> str:
    return render_template(
        "vulnerable/new_entry.html", form=form, districts=register.list_districts()
    )


def _edit_page(
    entry: SupportEntry,
    form: CorrectEntryForm,
    withdraw_form: WithdrawEntryForm,
    since: object = (),
) -> str:
    return render_template(
        "vulnerable/edit_entry.html",
        entry_id=entry.id,
        form=form,
        withdraw_form=withdraw_form,
        since=since,
        districts=register.list_districts(),
    )
