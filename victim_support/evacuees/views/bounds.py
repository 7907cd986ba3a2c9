"""Helpers who were given one shelter see what is of that shelter; the rest is not found.

Somebody who stays elsewhere and comes to this desk is received like anybody known: by the search
of the register, with the few fields it shows. From then on the record is this shelter's.
"""

from uuid import UUID

from flask import abort, request

from victim_support.core.access import current_login
from victim_support.core.reads import log_read
from victim_support.evacuees.queries import list_elsewhere
from victim_support.evacuees.views.blueprint import bp

_PEOPLE = ("person_id", "first_id", "second_id")
_TOLD_TO_ALL = ("shelters.", "evacuees.shelter_map")  # where shelters are is no secret


@bp.before_app_request
def keep_to_own_shelter() -> None:
    """Answer 404 for another shelter and for people who stay in one, whatever the page."""
    login = current_login()
    own = login.actor.bound_to if login else None
    given = request.view_args or {}
    if own is None or not given:
        return
    shelter_id = given.get("shelter_id", own)
    if shelter_id != own and not str(request.endpoint).startswith(_TOLD_TO_ALL):
        abort(404)
    people = [given[name] for name in _PEOPLE if isinstance(given.get(name), UUID)]
    elsewhere = list_elsewhere(people, own) if people else []
    if elsewhere:
        log_read("person.elsewhere", elsewhere, "ほかの避難所の記録(見せていません)")
        abort(404)
