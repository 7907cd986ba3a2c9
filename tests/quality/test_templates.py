"""What every template must hold to, read from its source."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.quality.sources import PACKAGE, TEMPLATES, files, name, screens, tree, without_jinja
from victim_support.dropbox.box.program import create_box

LONGEST = 150
LAYOUTS = {"_layouts/base.html", "_layouts/desk.html", "_layouts/plain.html", "_layouts/print.html"}
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
KNOWN_LATIN = set(  # keys, formats and things that Japanese offices write in Latin letters
    re.findall(
        r"[A-Za-z]+",
        """Alt Ctrl Enter Esc Shift Tab Backspace
        CSV GeoJSON JSON PDF PIN QR UTF BOM ID IME MBTiles SQLite Wi Fi USB URL DV Excel JIS
        LAN SHA FIDO WPA""",
    )
)
PARSER = Environment(autoescape=True)
every_screen = pytest.mark.parametrize("path", screens(), ids=name)
every_template = pytest.mark.parametrize("path", files(TEMPLATES, "*.html"), ids=name)


@every_screen
def test_it_compiles_with_the_filters_of_its_program(app, path: Path, tmp_path: Path) -> None:
    program = create_box(tmp_path) if "box" in path.parts else app
    program.jinja_env.get_template(path.relative_to(TEMPLATES).as_posix())


@every_template
def test_what_it_imports_exists_and_is_used(path: Path) -> None:
    parsed = PARSER.parse(path.read_text(encoding="utf-8"))
    root = TEMPLATES / "documents" if "documents" in path.parts else TEMPLATES
    used = {node.name for node in parsed.find_all(nodes.Name) if node.ctx == "load"}

    for found in parsed.find_all(nodes.FromImport):
        assert isinstance(found.template, nodes.Const)
        imported = PARSER.parse((root / found.template.value).read_text(encoding="utf-8"))
        macros = {macro.name for macro in imported.find_all(nodes.Macro)}
        names = {each if isinstance(each, str) else each[0] for each in found.names}
        local = {each if isinstance(each, str) else each[1] for each in found.names}
        assert names <= macros
        assert local <= used


@every_screen
def test_nothing_is_inline_and_nothing_is_unescaped(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    markup = without_jinja(source)

    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", markup, re.IGNORECASE)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", markup))
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", source)


@every_template
def test_no_file_comes_from_outside(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"""(src|href|action|url)\s*[=(]\s*["']?(https?:)?//""", source)
    assert "|safe" not in source.replace(" ", "")


@every_template
def test_it_stays_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@every_screen
def test_pages_extend_a_layout(path: Path) -> None:
    place = path.relative_to(TEMPLATES).as_posix()
    source = path.read_text(encoding="utf-8")
    if path.name.startswith("_") or place.startswith(("_layouts/", "_components/")):
        assert "<html" not in source or place == "_layouts/base.html"
        return

    extended = re.search(r"""{%-?\s*extends\s+["']([^"']+)["']""", source)
    assert extended
    assert extended[1] in LAYOUTS or (TEMPLATES / extended[1]).exists()


class Words(HTMLParser):
    """Collect what a person sees or hears of a template."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.words += [value for key, value in attrs if key in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.words.append(data)


@every_template
def test_no_english_is_left_over(path: Path) -> None:
    reader = Words()
    source = re.sub(r"{% block face %}\w+{% endblock %}", "", path.read_text(encoding="utf-8"))
    reader.feed(without_jinja(source))

    found = set(re.findall(r"[A-Za-z]{2,}", " ".join(reader.words))) - KNOWN_LATIN

    assert not {word for word in found if not re.fullmatch(r"F[0-9]+|[A-Z]", word)}


@pytest.mark.parametrize(
    "path", [path for path in files(PACKAGE, "*.py") if "views" in path.as_posix()], ids=name
)
def test_views_render_from_their_own_folder(path: Path) -> None:
    slice_name = path.relative_to(PACKAGE).parts[0]

    for call in ast.walk(tree(path)):
        if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") == "render_template"):
            continue
        rendered = call.args[0]
        if isinstance(rendered, ast.Constant):
            assert str(rendered.value).startswith(f"{slice_name}/")
            assert (TEMPLATES / str(rendered.value)).exists()


TAKES_DOWN = re.compile(
    r"form\.(kana|birth|phone|asker_\w+|contact_name|informant\w*|marks|destination_phone)\b"
)
NOBODY = {
    "damage/_application.html": "part of damage/apply and others, which say it",
    "office/settings.html": "the office's own telephone",
    "operations/_night_fields.html": "part of operations/_page",
    "operations/_owner.html": "part of operations/_page",
    "shelters/edit.html": "the telephone of a shelter",
    "supplies/items.html": "the telephone of a depot",
    "supplies/send.html": "the telephone of a driver's firm",
}


def test_where_people_are_written_down_the_purpose_of_use_is_said():
    silent = {
        path.relative_to(TEMPLATES).as_posix()
        for path in files(TEMPLATES, "*.html")
        if TAKES_DOWN.search(text := path.read_text(encoding="utf-8")) and "{{ purpose(" not in text
    }

    assert silent <= NOBODY.keys(), silent - NOBODY.keys()
