"""Who read what: the sums of some days, one member of staff, one person; as CSV."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, Response, abort, flash, render_template, request

from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.clock import today
from victim_support.core.csv_io import write_csv
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.exports import release
from victim_support.core.forms import read_day
from victim_support.core.permissions import matrix
from victim_support.core.reads import log_read
from victim_support.readings import queries
from victim_support.readings.rules import Reading, sum_up
from victim_support.victims.queries import find_person

bp = Blueprint("readings", __name__)
SHOWN = 300
HEADERS = ("日時", "職員", "役割", "端末", "したこと", "人数・件数")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days are asked for, and whose reading."""

    first: date
    last: date
    by: UUID | None

    @property
    def query(self) -> dict[str, str]:
        """Return the same for an address."""
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return days | ({"by": str(self.by)} if self.by else {})


@bp.get("/reads")
@requires("reads.review")
def index() -> str:
    asked = _asked()
    found = queries.list_readings(asked.first, asked.last)
    named = current_actor().may("person.read")
    much = queries.list_much_opened(found) if named else []
    log_read("reads.list", [person.id for person, _number in much], "閲覧の記録")
    return render_template(
        "readings/index.html",
        asked=asked,
        sums=sum_up(found, queries.list_written(asked.first, asked.last)),
        much=much,
        taken_out=[one for one in found if one.takes_out][:SHOWN],
        of_one=[one for one in found if one.actor == asked.by][:SHOWN] if asked.by else [],
        name_of=name_of,
        roles=matrix().roles,
    )


@bp.get("/reads.csv")
@requires("reads.review")
def reads_csv() -> Response:
    asked = _asked()
    found = queries.list_readings(asked.first, asked.last, asked.by)
    release("reads.export", [], "閲覧の記録の書き出し", is_paper=False)
    return _csv(found, "reads")


@bp.get("/persons/<uuid:person_id>/reads")
@requires("reads.person")
def person(person_id: UUID) -> str:
    shown = view(Audience.DESK, Purpose.RECORD).person(find_person(person_id)) or abort(404)
    asked = _asked()
    found = queries.list_readings_of(person_id, asked.first, asked.last)
    log_read("reads.person", [person_id], "閲覧の記録")
    return render_template(
        "readings/person.html",
        person=shown,
        asked=asked,
        readings=found[:SHOWN],
        total=len(found),
        name_of=name_of,
        roles=matrix().roles,
    )


def _csv(found: list[Reading], name: str) -> Response:
    rows = (
        (
            one.at.isoformat(sep=" ", timespec="seconds"),
            name_of(one.actor),
            matrix().roles.get(one.role, ""),
            one.terminal,
            one.words,
            len(one.ids),
        )
        for one in found
    )
    content, _lost = write_csv([HEADERS, *rows])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)


def _asked() -> Asked:
    """Return the days as asked for, the last week by default; what cannot be read is said."""
    last = _day("last", today())
    first = _day("first", last - timedelta(days=6))
    return Asked(min(first, last), max(first, last), request.args.get("by", type=UUID))


def _day(name: str, otherwise: date) -> date:
    text = request.args.get(name, "").strip()
    try:
        return read_day(text) if text else otherwise
    except ValueError as error:
        flash(str(error), "error")
        return otherwise
