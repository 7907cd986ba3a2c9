"""The commands that check numbers and write papers as PDF."""

import json

import pytest
from click.testing import CliRunner

from tests.damage.support import (
    make_application,
    make_judgement,
    make_people,
    name_issuer,
    writing_in,
)
from tests.prepared import close
from victim_support.certificates import services
from victim_support.certificates.rules import PaperKind
from victim_support.cli import cli


@pytest.fixture
def number(app):
    """Return the number of an issued paper; the program is closed, as no server runs."""
    with writing_in(app):
        name_issuer()
        application = make_application(*make_people("𠮷田 邉\U000e0110太郎"))
        make_judgement(application)
        issued = services.issue_paper(application, PaperKind.RISAI, by=None).number
    close(app)
    return issued


@pytest.fixture
def run(instance):
    """Return a function that runs a command on the instance."""

    def invoke(*words):
        return CliRunner().invoke(cli, [*words, "--instance", str(instance.folder)])

    return invoke


def test_a_valid_number_is_said_to_be_valid(run, number):
    answer = run("certificates", "check", number.lower(), "--json")

    facts = json.loads(answer.output)
    assert answer.exit_code == 0
    assert (facts["number"], facts["state"], facts["label"]) == (number, "issued", "有効")
    assert facts["is_valid"] is True
    assert "吉田" not in answer.output


@pytest.mark.parametrize(
    ("typed", "state", "label"),
    [
        ("K7-000123-W", "unknown", "該当なし"),
        ("K7-000123-X", "unreadable", "番号として読めません"),
    ],
)
def test_what_is_not_valid_is_said_to_be_so(run, number, typed, state, label):
    facts = json.loads(run("certificates", "check", typed, "--json").output)

    assert (facts["state"], facts["label"], facts["is_valid"]) == (state, label, False)
    assert label in run("certificates", "check", typed).output


def test_a_paper_is_written_as_pdf(run, number, tmp_path):
    answer = run("certificates", "render", number, "--output", str(tmp_path / "out"))

    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "out" / f"{number}.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("more", [("--copy", "9"), ()])
def test_a_paper_that_is_not_there_ends_with_words(run, number, tmp_path, more):
    wanted = number if more else "K7-000123-W"

    answer = run("certificates", "render", wanted, "--output", str(tmp_path), *more)

    assert answer.exit_code == 1
    assert "ありません" in answer.output
