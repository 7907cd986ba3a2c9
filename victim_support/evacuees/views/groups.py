"""Receiving homes, dormitories and buses (団体), and people who cannot say their name."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.db import transaction
from victim_support.evacuees import services
from victim_support.evacuees.forms import GroupForm, UnnamedForm
from victim_support.evacuees.queries.finding import match_all
from victim_support.evacuees.rules import GroupKind
from victim_support.evacuees.views.blueprint import (
    bp,
    is_right,
    reception_of,
    remember_arrival,
    require_shelter,
    warnings,
)
from victim_support.victims.rules import PersonData, Sex


@bp.get("/desk/group")
@requires("person.register")
def new_group() -> str:
    return _page("group", GroupForm(formdata=None))


@bp.post("/desk/group")
@requires("person.register")
def register_group() -> ResponseReturnValue:
    form = GroupForm()
    with transaction(reason="団体受付"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and is_right(form):
            reception = reception_of(
                form,
                group_kind=GroupKind(form.group_kind.data),
                label=form.label.data or "",
                contact_name=form.contact_name.data or "",
                staff_count=form.staff_count.data,
            )
            members = match_all(form.people)
            arrival = services.register_group(reception=reception, members=members)
            location = remember_arrival(form, arrival)
        page = None if location else _page("group", form)
    return redirect(location, 303) if location else (page or "", 422)


@bp.get("/desk/unnamed")
@requires("person.register")
def unnamed_person() -> str:
    return _page("unnamed", UnnamedForm(formdata=None))


@bp.post("/desk/unnamed")
@requires("person.register")
def register_unnamed() -> ResponseReturnValue:
    form = UnnamedForm()
    with transaction(reason="受付（名前のわからない方）"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and is_right(form):
            arrival = services.add_unnamed_person(
                reception=reception_of(form, group_kind=GroupKind.ALONE),
                data=PersonData(
                    tag_number=form.tag_number.data or "",
                    name_note="／".join(
                        text for text in (form.description.data, form.found.data) if text
                    ),
                    sex=Sex(form.sex.data) if form.sex.data else None,
                    birth=form.birth.data,
                ),
            )
            location = remember_arrival(form, arrival)
        page = None if location else _page("unnamed", form)
    return redirect(location, 303) if location else (page or "", 422)


def _page(name: str, form: GroupForm | UnnamedForm) -> str:
    return render_template(
        f"evacuees/{name}.html", form=form, board=require_shelter(), warnings=warnings()
    )
