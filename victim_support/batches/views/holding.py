"""Who has issued papers: not collected, told, sent; acts by list; who printed what."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.batches import documents, queries, services
from victim_support.batches.forms import HeldForm
from victim_support.batches.queries import Held, Printed
from victim_support.batches.rules import Custody
from victim_support.batches.views.blueprint import bp
from victim_support.certificates.queries import Paper, find_paper, get_paper
from victim_support.certificates.rules import parse_check
from victim_support.certificates.services import CertificateError
from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.clock import today
from victim_support.core.dates import long_day
from victim_support.core.db import db, transaction
from victim_support.core.disclosure import Audience, Purpose
from victim_support.core.exports import release
from victim_support.core.forms import read_day
from victim_support.core.lists import answer_csv, answer_pdf
from victim_support.core.reads import log_read

SHOWN = 200
UNCOLLECTED, NOTIFIED, MAILED = "uncollected", "notified", "mailed"
LISTS = {
    UNCOLLECTED: ("まだ渡していない証明書", tuple(one for one in Custody if one.is_here)),
    NOTIFIED: ("知らせた証明書", (Custody.NOTIFIED,)),
    MAILED: ("発送した証明書", (Custody.MAILED,)),
}
UNKNOWN = "この端末にない番号です: {}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which prints are asked for: days, clerk, and whether openings instead of copies."""

    first: date
    last: date
    by: UUID | None
    is_opened: bool

    @property
    def query(self) -> dict[str, Any]:
        """Return the same for an address."""
        found = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        found |= {"by": str(self.by)} if self.by else {}
        return found | ({"opened": "1"} if self.is_opened else {})

    @property
    def words(self) -> str:
        """Return the days for a heading."""
        days = dict.fromkeys((long_day(self.first), long_day(self.last)))
        return "から".join(days) + (" この端末で開いた記録" if self.is_opened else "")


@bp.get("/held/<any(uncollected, notified, mailed):which>")
@requires("certificate.read")
def held(which: str) -> str:
    return _held(which, HeldForm(formdata=None, day=today()))


@bp.post("/held/<any(uncollected, notified, mailed):which>")
@requires("certificate.issue")
def record(which: str) -> ResponseReturnValue:
    """Write down one act with the papers that are ticked or typed."""
    form = HeldForm()
    papers = _papers(form) if form.validate_on_submit() else []
    if not papers:
        return _held(which, form), 422
    ids = [paper.id for paper in papers]
    db.session.rollback()
    try:
        with transaction(reason="証明書の引渡し"):
            if not idempotency.find(form.idempotency_key.data):
                for each in ids:
                    services.record_handling(get_paper(each), form.handling, by=_actor())
                idempotency.remember(form.idempotency_key.data, url_for(".held", which=which))
                flash(f"{len(ids)}枚に「{form.handling.kind.label}」と記録しました。", "success")
    except CertificateError as error:
        form.numbers.errors = [str(error)]
        return _held(which, form), 422
    return redirect(url_for(".held", which=which), 303)


@bp.get("/held/<any(uncollected, notified, mailed):which>.pdf")
@requires("certificate.read")
def held_pdf(which: str) -> ResponseReturnValue:
    title, _states = _list(which)
    found = _listed(which, Audience.PAPER)
    release(
        "certificate.held",
        [one.certificate_id for one in found],
        title,
        is_paper=True,
        counted="枚",
    )
    return answer_pdf(documents.held_list(found, title), back=url_for(".held", which=which))


@bp.get("/held/<any(uncollected, notified, mailed):which>.csv")
@requires("certificate.read")
def held_csv(which: str) -> ResponseReturnValue:
    title, _states = _list(which)
    found = _listed(which, Audience.FILE)
    ids = [one.certificate_id for one in found]
    release("certificate.held", ids, f"{title}(CSV)", is_paper=False, counted="枚")
    return answer_csv(documents.held_list(found, title), which)


@bp.get("/printed")
@requires("certificate.printed")
def printed() -> str:
    asked = _asked()
    found = _printed(asked)
    return render_template(
        "batches/printed.html",
        printed=found[:SHOWN],
        total=len(found),
        asked=asked,
        clerks=[(each, name_of(each)) for each in queries.list_printers()],
        name_of=name_of,
    )


@bp.get("/printed.pdf")
@requires("certificate.printed")
def printed_pdf() -> ResponseReturnValue:
    asked = _asked()
    listed = documents.printed_list(_printed(asked), asked.words)
    return answer_pdf(listed, back=url_for(".printed", **asked.query))


@bp.get("/printed.csv")
@requires("certificate.printed")
def printed_csv() -> ResponseReturnValue:
    asked = _asked()
    return answer_csv(documents.printed_list(_printed(asked), asked.words), "printed")


def _actor() -> UUID | None:
    return current_actor().id


def _list(which: str) -> tuple[str, tuple[Custody, ...]]:
    return LISTS.get(which) or abort(404)


def _listed(which: str, audience: Audience) -> list[Held]:
    _title, states = _list(which)
    purpose = Purpose.RECORD if audience is Audience.COUNTER else Purpose.PRESENCE
    town = request.args.get("town", "")
    found = queries.list_held(states, audience=audience, purpose=purpose)
    return [one for one in found if not town or one.street.town == town]


def _held(which: str, form: HeldForm) -> str:
    title, _states = _list(which)
    found = _listed(which, Audience.COUNTER)
    log_read("certificate.held", [one.certificate_id for one in found[:SHOWN]])
    return render_template(
        "batches/held.html",
        which=which,
        title=title,
        lists=[(name, words) for name, (words, _states) in LISTS.items()],
        held=found[:SHOWN],
        total=len(found),
        town=request.args.get("town", ""),
        towns=sorted({one.street.town for one in found if one.street.town}),
        form=form,
        name_of=name_of,
    )


def _papers(form: HeldForm) -> list[Paper]:
    """Return the papers that are meant; say beside the field which numbers nobody knows."""
    papers = {each: get_paper(each) for each in form.ticked}
    unknown = []
    for text in form.typed_numbers:
        code = parse_check(text)
        paper = find_paper(code.number) if code else None
        papers |= {paper.id: paper} if paper else {}
        unknown += [] if paper else [text]
    if unknown:
        form.numbers.errors = [UNKNOWN.format("、".join(unknown))]
        return []
    return list(papers.values())


def _asked() -> Asked:
    """Return days and clerk as asked for; what cannot be read is left out."""
    first, last = (_day(request.args.get(name, "")) for name in ("first", "last"))
    is_opened = bool(request.args.get("opened"))
    return Asked(first, max(first, last), request.args.get("by", type=UUID), is_opened)


def _printed(asked: Asked) -> list[Printed]:
    read = queries.list_opened if asked.is_opened else queries.list_printed
    return read(asked.first, asked.last, asked.by)


def _day(text: str) -> date:
    try:
        return read_day(text) if text else today()
    except ValueError as error:
        flash(str(error), "error")
        return today()
