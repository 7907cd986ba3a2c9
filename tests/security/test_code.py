"""What the code itself must not do: S43, S44, S45, S53, S59."""

import ast
import math
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.prepared import close, make_instance, start

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "victim_support").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__", "system", "popen"}
LIKES = {"like", "ilike", "contains", "icontains", "istartswith"}
RAW_SQL = {"text", "exec_driver_sql", "execute"}
# Identifiers cannot be bound: core/db, journal and migrations take them from table metadata alone,
# towns has two fixed conditions on the bundled postal codes.
MAY_COMPOSE = {"db", "journal", "migrations", "towns.py"}
LONG_WORD = re.compile(r"[A-Za-z0-9+/_=]{40,}")


def names_called(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            yield name, node


def unsafe_code(source):
    """Return what is unsafe in a piece of code."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name in UNSAFE_MODULES]
        if isinstance(node, ast.ImportFrom) and node.module in UNSAFE_MODULES:
            found.append(node.module)
        if isinstance(node, ast.keyword) and node.arg == "shell":
            found.append("shell")
    for name, node in names_called(tree):
        if name in UNSAFE_CALLS and not _is_harmless(name, node):
            found.append(name)
    return found


def _is_harmless(name, node):
    return name == "compile" and isinstance(node.func, ast.Attribute)


def composed_sql(source):
    """Return the lines that put a statement together from pieces."""
    return [
        node.lineno
        for name, node in names_called(ast.parse(source))
        if name in RAW_SQL and node.args and _is_composed(node.args[0])
    ]


def _is_composed(argument):
    if isinstance(argument, ast.JoinedStr):
        return True
    is_format = isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") == "format"
    return is_format or (
        isinstance(argument, ast.BinOp)
        and isinstance(argument.op, ast.Add | ast.Mod)
        and any(isinstance(side, ast.Constant) for side in (argument.left, argument.right))
    )


def open_wildcards(source):
    """Return the lines that compare with LIKE without escaping wildcards."""
    return [
        node.lineno
        for name, node in names_called(ast.parse(source))
        if name in LIKES and not {"autoescape", "escape"} & {each.arg for each in node.keywords}
    ]


@pytest.mark.parametrize(
    ("finder", "bad"),
    [
        (unsafe_code, "import pickle"),
        (unsafe_code, "from yaml import load"),
        (unsafe_code, "eval('1')"),
        (unsafe_code, "os.system('ls')"),
        (unsafe_code, "subprocess.run('ls', shell=True)"),
        (composed_sql, "session.execute(text(f'SELECT {x}'))"),
        (composed_sql, "connection.execute('SELECT ' + x)"),
        (composed_sql, "connection.execute('SELECT %s' % x)"),
        (open_wildcards, "column.like(typed)"),
    ],
)
def test_each_finder_finds_what_is_bad(finder, bad):
    assert finder(bad)


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("S602", "import subprocess\nsubprocess.run('ls', shell=True)\n"),
        ("S301", "import pickle\npickle.loads(b'')\n"),
        ("S608", "def find(c, x):\n    return c.execute(f'SELECT {x} FROM staff')\n"),
    ],
)
def test_s59_the_lint_of_the_build_refuses_what_is_bad(rule, bad):
    asked = ["ruff", "check", "--stdin-filename", "victim_support/bad.py", "--quiet", "-"]
    told = subprocess.run(
        [Path(sys.executable).with_name(asked[0]), *asked[1:]],
        cwd=ROOT,
        input=bad,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert rule in told.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_s43_s44_code_runs_no_text(path):
    source = path.read_text(encoding="utf-8")

    assert unsafe_code(source) == []
    assert open_wildcards(source) == []
    if not MAY_COMPOSE & set(path.relative_to(ROOT).parts):
        assert composed_sql(source) == []


def test_s45_templates_are_escaped(app):
    escape = app.jinja_env.autoescape
    assert all(escape(str(path)) for path in TEMPLATES)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_s45_no_template_turns_escaping_off(path):
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\|\s*safe\b|autoescape\s+false|javascript:", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_s45_no_script_writes_markup(path):
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def test_s45_python_marks_no_text_as_markup():
    found = [
        path.name
        for path in SOURCES
        for name, node in names_called(ast.parse(path.read_text(encoding="utf-8")))
        if name == "Markup" and not isinstance(node.args[0], ast.Constant)
    ]

    assert found == []


def entropy(word):
    counts = Counter(word)
    return -sum(count / len(word) * math.log2(count / len(word)) for count in counts.values())


def is_secret(word):
    """Tell whether a long word looks drawn by chance: no path, no hash of a lock file."""
    digits = sum(each.isdigit() for each in word)
    return entropy(word) > 4.2 and digits > 5 and word.count("/") < 3


def test_s53_the_scan_finds_a_key():
    assert is_secret("9f8Kd02Lq7Zx41VbNm33" + "TyUo58PaSd66GhJk90Qw")


def test_s53_no_secret_lies_in_the_repository():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True)
    texts = [
        ROOT / name
        for name in listed.stdout.decode().splitlines()
        if Path(name).suffix in {".py", ".toml", ".html", ".js", ".md", ".yml", ".sh", ".txt", ""}
        and "vendor" not in name
        and "golden" not in name  # written with keys that anybody can read in the test beside it
    ]
    found = [
        (str(path.relative_to(ROOT)), word)
        for path in texts
        if path.is_file()
        for word in LONG_WORD.findall(path.read_text(encoding="utf-8", errors="ignore"))
        if is_secret(word)
    ]

    assert found == []


def test_s53_every_instance_has_secrets_of_its_own(app, tmp_path):
    other = start(make_instance(tmp_path / "other"))
    close(other)

    assert app.config["SECRET_KEY"] != other.config["SECRET_KEY"]
    assert len(app.config["SECRET_KEY"]) == 32
