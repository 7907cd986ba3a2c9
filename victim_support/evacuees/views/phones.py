"""What phones have sent: one scan opens the form of new people, filled; Enter registers."""

from flask import request
from flask.typing import ResponseReturnValue

from victim_support.core.access import reads, requires
from victim_support.dropbox.rules import Refusal, stored_number
from victim_support.evacuees.forms.dropped import (
    answers_of_drop,
    form_of_drop,
    language_of_drop,
)
from victim_support.evacuees.queries.dropped import open_drop
from victim_support.evacuees.views.blueprint import bp, render_desk
from victim_support.victims.queries import get_answer_form
from victim_support.victims.rules import Edition


@bp.post("/desk/phone")
@reads
@requires("person.register")
def open_phone() -> ResponseReturnValue:
    opened = open_drop(request.form.get("text", ""))
    if isinstance(opened, Refusal):
        return render_desk(phone_refusal=opened.label), 422
    # The phone asks by the form of natural disasters; under another one the desk asks anew.
    is_asked_so = get_answer_form().edition is Edition.NATURAL_DISASTER
    return render_desk(
        form=form_of_drop(opened.dropped),
        is_new=True,
        sheet=stored_number(opened.dropped.number),
        phone_language=language_of_drop(opened.dropped),
        asked=answers_of_drop(opened.dropped) if is_asked_so else {},
        **({"found": opened.alike} if opened.alike.hits else {}),
    )
