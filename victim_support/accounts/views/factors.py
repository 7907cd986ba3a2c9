"""The second factor (二要素) of one's own: set up, look at, take back."""

from uuid import UUID

from cryptography.fernet import InvalidToken
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.accounts import queries, security_keys, services
from victim_support.accounts.forms import AppForm, KeyForm
from victim_support.accounts.one_time import app_address, new_app_secret
from victim_support.accounts.rules import FACTOR_LABELS, FactorKind
from victim_support.accounts.sealing import seal
from victim_support.accounts.services import WrongCodeError
from victim_support.accounts.views.blueprint import bp, here, own_id
from victim_support.core import clock
from victim_support.core.access import EVERYBODY, asks_again, current_actor, requires
from victim_support.core.db import db, reading, transaction
from victim_support.core.documents.qr import qr_svg
from victim_support.core.settings import setting

_APP = "new-app"


@bp.get("/second-factor")
@requires(EVERYBODY)
def factors() -> str:
    return _page(KeyForm(formdata=None))


@bp.post("/second-factor/app")
@asks_again
@requires(EVERYBODY)
def begin_app() -> ResponseReturnValue:
    secret = new_app_secret()
    sealed = seal(_APP).encrypt(f"{own_id()} {secret}".encode()).decode()
    return _app_page(AppForm(formdata=None, data={"sealed_app": sealed}), secret)


@bp.post("/second-factor/app/keep")
@asks_again
@requires(EVERYBODY)
def keep_app() -> ResponseReturnValue:
    form = AppForm()
    secret = _secret_of(form)
    if secret is None:
        return redirect(url_for("accounts.factors"))
    if not form.validate_on_submit():
        return _app_page(form, secret), 422
    try:
        with transaction(reason="確認アプリの登録"):
            codes = services.keep_app(staff_id=own_id(), secret=secret, code=form.code.data or "")
    except WrongCodeError as error:
        form.code.errors = [str(error)]
        return _app_page(form, secret), 422
    services.satisfy_factor(here().session_id)
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.post("/second-factor/key")
@asks_again
@requires(EVERYBODY)
def keep_key() -> ResponseReturnValue:
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with transaction(reason="セキュリティキーの登録"):
            codes = services.keep_key(
                staff_id=own_id(),
                state=_open(form.state.data),
                answer=form.answer.data or "",
                host=security_keys.host_name(),
                label=form.label.data or "",
            )
    except WrongCodeError as error:
        form.label.errors = [str(error)]
        return _page(form), 422
    services.satisfy_factor(here().session_id)
    if codes:
        return render_template("accounts/recovery_codes.html", codes=codes)
    flash("セキュリティキーを加えました。", "success")
    return redirect(url_for("accounts.factors"))


@bp.post("/second-factor/recovery-codes")
@asks_again
@requires(EVERYBODY)
def renew_recovery_codes() -> ResponseReturnValue:
    with transaction(reason="予備コードの作り直し"):
        codes = services.renew_recovery_codes(own_id())
    return render_template("accounts/recovery_codes.html", codes=codes)


def key_question(staff_id: UUID) -> str | None:
    """Return what the browser asks the person's security keys, None when there are none."""
    with reading() as session:
        found = queries.list_factors(staff_id, session)
    sealed = [each.sealed for each in found if each.kind == FactorKind.KEY and each.sealed]
    return security_keys.ask_to_prove([seal("second-factors").decrypt(each) for each in sealed])


def _page(form: KeyForm) -> str:
    question, state = security_keys.ask_to_register(user=own_id().bytes, name=current_actor().name)
    form.state.data = seal(_APP).encrypt(state.encode()).decode()
    return render_template(
        "accounts/factors.html",
        form=form,
        factors=queries.list_factors(own_id()),
        labels=FACTOR_LABELS,
        codes_left=queries.count_recovery_codes(own_id()),
        question=question,
        must=here().needs_factor,
        is_named=security_keys.is_named(),
        is_admin=current_actor().role == "admin",
    )


def _app_page(form: AppForm, secret: str) -> str:
    issuer = setting("municipality_name", "") or "被災者支援システム"
    db.session.remove()
    address = app_address(secret, person=current_actor().name, issuer=issuer)
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return render_template(
        "accounts/app.html", form=form, qr=qr_svg(address), secret=grouped, now=clock.now()
    )


def _secret_of(form: AppForm) -> str | None:
    """Return the secret that the page before has made for this person, within the hour."""
    try:
        plain = seal(_APP).decrypt((form.sealed_app.data or "").encode(), ttl=3600).decode()
    except InvalidToken:
        return None
    staff_id, _, secret = plain.partition(" ")
    return secret if staff_id == str(own_id()) else None


def _open(sealed: str | None) -> str:
    try:
        return seal(_APP).decrypt((sealed or "").encode(), ttl=3600).decode()
    except InvalidToken:
        return ""
