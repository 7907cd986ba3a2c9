"""Error pages: what happened and what to do now, with an incident number, never with insides."""

import secrets
from dataclasses import dataclass, replace

from flask import (
    Flask,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, HTTPException, Locked, SecurityError, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from victim_support.core import drafts, exports, limits
from victim_support.core.access import (
    SAFE_METHODS,
    ConfirmationNeededError,
    current_login,
    find_page_above,
)
from victim_support.core.keys import LETTERS
from victim_support.core.logs import log_error, log_event
from victim_support.core.scopes import NoDisasterChosenError, NoShelterChosenError

LOGIN = "accounts.login"


@dataclass(frozen=True)
class Words:
    """The words of one kind of error, and the page that helps."""

    title: str
    advice: str
    way: str = "/"
    way_label: str = "はじめの画面へ"


WORDS = {
    400: Words("送信された内容を受け取れません", "画面を開き直して、もう一度行ってください。"),
    401: Words("ログインしてください", "ログインすると続けられます。"),
    403: Words("この操作はできません", "この操作をできる人に代わってもらってください。"),
    404: Words("見つかりません", "一覧や検索から探し直してください。"),
    405: Words(
        "ボタンから開く画面です",
        "再読み込みや「戻る」では開けません。もとの画面のボタンから、もう一度開いてください。"
        "済んだ登録はそのまま残っています。",
    ),
    409: Words("先にほかの人が変えています", "新しい内容を確かめて、もう一度行ってください。"),
    413: Words("送るものが大きすぎます", "ファイルを分けるか、小さくしてから送ってください。"),
    422: Words("入力を確かめてください", "前の画面に戻って直してください。"),
    423: Words("画面を閉じています", "パスワードか暗証番号を入れると続けられます。"),
    429: Words("少し待ってください", "続けて行われたため、しばらく受け付けません。"),
    500: Words(
        "うまくいきませんでした",
        "登録は行われていません。もう一度行い、だめなら紙に切り替えて、番号を管理者に伝えてください。",
    ),
    503: Words("今は受け付けられません", "紙に切り替えて、番号を管理者に伝えてください。"),
}
NO_DISASTER = Words(
    "災害が選ばれていません",
    "使う災害を選んでください。対応を終えた災害の証明書も、次の画面から再交付できます。"
    "1つもないときは、はじめの画面から登録してください。",
    "/place",
    "災害を選ぶ",
)
NO_SHELTER = Words(
    "この端末の避難所が選ばれていません",
    "選んでから、もう一度行ってください。",
    "/place",
    "避難所を選ぶ",
)
PLAIN_PAGE = """<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{advice}</p><p>番号 {incident}</p></main></body></html>"""
WRONG_ADDRESS = Words(
    "このアドレスでは使えません", "アドレスの先頭を http://localhost に変えて開いてください。"
)


def init_app(app: Flask) -> None:
    """Answer every error with a page, or with JSON when a script asked."""
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(Unauthorized, _answer_unauthorized)
    app.register_error_handler(Locked, _answer_locked)
    app.register_error_handler(ConfirmationNeededError, _answer_unconfirmed)
    app.register_error_handler(exports.ApprovalNeededError, _answer_unapproved)
    app.register_error_handler(NoDisasterChosenError, _answer_no_disaster)
    app.register_error_handler(NoShelterChosenError, _answer_no_shelter)
    app.register_error_handler(SecurityError, _answer_wrong_address)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unexpected)


def new_incident() -> str:
    """Return a number by which an administrator finds the event in the log."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def wants_json() -> bool:
    """Tell whether a script, not a page, waits for the answer."""
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def _answer_http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    known = error.code in WORDS
    code = error.code if known else 400 if error.code < 500 else 500
    incident = new_incident()
    if code >= 500:
        log_error("request.failed", error, **_facts(incident, code))
    else:
        log_event("request.refused", **_facts(incident, code))
    words = _with_way_back(WORDS[code]) if code == 405 else WORDS[code]
    response = _page(error.code, words, incident, _own_words(error))
    retry_after = getattr(error, "retry_after", None)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _with_way_back(words: Words) -> Words:
    """Lead back to the page whose button opens the address that was asked for."""
    above = find_page_above(request.path)
    return replace(words, way=above, way_label="もとの画面へ") if above else words


def _answer_unexpected(error: Exception) -> AnyResponse:
    incident = new_incident()
    log_error("request.failed", error, **_facts(incident, 500))
    return _page(500, WORDS[500], incident)


def _answer_no_disaster(_error: NoDisasterChosenError) -> AnyResponse:
    incident = new_incident()
    log_event("request.no_disaster", **_facts(incident, 409))
    return _page(409, NO_DISASTER, incident)


def _answer_no_shelter(_error: NoShelterChosenError) -> AnyResponse:
    """Lead a page to the choice; a script gets the words."""
    incident = new_incident()
    log_event("request.no_shelter", **_facts(incident, 409))
    if wants_json():
        return _page(409, NO_SHELTER, incident)
    flash(f"{NO_SHELTER.title}。{NO_SHELTER.advice}", "error")
    return redirect(NO_SHELTER.way, 303)


def _answer_wrong_address(_error: SecurityError) -> AnyResponse:
    """Answer a name that is not ours without a session, a template or a link."""
    return make_response(_plain_page(WRONG_ADDRESS, new_incident()), 400)


def _answer_csrf(error: CSRFError) -> AnyResponse:
    """Give typed input back: the form is older than the login, or the login is over."""
    if wants_json():
        return _answer_http(error)
    log_event("request.stale_form", **_facts(new_incident(), 400))
    return _give_back(400)


def _answer_unauthorized(_error: Unauthorized) -> AnyResponse:
    if wants_json():
        return _page(401, WORDS[401], new_incident())
    if request.method in SAFE_METHODS and "_user_id" not in session:
        return redirect(url_for(LOGIN, next=request.path))
    return _give_back(401)


def _answer_locked(_error: Locked) -> AnyResponse:
    """Ask for the password after a pause; what was typed comes back."""
    if wants_json():
        return _page(423, WORDS[423], new_incident())
    page = render_template("errors/locked.html", draft=drafts.typed_input(), next_path=_asked())
    return make_response(page, 423)


def _answer_unconfirmed(_error: ConfirmationNeededError) -> AnyResponse:
    """Ask for the password before a weighty act, which then goes on."""
    if wants_json():
        return _page(401, WORDS[401], new_incident())
    page = render_template("errors/confirm.html", draft=drafts.pending_act(), next_path=_asked())
    return make_response(page, 401)


def _answer_unapproved(_error: exports.ApprovalNeededError) -> AnyResponse:
    """Ask for a second person before many people leave in a file, which then goes on."""
    if wants_json():
        return _page(403, WORDS[403], new_incident())
    page = render_template(
        "errors/second_person.html",
        waiting=exports.asked(),
        limit=limits.limit(limits.EXPORT_ROWS),
        minutes=limits.limit(limits.AGREED_MINUTES),
        draft=drafts.pending_act(),
        next_path=_asked(),
    )
    return make_response(page, 403)


def _asked() -> str:
    return request.full_path.rstrip("?") if request.method in SAFE_METHODS else "/"


def _give_back(status: int) -> Response:
    page = render_template(
        "errors/session_expired.html",
        draft=drafts.typed_input(),
        is_logged_in=current_login() is not None,
        next_path=request.path if request.method in SAFE_METHODS else "/",
    )
    return make_response(page, status)


def _page(status: int, words: Words, incident: str, advice: str | None = None) -> Response:
    advice = advice or words.advice
    if wants_json():
        body = jsonify(error=words.title, advice=advice, incident=incident)
        return make_response(body, status)
    try:
        page = render_template("errors/error.html", words=words, advice=advice, incident=incident)
    except Exception as error:
        log_error("error_page.failed", error, incident=incident)
        page = _plain_page(words, incident)
    return make_response(page, status)


def _plain_page(words: Words, incident: str) -> str:
    return PLAIN_PAGE.format(title=words.title, advice=words.advice, incident=incident)


def _own_words(error: HTTPException) -> str | None:
    """Return the description when the program wrote it, in Japanese, not the library."""
    description = error.description or ""
    if isinstance(error, Forbidden) and not description.isascii():
        return f"「{description}」の権限がありません。できる人に代わってもらってください。"
    return None if description.isascii() else description


def _facts(incident: str, status: int | None) -> dict[str, object]:
    login = current_login()
    return {
        "incident": incident,
        "status": status,
        "method": request.method,
        "endpoint": request.endpoint,
        "actor": str(login.actor.id) if login else None,
    }
