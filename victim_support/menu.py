"""The menu of staff pages: what each may do, with a key that any keyboard has."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from victim_support.core.access import current_login


@dataclass(frozen=True)
class Item:
    """One entry of the menu."""

    endpoint: str
    label: str
    permission: str
    key: str = ""


@dataclass(frozen=True)
class Link:
    """An entry as a page shows it."""

    url: str
    label: str
    key: str
    current: bool


ITEMS = (
    Item("evacuees.desk", "受付", "person.register", "Alt+1"),
    Item("evacuees.rosters", "名簿", "roster.read", "Alt+2"),
    Item("safety.rescue_list", "要救助", "statement.record", "Alt+3"),
    Item("safety.enquiries", "安否照会", "enquiry.take"),
    Item("evacuees.shelter_map", "地図", "shelter.read", "Alt+4"),
    Item("shelters.index", "避難所", "shelter.read", "Alt+5"),
    Item("vulnerable.needs", "配慮の要る方", "needs.read"),
    Item("tasks.index", "要確認", "task.read"),
    Item("certificates.counter", "罹災証明書", "certificate.sample", "Alt+6"),
    Item("damage.judgements", "被害認定", "damage.read", "Alt+7"),
    Item("paper.index", "紙", "person.register"),
    Item("houses.index", "家屋", "house.read"),
    Item("disasters.index", "災害", "disaster.read"),
    Item("residents.imports", "住民データ", "import.residents"),
    Item("exchange.page", "同期", "exchange.read"),
    Item("accounts.staff_list", "利用者", "account.manage"),
    Item("office.settings", "役所の設定", "settings.edit"),
)


def menu() -> list[Link]:
    """Return the entries that the person at the desk may use."""
    login = current_login()
    if login is None:
        return []
    views = current_app.view_functions
    return [
        _link(item) for item in ITEMS if item.endpoint in views and login.actor.may(item.permission)
    ]


def _link(item: Item) -> Link:
    current = request.endpoint == item.endpoint
    return Link(url_for(item.endpoint), item.label, item.key, current)
