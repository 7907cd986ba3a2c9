"""Family and given name of what was typed in one piece."""

import pytest

from victim_support.core.japanese.families import (
    drop_repeated,
    offer_partings,
    part_name,
    part_reading,
)

FAMILIES = {
    "佐藤": frozenset({"サト"}),
    "林": frozenset({"ハヤシ"}),
    "林田": frozenset({"ハヤシダ"}),
    "高橋": frozenset({"タカハシ"}),
}


@pytest.mark.parametrize(
    ("name", "kana", "parted"),
    [
        ("佐藤一郎", "サトウイチロウ", ("佐藤　一郎", "サトウ　イチロウ")),
        ("佐藤一郎", "さとう いちろう", ("佐藤　一郎", "さとう　いちろう")),
        ("佐藤一郎", "", ("佐藤　一郎", "")),
        ("佐藤一郎", "スズキイチロウ", None),
        ("髙橋薫", "タカハシカオル", ("髙橋　薫", "タカハシ　カオル")),
        ("林田一", "ハヤシダハジメ", None),
        ("林田一", "ハヤシ　デンイチ", ("林　田一", "ハヤシ　デンイチ")),
        ("鈴木実", "スズキミノル", None),
        ("佐藤 一郎", "サトウイチロウ", None),
        ("佐藤", "サトウ", None),
        ("", "", None),
    ],
)
def test_a_family_name_ends_where_the_register_is_certain_of_it(name, kana, parted):
    assert part_name(name, kana, FAMILIES) == parted


def test_where_it_is_not_certain_a_person_chooses():
    assert [one.name for one in offer_partings("林田一", "", FAMILIES)] == ["林　田一", "林田　一"]
    assert offer_partings("スカルノ", "", FAMILIES) == offer_partings("鈴木 実", "", {}) == []


@pytest.mark.parametrize(
    ("name", "kana", "once"),
    [
        ("渡辺　渡辺 由美子", "ワタナベ　ワタナベ ユミコ", ("渡辺　由美子", "ワタナベ　ユミコ")),
        ("渡辺　渡辺由美子", "ワタナベ　わたなべゆみこ", ("渡辺　由美子", "ワタナベ　ゆみこ")),
        ("渡辺　由美子", "ワタナベ　ワタナベユミコ", ("渡辺　由美子", "ワタナベ　ユミコ")),
        ("三木　三木一郎", "ミキ　ミキイチロウ", ("三木　一郎", "ミキ　イチロウ")),
        ("渡辺　渡辺", "", ("渡辺", "")),
        ("林　林太郎", "ハヤシ　リンタロウ", ("林　林太郎", "ハヤシ　リンタロウ")),
        ("直　直美", "ナオ　ナオミ", ("直　直美", "ナオ　ナオミ")),
        ("泉　和泉", "イズミ　イズミ", ("泉　和泉", "イズミ　イズミ")),
        ("張　昌民", "チャン　チャンミン", ("張　昌民", "チャン　チャンミン")),
        ("チャン　チャンミン", "", ("チャン　チャンミン", "")),
        ("", "ワタナベ　ユミコ", ("", "ワタナベ　ユミコ")),
    ],
)
def test_a_family_name_that_was_typed_again_stands_once(name, kana, once):
    assert drop_repeated(name, kana) == once


def test_the_register_tells_where_a_reading_is_parted():
    assert part_reading("佐藤 一郎", "サトウイチロウ", FAMILIES) == "サトウ　イチロウ"
    assert part_reading("鈴木 実", "スズキミノル", FAMILIES) == "スズキミノル"
