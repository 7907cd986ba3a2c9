"""A second person agrees to a file or paper of many people, at the same screen (書き出しの承認)."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from victim_support.accounts import queries, services
from victim_support.accounts.forms import AloneForm, LoginForm, SecondPersonForm
from victim_support.accounts.services import LoginRefusedError, SlipExpiredError, WrongCodeError
from victim_support.accounts.views.blueprint import bp, own_id, terminal
from victim_support.accounts.views.factors import key_question
from victim_support.core import clock, exports
from victim_support.core.access import EVERYBODY, requires
from victim_support.core.drafts import carried_draft, own_page
from victim_support.core.limits import AGREED_MINUTES, EXPORT_ROWS, limit
from victim_support.core.throttle import ThrottledError

WRONG = "番号(利用者名)・パスワード・確認コードのどれかが違うか、承認できない利用者です。"
PAGE = "errors/second_person.html"
HALF, HALF_LASTS = "approver_half_way", timedelta(minutes=2)
SELF = "ご自分では承認できません。ほかの責任者か本部の職員に入れてもらってください。"


@bp.post("/second-person")
@requires(EVERYBODY)
def second_person() -> ResponseReturnValue:
    form = SecondPersonForm()
    try:
        exports.agree(approver=_approver(form))
    except _KeyAskedError as asked:
        return _again(form, "", 200, question=asked.question)
    except ThrottledError as error:
        return _again(form, str(error.description), 429)
    except (LoginRefusedError, SlipExpiredError, WrongCodeError) as error:
        return _again(form, SELF if isinstance(error, _SamePersonError) else WRONG, 401)
    return _go_on()


@bp.post("/second-person/alone")
@requires(EVERYBODY)
def go_alone() -> ResponseReturnValue:
    form = AloneForm()
    if not form.validate_on_submit():
        return _again(SecondPersonForm(formdata=None), "", 422, alone=form)
    exports.go_alone(reason=form.reason.data or "")
    return _go_on()


class _SamePersonError(LoginRefusedError):
    """Whoever asks cannot be the second."""


class _KeyAskedError(Exception):
    """The password was right; now the approver touches a security key."""

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question


def _approver(form: LoginForm) -> UUID:
    """Return who agrees, after password, second factor and permission were proven."""
    key_answer = request.form.get("key_answer", "")
    staff_id = _half_way() if key_answer else _proven(form)
    if queries.must_prove_second(staff_id):
        code = request.form.get("code", "")
        question = "" if code or key_answer else key_question(staff_id)
        if question:
            session[HALF] = [str(staff_id), clock.now().isoformat()]
            raise _KeyAskedError(question)
        services.prove_second(
            staff_id=staff_id, code=code, key_answer=key_answer, terminal=terminal()
        )
    return staff_id


def _half_way() -> UUID:
    """Return whose password was right a moment ago, once."""
    staff_id, since = session.pop(HALF, (None, ""))
    if staff_id is None or clock.now() - datetime.fromisoformat(since) > HALF_LASTS:
        raise LoginRefusedError
    return UUID(staff_id)


def _proven(form: LoginForm) -> UUID:
    """Return whose password it is, when that person may agree to what another takes out."""
    staff_id = services.authenticate(
        login_name=form.login_name.data or "",
        password=form.password.data or "",
        terminal=terminal(),
    )
    if staff_id == own_id():
        raise _SamePersonError
    if not queries.actor_of(queries.get_staff(staff_id)).may(exports.APPROVER):
        raise LoginRefusedError
    return staff_id


def _go_on() -> ResponseReturnValue:
    draft = carried_draft(may_be_empty=True)
    if draft:
        return render_template("accounts/go_on.html", draft=draft)
    return redirect(own_page(request.form.get("next")), 303)


def _again(
    form: SecondPersonForm,
    words: str,
    status: int,
    *,
    alone: AloneForm | None = None,
    question: str = "",
) -> ResponseReturnValue:
    page = render_template(
        PAGE,
        waiting=exports.asked(),
        limit=limit(EXPORT_ROWS),
        minutes=limit(AGREED_MINUTES),
        question=question,
        draft=carried_draft(may_be_empty=True),
        next_path=own_page(request.form.get("next")),
        error=words,
        alone_error=alone.reason.errors[0] if alone and alone.reason.errors else "",
        typed=form.login_name.data or "",
    )
    return page, status
