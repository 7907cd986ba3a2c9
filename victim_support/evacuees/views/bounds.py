"""Helpers who were given one shelter see what is of that shelter; the rest is not found.

Somebody who stays elsewhere and comes to this desk is received like anybody known: by the search
of the register, with the few fields it shows. From then on the record is this shelter's.
"""

import re
from collections.abc import Mapping
from uuid import UUID

from flask import abort, request

from victim_support.core.access import current_login
from victim_support.core.reads import log_read
from victim_support.evacuees.queries import list_elsewhere
from victim_support.evacuees.views.blueprint import bp

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# The ways by which anybody is received or served wherever they come to: found by the search of the
# register, known by a card; a form of theirs may name who stays elsewhere.
SERVES_ANYBODY = frozenset(
    {
        "evacuees.identify_as",
        "evacuees.open_household",
        "evacuees.register_known",
        "evacuees.register_new",
        "presence.scan",
        "safety.choose_person",
        "safety.record",
        "supplies.give",
    }
)
_TOLD_TO_ALL = ("shelters.", "evacuees.shelter_map")  # where shelters are is no secret


@bp.before_app_request
def keep_to_own_shelter() -> None:
    """Answer 404 for another shelter and for people who stay in one, whatever the page."""
    login = current_login()
    own = login.actor.bound_to if login else None
    if own is None:
        return
    given = request.view_args or {}
    shelter_id = given.get("shelter_id", own)
    if shelter_id != own and not str(request.endpoint).startswith(_TOLD_TO_ALL):
        abort(404)
    named = _named(given)
    elsewhere = list_elsewhere(named, own) if named else []
    if elsewhere:
        log_read("person.elsewhere", elsewhere, "ほかの避難所の記録(見せていません)")
        abort(404)


def _named(given: Mapping[str, object]) -> set[UUID]:
    """Return every id that the request names, in its address or anywhere in its form."""
    ids = {value for value in given.values() if isinstance(value, UUID)}
    if request.endpoint in SERVES_ANYBODY:
        return ids
    texts = [text for pair in request.form.items(multi=True) for text in pair]
    return ids | {UUID(found) for text in texts for found in _UUID.findall(text)}
