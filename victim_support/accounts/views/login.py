"""Login and logout, password, place of work, preferences."""

from datetime import datetime, timedelta
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
from victim_support.accounts.drafts import list_drafts
from victim_support.accounts.first_pins import forget_first_pin
from victim_support.accounts.forms import (
    LoginForm,
    PasswordForm,
    PlaceForm,
    SecondForm,
)
from victim_support.accounts.one_time import is_badge
from victim_support.accounts.rules import WeakSecretError
from victim_support.accounts.services import (
    LoginRefusedError,
    SlipExpiredError,
    WrongCodeError,
)
from victim_support.accounts.views.blueprint import bp, here, own_id, terminal
from victim_support.accounts.views.factors import key_question
from victim_support.core import clock
from victim_support.core.access import (
    EVERYBODY,
    current_login,
    enter_login,
    public,
    requires,
    works_locked,
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
TOO_LATE = "時間がたったので、もう一度、番号(利用者名)とパスワードを入れてください。"
HALF, HALF_LASTS = "half_way", timedelta(minutes=5)
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
        staff_id = services.authenticate(login_name=name, password=password, terminal=terminal())
    except LoginRefusedError:
        return _refuse(form, WRONG)
    except SlipExpiredError:
        return _refuse(form, SLIP_EXPIRED)
    except ThrottledError as error:
        form.form_errors.append(str(error.description))
        return _login_page(form), 429, {"Retry-After": str(error.retry_after)}
    _strengthen(staff_id, password)
    if is_badge(name) or not queries.must_prove_second(staff_id):
        return _enter_as(staff_id)
    session[HALF] = [str(staff_id), clock.now().isoformat()]
    return _second_page(staff_id, SecondForm(formdata=None))


@bp.post("/login/second")
@public
def enter_second() -> ResponseReturnValue:
    staff_id, form = _half_way(), SecondForm()
    if staff_id is None:
        return _refuse(LoginForm(formdata=None), TOO_LATE)
    try:
        services.prove_second(
            staff_id=staff_id,
            code=form.code.data or "",
            key_answer=form.key_answer.data or "",
            terminal=terminal(),
        )
    except WrongCodeError as error:
        form.code.errors = [str(error)]
        return _second_page(staff_id, form), 401
    except ThrottledError as error:
        form.code.errors = [str(error.description)]
        return _second_page(staff_id, form), 429, {"Retry-After": str(error.retry_after)}
    return _enter_as(staff_id)


@bp.post("/logout")
@works_locked
@requires(EVERYBODY)
def logout() -> ResponseReturnValue:
    login = here()
    services.end_session(login.session_id)
    log_security("logout", staff_id=login.actor.id)
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
    staff_id = own_id()
    services.end_sessions_of(staff_id)
    let_in(staff_id)
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
        session_id=here().session_id,
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


def let_in(staff_id: UUID) -> None:
    """Begin a login with nothing of the one before: new token, new CSRF secret."""
    before = current_login()
    if before:
        services.end_session(before.session_id)
    renew_cookie(services.start_session(staff_id=staff_id, terminal=terminal()))


def renew_cookie(token: str) -> None:
    """Let the browser go on with a new token and a new CSRF secret, and nothing of before."""
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
                staff=queries.get_staff(own_id()), password=form.password.data or ""
            )
    except WeakSecretError as error:
        form.password.errors = [str(error)]
        return False
    return True


def _must_change() -> bool:
    return here().must_change_secret


def _refuse(form: LoginForm, words: str) -> ResponseReturnValue:
    form.form_errors.append(words)
    return _login_page(form), 401


def _second_page(staff_id: UUID, form: SecondForm) -> str:
    return render_template(
        "accounts/second.html",
        form=form,
        question=key_question(staff_id),
        next_path=own_page(request.values.get("next")),
        draft=carried_draft(),
    )


def _half_way() -> UUID | None:
    """Return whose password was right a short while ago."""
    staff_id, since = session.get(HALF, (None, ""))
    if staff_id is None or clock.now() - datetime.fromisoformat(since) > HALF_LASTS:
        return None
    return UUID(staff_id)


def _enter_as(staff_id: UUID) -> ResponseReturnValue:
    _note_use(staff_id)
    let_in(staff_id)
    draft = carried_draft()
    drafts = [draft] if draft else list_drafts(staff_id)
    if drafts:
        return render_template("accounts/resume.html", drafts=drafts)
    return redirect(own_page(request.form.get("next")))
