"""Allow a machine to fetch the register by itself (受け取りの許可), and take that back."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.reads import log_security
from victim_support.core.scopes import current_scopes
from victim_support.takeouts.models import RegisterPermit, RegisterTakeout
from victim_support.takeouts.services.handing import Wanted, check_handing


class UsedError(Exception):
    """The register was fetched before; taking the permit back would change nothing."""


def allow(*, node: UUID, expires_on: date, towns: Collection[str], by: UUID | None) -> UUID:
    """Allow one machine to fetch the register over a network, until a day; return the permit.

    Raises:
        HandingError: There is nothing to hand out, or nobody to hand it to.
    """
    check_handing(Wanted(node, expires_on, towns))
    permit = RegisterPermit(
        scope=current_scopes().base,
        id=new_id(),
        node=node,
        expires_on=expires_on,
        towns=sorted(towns),
        allowed_at=clock.now(),
        allowed_by=by,
    )
    db.session.add(permit)
    log_security("register.allowed", staff_id=by, takeout=permit.id.hex, node=str(node))
    return permit.id


def take_back(permit: RegisterPermit) -> None:
    """Take a permit back that nobody has used.

    Raises:
        UsedError: It was used.
    """
    if db.session.get(RegisterTakeout, (permit.scope, permit.id)) is not None:
        raise UsedError
    permit.is_withdrawn = True
    log_security("register.disallowed", takeout=permit.id.hex)
