"""Ask for somebody at a desk."""

from tests.evacuees.support import came, open_household, register

ICHIRO = {
    "name": "佐藤　一郎",
    "kana": "サトウ　イチロウ",
    "birth": "1954/4/1",
}
SHIZUKA = {
    "name": "渡辺　静香",
    "kana": "ワタナベ　シズカ",
    "birth": "s63.3.12",
}


def receive(desk, text, at=0, **changes):
    """Receive the members of a household; return the ids of all its members."""
    page = open_household(desk, text, at)
    everybody = came(page)
    register(desk, page, **({"came": everybody} | changes))
    return everybody


def ask(desk, **values):
    """Ask for somebody; return the page with the sentence."""
    values = {
        "asker_name": "鈴木　次郎",
        "relation": "cohabitant",
        "purpose": "無事か知りたい",
        "identity": "papers",
        "channel": "counter",
    } | values
    return desk.submit(desk.get("/enquiries"), "/enquiries", follow=True, **values)
