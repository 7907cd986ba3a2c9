"""What protection asks of this slice: seal what tells of her; children; opponents; the dead."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import natural_id, new_id
from victim_support.core.scopes import current_scopes
from victim_support.safety.models import Death, Delivery, Message, Opponent, Provision
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.services.sealing import statement_scope

TELLING: tuple[type[Message | Delivery | Provision | Death], ...] = (
    Message,
    Delivery,
    Provision,
    Death,
)


@victims.on_protected
def seal_what_tells(person_id: UUID) -> None:
    """Move messages, deliveries, provisions and a death of somebody to the sealed scope."""
    for model in TELLING:
        statement = select(model).where(
            model.scope == current_scopes().core, model.person_id == person_id
        )
        for row in db.session.scalars(statement.order_by(model.id)):
            victims.move_to_sealed(row)


@victims.finds_open
def find_open_telling() -> Collection[UUID]:
    """Return about which protected people such rows stand in the open scope."""
    found: set[UUID] = set()
    for model in TELLING:
        statement = select(model.person_id).where(
            model.scope == current_scopes().core,
            model.is_withdrawn.is_(False),
            model.person_id.in_(victims.protected_ids()),
        )
        found |= {each for each in db.session.scalars(statement) if each is not None}
    return found


def name_opponent(person_id: UUID, *, name: str, note: str = "") -> Opponent:
    """Keep from whom somebody is protected (相手方), in the sealed scope."""
    opponent = Opponent(
        scope=current_scopes().sealed,
        id=new_id(),
        person_id=person_id,
        name=name,
        note=note or None,
        recorded_at=clock.now(),
    )
    db.session.add(opponent)
    return opponent


def record_death(person: Person, *, confirmed_by: str, note: str = "") -> Death:
    """Keep that somebody was found dead (死亡の確認); nobody is told before the family."""
    death = _death_of(person)
    death.recorded_at = death.recorded_at or clock.now()
    death.confirmed_by = confirmed_by
    death.note = note or None
    death.is_withdrawn = False
    return death


def tell_family(death: Death, *, told_to: str) -> Death:
    """Keep that the family was told of the death, and who of them."""
    death.told_at = clock.now()
    death.told_to = told_to
    return death


def _death_of(person: Person) -> Death:
    """Return the one row of a death, the same on every machine."""
    scopes = current_scopes()
    scope = statement_scope(person)
    death_id = natural_id("death", scopes.municipality, str(person.id))
    death = db.session.get(Death, (scope, death_id))
    if death is None:
        death = Death(scope=scope, id=death_id, person_id=person.id)
        db.session.add(death)
    return death
