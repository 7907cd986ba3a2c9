"""Writes of goods and meals; services never commit, and nothing writes a total."""

from victim_support.supplies.services.handouts import (
    end_round,
    hand_out,
    open_handouts,
    seal_handouts,
    start_round,
)
from victim_support.supplies.services.requests import (
    RequestedLine,
    add_step,
    note_arrival,
    order_meals,
    request_goods,
)
from victim_support.supplies.services.stock import (
    add_depot,
    add_item,
    confirm_arrival,
    count_stock,
    lose_goods,
    receive_goods,
    reserve_for,
    reserve_goods,
    send_goods,
)

__all__ = [
    "RequestedLine",
    "add_depot",
    "add_item",
    "add_step",
    "confirm_arrival",
    "count_stock",
    "end_round",
    "hand_out",
    "lose_goods",
    "note_arrival",
    "open_handouts",
    "order_meals",
    "receive_goods",
    "request_goods",
    "reserve_for",
    "reserve_goods",
    "seal_handouts",
    "send_goods",
    "start_round",
]
