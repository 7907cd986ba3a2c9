"""An evacuee's phone: it fills the pages of the box one after the other."""

from dataclasses import dataclass
from typing import Any

from tests.pages import Page

FAMILY = (
    {"name": "高橋　実", "kana": "たかはし　みのる", "birth": "1991/6/15", "sex": "male"},
    {"name": "高橋 薫", "kana": "たかはし かおる", "birth": "平成5年7月16日", "relation": "配偶者"},
    {"name": "鈴木 次郎", "kana": "すずき じろう", "birth": "45", "needs": ["medical", "animal"]},
)


@dataclass
class Phone:
    """A browser without cookies or scripts."""

    box: Any
    address: str = "192.0.2.50"

    def open(self, path="/", **form):
        """Get a page, or send a form to it."""
        client = self.box.test_client(use_cookies=False)
        method = "POST" if form else "GET"
        answer = client.open(
            path, method=method, data=form, environ_base={"REMOTE_ADDR": self.address}
        )
        page = Page(answer, path)
        answer.close()
        assert answer.headers.get("Set-Cookie") is None
        assert len(page.headings) == (0 if path.startswith("/style") else 1)
        assert page.faults == []
        return page

    def send(self, page, **changes):
        """Send the form of a page with what is typed into it."""
        form = page.form()
        values: dict[str, list[str]] = {}
        for name, value in form.values(**changes):
            values.setdefault(name, []).append(value)
        return self.open(form.action, **values)

    def write(self, people=FAMILY, **place):
        """Write people down; return the page on which all is checked."""
        page = self.open("/write")
        for at, one in enumerate(people):
            page = self.send(self.send(page, act="add") if at else page, **one)
        return self.send(self.send(page, act="on"), **place)

    def drop(self, people=FAMILY, **place):
        """Send people; return the number that is shown."""
        page = self.send(self.write(people, **place), act="send")
        assert page.status == 200, page.visible
        return number_on(page)


def number_on(page):
    """Return the number on the last page."""
    return page.text.split('class="qr-box" role="img" aria-label="')[1].split('"')[0]
