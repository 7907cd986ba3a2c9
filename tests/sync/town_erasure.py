"""An erasure by law in a town of machines."""

from victim_support.core.actor import acting
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.journal.erasure import approve_erasure, propose_erasure
from victim_support.victims.models import Person

ANNA, BEN = new_id(), new_id()


def erase_phone(town, place, key):
    """Let two people order that a telephone number is nowhere any more."""
    with town.writing(place) as session, acting(ANNA):
        person = session.get_one(Person, key)
        order = propose_erasure(person, ["phone"], reason="本人の求め", ground="条例")
    with town.writing(place) as session, acting(BEN):
        approve_erasure(session.merge(order))
    town.erased.add(key[1])
    with town.reading(place):
        assert not db.session.get_one(Person, key).phone
    town.look(place)
