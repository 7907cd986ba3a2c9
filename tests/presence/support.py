"""Cards in the hands of the invented town."""

from tests.evacuees.support import came, inside, open_household, register
from victim_support.core.db import db
from victim_support.evacuees.models import PresenceEvent, Stay
from victim_support.presence.models import Card


def receive(desk, text, *positions):
    """Receive people of a household; return the page that offers cards to them."""
    page = open_household(desk, text)
    saved = register(desk, page, came=came(page, *positions))
    return next(link for link in saved.links if link and link.endswith("/cards"))


def give(desk, cards_page, how="household"):
    """Give a card to those received and return its number."""
    page = desk.get(cards_page)
    given = desk.submit(page, cards_page, follow=True, how=how)
    assert "札を作りました" in given.visible
    return newest_number(desk)


def newest_number(desk):
    with inside(desk.app):
        return db.session.query(Card).order_by(Card.issued_at.desc(), Card.id.desc()).first().number


def scan(desk, number, **more):
    """Read a card as the scanner's script does."""
    return desk.post("/cards/scan", {"text": number} | more)


def stays(app):
    with inside(app):
        found = db.session.query(Stay).order_by(Stay.started_at, Stay.id).all()
        db.session.expunge_all()
        return found


def events(app):
    with inside(app):
        rows = db.session.query(PresenceEvent).filter_by(is_withdrawn=False)
        found = rows.order_by(PresenceEvent.occurred_at, PresenceEvent.id).all()
        db.session.expunge_all()
        return found
