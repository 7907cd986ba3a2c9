"""The command ``import residents``."""

import json

import pytest
from click.testing import CliRunner

from tests.residents.register import ROWS, csv_64, extract, row_64
from victim_support.cli import cli
from victim_support.core.instance import exclusive

COUNTS = ("rows_read", "created", "updated", "unchanged")


@pytest.fixture
def run(instance, tmp_path):
    """Return a function that imports a text with the command."""

    def invoke(text, *options):
        file = tmp_path / "抽出.csv"
        file.write_text(text, encoding="cp932")
        words = ["import", "residents", str(file), "--instance", str(instance.folder), *options]
        return CliRunner().invoke(cli, words)

    return invoke


def test_every_row_is_accounted_for(run, tmp_path):
    report = tmp_path / "report.json"

    answer = run(extract(*ROWS, ",,", ROWS[0]), "--report", str(report))

    facts = json.loads(report.read_text("utf-8"))
    assert answer.exit_code == 0
    assert [facts[name] for name in COUNTS] == [5, 3, 0, 0]
    assert [one["row"] for one in facts["refused"]] == [5, 6]
    assert "取り込まない 2" in answer.output


def test_json_says_the_same_and_a_second_time_changes_nothing(run):
    run(extract(*ROWS))

    facts = json.loads(run(extract(*ROWS), "--json").stdout)

    assert [facts[name] for name in COUNTS] == [3, 0, 0, 3]


def test_a_dry_run_leaves_the_register_empty(run):
    run(extract(*ROWS), "--dry-run")

    facts = json.loads(run(extract(*ROWS), "--json").stdout)

    assert facts["created"] == 3


def test_a_mapping_file_explains_the_columns(run, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('header = true\n[columns]\nnumber = "番"\nname = 2\n', encoding="utf-8")

    answer = run("番,だれ\n1,山田\n", "--mapping", str(mapping), "--json")

    assert json.loads(answer.stdout)["created"] == 1


def test_the_64_columns_need_no_mapping(run):
    answer = run(csv_64(row_64(c1="1", c2="H", c6="山田　太郎")), "--json")

    facts = json.loads(answer.stdout)
    assert facts["created"] == 1
    assert facts["columns"][4]["note"] == "読みません"


def test_unknown_columns_stop_with_words(run):
    answer = run("1,2\n3,4\n")

    assert answer.exit_code == 1
    assert "対応表" in answer.output


def test_individual_numbers_stop_until_somebody_confirms(run):
    numbers = ("123456789018", "987654321093", "111111111118")
    text = extract(*(f"{one},H,人,ヒト" for one in numbers), headers="宛名番号,世帯番号,氏名,カナ")

    stopped = run(text)
    confirmed = run(text, "--confirm", "number", "--json")

    assert stopped.exit_code == 1
    assert "個人番号" in stopped.output
    assert json.loads(confirmed.stdout)["created"] == 3


def test_a_running_server_is_not_disturbed(run, instance):
    with exclusive(instance.folder):
        answer = run(extract(*ROWS))

    assert answer.exit_code == 3


def test_a_file_with_much_less_than_the_register_asks_what_it_is(run):
    run(extract(*ROWS))

    tried = run(extract(ROWS[0]), "--dry-run")
    refused = run(extract(ROWS[0]))
    partial = json.loads(run(extract(ROWS[0]), "--partial", "--json").stdout)
    full = json.loads(run(extract(ROWS[0]), "--full", "--json").stdout)

    assert "【注意】取り込む前の住民データ3人のうち、今度の抽出にない人 2" in tried.output
    assert refused.exit_code == 1
    assert "--full" in refused.output
    assert "--partial" in refused.output
    assert (partial["known"], partial["missing"], partial["coverage"]) == (3, 0, "partial")
    assert (full["known"], full["missing"]) == (3, 2)


def test_full_and_partial_exclude_each_other(run):
    assert run(extract(*ROWS), "--full", "--partial").exit_code == 1


def test_the_report_speaks_japanese(run):
    answer = run(extract(ROWS[0].replace("S25.3.1", "S99.3.1")))

    assert "直した: 生年月日" in answer.output
    assert "birth" not in answer.output


def test_a_file_without_the_number_says_what_helps_at_the_command(run):
    answer = run(extract("H1,髙﨑　一郎,カナ", headers="世帯番号,氏名,カナ"))

    assert "宛名番号の列がわかりません" in answer.output
    assert "「住民番号」" in answer.output
    assert "--mapping FILE" in answer.output
