"""Whole instances on disk, as `init` makes them, and the commands as people type them."""

import json
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from tests.cluster import place
from victim_support.app import create_app
from victim_support.cli import cli
from victim_support.core.db import close_database, transaction
from victim_support.core.ids import new_id
from victim_support.core.instance import OpenInstance
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.installation import create_instance
from victim_support.journal.intake import this_intake
from victim_support.victims.models import Person

PASSPHRASE = "ふくろうが三羽で鳴いている"
SCOPES = Scopes("042072", "20260715A")


@pytest.fixture(scope="package")
def kept():
    """Hold what was made once on each engine, to be copied: the keys take a second."""
    return {}


@pytest.fixture
def made(engine, request, kept, tmp_path, tmp_path_factory):
    cluster = request.getfixturevalue("cluster") if engine == "postgresql" else None
    if engine not in kept:
        template = cluster.create() if cluster else None
        folder = tmp_path_factory.mktemp("made") / "laptop"
        kept[engine] = _made(folder, cluster.url(template) if cluster else None), template
    original, template = kept[engine]
    folder = tmp_path / "laptop"
    shutil.copytree(original.opened.folder, folder)
    place(folder, template)
    return replace(original, opened=OpenInstance(folder, original.opened.key))


def _made(folder, database_url):
    return create_instance(
        folder,
        municipality="04207",
        admin="kanri",
        password="mushi-no-koe-wa-kiita",
        passphrase=PASSPHRASE,
        database_url=database_url,
    )


@pytest.fixture
def program(made):
    app = create_app(made.opened)
    with app.app_context(), using_scopes(SCOPES):
        yield app
        close_database()
        this_intake().close()


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(PASSPHRASE)
    return path


@pytest.fixture
def run(secret):
    """Run a command; its JSON comes back."""

    def invoke(name, *arguments, instance, code=0, secret_file=secret):
        options = ["--instance", str(instance), "--passphrase-file", str(secret_file)]
        result = CliRunner().invoke(
            cli,
            [name, *map(str, arguments), *options],
        )
        assert result.exit_code == code, result.output + repr(result.exception)
        return json.loads(result.stdout) if "--json" in arguments else result.output

    return invoke


def register(name="架空 太郎"):
    with transaction(reason="受付") as session:
        person = Person(scope=SCOPES.core, id=new_id(), name=name)
        session.add(person)
    return person.id
