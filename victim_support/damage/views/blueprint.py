"""The blueprint of damage, and what its pages share."""

from datetime import date
from functools import partial
from uuid import UUID

from flask import Blueprint, abort

from victim_support.core.access import current_actor
from victim_support.core.clock import local
from victim_support.core.documents.fonts import Style
from victim_support.core.documents.glyphs import name_spans
from victim_support.damage.photos import missing_words
from victim_support.damage.rules.workings import shown
from victim_support.disasters.queries import get_current_disaster
from victim_support.victims.rules import label_of

bp = Blueprint("damage", __name__, url_prefix="/damage")

bp.add_app_template_filter(label_of, "label_of")
bp.add_app_template_filter(shown, "exactly")
bp.add_app_template_filter(missing_words)
bp.add_app_template_filter(partial(name_spans, style=Style.GOTHIC), "name_spans")


def actor_id() -> UUID:
    """Return who works here, or 403."""
    return current_actor().id or abort(403)


def disaster_day() -> date | None:
    """Return the day of the disaster, None when it is not known."""
    disaster = get_current_disaster()
    return local(disaster.started_at).date() if disaster and disaster.started_at else None
