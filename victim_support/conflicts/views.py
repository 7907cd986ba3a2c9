"""The page of one card: the values side by side with who, when and where; decide; take back."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services import propose
from victim_support.conflicts import queries, services
from victim_support.conflicts.forms import CardForm, form_of, typed_key
from victim_support.core.access import current_actor, requires
from victim_support.core.db import transaction
from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.reads import log_read
from victim_support.damage.queries import find_application
from victim_support.journal.history import title_of
from victim_support.journal.undo import last_action

bp = Blueprint("conflicts", __name__, url_prefix="/conflicts")


@dataclass(frozen=True, slots=True)
class Link:
    """A page that says more about a record."""

    label: str
    url: str


@bp.get("/<table>/<uuid:row_id>")
@requires("conflict.open")
def card(table: str, row_id: UUID) -> str:
    found = queries.find_card(table, row_id)
    if found is None:
        return _decided_page(table, row_id)
    _check_may_decide(found)
    return _card_page(found, form_of(found, formdata=None))


@bp.post("/<table>/<uuid:row_id>")
@requires("conflict.open")
def decide(table: str, row_id: UUID) -> ResponseReturnValue:
    with transaction(reason=request.form.get("reason", "").strip()):
        found = queries.find_card(table, row_id)
        if found is None:
            flash("この食い違いは、もう決まっています。", "info")
            return redirect(_here(table, row_id), 303)
        _check_may_decide(found)
        form = form_of(found)
        is_decided = form.validate_on_submit() and _decide(found, form)
    if not is_decided:
        return _card_page(found, form), 422
    flash("決めた内容を記録しました。", "success")
    return redirect(_paper_page() or _here(table, row_id), 303)


def _decide(found: queries.Card, form: CardForm) -> bool:
    """Write what was chosen; False when the reader has to look again."""
    decisions = form.decisions(found)
    if decisions is None:
        return False
    reason, by = form.reason.data or "", current_actor().id
    try:
        services.decide_card(found, decisions, versions=form.tokens(), reason=reason, by=by)
    except services.ConflictError as error:
        flash(str(error), "warning")
        form.versions.data = ""
        return False
    return True


def _check_may_decide(found: queries.Card) -> None:
    """Refuse who may not: the one role, or an officer whose paper waits for just this (即決)."""
    if queries.may_decide(found):
        return
    kind, application_id = _kind(), _application_id()
    application = find_application(application_id) if application_id else None
    if kind is None or application is None or not current_actor().may("certificate.issue"):
        abort(403)
    waiting = {(one.table, one.row_id) for one in propose(application, kind).blockers}
    if (found.table, found.id) not in waiting:
        abort(403)


def _card_page(found: queries.Card, form: CardForm) -> str:
    if not form.versions.data:
        form.versions.data = json.dumps(services.versions_of(found))
    people = [person.id for person in found.people]
    log_read("conflict.open", people or [found.id], "食い違い")
    return render_template(
        "conflicts/card.html",
        card=found,
        form=form,
        facts_of=queries.facts_of,
        typed_key=typed_key,
        links=[*_links_of(found.people), *_histories(found)],
        paper_url=_paper_page(),
        action=url_for(".decide", table=found.table, row_id=found.id, **_asked()),
    )


def _decided_page(table: str, row_id: UUID) -> str:
    title, people = queries.get_subject(table, row_id)
    log_read("conflict.decided", [person.id for person in people] or [row_id], "食い違い")
    action = last_action(current_actor().id)
    is_own = action is not None and queries.is_decision_about(action.txn, row_id)
    return render_template(
        "conflicts/decided.html",
        title=title,
        people=people,
        undoable=action.txn if action and is_own else None,
        links=[*_links_of(people), Link("変更の記録", _history(table, row_id))],
        paper_url=_paper_page(),
    )


def _links_of(people: tuple[DisclosedPerson, ...]) -> list[Link]:
    if not current_actor().may("person.read"):
        return []
    return [
        Link(f"{person.name} さんの記録", url_for("evacuees.person", person_id=person.id))
        for person in people
    ]


def _histories(found: queries.Card) -> list[Link]:
    if not current_actor().may("history.read"):
        return []
    records = {(question.cls, question.row_id): None for question in found.questions}
    return [
        Link(f"{title_of(cls)}の変更の記録", _history(cls.__tablename__, row_id))
        for cls, row_id in records
    ]


def _history(table: str, row_id: UUID) -> str:
    return url_for("journal.history", table=table, row_id=row_id)


def _here(table: str, row_id: UUID) -> str:
    return url_for(".card", table=table, row_id=row_id, **_asked())


def _asked() -> dict[str, Any]:
    """Return which paper waits for the decision, as it stands in the address."""
    return {key: request.args[key] for key in ("application", "kind") if key in request.args}


def _kind() -> PaperKind | None:
    return next((kind for kind in PaperKind if kind == request.args.get("kind")), None)


def _application_id() -> UUID | None:
    try:
        return UUID(request.args.get("application", ""))
    except ValueError:
        return None


def _paper_page() -> str | None:
    """Return the paper that waited for the decision, when somebody came from there."""
    application_id, kind = _application_id(), _kind()
    if application_id is None or kind is None:
        return None
    return url_for("certificates.paper", application_id=application_id, kind=kind)
