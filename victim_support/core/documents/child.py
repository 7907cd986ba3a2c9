"""The print worker's child process: values in, PDF out; it never opens the database.

Protocol: one line of JSON on standard input (template, values, strict; or ``bound``, a list of
documents for one file); answered by one line of JSON and, when ``length`` is in it, that many
bytes. The end of the input ends the process.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, BinaryIO

import pydyf
import weasyprint
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint.text.fonts import FontConfiguration

from victim_support.core.documents.binding import Binder, Pages, pages_of
from victim_support.core.documents.faces import keep_faces
from victim_support.core.documents.fetcher import Fetcher
from victim_support.core.documents.fonts import Style, fonts_of
from victim_support.core.documents.glyphs import (
    UnprintableName,
    listed,
    name_spans,
    strict_spans,
)
from victim_support.core.documents.qr import bars_svg, qr_svg
from victim_support.core.documents.slots.layout import VARIANT
from victim_support.core.documents.slots.outline import Outliner
from victim_support.core.documents.slots.press import Press
from victim_support.core.documents.texts import groups, in_two, kana_row
from victim_support.core.memory import keep_memory_private
from victim_support.core.paths import resource_dir

# Large fonts stay in memory once used; beyond this the process ends and a fresh one is started.
_MEMORY_LIMIT_MB = 480
_TEMPLATES = "documents"
_LINK = re.compile('<link rel="stylesheet" href="([^"]+)">')


class Renderer:
    """Templates, fonts and styles, loaded once and kept."""

    def __init__(self, *, body: str = "") -> None:
        """Load what is kept.

        Args:
            body: A font for everything that names none itself, for comparisons.
        """
        self._body = body
        self._fonts = FontConfiguration()
        self._fetcher = Fetcher()
        self._sheets: dict[str, weasyprint.CSS] = {}
        self._strict = _environment(partial(strict_spans, style=Style.MINCHO))
        self._lists = _environment(partial(name_spans, style=Style.GOTHIC))
        outliner = Outliner(_environment(partial(strict_spans, style=Style.MINCHO)))
        self._press = Press(outliner, self._laid, Style.MINCHO)

    def render(self, template: str, values: dict[str, Any], *, strict: bool) -> bytes:
        """Return the PDF of a template; every value passes the glyph guard."""
        filled = self._press.paper(template, values) if strict else None
        return filled or self.render_whole(template, values, strict=strict)

    def render_whole(self, template: str, values: dict[str, Any], *, strict: bool) -> bytes:
        """Return the same, laid out whole, whatever forms are known."""
        environment = self._strict if strict else self._lists
        return self._pdf(environment.get_template(template).render(**values))

    def render_bound(
        self, papers: Sequence[tuple[str, dict[str, Any]]], *, strict: bool = True
    ) -> bytes:
        """Return the pages of certificates, or of lists, in one file, in the order given."""
        binder = Binder()
        for template, values in papers:
            filled = self._press.paper(template, values) if strict else None
            whole = None if filled else self._whole(template, values, strict=strict)
            binder.add(whole or pages_of(filled or b""))
            self.prepare()
        return binder.file()

    def prepare(self) -> None:
        """Get ready for more papers like the last one; called when its answer is out."""
        self._press.prepare()

    def warm_up(self) -> None:
        """Load the body fonts, so that the first document does not wait for them."""
        families = [fonts_of(style)[0].family for style in Style if fonts_of(style)]
        spans = "".join(f'<p style="font-family:{family}">準備</p>' for family in families)
        self._pdf(f'<html lang="ja"><title>準備</title>{spans}</html>')

    def _whole(self, template: str, values: dict[str, Any], *, strict: bool) -> Pages:
        """Return the objects of a document that is laid out whole."""
        found: list[Pages] = []

        def take(_laid: weasyprint.Document, pdf: pydyf.PDF) -> None:
            pdf.add_object(pdf.info)
            objects = {one.number: one.indirect for one in pdf.objects if one.free != "f"}
            found.append(Pages(objects, pdf.catalog.number, pdf.info.number))

        environment = self._strict if strict else self._lists
        html = environment.get_template(template).render(**values)
        self._laid(html).write_pdf(pdf_variant=VARIANT, finisher=take)
        return found[0]

    def _pdf(self, html: str) -> bytes:
        return bytes(self._laid(html).write_pdf(pdf_variant=VARIANT))

    def _laid(self, html: str) -> weasyprint.Document:
        sheets = [self._sheet(address) for address in _LINK.findall(html)]
        page = weasyprint.HTML(
            string=_LINK.sub("", html), base_url="static:", url_fetcher=self._fetcher
        )
        if self._body:
            sheets.append(weasyprint.CSS(string=f"html {{ font-family: {self._body} !important }}"))
        return page.render(stylesheets=sheets, font_config=self._fonts)

    def _sheet(self, address: str) -> weasyprint.CSS:
        """Return a parsed style sheet; parsing it anew takes a tenth of a certificate's time."""
        if address not in self._sheets:
            self._sheets[address] = weasyprint.CSS(
                url=address, url_fetcher=self._fetcher, font_config=self._fonts
            )
        return self._sheets[address]


def _environment(guard: Callable[[object], Markup]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource_dir("templates") / _TEMPLATES),
        autoescape=True,
        auto_reload=False,  # a program that is running does not change
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=partial(_finalize, guard),
    )
    environment.filters["qr"] = qr_svg
    environment.filters["bars"] = bars_svg
    environment.filters["listed"] = partial(listed, style=Style.GOTHIC)
    environment.filters["kana_row"] = kana_row
    environment.filters["groups"] = groups
    environment.filters["in_two"] = in_two
    return environment


def _finalize(guard: Callable[[object], Markup], value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, Markup):
        return value
    return guard(value) if isinstance(value, str) else value


def answer(renderer: Renderer, line: bytes) -> tuple[dict[str, Any], bytes]:
    """Do one job; errors become an answer, because the parent must not wait for nothing."""
    try:
        job = json.loads(line)
        pdf = _made(renderer, job)
    except UnprintableName as error:
        return {"error": "unprintable", "text": error.text, "clusters": error.clusters}, b""
    except Exception as error:
        return {"error": "failed", "kind": type(error).__name__, "where": _where(error)}, b""
    return {"length": len(pdf)}, pdf


def _made(renderer: Renderer, job: dict[str, Any]) -> bytes:
    if "bound" in job:
        return renderer.render_bound(job["bound"], strict=job["strict"])
    return renderer.render(job["template"], job["values"], strict=job["strict"])


def _where(error: BaseException) -> str:
    """Return file and line only: messages may hold what was to be printed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _resident_mb() -> float:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (not a real file)
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:  # elsewhere than on Linux the idle end alone must do
        return 0.0


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until the input ends or the memory limit is passed."""
    keep_faces()
    renderer = Renderer()
    renderer.warm_up()
    for line in requests:
        header, body = answer(renderer, line)
        answers.write(json.dumps(header).encode() + b"\n" + body)
        answers.flush()
        renderer.prepare()
        if _resident_mb() > _MEMORY_LIMIT_MB:
            return


def main() -> None:
    """Run the child: keep the answer channel free of anything libraries print."""
    keep_memory_private()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, channel)


if __name__ == "__main__":
    main()
