"""Which applications are sealed by now, and whose dwelling was judged more than once."""

from uuid import UUID

from sqlalchemy import Select, func, select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application, Judgement
from victim_support.damage.queries import visible_scopes


def sealed_application_ids() -> Select[UUID]:
    """Return the ids of applications that count in the sealed scope alone, to decide on sealing."""
    scopes = current_scopes()
    return _ids(scopes.sealed).where(Application.id.not_in(_ids(scopes.core)))


def list_judged_again() -> list[Application]:
    """Return the applications for dwellings with more than one round, as far as may be seen."""
    again = (
        select(Judgement.dwelling_id)
        .where(Judgement.scope == current_scopes().core, Judgement.is_withdrawn.is_(False))
        .group_by(Judgement.dwelling_id)
        .having(func.count() > 1)
    )
    statement = (
        select(Application)
        .where(
            Application.scope.in_(visible_scopes()),
            Application.is_withdrawn.is_(False),
            Application.dwelling_id.in_(again),
        )
        .order_by(Application.received_at, Application.id)
    )
    return list(db.session.scalars(statement))


def _ids(scope: str) -> Select[UUID]:
    return select(Application.id).where(
        Application.scope == scope, Application.is_withdrawn.is_(False)
    )
