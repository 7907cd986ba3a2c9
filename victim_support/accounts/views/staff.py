"""Who works here: list, register, change, stop."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import (
    flash,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from victim_support.accounts import queries, services
from victim_support.accounts.forms import (
    RoleForm,
    StaffForm,
)
from victim_support.accounts.models import Staff
from victim_support.accounts.rules import FACTOR_LABELS
from victim_support.accounts.services import (
    LoginNameTakenError,
    Slip,
)
from victim_support.accounts.views.blueprint import bp, may_give_any_role
from victim_support.accounts.views.slips import already_printed, helper_values, new_slips
from victim_support.core import idempotency
from victim_support.core.access import (
    asks_again,
    current_actor,
    requires,
)
from victim_support.core.db import transaction
from victim_support.core.permissions import matrix
from victim_support.journal.history import Change, changed_by_others, version_of


@bp.get("/staff")
@requires("account.manage")
def staff_list() -> ResponseReturnValue:
    slips = services.list_unused_slips(by=current_actor())
    return render_template(
        "accounts/staff_list.html",
        staff=queries.list_staff(),
        able=queries.list_able_to_log_in(),
        slips=slips,
        matrix=matrix(),
    )


@bp.get("/staff/new")
@requires("account.manage")
def new() -> ResponseReturnValue:
    return render_template("accounts/new.html", form=_staff_form())


@bp.post("/staff/new")
@requires("account.manage")
def create() -> ResponseReturnValue:
    form = _staff_form()
    if not form.validate_on_submit():
        return render_template("accounts/new.html", form=form), 422
    (secret,) = services.new_secrets(1)
    try:
        with transaction(reason="利用者の登録"):
            if idempotency.find(form.idempotency_key.data):
                return already_printed()
            staff = services.create_staff(by=current_actor(), first_secret=secret, **_person(form))
            idempotency.remember(form.idempotency_key.data, url_for("accounts.staff_list"))
    except LoginNameTakenError:
        form.login_name.errors = ["この利用者名はすでに使われています。"]
        return render_template("accounts/new.html", form=form), 422
    return new_slips([Slip(staff, secret.pin, secret.badge)])


@bp.get("/staff/<uuid:staff_id>")
@requires("account.manage")
def show(staff_id: UUID) -> ResponseReturnValue:
    staff = queries.get_staff(staff_id)
    form = RoleForm(
        all_roles=may_give_any_role(),
        data={
            "role": staff.role,
            "grants": staff.grants or [],
            "shelter": str(staff.shelter_id or ""),
        },
    )
    return _person_page(staff, form)


@bp.post("/staff/<uuid:staff_id>/role")
@asks_again
@requires("account.manage")
def change_role(staff_id: UUID) -> ResponseReturnValue:
    form = RoleForm(all_roles=may_give_any_role())
    with transaction(reason="役割の変更"):
        staff = queries.get_staff(staff_id)
        since = changed_by_others(staff, form.version.data, ("role", "grants", "shelter_id"))
        if since or not form.validate_on_submit():
            return _person_page(staff, form, since), 409 if since else 422
        services.change_role(
            by=current_actor(),
            staff=staff,
            role=form.role.data,
            grants=form.grants.data or (),
            shelter_id=form.shelter_id,
        )
    services.end_sessions_of(staff_id)
    flash("役割を変えました。本人は、もう一度ログインします。", "success")
    return redirect(url_for("accounts.show", staff_id=staff_id))


@bp.post("/staff/<uuid:staff_id>/disable")
@requires("account.manage")
def disable(staff_id: UUID) -> ResponseReturnValue:
    with transaction(reason="利用の停止"):
        services.disable_staff(by=current_actor(), staff=queries.get_staff(staff_id))
    services.end_sessions_of(staff_id)
    flash("利用を止めました。", "success")
    return redirect(url_for("accounts.show", staff_id=staff_id))


@bp.post("/staff/<uuid:staff_id>/enable")
@requires("account.manage")
def enable(staff_id: UUID) -> ResponseReturnValue:
    with transaction(reason="利用の再開"):
        services.enable_staff(by=current_actor(), staff=queries.get_staff(staff_id))
    flash("また使えるようにしました。", "success")
    return redirect(url_for("accounts.show", staff_id=staff_id))


@bp.post("/staff/<uuid:staff_id>/reset")
@asks_again
@requires("account.manage")
def reset(staff_id: UUID) -> ResponseReturnValue:
    (secret,) = services.new_secrets(1)
    with transaction(reason="暗証番号の再発行"):
        staff = queries.get_staff(staff_id)
        services.reset_secret(by=current_actor(), staff=staff, new=secret)
    services.end_sessions_of(staff_id)
    return new_slips([Slip(staff, secret.pin, secret.badge)])


def _person_page(staff: Staff, form: RoleForm, since: Sequence[Change] = ()) -> str:
    form.version.data = version_of(staff)
    slips = services.list_unused_slips(by=current_actor())
    has_slip = staff.id in {slip.staff.id for slip in slips}
    return render_template(
        "accounts/show.html",
        staff=staff,
        form=form,
        since=since,
        matrix=matrix(),
        has_slip=has_slip,
        sessions=queries.list_sessions(staff.id),
        factors=queries.list_factors(staff.id),
        labels=FACTOR_LABELS,
    )


def _staff_form() -> StaffForm:
    return StaffForm(all_roles=may_give_any_role())


def _person(form: StaffForm) -> dict[str, Any]:
    return {
        "login_name": form.login_name.data,
        "display_name": form.display_name.data,
        "grants": form.grants.data or (),
    } | helper_values(form)
