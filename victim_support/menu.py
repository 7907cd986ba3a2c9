"""The menu of staff pages: what each may do, with a key that any keyboard has.

What is used all day has a key and stands on every page; the first page shows everything.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from flask import current_app, request, url_for

from victim_support.core.access import current_login


class Group(StrEnum):
    """What the entries of the first page are about."""

    PEOPLE = "避難している方"
    SHELTER = "避難所"
    DAMAGE = "被害と証明書"
    OFFICE = "本部"
    SYSTEM = "端末と設定"


@dataclass(frozen=True)
class Item:
    """One entry of the menu."""

    endpoint: str
    label: str
    permission: str
    group: Group
    key: str = ""


@dataclass(frozen=True)
class Link:
    """An entry as a page shows it."""

    url: str
    label: str
    key: str
    current: bool


ITEMS = (
    Item("evacuees.desk", "受付", "person.register", Group.PEOPLE, "Alt+1"),
    Item("evacuees.rosters", "名簿", "roster.read", Group.PEOPLE, "Alt+2"),
    Item("safety.rescue_list", "要救助", "statement.record", Group.PEOPLE, "Alt+3"),
    Item("safety.enquiries", "安否照会", "enquiry.take", Group.PEOPLE),
    Item("vulnerable.needs", "配慮の要る方", "needs.read", Group.PEOPLE),
    Item("evacuees.leaving", "出入り", "stay.record", Group.PEOPLE),
    Item("presence.cards", "札の読み取り", "stay.record", Group.PEOPLE),
    Item("presence.not_seen", "見かけない方", "stay.record", Group.PEOPLE),
    Item("presence.outside", "避難所の外の方", "stay.record", Group.PEOPLE),
    Item("presence.paging", "呼び出し", "stay.record", Group.PEOPLE),
    Item("vulnerable.support", "要支援者", "support.round", Group.PEOPLE),
    Item("vulnerable.blocks", "区域の名簿", "block.read", Group.PEOPLE),
    Item("paper.index", "紙のカード", "person.register", Group.PEOPLE),
    Item("dropbox.index", "電話からの申し込み", "phone.manage", Group.PEOPLE),
    Item("evacuees.shelter_map", "地図", "shelter.read", Group.SHELTER, "Alt+4"),
    Item("shelters.index", "避難所", "shelter.read", Group.SHELTER, "Alt+5"),
    Item("operations.index", "避難所運営", "operation.read", Group.SHELTER),
    Item("supplies.index", "物資と食事", "supply.read", Group.SHELTER),
    Item("reports.handover", "引継ぎ", "handover.write", Group.SHELTER, "Alt+J"),
    Item("reports.mine", "避難所の報告", "report.tell", Group.SHELTER),
    Item("certificates.counter", "罹災証明書", "certificate.sample", Group.DAMAGE, "Alt+6"),
    Item("batches.index", "証明書の一括発行・引渡し", "certificate.batch", Group.DAMAGE),
    Item("counter.queue", "窓口の順番", "queue.run", Group.DAMAGE),
    Item("damage.judgements", "被害認定", "damage.read", Group.DAMAGE, "Alt+7"),
    Item("survey.board", "調査の予定", "survey.read", Group.DAMAGE),
    Item("houses.index", "家屋台帳", "house.read", Group.DAMAGE),
    Item("reports.progress", "罹災証明書の状況", "report.certificates", Group.DAMAGE),
    Item("board.index", "本部の盤", "board.read", Group.OFFICE, "Alt+9"),
    Item("reports.index", "状況報告", "report.read", Group.OFFICE),
    Item("reports.telephone", "避難所の電話票", "report.record", Group.OFFICE),
    Item("tasks.index", "要確認", "task.read", Group.OFFICE, "Alt+8"),
    Item("disasters.index", "災害", "disaster.read", Group.OFFICE),
    Item("place_names.index", "地名と屋号", "place.names", Group.SYSTEM),
    Item("residents.imports", "住民データ", "import.residents", Group.SYSTEM),
    Item("exchange.page", "同期", "exchange.read", Group.SYSTEM),
    Item("accounts.staff_list", "利用者", "account.manage", Group.SYSTEM),
    Item("readings.index", "閲覧の記録", "reads.review", Group.SYSTEM),
    Item("terminals.index", "ほかの端末", "terminal.read", Group.SYSTEM),
    Item("office.settings", "役所の設定", "settings.edit", Group.SYSTEM),
)
HOME = Item("evacuees.home", "すべて", "desk.use", Group.SYSTEM, "Alt+0")


def menu() -> list[Link]:
    """Return the entries of every page: what has a key, where one is, and the way to the rest."""
    links = [_link(item) for item in (*_allowed(), HOME)] if current_login() else []
    return [link for link in links if link.key or link.current]


def menu_groups() -> list[tuple[str, list[Link]]]:
    """Return all entries that the person at the desk may use, by what they are about."""
    items = sorted(_allowed(), key=lambda item: list(Group).index(item.group))
    return [
        (group.value, [_link(item) for item in members])
        for group, members in groupby(items, key=lambda item: item.group)
    ]


def _allowed() -> list[Item]:
    login = current_login()
    if login is None:
        return []
    views = current_app.view_functions
    return [item for item in ITEMS if item.endpoint in views and login.actor.may(item.permission)]


def _link(item: Item) -> Link:
    current = request.endpoint == item.endpoint
    return Link(url_for(item.endpoint), item.label, item.key, current)
