"""The commands ``disaster declare`` and ``disaster list``."""

import json

import pytest
from click.testing import CliRunner

from victim_support.cli import cli
from victim_support.core.instance import exclusive


@pytest.fixture
def run(instance):
    """Return a function that runs words of the program on the prepared instance."""

    def invoke(*words, code=0):
        answer = CliRunner().invoke(cli, [*words, "--instance", str(instance.folder)])
        assert answer.exit_code == code, answer.output
        return answer.output

    return invoke


def declare(run, *options, name="令和8年9月台風", code=0):
    return run("disaster", "declare", name, "--kind", "storm", *options, code=code)


def test_a_declared_disaster_is_listed_with_the_newest_first(run):
    said = declare(run, "--kind", "豪雨・洪水", "--start", "R8.9.1 6:30", "--area", "市内全域")

    lines = run("disaster", "list").splitlines()

    assert said.startswith("登録しました: 20260901A  令和8年9月台風  ")
    assert "豪雨・洪水" in lines[0]
    assert "台風・暴風・竜巻" in lines[0]
    assert [line.split()[0] for line in lines] == ["20260901A", "20260715A"]
    assert "令和8年(2026年)9月1日 06:30" in lines[0]
    assert "市内全域" in lines[0]


def test_the_key_of_another_laptop_is_taken(run):
    facts = json.loads(declare(run, "--start", "2026-09-01", "--key", "20260831B", "--json"))

    assert facts["key"] == "20260831B"
    assert facts["kinds"] == ["storm"]
    assert facts["started_at"] == "2026-09-01T00:00:00+09:00"
    assert json.loads(run("disaster", "list", "--json"))[0] == facts


def test_the_same_name_is_not_declared_twice(run):
    declare(run, "--start", "2026-09-01")

    said = declare(run, "--start", "2026-09-01", code=1)
    declare(run, "--start", "2026-09-01T05:00", "--key", "20260901A")

    assert "20260901A として登録されています" in said
    assert len(json.loads(run("disaster", "list", "--json"))) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--start", "そのうち"], "--start は"),
        (["--start", "2026-09-01T99:00"], "--start は"),
        (["--start", "2046-09-01"], "明日より先"),
        (["--key", "abc"], "20260715A のように"),
        (["--key", "20260715A"], "令和8年7月豪雨"),
        (["--kind", "いんせき"], "使えるのは 地震=earthquake"),
    ],
)
def test_bad_input_says_what_is_wrong_and_declares_nothing(run, options, words):
    assert words in declare(run, *options, code=1)
    assert len(json.loads(run("disaster", "list", "--json"))) == 1


def test_a_running_server_is_not_disturbed(run, instance):
    with exclusive(instance.folder):
        declare(run, code=3)
        assert "20260715A" in run("disaster", "list")


def test_open_shelters_come_in_under_a_disaster_declared_by_command(run, tmp_path):
    declare(run, "--start", "2024-01-01T16:10", name="令和6年能登半島地震")
    file = tmp_path / "open.csv"
    file.write_text(
        "観測時点,ID,地区,名称,人数\n2024-01-09T18:00+09:00,CC1,袖,山王小,120\n", encoding="utf-8"
    )

    report = json.loads(run("import", "shelters", str(file), "--disaster", "20240101A", "--json"))

    assert (report["created"], report["head_counts"]) == (1, 1)
