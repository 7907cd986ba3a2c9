"""The blueprint of reception, and what its pages share."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from victim_support.core import clock, idempotency
from victim_support.core.context import current_context
from victim_support.core.db import current_write
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.disasters.queries import get_current_disaster
from victim_support.dropbox.rules import Refusal, number_in
from victim_support.dropbox.services import is_switched_on
from victim_support.evacuees import queries
from victim_support.evacuees.forms import COUNTED, ArrivalForm, HeadCountForm, NewHouseholdForm
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import OUTSIDE, STAY_KEYS, PresenceKind, StayKind
from victim_support.evacuees.services import Arrival, Place, Reception
from victim_support.shelters.models import Shelter
from victim_support.shelters.queries import find_operation, find_shelter
from victim_support.shelters.rules import OperationStatus
from victim_support.victims.queries import get_answer_form
from victim_support.victims.rules import (
    NEED_KEYS,
    RELATIONS,
    STATEMENT_KEYS,
    AnswerValue,
    Sex,
    label_of,
)

bp = Blueprint("evacuees", __name__)


@bp.app_template_filter()
def label(value: str | None) -> str:
    """Show a stored value in its Japanese word."""
    return label_of(value)


@bp.app_template_filter()
def away_words(stay: Stay) -> str:
    """Show whether somebody who is out is out for hours or overnight."""
    return "外泊中" if stay.away_kind is PresenceKind.OVERNIGHT else "外出中"


@bp.context_processor
def words() -> dict[str, Any]:
    return {
        "need_keys": NEED_KEYS,
        "saying_keys": STATEMENT_KEYS,
        "answer_form": get_answer_form,
        "answer_values": list(AnswerValue),
        "relations": RELATIONS,
        "stay_keys": {kind.value: key for key, kind in STAY_KEYS.items()},
        "outside": OUTSIDE,
        "sexes": list(Sex),
        "takes_phones": is_switched_on,
        "phone_number": number_in,
    }


def current_shelter() -> Shelter | None:
    """Return the shelter this desk stands at, or None while none is chosen."""
    return find_shelter(current_context().shelter_id)


def shelter_id() -> UUID:
    """Return the id of the shelter this desk stands at."""
    return current_context().chosen_shelter


def require_shelter() -> queries.Board:
    """Return the numbers of the shelter this desk stands at."""
    return board_of(shelter_id())


def board_of(place: UUID) -> queries.Board:
    """Return the numbers of a shelter as the desk may see them."""
    return queries.get_board(place, view(Audience.DESK, Purpose.PRESENCE))


def is_fragment() -> bool:
    """Tell whether a script asks, as it does with every letter typed into the box."""
    return request.headers.get("X-Fragment") == "1"


def render_offers(**values: object) -> str:
    """Return what is offered while somebody types; without scripts, the whole page."""
    if is_fragment():
        return render_template("evacuees/_parts.html", board=None, **values)
    return render_desk(**values)


def warnings() -> list[str]:
    """Return what is odd about receiving here now; nobody is refused for it."""
    words = []
    operation = find_operation(place) if (place := current_context().shelter_id) else None
    if operation is not None and operation.status is OperationStatus.CLOSED:
        words.append(
            "この避難所は「閉鎖」です。受付はできますが、場所が合っているか確かめてください。"
        )
    disaster = get_current_disaster()
    if disaster is not None and not disaster.is_open:
        words.append(
            "この災害の対応は「終了」です。受付はできますが、災害が合っているか確かめてください。"
        )
    return words


def render_desk(**values: object) -> str:
    """Return the reception page, or only the parts that change when a script asks for them."""
    shelter = current_shelter()
    values |= {
        "shelter": shelter,
        "board": board_of(shelter.id) if shelter else None,
        "warnings": warnings(),
    }
    is_saved = "arrival" in values or "counted" in values
    if is_saved or not is_fragment():  # empty forms ask by the numbers of now
        values |= {
            "blank_form": NewHouseholdForm(formdata=None),
            "blank_count": HeadCountForm(formdata=None),
        }
    return render_template(f"evacuees/{'_parts' if is_fragment() else 'desk'}.html", **values)


def is_right(form: ArrivalForm, *, has_people: bool = True) -> bool:
    """Check a form of reception inside the transaction, as its questions depend on the ledger."""
    is_valid = form.validate_on_submit()
    sheet = form.sheet_number.data or ""
    is_phone = number_in(sheet) is not None  # unlike sheets, a phone's number is of one place
    if sheet and queries.find_group_of_sheet(sheet, None if is_phone else shelter_id()):
        words = Refusal.SPENT.label if is_phone else f"用紙 {sheet} はもう入力されています。"
        form.form_errors.append(words)
        is_valid = False
    if is_valid and not has_people:
        form.form_errors.append("おいでになった方を選んでください。")
        is_valid = False
    return form.check_counted(queries.count_nameless(shelter_id())) and is_valid


def reception_of(form: ArrivalForm, **values: Any) -> Reception:
    """Return what is the same for all who came together."""
    place, now = shelter_id(), clock.now()
    is_counted = form.counted.data == COUNTED
    head_count = queries.find_head_count(place, now) if is_counted else None
    return Reception(
        shelter_id=place,
        at=now,
        kind=StayKind(form.kind.data),
        phone=form.phone.data or "",
        sheet_number=form.sheet_number.data or "",
        place=Place(
            place=form.place.data or "",
            plate=form.plate.data or "",
            people=form.companions.data,
        ),
        count_id=head_count.id if head_count else None,
        **values,
    )


def remember_arrival(form: ArrivalForm, arrival: Arrival) -> str:
    """Return the page that says who was received; a form sent again leads there, too."""
    location = url_for("evacuees.arrived", group_id=arrival.group.id, txn=current_write().id)
    idempotency.remember(form.idempotency_key.data, location)
    return location
