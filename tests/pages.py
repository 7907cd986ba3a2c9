"""A page as a test sees it; every page that is fetched is checked for what all pages must have."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"input", "br", "img", "meta", "link", "hr", "wbr", "source", "col"})
UNLABELLED = frozenset({"hidden", "submit", "button"})


@dataclass
class Form:
    """A form with the values it would send."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def values(self, **changes):
        """Return what is sent when a person types these changes."""
        kept = [(name, value) for name, value in self.fields if name not in changes]
        for name, value in changes.items():
            many = value if isinstance(value, list) else [value]
            kept += [(name, str(each)) for each in many if each is not None]
        return kept


class Page(HTMLParser):
    """An answer of the program; HTML is read into titles, forms, links and text."""

    def __init__(self, response, path):
        super().__init__(convert_charrefs=True)
        self.response, self.path = response, path
        self.status, self.headers = response.status_code, response.headers
        self.location = response.headers.get("Location")
        self.title, self.headings, self.ids, self.links = "", [], [], []
        self.forms, self.faults, self.words = [], [], []
        self._open, self._select, self._textarea = [], None, None
        self._labels, self._inputs = set(), []
        self.is_html = response.mimetype == "text/html"
        self.text = response.get_data(as_text=True) if self.is_html else ""
        if self.is_html:
            self.feed(self.text)

    @property
    def json(self):
        return self.response.get_json()

    @property
    def body(self):
        return self.response.get_data()

    @property
    def visible(self):
        """Return the words on the page."""
        return " ".join(" ".join(self.words).split())

    def form(self, action=None):
        """Return the one form of the main part, or the one with an action."""
        if action:
            found = [form for form in self.forms if form.action == action]
        else:
            tools = ("/preferences", "/logout", "/cards/scan", "/desk/phone")
            found = [form for form in self.forms if form.action not in tools]
        assert found, f"{self.path}: no form {action or ''}: {self.visible[:300]}"
        return found[0]

    def check(self):
        """Assert what must hold on every page."""
        if not self.is_html or self.status >= 300:
            return
        assert len(self.headings) == 1, f"{self.path}: h1 {self.headings}"
        assert self.headings[0].strip() in self.title, f"{self.path}: {self.title}"
        doubled = {each for each in self.ids if self.ids.count(each) > 1}
        assert not doubled, f"{self.path}: ids {doubled}"
        unlabelled = [each for each in self._inputs if each not in self._labels]
        assert not unlabelled, f"{self.path}: no label for {unlabelled}"
        assert not self.faults, f"{self.path}: {self.faults}"
        for form in self.forms:
            names = [name for name, _value in form.fields]
            assert form.method == "get" or "csrf_token" in names, f"{self.path}: {form.action}"

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if "style" in values or any(name.startswith("on") for name in values):
            self.faults.append(f"inline style or script on <{tag}>")
        if tag in ("style", "script") and "src" not in values:
            self.faults.append(f"inline <{tag}>")
        if tag == "a":
            self.links.append(values.get("href"))
        if tag == "label" and "for" in values:
            self._labels.add(values["for"])
        if tag == "form":
            action = values.get("action") or self.path
            self.forms.append(Form(values.get("method", "get"), action))
        if tag in ("input", "select", "textarea"):
            self._control(tag, values)
        if tag == "option" and self._select and ("selected" in values or not self._select[1]):
            self._select[1][:] = [values.get("value", "")]

    def handle_endtag(self, tag):
        if tag == "select" and self._select:
            name, chosen = self._select
            self._add(name, chosen[0] if chosen else None)
            self._select = None
        if tag == "textarea" and self._textarea:
            self._add(self._textarea[0], self._textarea[1].removeprefix("\n"))
            self._textarea = None
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        where = self._open[-1] if self._open else ""
        if self._textarea:
            self._textarea[1] += data
        if where == "title":
            self.title += data
        elif where not in ("script", "style"):
            self.words.append(data)
        if "h1" in self._open:
            if not self.headings or self._open.count("h1") > len(self.headings):
                self.headings.append("")
            self.headings[-1] += data

    def _control(self, tag, values):
        kind = values.get("type", "text")
        name = values.get("name")
        needs_label = tag != "input" or kind not in UNLABELLED
        named = "aria-label" in values or "aria-labelledby" in values or "label" in self._open
        if needs_label and not named:
            self._inputs.append(values.get("id"))
        if tag == "select":
            self._select = (name, [])
        elif tag == "textarea":
            self._textarea = [name, ""]
        elif kind in ("checkbox", "radio"):
            self._add(name, values.get("value", "on") if "checked" in values else None)
        elif kind not in ("submit", "button", "file"):
            self._add(name, values.get("value", ""))

    def _add(self, name, value):
        if name and value is not None and "form" in self._open:
            self.forms[-1].fields.append((name, value))


class Desk:
    """A browser of one person, or of nobody: cookies, CSRF and the checks of every page."""

    def __init__(self, app):
        self.app = app
        self.client = app.test_client()

    def get(self, path, *, follow=False, **options):
        return self._open(path, "GET", follow, **options)

    def post(self, path, data=None, *, csrf=True, follow=False, **options):
        """Post values; with a CSRF token of this browser unless told otherwise."""
        if isinstance(data, bytes):
            return self._open(path, "POST", follow, data=data, **options)
        values = list(data.items()) if isinstance(data, dict) else list(data or ())
        names = [name for name, _value in values]
        if csrf and "csrf_token" not in names:
            values.append(("csrf_token", self.csrf_token()))
        if "json" not in options:
            options["data"] = _multi(values)
        return self._open(path, "POST", follow, **options)

    def submit(self, page, action=None, *, follow=False, **changes):
        """Send a form of a page with what a person types."""
        form = page.form(action)
        data = form.values(**changes)
        return self.post(form.action, data, csrf=False, follow=follow)

    def csrf_token(self):
        page = self._open("/login", "GET", follow=False)
        if page.status == 302:  # somebody is logged in
            page = self._open("/place", "GET", follow=True)
        return dict(page.form("/preferences").fields)["csrf_token"]

    def cookie(self, name="__Host-session"):
        found = self.client.get_cookie(name)
        return found.value if found else None

    def _open(self, path, method, follow, **options):
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        headers |= options.pop("headers", {})
        options.setdefault("base_url", "http://localhost")
        with self.app.app_context():  # of its own, also inside a test that stays in the program
            response = self.client.open(
                path, method=method, headers=headers, buffered=True, **options
            )
        if follow and response.status_code in (302, 303):
            return self._open(response.headers["Location"], "GET", follow=True)
        page = Page(response, path)
        page.check()
        return page


def _multi(values):
    grouped: dict[str, list[str]] = {}
    for name, value in values:
        grouped.setdefault(name, []).append(value)
    return grouped
