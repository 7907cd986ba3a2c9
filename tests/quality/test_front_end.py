"""Styles and scripts: ours stay small and local, vendored ones keep licence and version."""

import re
from pathlib import Path

import pytest

from tests.quality.sources import ROOT, STATIC, files, name

OWN_FILES = [*files(STATIC / "css", "*.css"), *files(STATIC / "js", "*.js")]
SCREEN_STYLES = ["base.css", "components.css"]
VENDORED = [
    *(path for path in (STATIC / "vendor").iterdir() if path.is_dir()),
    ROOT / "tests" / "browser" / "vendor" / "axe-core",
]


@pytest.mark.parametrize("path", OWN_FILES, ids=name)
def test_it_fetches_nothing_from_outside_and_runs_no_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"""(import|url\(|fetch\(|from)\s*\(?["']?(https?:)?//""", source)
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML|document\.write", source)


@pytest.mark.parametrize("path", files(STATIC / "js", "*.js"), ids=name)
def test_modules_import_files_that_exist(path: Path) -> None:
    for imported in re.findall(r"""from\s+["'](\.[^"']+)["']""", path.read_text(encoding="utf-8")):
        assert (path.parent / imported).exists()


def test_the_shared_styles_stay_small() -> None:
    size = sum((STATIC / "css" / each).stat().st_size for each in SCREEN_STYLES)

    assert size <= 20_000


@pytest.mark.parametrize("folder", VENDORED, ids=name)
def test_vendored_files_keep_licence_and_version(folder: Path) -> None:
    assert list(folder.glob("LICENSE*"))
    assert re.search(r"\d+\.\d+\.\d+", (folder / "README.md").read_text(encoding="utf-8"))
