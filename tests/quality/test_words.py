"""One word for one thing: the glossary is complete; tables of the law name their source."""

import ast
import tomllib
from pathlib import Path

import pytest

from tests.quality.sources import PACKAGE, files, modules, name, tree
from victim_support.core.tables import parse_table

GLOSSARY = PACKAGE / "glossary.toml"
KEYS = {"term", "reading", "code", "meaning", "source"}
ROOTS = {"Base", "LocalBase", "ReferenceBase", "Synced", "StrEnum"}


def entries() -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["entries"]
    return found


def classes() -> dict[str, set[str]]:
    """Return every class of the slices with the names of its bases."""
    return {
        node.name: {getattr(base, "id", "") for base in node.bases}
        for path in modules()
        if "core" not in path.relative_to(PACKAGE).parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


def named_things() -> set[str]:
    """Return the names of the mapped classes and enums, without their common bases."""
    known = classes()
    found: set[str] = set()
    while True:
        more = {each for each, bases in known.items() if bases & (found | ROOTS)} - found
        if not more:
            return found - {base for bases in known.values() for base in bases}
        found |= more


def test_every_model_and_enum_has_its_japanese_term() -> None:
    assert named_things() - {entry["code"] for entry in entries()} == set()


def test_entries_are_complete_and_name_something_once() -> None:
    codes = [entry["code"] for entry in entries()]
    slices = {path.name for path in PACKAGE.iterdir() if path.is_dir()}

    assert [entry for entry in entries() if set(entry) != KEYS or not all(entry.values())] == []
    assert sorted(codes) == sorted(set(codes))
    assert set(codes) - set(classes()) - slices == set()


@pytest.mark.parametrize("path", files(PACKAGE, "tables/*.toml"), ids=name)
def test_tables_name_their_source(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    if "editions" in content:
        assert parse_table(path.stem, content).editions
    else:
        assert content.get("source")
