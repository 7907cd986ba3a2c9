"""Login and logout, place of work, preferences, people."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from victim_support.accounts import documents, queries, services
from victim_support.accounts.forms import (
    HelpersForm,
    LoginForm,
    PasswordForm,
    PlaceForm,
    RoleForm,
    StaffForm,
)
from victim_support.accounts.models import Staff
from victim_support.accounts.rules import WeakSecretError
from victim_support.accounts.services import HelperSlip, LoginNameTakenError, LoginRefusedError
from victim_support.core import idempotency
from victim_support.core.access import (
    EVERYBODY,
    Login,
    current_actor,
    current_login,
    enter_login,
    public,
    requires,
)
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.drafts import carried_draft, own_page
from victim_support.core.permissions import matrix
from victim_support.core.preferences import keep_preferences
from victim_support.core.reads import log_security
from victim_support.core.throttle import ThrottledError

bp = Blueprint("accounts", __name__)
ANY_ROLE = "account.manage_any"
OPEN_TO_NEW = ("accounts.password", "accounts.change_password", "accounts.logout", "static")
WRONG = "番号(利用者名)かパスワードが違うか、今は使えない利用者です。"


@bp.before_app_request
def ask_for_password() -> ResponseReturnValue | None:
    """Hold a new person at the page that asks for a password of one's own."""
    if request.endpoint in OPEN_TO_NEW:
        return None
    here = current_login()
    if here is None or not here.must_change_secret:
        return None
    return redirect(url_for("accounts.password"))


@bp.app_context_processor
def logout_address() -> dict[str, str]:
    return {"logout_url": url_for("accounts.logout")}


@bp.get("/login")
@public
def login() -> ResponseReturnValue:
    if current_login():
        return redirect("/")
    return _login_page(LoginForm(formdata=None))


@bp.post("/login")
@public
def enter() -> ResponseReturnValue:
    form = LoginForm()
    name, password = form.login_name.data or "", form.password.data or ""
    try:
        staff_id = services.authenticate(login_name=name, password=password, terminal=_terminal())
    except LoginRefusedError:
        form.form_errors.append(WRONG)
        return _login_page(form), 401
    except ThrottledError as error:
        form.form_errors.append(str(error.description))
        return _login_page(form), 429, {"Retry-After": str(error.retry_after)}
    _strengthen(staff_id, password)
    _let_in(staff_id)
    draft = carried_draft()
    if draft:
        return render_template("accounts/resume.html", draft=draft)
    return redirect(own_page(request.form.get("next")))


@bp.post("/logout")
@requires(EVERYBODY)
def logout() -> ResponseReturnValue:
    here = _here()
    services.end_session(here.session_id)
    log_security("logout", staff_id=here.actor.id)
    session.clear()
    response = redirect(url_for("accounts.login"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/password")
@requires(EVERYBODY)
def password() -> ResponseReturnValue:
    return render_template("accounts/password.html", form=PasswordForm(), must=_must_change())


@bp.post("/password")
@requires(EVERYBODY)
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate_on_submit() or not _keep_password(form):
        return render_template("accounts/password.html", form=form, must=_must_change()), 422
    staff_id = _own_id()
    services.end_sessions_of(staff_id)
    _let_in(staff_id)
    flash("パスワードを変えました。", "success")
    return redirect("/")


@bp.get("/place")
@requires(EVERYBODY)
def place() -> ResponseReturnValue:
    context = current_context()
    form = PlaceForm(
        data={"disaster": context.scopes.disaster, "shelter": str(context.shelter_id or "")}
    )
    return render_template("accounts/place.html", form=form)


@bp.post("/place")
@requires(EVERYBODY)
def choose_place() -> ResponseReturnValue:
    form = PlaceForm()
    if not form.validate_on_submit():
        return render_template("accounts/place.html", form=form), 422
    services.choose_place(
        session_id=_here().session_id,
        disaster_key=form.disaster.data or None,
        shelter_id=form.shelter_id,
    )
    return redirect("/")


@bp.post("/preferences")
@public
def preferences() -> ResponseReturnValue:
    response = make_response(redirect(own_page(request.form.get("next"))))
    keep_preferences(response, request.form.get("size"), request.form.get("theme"))
    return response


@bp.get("/staff")
@requires("account.manage")
def staff_list() -> ResponseReturnValue:
    return render_template("accounts/staff_list.html", staff=queries.list_staff(), matrix=matrix())


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
                return _already_printed()
            staff = services.create_staff(by=current_actor(), first_secret=secret, **_person(form))
            idempotency.remember(form.idempotency_key.data, url_for("accounts.staff_list"))
    except LoginNameTakenError:
        form.login_name.errors = ["この利用者名はすでに使われています。"]
        return render_template("accounts/new.html", form=form), 422
    return _slips(staff, [HelperSlip(staff.login_name, secret.pin)])


@bp.get("/staff/helpers")
@requires("account.manage")
def new_helpers() -> ResponseReturnValue:
    return render_template("accounts/helpers.html", form=HelpersForm())


@bp.post("/staff/helpers")
@requires("account.manage")
def create_helpers() -> ResponseReturnValue:
    form = HelpersForm()
    if not form.validate_on_submit():
        return render_template("accounts/helpers.html", form=form), 422
    first_secrets = services.new_secrets(form.count.data or 1)
    with transaction(reason="応援の利用者の登録"):
        if idempotency.find(form.idempotency_key.data):
            return _already_printed()
        slips = services.create_helpers(
            by=current_actor(), first_secrets=first_secrets, **_helper(form)
        )
        idempotency.remember(form.idempotency_key.data, url_for("accounts.staff_list"))
        staff = queries.find_by_login_name(slips[0].number)
    return _slips(staff, slips)


@bp.get("/staff/<uuid:staff_id>")
@requires("account.manage")
def show(staff_id: UUID) -> ResponseReturnValue:
    staff = queries.get_staff(staff_id)
    form = RoleForm(all_roles=_all_roles(), data={"role": staff.role, "grants": staff.grants or []})
    return render_template("accounts/show.html", staff=staff, form=form, matrix=matrix())


@bp.post("/staff/<uuid:staff_id>/role")
@requires("account.manage")
def change_role(staff_id: UUID) -> ResponseReturnValue:
    form = RoleForm(all_roles=_all_roles())
    with transaction(reason="役割の変更"):
        staff = queries.get_staff(staff_id)
        if not form.validate_on_submit():
            page = render_template("accounts/show.html", staff=staff, form=form, matrix=matrix())
            return page, 422
        services.change_role(
            by=current_actor(), staff=staff, role=form.role.data, grants=form.grants.data or ()
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
@requires("account.manage")
def reset(staff_id: UUID) -> ResponseReturnValue:
    (secret,) = services.new_secrets(1)
    with transaction(reason="暗証番号の再発行"):
        staff = queries.get_staff(staff_id)
        services.reset_secret(by=current_actor(), staff=staff, new=secret)
    services.end_sessions_of(staff_id)
    return _slips(staff, [HelperSlip(staff.login_name, secret.pin)])


def _login_page(form: LoginForm) -> str:
    next_path = own_page(request.values.get("next"))
    return render_template(
        "accounts/login.html", form=form, next_path=next_path, draft=carried_draft()
    )


def _let_in(staff_id: UUID) -> None:
    """Begin a login with nothing of the one before: new token, new CSRF secret."""
    before = current_login()
    if before:
        services.end_session(before.session_id)
    token = services.start_session(staff_id=staff_id, terminal=_terminal())
    session.clear()
    g.pop("csrf_token", None)
    found = queries.find_login(token)
    if found is None:
        raise LoginRefusedError
    enter_login(found)


def _strengthen(staff_id: UUID, password: str) -> None:
    new_hash = services.refresh_hash(staff_id, password)
    if new_hash:
        with transaction(reason="パスワードの保護の強化"):
            services.replace_hash(staff_id=staff_id, new_hash=new_hash)


def _keep_password(form: PasswordForm) -> bool:
    try:
        with transaction(reason="パスワードの変更"):
            services.set_password(
                staff=queries.get_staff(_own_id()), password=form.password.data or ""
            )
    except WeakSecretError as error:
        form.password.errors = [str(error)]
        return False
    return True


def _here() -> Login:
    here = current_login()
    if here is None:
        raise LoginRefusedError
    return here


def _own_id() -> UUID:
    own_id = current_actor().id
    if own_id is None:
        raise LoginRefusedError
    return own_id


def _must_change() -> bool:
    return _here().must_change_secret


def _terminal() -> str:
    return request.remote_addr or "unknown"


def _all_roles() -> bool:
    return current_actor().may(ANY_ROLE)


def _staff_form() -> StaffForm:
    return StaffForm(all_roles=_all_roles())


def _person(form: StaffForm) -> dict[str, Any]:
    return {
        "login_name": form.login_name.data,
        "display_name": form.display_name.data,
        "grants": form.grants.data or (),
    } | _helper(form)


def _helper(form: StaffForm | HelpersForm) -> dict[str, Any]:
    return {
        "role": form.role.data,
        "shelter_id": form.shelter_id,
        "expires_on": form.expires_on.data,
        "home_municipality": form.home_municipality.data or "",
    }


def _already_printed() -> ResponseReturnValue:
    flash("この札はすでに作りました。見つからないときは、暗証番号を作り直してください。", "warning")
    return redirect(url_for("accounts.staff_list"))


def _slips(staff: Staff | None, slips: Sequence[HelperSlip]) -> ResponseReturnValue:
    """Answer with the sheet of slips, as PDF or, when printing is broken, as a page."""
    if staff is None:
        raise LoginRefusedError
    try:
        body = documents.slip_pdf(
            slips,
            role=staff.role,
            shelter_id=staff.shelter_id,
            expires_on=staff.expires_on,
            home_municipality=staff.home_municipality,
            url=request.host_url,
        )
    except PrintError:
        return render_template("accounts/slips.html", slips=slips, staff=staff, matrix=matrix())
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="slips.pdf"'
    return response
