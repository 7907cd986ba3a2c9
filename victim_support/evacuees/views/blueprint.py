"""The blueprint of reception, and what all its pages share."""

from uuid import UUID

from flask import Blueprint, render_template, request

from victim_support.core.context import current_context
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.evacuees import queries
from victim_support.shelters.models import Shelter
from victim_support.shelters.queries import find_shelter

bp = Blueprint("evacuees", __name__)


def current_shelter() -> Shelter | None:
    """Return the shelter this desk stands at, or None while none is chosen."""
    return find_shelter(current_context().shelter_id)


def board_of(shelter_id: UUID) -> queries.Board:
    """Return the numbers of a shelter as the desk may see them."""
    return queries.get_board(shelter_id, view(Audience.DESK, Purpose.PRESENCE))


def is_fragment() -> bool:
    """Tell whether a script asks for the changing part of the page only."""
    return request.headers.get("X-Fragment") == "1"


def render_desk(**values: object) -> str:
    """Return the reception page, or the parts of it that change."""
    shelter = current_shelter()
    page = "evacuees/_parts.html" if is_fragment() else "evacuees/desk.html"
    return render_template(
        page,
        shelter=shelter,
        board=board_of(shelter.id) if shelter else None,
        **values,
    )
