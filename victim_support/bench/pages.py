"""Read a form of a page as a browser does, so that it can be sent again with one change."""

from html.parser import HTMLParser


def form_values(page: str, action: str) -> dict[str, str]:
    """Return what the form with this action would send.

    Raises:
        LookupError: The page has no such form.
    """
    reader = _Reader(action)
    reader.feed(page)
    if not reader.is_found:
        message = f"no form for {action}"
        raise LookupError(message)
    return reader.values


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.is_found = self._is_inside = False
        self._action = action

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form" and values.get("action") == self._action:
            self.is_found = self._is_inside = True
        elif tag == "input" and self._is_inside and (name := values.get("name")):
            is_choice = values.get("type") in {"radio", "checkbox"}
            if not is_choice or "checked" in values:
                self.values[name] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
