"""The blueprint of statements and enquiries, and what its pages share."""

from uuid import UUID

from flask import Blueprint, abort

from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.victims.models import Person
from victim_support.victims.queries import find_person

bp = Blueprint("safety", __name__)


def open_person(person_id: UUID) -> tuple[Person, DisclosedPerson]:
    """Return a person the viewer may see, or 404: the same for nobody and for the protected."""
    row = find_person(person_id)
    shown = view(Audience.DESK, Purpose.RECORD).person(row)
    if row is None or shown is None:
        abort(404)
    return row, shown
