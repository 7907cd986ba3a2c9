"""Kinds of goods and places that keep them (品目と拠点)."""

from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.supplies import queries, services
from victim_support.supplies.forms import DepotForm, ItemForm
from victim_support.supplies.rules import ItemCategory, PlaceKind
from victim_support.supplies.views.blueprint import bp, keep, page, show


@bp.get("/items")
@requires("supply.arrange")
def items() -> str:
    return _page(ItemForm(formdata=None), DepotForm(formdata=None))


@bp.post("/items")
@requires("supply.arrange")
def add_item() -> ResponseReturnValue:
    form = ItemForm()
    kept = keep(
        form,
        "品目を加える",
        page("items"),
        lambda _now: services.add_item(
            name=form.name.data or "",
            category=ItemCategory(form.category.data),
            unit=form.unit.data or "",
            pieces_per_case=form.pieces_per_case.data,
        ),
    )
    return kept or (_page(form, DepotForm(formdata=None)), 422)


@bp.post("/depots")
@requires("supply.arrange")
def add_depot() -> ResponseReturnValue:
    form = DepotForm()
    kept = keep(
        form,
        "物資の拠点を加える",
        page("items"),
        lambda _now: services.add_depot(
            name=form.name.data or "",
            kind=PlaceKind(form.kind.data),
            address=form.address.data or "",
            phone=form.phone.data or "",
        ),
    )
    return kept or (_page(ItemForm(formdata=None), form), 422)


def _page(item_form: ItemForm, depot_form: DepotForm) -> str:
    for field in depot_form:
        field.id = f"depot-{field.id}"
    return show(
        "items",
        items=queries.list_items(),
        depots=queries.list_depots(),
        item_form=item_form,
        depot_form=depot_form,
    )
