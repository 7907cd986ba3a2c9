"""Receiving homes, dormitories and buses (団体), and people who cannot say their name."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import reads, requires
from victim_support.core.db import transaction
from victim_support.core.reads import log_read, log_search
from victim_support.evacuees import services
from victim_support.evacuees.forms import MOST_PEOPLE, GroupForm, UnnamedForm
from victim_support.evacuees.queries.finding import (
    ListedResidents,
    OpenedPerson,
    list_residents_at,
    match_all,
)
from victim_support.evacuees.rules import Candidate, GroupKind
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


@bp.post("/desk/group/residents")
@reads
@requires("person.register")
def list_group() -> str:
    text = request.form.get("text", "").strip()
    form = GroupForm(formdata=None, listed=text, label=text)
    listed = _list_residents(form)
    log_search(text, len(listed.people) + listed.more)
    log_read("household.open", [one.shown.id for one in listed.people], "団体受付")
    if request.form.get("all"):
        form.residents.data = [one.candidate.register_number for one in listed.people]
    return _page("group", form, listed=listed)


@bp.post("/desk/group")
@requires("person.register")
def register_group() -> ResponseReturnValue:
    form = GroupForm()
    with transaction(reason="団体受付"):
        location = idempotency.find(form.idempotency_key.data)
        listed = _list_residents(form)
        if not location and is_right(form):
            reception = reception_of(
                form,
                group_kind=GroupKind(form.group_kind.data),
                label=form.label.data or "",
                contact_name=form.contact_name.data or "",
                staff_count=form.staff_count.data,
            )
            arrival = services.register_group(
                reception=reception,
                members=match_all(form.people),
                residents=_chosen(form, listed),
            )
            location = remember_arrival(form, arrival)
        page = None if location else _page("group", form, listed=listed)
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


def _list_residents(form: GroupForm) -> ListedResidents:
    """List who is found by the name that was typed, and offer each to be ticked."""
    text = form.listed.data or ""
    listed = list_residents_at(text, limit=MOST_PEOPLE) if text else ListedResidents([], 0)
    form.residents.choices = [
        (one.candidate.register_number, _words_of(one)) for one in listed.people
    ]
    return listed


def _chosen(form: GroupForm, listed: ListedResidents) -> list[Candidate]:
    ticked = set(form.residents.data or ())
    candidates = (one.candidate for one in listed.people)
    return [one for one in candidates if one.register_number in ticked]


def _words_of(one: OpenedPerson) -> str:
    shown = one.shown
    received = "" if one.received is None else f"（{one.received or '受付済'}）"
    return "　".join(filter(None, [shown.name, shown.kana, shown.age, received]))


def _page(name: str, form: GroupForm | UnnamedForm, **values: object) -> str:
    return render_template(
        f"evacuees/{name}.html", form=form, board=require_shelter(), warnings=warnings(), **values
    )
