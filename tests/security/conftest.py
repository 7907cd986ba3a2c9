"""One program for all tests of a module that only look at its answers."""

import shutil

import pytest

from tests.prepared import close, start


@pytest.fixture(scope="module")
def looked_at(prepared, tmp_path_factory):
    """Start the program once on a copy of the prepared instance."""
    folder = tmp_path_factory.mktemp("looked-at") / "instance"
    shutil.copytree(prepared.folder, folder)
    app = start(type(prepared)(folder, prepared.key))
    yield app
    close(app)
