"""``damage grade``: every case gets its answer; a bad one costs none of the others."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from tests.damage.cases import case, marks
from tests.damage.support import writing_in
from victim_support.cli import cli
from victim_support.damage import own_tables

GOOD = case({"parts": {"屋根": marks("Ⅴ", 100), "基礎": []}}, id="良")
BAD = case({"parts": {"屋根": marks("Ⅵ", 100)}}, id="悪")


@pytest.fixture
def run(tmp_path):
    def grade(content, *options):
        file = tmp_path / "cases.json"
        file.write_text(
            content if isinstance(content, str) else json.dumps(content), encoding="utf-8"
        )
        arguments = ["damage", "grade", str(file), "--instance", str(tmp_path), *options]
        return CliRunner().invoke(cli, arguments)

    return grade


def test_it_prints_percent_grade_and_reasons(run):
    result = run([GOOD])

    assert result.exit_code == 0
    assert "良  損害割合 15 %  準半壊" in result.stdout
    assert "部位別の損害割合: 屋根 15" in result.stdout
    assert "1件を計算しました" in result.stderr


def test_a_bad_case_is_told_and_the_others_are_graded(run):
    result = run([BAD, GOOD, 7], "--json")

    first, second, third = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (first["id"], first["grade"]) == ("悪", None)
    assert "Ⅰ～Ⅴ" in first["error"]
    assert (second["percent"], second["grade"], second["error"]) == (15, "準半壊", None)
    assert second["reasons"][0]["source"]
    assert third["id"] == "3番目"
    assert "計算できなかった事例: 2件" in result.stderr


def test_an_expected_grade_is_compared_and_must_be_a_grade(run):
    right, wrong, strange = (
        GOOD | {"expected": {"grade": grade}} for grade in ("準半壊", "半壊", "半分壊れた")
    )

    result = run([right, wrong, strange], "--json")

    found = json.loads(result.stdout)
    assert [one.get("agrees") for one in found] == [True, False, None]
    assert "被害の程度の名前ではありません" in found[2]["error"]


def test_a_disaster_may_have_an_edition_of_its_own(run):
    undated = {name: value for name, value in GOOD.items() if name != "rule_version"}

    (by_day,) = json.loads(run([undated], "--json").stdout)
    (chosen,) = json.loads(run([undated], "--json", "--edition", "平成30年3月").stdout)

    assert (by_day["rule_version"], by_day["grade"]) == ("令和7年7月", "準半壊")
    assert (chosen["rule_version"], chosen["grade"]) == ("平成30年3月", "半壊に至らない")


def test_a_single_case_needs_no_list(run):
    assert run(GOOD).exit_code == 0


@pytest.mark.parametrize("text", ["", "[", "[]", "3", "NaN", "[" * 100_000])
def test_a_file_without_cases_is_refused(run, text):
    result = run(text)

    assert result.exit_code == 1
    assert "エラー" in result.stderr
    assert "Traceback" not in result.output


def test_a_broken_table_of_the_municipality_stops_it(run, tmp_path):
    folder = tmp_path / "tables" / "damage"
    folder.mkdir(parents=True)
    (folder / "tilt.toml").write_text('title = "傾斜"\n', encoding="utf-8")

    result = run([GOOD])

    assert result.exit_code == 1
    assert "tilt.toml, 1行目" in result.stderr


def test_what_the_office_decided_on_screen_counts_when_it_is_asked_for(run, app, instance):
    values = {"屋根": 25, "柱(又は耐力壁)": 15, "床(階段を含む)": 10, "外壁": 10, "内壁": 10}
    values |= {"天井": 5, "建具": 5, "基礎": 10, "設備": 10}
    with writing_in(app):
        own_tables.decide_table(
            table="weights",
            effective_from=date(2025, 7, 1),
            row="earthquake_wooden_second",
            values={"parts": values},
            source="総則7による独自の構成比",
            by=None,
        )
    own = ("--instance", str(instance.folder))

    assert "損害割合 15 %" in run([GOOD], *own).stdout
    assert "損害割合 25 %" in run([GOOD], *own, "--decided").stdout
