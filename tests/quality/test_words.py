"""One word for one thing: the glossary is complete; tables of the law name their source."""

import ast
import tomllib
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.quality.sources import PACKAGE, files, modules, name, tree
from victim_support.core.tables import parse_table

GLOSSARY = PACKAGE / "glossary.toml"
KEYS = {"term", "reading", "code", "meaning", "source"}
MAPPED = {"Base", "LocalBase", "ReferenceBase", "Synced"}


def is_class(node: ast.AST) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef)


def entries() -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["entries"]
    return found


def named_things() -> set[str]:
    """Return the names of all mapped classes and enums of the slices."""
    return {
        node.name
        for path in modules()
        if "core" not in path.relative_to(PACKAGE).parts
        for node in ast.walk(tree(path))
        if is_class(node)
        and not node.name.startswith("_")
        and {getattr(base, "id", "") for base in node.bases} & {*MAPPED, "StrEnum"}
    }


def test_every_model_and_enum_has_its_japanese_term() -> None:
    assert named_things() - {entry["code"] for entry in entries()} == set()


def test_entries_are_complete_and_name_something_once() -> None:
    codes = [entry["code"] for entry in entries()]
    classes = {each.name for path in modules() for each in ast.walk(tree(path)) if is_class(each)}
    slices = {path.name for path in PACKAGE.iterdir() if path.is_dir()}

    assert [entry for entry in entries() if set(entry) != KEYS or not all(entry.values())] == []
    assert sorted(codes) == sorted(set(codes))
    assert set(codes) - classes - slices == set()


@pytest.mark.parametrize("path", files(PACKAGE, "tables/*.toml"), ids=name)
def test_tables_name_their_source(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    if "editions" in content:
        assert parse_table(path.stem, content).editions
    else:
        assert content.get("source")
