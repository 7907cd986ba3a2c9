"""The files of the repository, as the checks of this folder read them."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "victim_support"
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


def files(folder: Path, pattern: str) -> list[Path]:
    """Return the matching files below a folder, without caches, in a fixed order."""
    return sorted(path for path in folder.rglob(pattern) if "__pycache__" not in path.parts)


def name(path: Path) -> str:
    """Return the path as people write it."""
    return path.relative_to(ROOT).as_posix()


def modules() -> list[Path]:
    """Return every module of the program."""
    return files(PACKAGE, "*.py")


def tree(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def screens() -> list[Path]:
    """Return the templates of pages; printed documents are not pages."""
    return [path for path in files(TEMPLATES, "*.html") if "documents" not in path.parts]


def without_jinja(source: str) -> str:
    """Return a template's markup alone."""
    return re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)
