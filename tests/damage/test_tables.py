"""The tables of the guideline: broken ones stop the start, a municipality may write its own."""

import shutil
from pathlib import Path

import pytest

from tests.damage.cases import graded, label, marks, tilt
from victim_support.app import create_app
from victim_support.core.tables import TableError
from victim_support.damage.rules.tables import load_tables

OWN_WEIGHTS = """title = "部位別構成比"

[[editions]]
effective_from = 2025-07-01
source = "町の要綱 第3条"
confirmed = true
rows_of = 2025-07-01

[editions.rows.earthquake_wooden_second]
label = "地震 木造・プレハブ 第2次"
parts = %s
"""
WEIGHTS = (
    '{ "屋根" = 15, "柱(又は耐力壁)" = 15, "床(階段を含む)" = 10, "外壁" = 10, "内壁" = 15,'
    ' "天井" = 5, "建具" = %s, "基礎" = 10, "設備" = 10 }'
)
SOUND, TOO_MUCH = OWN_WEIGHTS % (WEIGHTS % 10), OWN_WEIGHTS % (WEIGHTS % 15)
CONFIRMED = """title = "部位別構成比"

[[editions]]
effective_from = 2026-06-01
source = "令和8年6月版の原文と照合"
confirmed = true
rows_of = 2026-06-01
"""


@pytest.fixture
def own(tmp_path):
    def write(text, name="weights.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_the_program_s_own_tables_load():
    assert len(load_tables().by_name) == 15


def test_own_weights_replace_one_row_and_name_their_source(own):
    tables = load_tables(own(SOUND))

    changed = graded({"parts": {"内壁": marks("Ⅴ", 100)}}, tables)
    other = graded({"parts": {"屋根": marks("Ⅴ", 100)}}, tables, survey_round="第1次")

    assert changed.percent == 15
    assert any(reason.is_own and reason.source == "町の要綱 第3条" for reason in changed.reasons)
    assert other.percent == 15


def test_a_municipality_confirms_an_edition(own):
    house = {"parts": {"屋根": marks("Ⅴ", 100)}}
    before = graded(house, rule_version="令和8年6月").unconfirmed

    after = graded(house, load_tables(own(CONFIRMED)), rule_version="令和8年6月").unconfirmed

    assert any("部位別構成比" in words for words in before)
    assert not any("部位別構成比" in words for words in after)


def test_own_values_open_a_blocked_edition(own):
    rows = "".join(
        f'\n[editions.rows.{name}]\nlabel = "{name}"\ntilt_from = "1/{part}"\nsunk_to = "{sunk}"\n'
        for name, part, sunk in [
            ("large_half", 60, "床"),
            ("medium_half", 80, "なし"),
            ("half", 100, "基礎の天端下25cm"),
        ]
    )
    head = CONFIRMED.replace("部位別構成比", "地盤被害 第1次調査")
    tables = load_tables(own(head + rows, "ground_first.toml"))

    result = graded(
        {"tilt": tilt(15)},
        tables,
        disaster_kind="地盤被害",
        survey_round="第1次",
        rule_version="令和8年6月",
    )

    assert result.decision.outcome.label == "中規模半壊"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param('title = "部位別構成比\n', "at line 1", id="TOMLでない"),
        pytest.param(TOO_MUCH, "11行目.*100 ではありません", id="合計"),
        pytest.param(SOUND.replace("source", "sauce"), "3行目.*source", id="出典"),
        pytest.param(
            SOUND.replace("rows_of = 2025-07-01", "rows_of = 2001-01-01"),
            "3行目.*rows_of",
            id="もとの版",
        ),
        pytest.param(SOUND.replace("parts =", "part ="), "9行目.*parts", id="項目"),
        pytest.param(SOUND.replace("= 15,", '= "多い",'), "11行目.*数", id="数でない"),
        pytest.param(
            SOUND.replace("from = 2025-07-01", 'from = "夏"'), "3行目.*effective_from", id="日付"
        ),
        pytest.param(
            SOUND.replace("from = 2025-07-01", "from = 2025-08-01"), "3行目.*版", id="版の途中"
        ),
        pytest.param(SOUND.replace("= true", '= "はい"'), "3行目.*confirmed", id="印"),
    ],
)
def test_a_broken_table_names_file_line_and_reason(own, text, words):
    folder = own(text)

    with pytest.raises(TableError, match=rf"weights\.toml.*{words}"):
        load_tables(folder)


def test_every_program_edition_begins_with_an_edition_of_the_guideline():
    tables = load_tables().by_name
    days = {edition.effective_from for edition in tables["guideline"].editions}

    assert {each.effective_from for table in tables.values() for each in table.editions} <= days


def test_a_broken_table_stops_the_start_of_the_program(app):
    folder = Path(app.instance_path) / "tables" / "damage"
    folder.mkdir(parents=True)
    (folder / "tilt.toml").write_text("title = 傾斜", encoding="utf-8")

    try:
        with pytest.raises(TableError, match=r"tilt\.toml.*line 1"):
            create_app(app.extensions["instance"])
    finally:
        shutil.rmtree(folder.parent)


def test_a_file_that_is_no_table_is_not_passed_over(own):
    with pytest.raises(TableError, match="wieghts"):
        load_tables(own(SOUND, "wieghts.toml"))


def test_the_program_s_tables_stay_as_they_are_beside_own_ones(own):
    load_tables(own(SOUND))

    assert label({"parts": {"建具": marks("Ⅴ", 100), "内壁": marks("Ⅴ", 50)}}) == "半壊"
