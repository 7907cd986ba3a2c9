"""Bulk issues: choose, follow, print in parts with a cover list."""

from functools import partial
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.batches import documents, queries, services
from victim_support.batches.forms import NUMBERS, TOWNS, BatchActForm, BatchForm
from victim_support.batches.queries import Issued, Open, OpenedBatch
from victim_support.batches.rules import HandlingKind
from victim_support.batches.views.blueprint import bp, csv_file, pdf_or_back
from victim_support.batches.work import ISSUE, REASON
from victim_support.certificates.queries import find_applications_of
from victim_support.certificates.rules import PaperKind, parse_check
from victim_support.certificates.services import CertificateError
from victim_support.core import idempotency, jobs
from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.clock import today
from victim_support.core.db import db, transaction
from victim_support.core.documents.worker import bulk_workers
from victim_support.core.exports import release
from victim_support.core.lists import answer_csv, answer_pdf
from victim_support.core.node import may_draw_numbers
from victim_support.core.protections import knowledge
from victim_support.core.scopes import current_scopes

NOT_HERE = "ここでは発行できない番号です(番号ちがいか、窓口で渡すもの): {}"
NOBODY = "発行できる申請がありません。判定の承認を確かめるか、ほかの町を選んでください。"


@bp.get("/")
@requires("certificate.batch")
def index() -> str:
    counts = [(kind, queries.list_candidates(kind)) for kind in queries.KINDS]
    return render_template(
        "batches/index.html", batches=queries.list_batches(), counts=counts, name_of=name_of
    )


@bp.get("/issues.pdf")
@requires("certificate.batch")
def index_pdf() -> ResponseReturnValue:
    listed = documents.batches_list(queries.list_batches(limit=None))
    return answer_pdf(listed, back=url_for(".index"))


@bp.get("/issues.csv")
@requires("certificate.batch")
def index_csv() -> ResponseReturnValue:
    return answer_csv(documents.batches_list(queries.list_batches(limit=None)), "bulk-issues")


@bp.get("/new/<any(risai, hisai):kind>")
@requires("certificate.batch")
def new(kind: str) -> str:
    return _new(_kind(kind), BatchForm(formdata=None))


@bp.post("/new/<any(risai, hisai):kind>")
@requires("certificate.batch")
def start(kind: str) -> ResponseReturnValue:
    form, paper = BatchForm(), _kind(kind)
    found = queries.list_candidates(paper)
    form.offer(found.towns())
    ids = _chosen(form, found) if form.validate_on_submit() else []
    if not ids:
        return _new(paper, form), 422
    try:
        location = _started(form, paper, ids)
    except CertificateError as error:
        flash(str(error), "error")
        return _new(paper, form), 422
    return redirect(location, 303)


@bp.get("/<uuid:batch_id>")
@requires("certificate.batch")
def show(batch_id: UUID) -> str:
    return _show(batch_id, _act_form(batch_id))


@bp.post("/<uuid:batch_id>/acts")
@requires("certificate.issue")
def record_all(batch_id: UUID) -> ResponseReturnValue:
    """Write down one act with every paper of a bulk issue that is still here."""
    form, location = BatchActForm(), url_for(".show", batch_id=batch_id)
    if not form.validate_on_submit():
        return _show(batch_id, form), 422
    db.session.rollback()
    try:
        with transaction(reason="一括発行の紙の引渡し"):
            if not idempotency.find(form.idempotency_key.data):
                opened = queries.open_batch(batch_id)
                papers = _here(opened, _refused(opened))
                for one in papers:
                    services.record_handling(one.paper, form.handling, by=current_actor().id)
                idempotency.remember(form.idempotency_key.data, location)
                flash(f"{len(papers)}枚に「{form.handling.kind.label}」と記録しました。", "success")
    except CertificateError as error:
        flash(str(error), "error")
    return redirect(location, 303)


@bp.get("/<uuid:batch_id>/papers/<int:number>.pdf")
@requires("certificate.batch")
def papers(batch_id: UUID, number: int) -> ResponseReturnValue:
    opened = queries.open_batch(batch_id)
    part, refused = opened.part(number), _refused(opened)
    release(
        "certificate.batch",
        [one.paper.id for one in opened.printable],
        REASON,
        is_paper=True,
        counted="枚",
    )
    sheets = [one for one in part if one.paper.id not in refused]
    if not sheets:
        flash("このファイルには、いま印刷できる紙がありません。わけは下の表にあります。", "warning")
        return redirect(url_for(".show", batch_id=batch_id))
    make = partial(documents.papers_pdf, sheets, is_mailed=opened.batch.is_mailed)
    return pdf_or_back(make, url_for(".show", batch_id=batch_id))


@bp.get("/<uuid:batch_id>/cover.pdf")
@requires("certificate.batch")
def cover(batch_id: UUID) -> ResponseReturnValue:
    opened = queries.open_batch(batch_id)
    refused, ids = _refused(opened), [one.paper.id for one in opened.printable]
    release("certificate.cover", ids, "一括発行の表紙", is_paper=True, counted="枚")
    make = partial(documents.cover_pdf, opened, _sheets(opened, refused), refused)
    return pdf_or_back(make, url_for(".show", batch_id=batch_id))


@bp.get("/<uuid:batch_id>/cover.csv")
@requires("certificate.batch")
def cover_csv(batch_id: UUID) -> ResponseReturnValue:
    opened = queries.open_batch(batch_id)
    ids = [one.paper.id for one in opened.printable]
    release("certificate.cover", ids, "一括発行の表紙(CSV)", is_paper=False, counted="枚")
    refused = _refused(opened)
    rows = documents.cover_csv(opened, _sheets(opened, refused), refused)
    return csv_file(rows, "bulk-issue")


def _kind(value: str) -> PaperKind:
    return next((kind for kind in queries.KINDS if kind == value), None) or abort(404)


def _new(kind: PaperKind, form: BatchForm) -> str:
    found = queries.list_candidates(kind)
    form.offer(found.towns())
    is_sealed_shown = current_actor().may("sealed.read")
    return render_template(
        "batches/new.html",
        kind=kind,
        kinds=queries.KINDS,
        form=form,
        found=found,
        first=sum(not one.is_replacement for one in found.candidates),
        sealed=queries.count_sealed(kind) if is_sealed_shown else 0,
        protections=knowledge(),
        is_suspended=not may_draw_numbers(),
    )


def _chosen(form: BatchForm, found: Open) -> list[UUID]:
    """Return the applications in the order of their papers; say beside the field what is wrong."""
    if form.choice.data == NUMBERS:
        return _numbered(form, found)
    towns = form.towns.data if form.choice.data == TOWNS else None
    with_replacements = form.with_replacements.data
    candidates = queries.chosen(found, towns=towns, with_replacements=with_replacements)
    if not candidates:
        form.choice.errors = [NOBODY]
    return [one.application_id for one in candidates]


def _numbered(form: BatchForm, found: Open) -> list[UUID]:
    """Return the applications of the numbers; those that cannot be issued come last, for a line."""
    wanted: dict[UUID, None] = {}
    unknown = []
    for text in form.typed_numbers:
        code = parse_check(text)
        applications = find_applications_of(code.number) if code else []
        core = [one.id for one in applications if one.scope == current_scopes().core]
        wanted |= dict.fromkeys(core)
        unknown += [] if core else [text]
    if unknown:
        form.numbers.errors = [NOT_HERE.format("、".join(unknown))]
        return []
    ready = [one.application_id for one in found.candidates if one.application_id in wanted]
    return ready + [each for each in wanted if each not in set(ready)]


def _started(form: BatchForm, kind: PaperKind, ids: list[UUID]) -> str:
    """Write the bulk issue down and put its work into the queue; return where to follow it."""
    db.session.rollback()
    with transaction(reason=f"{kind.label}の一括発行"):
        location = idempotency.find(form.idempotency_key.data)
        if location:
            return location
        wanted = services.Wanted(
            kind, _words(form), len(ids), form.is_mailed, form.called.data or ""
        )
        batch_id = services.start_batch(wanted, by=current_actor().id).id
        page = url_for(".show", batch_id=batch_id)
        idempotency.remember(form.idempotency_key.data, page)
    db.session.remove()
    payload = {"batch": str(batch_id), "applications": [str(each) for each in ids], "link": page}
    job = jobs.start(ISSUE, by=current_actor().id, key=str(batch_id), payload=payload)
    for worker in bulk_workers:
        worker.warm_up()
    return url_for("jobs.show", job_id=job)


def _words(form: BatchForm) -> str:
    if form.choice.data == TOWNS:
        return "、".join(form.towns.data or ())
    return "番号で選択" if form.choice.data == NUMBERS else "すべての町"


def _refused(opened: OpenedBatch) -> dict[UUID, str]:
    """Return why papers of a bulk issue may not be printed now, by paper."""
    return documents.refusals(opened.printable, is_mailed=opened.batch.is_mailed)


def _sheets(opened: OpenedBatch, refused: dict[UUID, str]) -> list[Issued]:
    return [one for one in opened.printable if one.paper.id not in refused]


def _show(batch_id: UUID, form: BatchActForm) -> str:
    opened = queries.open_batch(batch_id)
    refused = _refused(opened)
    return render_template(
        "batches/show.html",
        opened=opened,
        batch=opened.batch,
        refused=refused,
        job=jobs.find_open(ISSUE, str(batch_id)),
        here=_here(opened, refused),
        form=form,
        name_of=name_of,
    )


def _act_form(batch_id: UUID) -> BatchActForm:
    is_mailed = queries.get_batch(batch_id).is_mailed
    kind = HandlingKind.MAILED if is_mailed else HandlingKind.NOTIFIED
    return BatchActForm(formdata=None, kind=kind.value, day=today())


def _here(opened: OpenedBatch, refused: dict[UUID, str]) -> list[Issued]:
    """Return the papers that may be printed and of which nobody said that they have left."""
    sheets = _sheets(opened, refused)
    acts = queries.list_acts([one.paper.id for one in sheets])
    return [one for one in sheets if queries.custody(acts.get(one.paper.id, [])).is_here]
