"""``report …`` gives the same documents as the screen."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from tests.evacuees.support import inside, settle_town
from tests.prepared import close
from victim_support.cli import cli
from victim_support.core import clock
from victim_support.core.db import transaction
from victim_support.reports import services
from victim_support.reports.rules import ReportKind
from victim_support.shelters.services import record_head_count


@pytest.fixture
def folder(app, instance):
    """Leave an instance with a counted shelter and a published report, and nobody using it."""
    shelters = settle_town(app)
    with inside(app), transaction(reason="点呼"):
        record_head_count(shelter_id=shelters[0], count=17)
        services.publish_report(kind=ReportKind.SITUATION, as_of=clock.now())
    with inside(app), transaction(reason="点呼"):
        record_head_count(shelter_id=shelters[0], count=21)
    close(app)
    return instance.folder


def run(folder, *words):
    return CliRunner().invoke(cli, ["report", *words, "--instance", str(folder)])


def total(result):
    figures = [
        one for section in json.loads(result.stdout)["sections"] for one in section["figures"]
    ]
    return next(one["value"] for one in figures if one["key"] == "people.total")


def test_the_situation_now_then_and_as_published(folder, tmp_path):
    now = run(folder, "situation")
    before = run(folder, "situation", "--as-of", "6時間前")
    published = run(folder, "situation", "--published", "1")
    table = run(folder, "situation", "--format", "csv", "--shelters")
    paper = tmp_path / "situation.pdf"
    printed = run(folder, "situation", "--format", "pdf", "--output", str(paper))

    assert (total(now), total(before), total(published)) == (21, 0, 17)
    rows = list(csv.DictReader(io.StringIO(table.stdout_bytes.decode("utf-8-sig"))))
    assert {row["避難所"]: row["人数"] for row in rows} == {"上郷小学校": "21", "鼎公民館": ""}
    assert printed.exit_code == 0, printed.output
    assert paper.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("words", [("--as-of", "さっき"), ("--published", "9")])
def test_what_does_not_exist_is_said_and_ends_with_1(folder, words):
    result = run(folder, "situation", *words)

    assert result.exit_code == 1


@pytest.mark.parametrize(
    "words", [("damage",), ("open-shelters",), ("relief",), ("relief", "--kind", "meals")]
)
def test_the_other_documents_are_written(folder, words):
    result = run(folder, *words)

    assert result.exit_code == 0, result.output
    assert result.stdout_bytes
