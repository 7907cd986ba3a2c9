"""Photographs of damage (被害の写真): taken in, shown, withdrawn; the pictures lie in core.blobs.

They belong to the applications for the dwelling: when one of these is sealed (支援措置), so are
all photographs of the dwelling, whoever takes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from flask import abort
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from victim_support.core import clock, images
from victim_support.core.blobs import DamagedBlobError, this_store
from victim_support.core.db import SyncSpec, db
from victim_support.core.ids import new_id
from victim_support.core.logs import log_event
from victim_support.core.node import name_of_machine
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application, DamagePhoto
from victim_support.damage.queries import visible_scopes
from victim_support.journal.store import ops_of_row
from victim_support.victims import services as victims

MOST_FILES = 20
_SHOWN_NAME = 60
_NOT_WRITTEN = "このパソコンに書き込めません。空き容量を確かめてください。"


class Stored(Protocol):
    """A row whose picture lies in the store."""

    __sync__: ClassVar[SyncSpec]

    @property
    def id(self) -> UUID:
        """Return the id of the row."""

    @property
    def sha256(self) -> str | None:
        """Return the address of the picture, None when the row is sealed."""


class Pictured(Stored, Protocol):
    """Such a row that also says what kind of file it is."""

    @property
    def media_type(self) -> str:
        """Return what kind of file it is."""


@dataclass(frozen=True)
class Taken:
    """A picture that is in the store, before its row is written."""

    address: str
    size: int
    taken_at: datetime | None
    latitude: float | None
    longitude: float | None


@dataclass
class TakenIn:
    """What became of files that somebody chose."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # sentences, each with the file's name


@dataclass(frozen=True)
class ShownPhoto:
    """A photograph on the page of its dwelling; the picture may not be here yet."""

    row: DamagePhoto
    missing: str  # where it is, in words; empty when it is here


def take_in_files(files: Iterable[FileStorage]) -> TakenIn:
    """Make small copies of pictures and store them; outside ``transaction()``, for it takes long.

    A file that is none is refused by name, and the others are kept.
    """
    found = TakenIn()
    for file in files:
        try:
            picture = images.take_in(file.stream)
            found.taken.append(keep(picture))
        except images.ImageError as error:
            found.refused.append(f"{_shown_name(file)}: {error}")
        except OSError:
            found.refused.append(f"{_shown_name(file)}: {_NOT_WRITTEN}")
    return found


def keep(picture: images.Photograph) -> Taken:
    """Put a picture into the store.

    Raises:
        OSError: The disk is full or failing.
    """
    address = this_store().put(picture.content)
    size = len(picture.content)
    return Taken(address, size, picture.taken_at, picture.latitude, picture.longitude)


def find_dwellings_of(sha256: str) -> set[UUID]:
    """Return the dwellings that have a photograph, whoever asks: it decides what is written."""
    scopes = current_scopes()
    statement = select(DamagePhoto.dwelling_id).where(
        DamagePhoto.scope.in_((scopes.core, scopes.sealed)),
        DamagePhoto.sha256 == sha256,
        DamagePhoto.is_withdrawn.is_(False),
    )
    return set(db.session.scalars(statement))


def find_photo_of(dwelling_id: UUID, sha256: str) -> DamagePhoto | None:
    """Return the photograph of a dwelling with this picture, whoever asks; None without one."""
    scopes = current_scopes()
    rows = _photos(dwelling_id, (scopes.core, scopes.sealed))
    return next((row for row in rows if row.sha256 == sha256), None)


def is_sealed_dwelling(dwelling_id: UUID) -> bool:
    """Tell whether photographs of a dwelling are sealed; it decides what is written."""
    return _has_sealed_application(dwelling_id)


def add_photos(
    dwelling_id: UUID, taken: Sequence[Taken], *, note: str, by: UUID | None
) -> list[DamagePhoto]:
    """Write down photographs of a dwelling; one that is there already is left out."""
    scopes = current_scopes()
    scope = scopes.sealed if _has_sealed_application(dwelling_id) else scopes.core
    known = {row.sha256 for row in _photos(dwelling_id, (scope,))}
    new = {each.address: each for each in taken if each.address not in known}
    rows = [
        DamagePhoto(
            scope=scope,
            id=new_id(),
            dwelling_id=dwelling_id,
            sha256=each.address,
            size=each.size,
            media_type=images.MEDIA_TYPE,
            taken_at=each.taken_at,
            latitude=each.latitude,
            longitude=each.longitude,
            note=note or None,
            added_by=by,
            added_at=clock.now(),
        )
        for each in new.values()
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def list_photos(dwelling_id: UUID) -> list[ShownPhoto]:
    """Return the photographs of a dwelling that the actor may see, in the order they were taken."""
    rows = _photos(dwelling_id, visible_scopes())
    return [ShownPhoto(row, missing_words(row)) for row in rows]


def missing_words(row: Stored, what: str = "写真") -> str:
    """Say where a picture is that has not come: at the machine that wrote it down; "" if here."""
    if this_store().has(row.sha256 or ""):
        return ""
    scopes = current_scopes()
    ops = ops_of_row(
        db.session.connection(), row.__sync__.number, row.id, (scopes.core, scopes.sealed)
    )
    first = min((op for _, op in ops), key=lambda op: op.hlc, default=None)
    name = name_of_machine(first.node) if first else None
    if name is None:
        return f"{what}のファイルがこの端末にありません。控えか、ほかの端末との同期で戻ります。"
    return f"{what}は端末「{name}」にあります(次の同期で届きます)。"


def get_photo(photo_id: UUID) -> DamagePhoto:
    """Return a photograph the actor may see, or 404."""
    statement = select(DamagePhoto).where(
        DamagePhoto.id == photo_id,
        DamagePhoto.scope.in_(visible_scopes()),
        DamagePhoto.is_withdrawn.is_(False),
    )
    return db.session.scalars(statement).first() or abort(404)


def picture_of(photo: Pictured) -> bytes | None:
    """Return the picture, None while it is not here.

    A damaged file makes room, so that the next exchange brings it again. What another machine
    calls something else than a picture is none.
    """
    return read_picture(photo.sha256) if photo.media_type == images.MEDIA_TYPE else None


def read_picture(sha256: str | None) -> bytes | None:
    """Return what lies at an address, None while it is not here; a damaged file makes room."""
    if sha256 is None:
        return None
    try:
        return this_store().get(sha256)
    except DamagedBlobError:
        this_store().set_aside(sha256)
        log_event("blob.damaged", address=sha256)
        return None


def withdraw_photo(photo: DamagePhoto) -> None:
    """Take a photograph off the page; its record and file stay, and it can be brought back."""
    photo.is_withdrawn = True


def seal_photos_of(dwelling_id: UUID) -> None:
    """Seal the photographs of a dwelling for which a protected person applies."""
    for row in _photos(dwelling_id, (current_scopes().core,)):
        victims.move_to_sealed(row)


def _shown_name(file: FileStorage) -> str:
    name = file.filename or "名前のないファイル"
    return name if len(name) <= _SHOWN_NAME else f"{name[:_SHOWN_NAME]}…"


def _has_sealed_application(dwelling_id: UUID) -> bool:
    """Tell it whoever asks: the answer decides what is written, and nothing of it is shown."""
    statement = select(Application.id).where(
        Application.scope == current_scopes().sealed,
        Application.dwelling_id == dwelling_id,
        Application.is_withdrawn.is_(False),
    )
    return db.session.scalar(statement.limit(1)) is not None


def _photos(dwelling_id: UUID, scopes: Sequence[str]) -> list[DamagePhoto]:
    statement = (
        select(DamagePhoto)
        .where(
            DamagePhoto.scope.in_(scopes),
            DamagePhoto.dwelling_id == dwelling_id,
            DamagePhoto.is_withdrawn.is_(False),
        )
        .order_by(func.coalesce(DamagePhoto.taken_at, DamagePhoto.added_at), DamagePhoto.id)
    )
    return list(db.session.scalars(statement))
