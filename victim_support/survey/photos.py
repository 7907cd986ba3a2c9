"""Photographs of a camera's card: taken in, given to the dwelling whose sheet they follow, sorted.

The camera's file is never kept: a small copy without its hidden words goes into ``core.blobs``,
time and place of the shot into the row.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from uuid import UUID

from sqlalchemy import Select, select

from victim_support.core import clock, images
from victim_support.core.blobs import address_of
from victim_support.core.db import db, reading, transaction
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.damage import photos as damage
from victim_support.damage.models import Application, DamagePhoto
from victim_support.journal.taken_in import after_exchange
from victim_support.survey.models import IncomingPhoto, SurveyVisit
from victim_support.survey.queries import shot_of
from victim_support.survey.rules import PhotoDoubt
from victim_support.survey.shots import Place, place_shots, read_code
from victim_support.victims import services as victims

REASON = "カードの写真の取り込み"
SHEET_NOTE = "調査票"
AT_ONCE = 10
"""So many pictures are given to dwellings in one step of the writing."""
_SHOWN_NAME = 60
_NOT_READ = "読めません。カードを確かめてください。"


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a card, read when its turn comes; ``original`` is its address, where known."""

    name: str
    read: Callable[[], bytes]
    original: str = ""


@dataclass(slots=True)
class CardReport:
    """What became of the files of a card; ``numbers`` are the sheets, with their pictures."""

    files: int = 0
    given: int = 0
    known: int = 0
    waiting: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def take_in_card(
    card_id: UUID, sources: Sequence[Source], *, by: UUID | None
) -> Generator[int, None, CardReport]:
    """Take the pictures of a card in, and give them to dwellings; yields after every file.

    Each file is one short transaction, so that a card pulled out, a full disk or the end of the
    server costs nothing of what was read; the same card once more adds nothing.
    """
    report, known = CardReport(files=len(sources)), _known_originals()
    for count, source in enumerate(sources, start=1):
        _take_in(card_id, source, report, known, by)
        yield count
    places = _places(card_id)
    for start in range(0, len(places), AT_ONCE):
        _give_some(places[start : start + AT_ONCE], report, by)
        yield len(sources)
    return report


def give(
    photo_ids: Collection[UUID], visit: SurveyVisit, *, by: UUID | None
) -> list[IncomingPhoto]:
    """Give waiting pictures to the dwelling of a sheet (仕分け)."""
    rows = [row for row in _rows(photo_ids) if row.dwelling_id is None and not row.is_withdrawn]
    for row in rows:
        row.number = visit.number
        _give(row, visit.dwelling_id, by)
    db.session.flush()
    return rows


def put_aside(photo_ids: Collection[UUID]) -> int:
    """Put waiting pictures aside that show no dwelling; the record of them stays."""
    rows = [row for row in _rows(photo_ids) if row.dwelling_id is None and not row.is_withdrawn]
    for row in rows:
        row.is_withdrawn = True
    return len(rows)


def send_back(card_id: UUID, number: str) -> int:
    """Let the pictures that a card gave to a sheet wait for a person again (仕分けに戻す)."""
    statement = _of_card(card_id).where(
        IncomingPhoto.number == number, IncomingPhoto.dwelling_id.is_not(None)
    )
    rows = list(db.session.scalars(statement))
    return sum(_taken_back(row) for row in rows)


def match_again(*, by: UUID | None) -> int:
    """Give pictures to sheets that came with an exchange since they were taken in."""
    statement = (
        select(IncomingPhoto)
        .where(
            IncomingPhoto.scope == current_scopes().core,
            IncomingPhoto.is_withdrawn.is_(False),
            IncomingPhoto.dwelling_id.is_(None),
            IncomingPhoto.doubt == PhotoDoubt.UNKNOWN,
        )
        .order_by(IncomingPhoto.id)
    )
    rows = list(db.session.scalars(statement))
    dwellings = _dwellings_of({row.number for row in rows if row.number})
    found = [row for row in rows if row.number in dwellings]
    for row in found:
        _give(row, dwellings[row.number or ""], by)
    return len(found)


@victims.on_protected
def seal_incoming(_person_id: UUID) -> None:
    """Seal what was taken in for dwellings whose photographs are sealed by now."""
    _seal_all()


@after_exchange
def seal_what_came() -> None:
    """Seal what another machine gave to a dwelling before it knew of the protection."""
    due = bool(_open_of_sealed())
    db.session.remove()
    if due:
        with transaction(reason="カードの写真を保護の区画へ移す(同期のあと)"):
            _seal_all()


def _take_in(
    card_id: UUID, source: Source, report: CardReport, known: set[str], by: UUID | None
) -> None:
    try:
        raw = b"" if source.original in known else source.read()
        original = source.original or address_of(raw)
        if original in known:
            report.known += 1
            return
        picture = images.take_in(BytesIO(raw), with_codes=True)
        taken = damage.keep(picture)
    except images.ImageError as error:
        report.refused.append(f"{_shown(source.name)}: {error}")
    except OSError:
        report.refused.append(f"{_shown(source.name)}: {_NOT_READ}")
    else:
        known.add(original)
        with transaction(reason=REASON):
            _add(card_id, source.name, original, picture, taken, by)


def _add(
    card_id: UUID,
    name: str,
    original: str,
    picture: images.Photograph,
    taken: damage.Taken,
    by: UUID | None,
) -> None:
    scopes = current_scopes()
    row_id = natural_id("incoming_photo", scopes.municipality, f"{scopes.disaster}/{original}")
    if db.session.get(IncomingPhoto, (scopes.core, row_id)) is not None:
        return
    row = IncomingPhoto(
        scope=scopes.core,
        id=row_id,
        original=original,
        sha256=taken.address,
        size=taken.size,
        taken_at=taken.taken_at,
        latitude=taken.latitude,
        longitude=taken.longitude,
        card_id=card_id,
        file_name=name,
        camera=picture.camera or None,
        code=read_code(picture.codes),
        imported_at=clock.now(),
        imported_by=by,
    )
    db.session.add(row)


def _known_originals() -> set[str]:
    """Return which files were taken in for this disaster, whatever became of them."""
    scopes = current_scopes()
    statement = select(IncomingPhoto.original).where(
        IncomingPhoto.scope.in_((scopes.core, scopes.sealed))
    )
    with reading() as session:
        return set(session.scalars(statement))


def _places(card_id: UUID) -> list[Place]:
    """Return where the pictures of a card belong that were given nowhere yet."""
    with reading() as session:
        rows = list(session.scalars(_of_card(card_id)))
        session.expunge_all()
    known = set(_dwellings_of({row.code for row in rows if row.code}))
    db.session.remove()
    waiting = {str(row.id) for row in rows if row.dwelling_id is None and row.doubt is None}
    found = place_shots([shot_of(row) for row in rows], known)
    return [each for each in found if each.key in waiting]


def _give_some(places: Iterable[Place], report: CardReport, by: UUID | None) -> None:
    found = {UUID(each.key): each for each in places}
    with transaction(reason=REASON):
        dwellings = _dwellings_of({each.number for each in found.values() if each.number})
        for row in _rows(found):
            place = found[row.id]
            row.number, row.doubt = place.number, place.doubt
            if place.doubt is None:
                _give(row, dwellings[place.number or ""], by)
            if row.doubt is None:
                report.given += 1
                number = place.number or ""
                report.numbers[number] = report.numbers.get(number, 0) + 1
            else:
                report.waiting += 1


def _give(row: IncomingPhoto, dwelling_id: UUID, by: UUID | None) -> None:
    """Give a picture to a dwelling; one that another dwelling has waits for a person first."""
    if row.sha256 is None:
        return
    if row.doubt is None and damage.find_dwellings_of(row.sha256) - {dwelling_id}:
        row.doubt = PhotoDoubt.ALREADY
        return
    taken = damage.Taken(row.sha256, row.size, row.taken_at, row.latitude, row.longitude)
    damage.add_photos(dwelling_id, [taken], note=SHEET_NOTE if row.code else "", by=by)
    photo = damage.find_photo_of(dwelling_id, row.sha256)
    row.dwelling_id, row.doubt, row.sha256 = dwelling_id, None, None
    row.photo_id = photo.id if photo else None
    row.sorted_at, row.sorted_by = clock.now(), by
    _seal_if_due(row)


def _taken_back(row: IncomingPhoto) -> bool:
    """Take a picture off its dwelling; one that was erased there cannot come back."""
    photo = db.session.get(DamagePhoto, (row.scope, row.photo_id)) if row.photo_id else None
    if photo is None or photo.sha256 is None:
        return False
    damage.withdraw_photo(photo)
    row.sha256, row.doubt = photo.sha256, PhotoDoubt.SENT_BACK
    row.dwelling_id = row.sorted_at = row.sorted_by = row.photo_id = None
    return True


def _seal_if_due(row: IncomingPhoto) -> None:
    if row.dwelling_id is not None and damage.is_sealed_dwelling(row.dwelling_id):
        db.session.flush()
        victims.move_to_sealed(row)


def _seal_all() -> None:
    for row in _open_of_sealed():
        victims.move_to_sealed(row)


def _open_of_sealed() -> list[IncomingPhoto]:
    """Return what lies open of dwellings for which somebody protected applied."""
    scopes = current_scopes()
    sealed = select(Application.dwelling_id).where(
        Application.scope == scopes.sealed, Application.is_withdrawn.is_(False)
    )
    statement = select(IncomingPhoto).where(
        IncomingPhoto.scope == scopes.core,
        IncomingPhoto.is_withdrawn.is_(False),
        IncomingPhoto.dwelling_id.in_(sealed),
    )
    return list(db.session.scalars(statement.order_by(IncomingPhoto.id)))


def _dwellings_of(numbers: Collection[str]) -> dict[str, UUID]:
    """Return the dwellings of sheets, whoever asks: the answer decides what is written."""
    scopes = current_scopes()
    statement = select(SurveyVisit.number, SurveyVisit.dwelling_id).where(
        SurveyVisit.scope.in_((scopes.core, scopes.sealed)),
        SurveyVisit.is_withdrawn.is_(False),
        SurveyVisit.number.in_(numbers),
    )
    rows = db.session.execute(statement)
    return {number: dwelling_id for number, dwelling_id in rows}  # noqa: C416 - rows, not pairs


def _rows(photo_ids: Iterable[UUID]) -> list[IncomingPhoto]:
    statement = (
        select(IncomingPhoto)
        .where(
            IncomingPhoto.scope == current_scopes().core,
            IncomingPhoto.id.in_(list(photo_ids)),
        )
        .order_by(IncomingPhoto.id)
    )
    return list(db.session.scalars(statement))


def _of_card(card_id: UUID) -> Select[IncomingPhoto]:
    return (
        select(IncomingPhoto)
        .where(
            IncomingPhoto.scope == current_scopes().core,
            IncomingPhoto.card_id == card_id,
            IncomingPhoto.is_withdrawn.is_(False),
        )
        .order_by(IncomingPhoto.id)
    )


def _shown(name: str) -> str:
    return name if len(name) <= _SHOWN_NAME else f"{name[:_SHOWN_NAME]}…"
