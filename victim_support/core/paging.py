"""Which page of a long list is shown (ページ送り).

    part = asked_page(len(lines), ROWS)
    render_template(…, lines=part.of(lines), page=part.page, pages=part.pages)

The template goes on with ``pager`` of ``_components/table.html``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import request

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list, counted from 1; there is always one."""

    page: int
    pages: int
    size: int

    @property
    def start(self) -> int:
        """Return how many lines stand before this page."""
        return (self.page - 1) * self.size

    def of(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Return the lines of this page."""
        return lines[self.start : self.start + self.size]


def part_of(total: int, size: int, wanted: int) -> Part:
    """Return the page that is wanted, else the nearest there is."""
    pages = max(1, -(-total // size))
    return Part(min(max(1, wanted), pages), pages, size)


def asked_page(total: int, size: int) -> Part:
    """Return the page that the address asks for."""
    return part_of(total, size, request.args.get("page", 1, type=int))
