"""Login and logout, password, place of work, preferences."""

from uuid import UUID

from flask import (
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

from victim_support.accounts import queries, services
from victim_support.accounts.first_pins import forget_first_pin
from victim_support.accounts.forms import (
    LoginForm,
    PasswordForm,
    PlaceForm,
)
from victim_support.accounts.rules import WeakSecretError
from victim_support.accounts.services import (
    LoginRefusedError,
    SlipExpiredError,
)
from victim_support.accounts.views.blueprint import bp
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
from victim_support.core.drafts import carried_draft, own_page
from victim_support.core.preferences import keep_preferences
from victim_support.core.reads import log_security
from victim_support.core.throttle import ThrottledError

SLIP_EXPIRED = (
    "この札の暗証番号は、作ってから24時間のうちに使われなかったので、もう使えません。"
    "札を渡した責任者か管理者に、札の作り直しを頼んでください。"
)
WRONG = "番号(利用者名)かパスワードが違うか、今は使えない利用者です。"


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
    except SlipExpiredError:
        form.form_errors.append(SLIP_EXPIRED)
        return _login_page(form), 401
    except ThrottledError as error:
        form.form_errors.append(str(error.description))
        return _login_page(form), 429, {"Retry-After": str(error.retry_after)}
    _strengthen(staff_id, password)
    _note_use(staff_id)
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


def _note_use(staff_id: UUID) -> None:
    if services.is_first_use(staff_id):
        with transaction(reason="最初のログイン"):
            services.note_first_use(staff_id)
        forget_first_pin(staff_id)


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
