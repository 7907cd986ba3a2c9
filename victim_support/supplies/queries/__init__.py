"""Reads of goods and meals: items and places, stock as of a time, requests, transports."""

from victim_support.supplies.queries.items import (
    Item,
    Place,
    find_place,
    get_item,
    get_place,
    items_by_id,
    list_depots,
    list_items,
    list_places,
    standard_item_id,
)
from victim_support.supplies.queries.requests import (
    RequestCase,
    WantedLine,
    get_request,
    list_open_requests,
    list_requests,
)
from victim_support.supplies.queries.stock import (
    Carried,
    StockLine,
    get_shipment,
    list_all_stock,
    list_carried,
    list_movements,
    list_shipments,
    list_stock,
)

__all__ = [
    "Carried",
    "Item",
    "Place",
    "RequestCase",
    "StockLine",
    "WantedLine",
    "find_place",
    "get_item",
    "get_place",
    "get_request",
    "get_shipment",
    "items_by_id",
    "list_all_stock",
    "list_carried",
    "list_depots",
    "list_items",
    "list_movements",
    "list_open_requests",
    "list_places",
    "list_requests",
    "list_shipments",
    "list_stock",
    "standard_item_id",
]
