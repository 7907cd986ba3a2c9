"""Size, words and imports of the program's modules."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.quality.sources import PACKAGE, ROOT, modules, name, tree

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
GIVEN = {"flask", "flask-login", "flask-sqlalchemy", "folium", "weasyprint"} | {
    "click",
    "jinja2",
    "markupsafe",
    "pydyf",
    "sqlalchemy",
    "werkzeug",
    "wtforms",  # parts of them
}
SPOKEN_FOR = ("rules", "services", "commands")  # where every public function says what it does
every_module = pytest.mark.parametrize("path", modules(), ids=name)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def size(function: Function) -> int:
    """Return the lines of a function without its docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function):
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


@every_module
def test_it_stays_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    long = [
        f"{node.name}: {size(node)}"
        for node in ast.walk(tree(path))
        if isinstance(node, Function) and size(node) > LONGEST_FUNCTION
    ]

    assert lines <= LONGEST_MODULE
    assert long == []


@every_module
def test_it_says_what_it_is_for(path: Path) -> None:
    module = tree(path)
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    silent = [
        node.name
        for node in module.body
        if isinstance(node, Function | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert ast.get_docstring(module) or not module.body
    if set(parts) & set(SPOKEN_FOR):
        assert silent == []


def test_every_imported_library_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["hq"]]
    declared = {_key(re.split(r"[^\w.-]", each)[0]) for each in wanted}
    homes = packages_distributions()

    imported = {top for path in modules() for top in _imports(tree(path))}
    libraries = imported - sys.stdlib_module_names - {"victim_support"}
    undeclared = {
        top for top in libraries if not {_key(each) for each in homes.get(top, [])} & declared
    }

    assert undeclared == set()


def test_every_act_of_a_page_or_a_command_says_why() -> None:
    """What the history shows as the reason (なぜ)."""
    silent = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        if {"views", "commands"} & {*path.parts, path.stem}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "transaction"
        and not node.args + node.keywords
    ]

    assert silent == []


def test_every_library_beyond_the_given_ones_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["hq"]]
    libraries = {_key(re.split(r"[^\w.-]", each)[0]) for each in wanted}
    told = "".join(
        path.read_text(encoding="utf-8").lower() for path in (ROOT / "docs/decisions").glob("*.md")
    )

    assert sorted(each for each in libraries - GIVEN if each not in told) == []


def test_only_core_db_knows_the_engine() -> None:
    """Python's own sqlite3 reads map files and the bundled postal codes; the ledger is no such."""
    below = PACKAGE / "core" / "db"
    found = [
        name(path)
        for path in modules()
        if below not in path.parents and set(_imports(tree(path))) & {"sqlcipher3", "psycopg"}
    ]

    assert found == []


def _key(library: str) -> str:
    return library.lower().replace("_", "-")


def _imports(module: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_no_file_names_somebodys_own_folders() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"(?<![\w.])(/home/\w|/Users/\w|/work/\w|/root/\w|[A-Z]:\\Users\\)")
    found = []
    for line in tracked.stdout.split("\0"):
        path = ROOT / line
        if path.suffix in {".py", ".md", ".toml", ".html", ".css", ".js", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            if path.name != Path(__file__).name and pattern.search(text):
                found.append(line)

    assert found == []


def test_the_bundled_folder_exists_in_wheels_only() -> None:
    assert not (PACKAGE / "_bundled").exists()
