"""Where dwellings are: taken over from the house ledger, and on a map by the state of judgement."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from victim_support.core.access import requires
from victim_support.core.db import db, transaction
from victim_support.core.exports import release
from victim_support.core.headers import is_map_page
from victim_support.core.lists import PlainList, answer_csv, answer_pdf
from victim_support.core.maps import Pin, TileSet, list_tile_sets, map_script, read_outline
from victim_support.core.scopes import current_scopes
from victim_support.damage import queries
from victim_support.damage.models import Application, Dwelling, Judgement
from victim_support.damage.rules import DamageGrade
from victim_support.damage.services import ensure_dwelling
from victim_support.houses.models import House
from victim_support.houses.queries import get_house
from victim_support.victims.rules import Labelled, label_of

bp = Blueprint("places", __name__, url_prefix="/damage")

FOLDER = "maps"
COLUMNS = (("所在地", 110), ("状態", 56), ("判定", 48), ("緯度", 30), ("経度", None))
NOTE = "申請か判定のある住家です。お名前は載りません。"


class PlaceState(Labelled):
    """How far the judgement of a dwelling is (住家の状態), as a map shows it."""

    HEAVY = "full", "全壊・大規模半壊"
    HALF = "u", "中規模半壊・半壊"
    LIGHT = "o", "準半壊・一部損壊"
    NO_GRADE = "n", "被害なし・住家でないなど"
    WAITING = "p", "判定あり・承認待ち"
    APPLIED = "c", "申請あり・判定なし"


_STATE_OF = {
    DamageGrade.TOTAL: PlaceState.HEAVY,
    DamageGrade.LARGE_HALF: PlaceState.HEAVY,
    DamageGrade.MEDIUM_HALF: PlaceState.HALF,
    DamageGrade.HALF: PlaceState.HALF,
    DamageGrade.QUASI_HALF: PlaceState.LIGHT,
    DamageGrade.PARTIAL: PlaceState.LIGHT,
}


@dataclass(frozen=True, slots=True)
class PlacedDwelling:
    """A dwelling of this disaster with its state."""

    dwelling: Dwelling
    state: PlaceState
    grade: str

    @property
    def is_placed(self) -> bool:
        """Say whether its position is known."""
        return self.dwelling.latitude is not None and self.dwelling.longitude is not None


@bp.get("/map")
@is_map_page
@requires("damage.read")
def dwelling_map() -> str:
    found = list_places()
    counts = Counter(one.state for one in found)
    return render_template(
        "damage/map.html",
        places=found,
        states=[(state, counts[state]) for state in PlaceState],
        tiles=_tiles(),
    )


@bp.get("/map.pdf")
@requires("damage.read")
def places_pdf() -> ResponseReturnValue:
    return answer_pdf(_released(is_paper=True), back=url_for(".dwelling_map"))


@bp.get("/map.csv")
@requires("damage.read")
def places_csv() -> ResponseReturnValue:
    return answer_csv(_released(is_paper=False), "dwellings")


@bp.get("/map/places.js")
@requires("damage.read")
def places() -> ResponseReturnValue:
    tiles = _tiles()
    url = url_for("evacuees.tile", name=tiles.name, zoom=0, column=0, row=0) if tiles else None
    script = map_script(
        [_pin(one) for one in list_places() if one.is_placed],
        tile_url=url.replace("/0/0/0", "/{z}/{x}/{y}") if url else None,
        tiles=tiles,
        outline=read_outline(_folder()),
    )
    return Response(script, mimetype="text/javascript")


@bp.post("/houses/<number>")
@requires("damage.apply")
def take_house(number: str) -> ResponseReturnValue:
    with transaction(reason="家屋台帳の家屋を住家にする"):
        dwelling_id = take_over_house(get_house(number)).id
    return redirect(url_for("damage.dwelling", dwelling_id=dwelling_id), 303)


def take_over_house(house: House) -> Dwelling:
    """Write a house of the ledger down as a dwelling (住家), the same on every laptop."""
    dwelling = ensure_dwelling(
        address=house.address or house.lot,
        unit=house.building or None,
        house_register_number=house.number,
        structure=house.structure or None,
    )
    if dwelling.latitude is None and house.latitude is not None:
        dwelling.latitude, dwelling.longitude = house.latitude, house.longitude
    return dwelling


def list_places(*, is_released: bool = False) -> list[PlacedDwelling]:
    """Return the dwellings applied for or judged in this disaster, as far as the actor may see.

    Args:
        is_released: What may stand on paper and in a file: what lies open, whoever asks.
    """
    core = (current_scopes().core,)
    applied = _ids(Application, core if is_released else queries.visible_scopes())
    dwellings = queries.list_dwellings(applied | _ids(Judgement, core))
    current = queries.judgements_in_force(list(dwellings))
    waiting = {one.dwelling_id for one in queries.list_waiting_judgements()}
    found = []
    for dwelling_id, dwelling in dwellings.items():
        judgement = current[dwelling_id].judgement
        grade = (judgement.grade or judgement.no_grade) if judgement else None
        state = _state(judgement, is_waiting=dwelling_id in waiting)
        found.append(PlacedDwelling(dwelling, state, label_of(grade)))
    return sorted(found, key=lambda one: (one.dwelling.address, str(one.dwelling.id)))


def _released(*, is_paper: bool) -> PlainList:
    found = list_places(is_released=True)
    release(
        "dwellings.list",
        [one.dwelling.id for one in found],
        "住家の一覧",
        is_paper=is_paper,
        counted="棟",
    )
    rows = [_row(one) for one in found]
    return PlainList("住家の一覧", COLUMNS, rows, counted="棟", note=NOTE)


def _row(one: PlacedDwelling) -> tuple[object, ...]:
    place = one.dwelling
    return place.place, one.state.label, one.grade, place.latitude, place.longitude


def _state(judgement: Judgement | None, *, is_waiting: bool) -> PlaceState:
    if judgement is None:
        return PlaceState.WAITING if is_waiting else PlaceState.APPLIED
    grade = judgement.known_grade
    return _STATE_OF[grade] if grade else PlaceState.NO_GRADE


def _ids(model: type[Application] | type[Judgement], scopes: Collection[str]) -> set[UUID]:
    query = select(model.dwelling_id).where(model.scope.in_(scopes), model.is_withdrawn.is_(False))
    return set(db.session.scalars(query))


def _pin(one: PlacedDwelling) -> Pin:
    words = f"{one.state.label} {one.grade}".strip()
    url = url_for("damage.dwelling", dwelling_id=one.dwelling.id)
    properties = {"n": one.dwelling.place, "k": one.state.value, "s": words, "u": url}
    return Pin(one.dwelling.latitude or 0.0, one.dwelling.longitude or 0.0, properties)


def _tiles() -> TileSet | None:
    return next(iter(list_tile_sets(_folder())), None)


def _folder() -> Path:
    return Path(current_app.instance_path) / FOLDER
