"""Blocks (区域の名簿): areas, everybody in them by street, what was found, people added."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.headers import is_map_page
from victim_support.core.maps import Pin, map_script
from victim_support.core.reads import log_read
from victim_support.residents.queries import list_register_towns
from victim_support.shelters.queries import list_shelters
from victim_support.vulnerable import documents, services
from victim_support.vulnerable.forms.blocks import AddForm, AnswerForm, BlockForm, PublicationForm
from victim_support.vulnerable.forms.register import ChecksForm
from victim_support.vulnerable.models import Block
from victim_support.vulnerable.queries import blocks as queries
from victim_support.vulnerable.queries.places import has_places
from victim_support.vulnerable.queries.publications import (
    get_policy,
    list_publications,
    list_publishable,
)
from victim_support.vulnerable.rules.blocks import PublicationPolicy
from victim_support.vulnerable.rules.states import CheckOutcome, SafetyState
from victim_support.vulnerable.views.blueprint import bp
from victim_support.vulnerable.views.ground import find_tiles, ground


@bp.get("/blocks")
@is_map_page
@requires("block.read")
def blocks() -> str:
    return _blocks_page(BlockForm(formdata=None))


@bp.get("/blocks/places.js")
@requires("block.read")
def block_places() -> ResponseReturnValue:
    pins = [
        Pin(one.latitude, one.longitude, {"n": one.name, "k": "s"})
        for one in list_shelters()
        if one.latitude is not None and one.longitude is not None
    ]
    return Response(map_script(pins, **ground()), mimetype="text/javascript")


@bp.post("/blocks")
@requires("block.read")
def save_block() -> ResponseReturnValue:
    form = BlockForm()
    with transaction(reason="確認する区域"):
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit():
            block = services.save_block(
                name=form.name.data or "",
                town=form.town.data or "",
                first=form.first.data or "",
                last=form.last.data or "",
                corners=form.polygon,
            )
            location = url_for(".block", block_id=block.id)
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _blocks_page(form), 422
    return redirect(location, 303)


@bp.get("/blocks/<uuid:block_id>")
@requires("block.read")
def block(block_id: UUID) -> str:
    return _block_page(
        queries.get_block(block_id), ChecksForm(formdata=None), AddForm(formdata=None)
    )


@bp.post("/blocks/<uuid:block_id>/drop")
@requires("block.read")
def drop_block(block_id: UUID) -> ResponseReturnValue:
    with transaction(reason="確認する区域を消す"):
        services.drop_block(queries.get_block(block_id))
    flash("区域を一覧から消しました。記録した安否は残っています。", "success")
    return redirect(url_for(".blocks"), 303)


@bp.post("/blocks/<uuid:block_id>/checks")
@requires("support.check")
def record_block_checks(block_id: UUID) -> ResponseReturnValue:
    form = ChecksForm()
    with transaction(reason="区域の安否"):
        kept = queries.get_block(block_id)
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit():
            flash(f"{_record(kept, form)}人の結果を記録しました。", "success")
            location = url_for(".block", block_id=block_id)
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _block_page(kept, form, AddForm(formdata=None)), 422
    return redirect(location, 303)


@bp.post("/blocks/<uuid:block_id>/people")
@requires("support.check")
def add_to_block(block_id: UUID) -> ResponseReturnValue:
    form = AddForm()
    with transaction(reason="区域の名簿に加える"):
        kept = queries.get_block(block_id)
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit() and _is_inside(kept, form):
            services.add_person(
                form.person,
                outcome=CheckOutcome(form.outcome.data),
                source=form.told_by.data or "",
                note=form.remark.data or "",
            )
            location = url_for(".block", block_id=block_id)
            idempotency.remember(form.idempotency_key.data, location)
            flash("加えました。", "success")
        if location is None:
            return _block_page(kept, ChecksForm(formdata=None), form), 422
    return redirect(location, 303)


@bp.get("/blocks/<uuid:block_id>/rescue.pdf")
@requires("block.read")
def block_pdf(block_id: UUID) -> ResponseReturnValue:
    kept = queries.get_block(block_id)
    lines = queries.list_block(kept, view(Audience.RESCUE, Purpose.RESCUE)).lines
    release("block.print", [line.person_id for line in lines], "区域の名簿の印刷", is_paper=True)
    try:
        content = documents.block_pdf(lines, kept.name or "")
    except PrintError:
        flash("印刷用の書類を作れませんでした。画面の表をブラウザーから印刷してください。", "error")
        return redirect(url_for(".block", block_id=block_id))
    return Response(content, mimetype="application/pdf")


def _record(block: Block, form: ChecksForm) -> int:
    """Write what was found of those in the block that the writer may see."""
    shown = queries.list_block(block, view(Audience.DESK, Purpose.PRESENCE)).lines
    visible = {line.person_id for line in shown}
    candidates = queries.candidates_in(block)
    found = {who: what for who, what in form.found().items() if who in visible}
    for person_id, (outcome, note) in found.items():
        person = services.ledger_person(candidates[person_id].subject)
        services.record_check(person, outcome, source=form.source.data or "", note=note)
    return len(found)


def _is_inside(block: Block, form: AddForm) -> bool:
    """Check that an address lies in the block, so that who is added stands on its list."""
    if queries.area_of(block).holds(queries.street_here(form.address.data)):
        return True
    words = "この区域の住所ではありません。町名と番地を確かめてください。"
    if block.corners:
        words += "位置のわからない住所は、町名と番地で決めた区域に加えてください。"
    form.address.errors = [*form.address.errors, words]
    return False


def _blocks_page(form: BlockForm) -> str:
    return render_template(
        "vulnerable/blocks.html",
        form=form,
        blocks=queries.list_blocks(),
        towns=list_register_towns(),
        has_places=has_places(),
        tiles=find_tiles(),
    )


def _block_page(kept: Block, form: ChecksForm, adding: AddForm) -> str:
    found = queries.list_block(kept, view(Audience.DESK, Purpose.PRESENCE))
    log_read("block.open", [line.person_id for line in found.lines], "区域の名簿")
    policy = get_policy()
    return render_template(
        "vulnerable/block.html",
        block=kept,
        found=found,
        form=form,
        adding=adding,
        states=list(SafetyState),
        outcomes=list(CheckOutcome),
        typed=request.form,
        policy=policy,
        publishable=_publishable(kept, policy),
        asking=PublicationForm(formdata=None),
        answering=AnswerForm(formdata=None),
        publications=list_publications(kept.id),
    )


def _publishable(kept: Block, policy: PublicationPolicy) -> int:
    return 0 if policy is PublicationPolicy.OFF else len(list_publishable(kept, policy))
