"""Meals (食数): what the next meal needs, what was ordered and why it differs."""

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.shelters.queries import list_states
from victim_support.supplies import queries, services
from victim_support.supplies.forms import MealForm
from victim_support.supplies.rules import DietKind, MealTime, next_meal
from victim_support.supplies.views.blueprint import bp, keep, page, shelter_here, show

SHOWN = 12


@bp.get("/meals")
@requires("supply.read")
def meals() -> str:
    count = queries.count_meals(shelter_here(), clock.now())
    day, meal = next_meal(clock.local(clock.now()))
    form = MealForm(formdata=None, served_on=day, meal=meal.value)
    form.fill(count.portions)
    return _page(form)


@bp.post("/meals")
@requires("supply.record")
def order_meals() -> ResponseReturnValue:
    form = MealForm()
    kept = keep(
        form,
        "食数の注文",
        page("meals"),
        lambda now: services.order_meals(
            shelter_id=shelter_here(),
            served_on=form.served_on.data or clock.today(),
            meal=MealTime(form.meal.data),
            counted=_counted(),
            ordered=form.portions(),
            at=now,
            reason=form.reason.data or "",
        ),
        is_right=lambda: form.check(_counted()),
    )
    return kept or (_page(form), 422)


@bp.get("/meals/all")
@requires("supply.arrange")
def all_meals() -> str:
    now = clock.now()
    day, meal = asked_meal()
    orders = {
        order.shelter_id: order
        for order in queries.list_meal_orders(since=day)
        if order.served_on == day and order.meal == meal
    }
    shelters = [state.shelter for state in list_states() if state.is_open]
    return show(
        "all_meals",
        day=day,
        meal=meal,
        meals=list(MealTime),
        diets=list(DietKind),
        rows=[
            (shelter, queries.count_meals(shelter.id, now), orders.get(shelter.id))
            for shelter in shelters
        ],
    )


def asked_meal() -> tuple[date, MealTime]:
    """Return the meal of the address, else the next one."""
    day, meal = next_meal(clock.local(clock.now()))
    try:
        day = date.fromisoformat(request.args.get("day", ""))
        meal = MealTime(request.args.get("meal", ""))
    except ValueError:
        return day, meal
    return day, meal


def _counted() -> dict[DietKind, int]:
    return queries.count_meals(shelter_here(), clock.now()).portions


def _page(form: MealForm) -> str:
    place = shelter_here()
    return show(
        "meals",
        form=form,
        count=queries.count_meals(place, clock.now()),
        diets=list(DietKind),
        orders=queries.list_meal_orders(place)[:SHOWN],
    )
