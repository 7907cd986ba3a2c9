"""Pages of registers that are handed out: the list, hand out, take in, wipe, proofs."""

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency, jobs
from victim_support.core.access import accepts_upload, asks_again, current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.residents.queries import (
    count_residents,
    find_newest_extract,
    list_register_towns,
)
from victim_support.residents.rules.handing import Provenance
from victim_support.sync.forms import AddressForm
from victim_support.sync.machines import is_headquarters
from victim_support.sync.media import list_media
from victim_support.sync.media_forms import FolderForm
from victim_support.sync.queries import find_enrolment
from victim_support.takeouts import queries
from victim_support.takeouts.forms import HandForm, ProofForm, WipeForm
from victim_support.takeouts.rules import COLUMNS
from victim_support.takeouts.services.halfway import find_halfway
from victim_support.takeouts.services.handing import HandingError
from victim_support.takeouts.services.permits import UsedError, allow, take_back
from victim_support.takeouts.services.wiping import NotProvenError, keep_proof
from victim_support.takeouts.work import EXPORT, FETCH, IMPORT, WIPE

if TYPE_CHECKING:
    from pathlib import Path

    from victim_support.core.instance import OpenInstance

bp = Blueprint("takeouts", __name__, url_prefix="/takeouts")
MEGABYTES = 1
NOT_PROVEN = "登録された端末の署名が確かめられません。証明のファイルを作り直してもらってください。"


@bp.get("/")
@requires("takeout.read")
def index() -> str:
    return _index(ProofForm(formdata=None))


@bp.post("/proofs")
@requires("takeout.hand")
@accepts_upload(MEGABYTES)
def take_proof() -> ResponseReturnValue:
    form = ProofForm()
    raw = form.read() if form.validate_on_submit() else None
    if raw is None:
        return _index(form), 422
    db.session.rollback()
    try:
        with transaction(reason="消去の証明の受け取り"):
            wipe = keep_proof(raw)
            name = queries.name_of_machine(wipe.node)
    except NotProvenError:
        form.file.errors = [NOT_PROVEN]
        return _index(form), 422
    flash(f"「{name}」の消去の証明を受け取りました。署名を確かめました。", "success")
    return redirect(url_for(".index"), 303)


@bp.get("/new")
@requires("takeout.hand")
def new() -> str:
    return _new(_hand_form(formdata=None))


@bp.post("/new")
@asks_again
@requires("takeout.hand")
def hand() -> ResponseReturnValue:
    form = _hand_form()
    if not form.validate_on_submit():
        return _new(form), 422
    return _allow(form) if form.is_by_link else _write(form)


def _allow(form: HandForm) -> ResponseReturnValue:
    db.session.rollback()
    try:
        with transaction(reason="住民データの受け取りの許可"):
            location = idempotency.find(form.idempotency_key.data)
            if location is None:
                allow(
                    node=UUID(form.target.data),
                    expires_on=form.expires_on.data or clock.today(),
                    towns=form.chosen_towns,
                    by=current_actor().id,
                )
                location = url_for(".index")
                idempotency.remember(form.idempotency_key.data, location)
    except HandingError as error:
        form.target.errors = [str(error)]
        return _new(form), 422
    flash("許可しました。端末の「この端末の住民データ」で、同期で受け取れます。", "success")
    return redirect(location, 303)


@bp.post("/permits/<uuid:permit_id>/take-back")
@requires("takeout.hand")
def take_permit_back(permit_id: UUID) -> ResponseReturnValue:
    try:
        with transaction(reason="住民データの受け取りの許可の取り消し"):
            take_back(queries.get_permit(permit_id))
    except UsedError:
        flash("もう受け取られています。端末で消してもらってください。", "error")
    else:
        flash("許可を取り消しました。", "success")
    return redirect(url_for(".index"), 303)


def _write(form: HandForm) -> ResponseReturnValue:
    db.session.remove()
    job = jobs.start(
        EXPORT,
        by=current_actor().id,
        key="register",
        payload={
            "folder": str(form.folder),
            "node": form.target.data,
            "expires_on": form.expires_on.data.isoformat() if form.expires_on.data else "",
            "towns": form.chosen_towns,
            "takeout": new_id().hex,
            "link": url_for(".index"),
        },
    )
    return redirect(url_for("jobs.show", job_id=job), 303)


@bp.get("/here")
@requires("takeout.take")
def here() -> str:
    return _here(_take_form(formdata=None), WipeForm(formdata=None))


@bp.post("/here")
@requires("takeout.take")
def take() -> ResponseReturnValue:
    form = _take_form()
    if not form.validate_on_submit():
        return _here(form, WipeForm(formdata=None)), 422
    return _begin(IMPORT, folder=str(form.folder))


@bp.post("/here/fetch")
@requires("takeout.take")
def fetch() -> ResponseReturnValue:
    form = AddressForm()
    if not form.validate_on_submit():
        return _here(_take_form(formdata=None), WipeForm(formdata=None), form), 422
    return _begin(FETCH, address=form.address.data or "")


@bp.post("/here/wipe")
@requires("takeout.take")
def wipe() -> ResponseReturnValue:
    form = WipeForm()
    if not form.validate_on_submit():
        return _here(_take_form(formdata=None), form), 422
    return _begin(WIPE)


def _begin(kind: str, **payload: str) -> ResponseReturnValue:
    db.session.remove()
    payload["link"] = url_for(".here")
    job = jobs.start(kind, by=current_actor().id, key="register", payload=dict(payload))
    return redirect(url_for("jobs.show", job_id=job), 303)


def _index(form: ProofForm) -> str:
    return render_template(
        "takeouts/index.html",
        form=form,
        takeouts=queries.list_takeouts(),
        permits=queries.list_waiting(),
        wiped=queries.list_wiped_machines(),
        name_of_machine=queries.name_of_machine,
        is_headquarters=is_headquarters(),
        name_of=name_of,
    )


def _new(form: HandForm) -> str:
    newest = find_newest_extract()
    return render_template(
        "takeouts/new.html",
        form=form,
        newest=newest,
        people=count_residents(),
        has_targets=bool(queries.list_targets()),
        columns=COLUMNS,
        is_handed=newest is not None and newest.provenance is not None,
    )


def _here(form: FolderForm, wipe_form: WipeForm, fetch_form: AddressForm | None = None) -> str:
    newest = find_newest_extract()
    provenance = newest.provenance if newest else None
    return render_template(
        "takeouts/here.html",
        form=form,
        wipe_form=wipe_form,
        fetch_form=fetch_form or _fetch_form(),
        permits=[each for each in queries.list_waiting() if each.is_here],
        provenance=provenance,
        people=count_residents(),
        is_over=provenance is not None and provenance.expires_on < clock.today(),
        is_headquarters=is_headquarters(),
        halfway=_halfway(),
        advice=queries.proving().advice if provenance else "",
    )


def _halfway() -> Provenance | None:
    """Return which register has come only in part, None when none has."""
    enrolment = find_enrolment()
    found = find_halfway(enrolment) if enrolment else None
    return found.provenance if found else None


def _hand_form(**values: None) -> HandForm:
    towns = [town.name for town in list_register_towns()]
    return HandForm(_instance(), list_media(), queries.list_targets(), towns, **values)


def _take_form(**values: None) -> FolderForm:
    return FolderForm(_instance(), list_media(), **values)


def _fetch_form() -> AddressForm:
    return AddressForm(formdata=None, address=queries.headquarters_address())


def _instance() -> "Path":
    opened: OpenInstance = current_app.extensions["instance"]
    return opened.folder
