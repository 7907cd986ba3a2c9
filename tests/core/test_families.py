"""Family and given name of what was typed in one piece."""

import pytest

from victim_support.core.japanese.families import offer_partings, part_name

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
