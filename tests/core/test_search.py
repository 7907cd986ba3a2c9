"""One box over an encrypted index: what finds whom, and what does not."""

from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData

from tests.cluster import databases_of, new_database
from victim_support.core.db import Part, open_engine
from victim_support.core.db.postgres import make_schema
from victim_support.core.db.sqlite import open_file
from victim_support.core.instance import OpenInstance, write_database_url
from victim_support.core.japanese import parse_birth
from victim_support.core.search import SearchDocument, SearchIndex
from victim_support.core.search.words import words_of

TODAY = date(2026, 7, 15)


def person(name, kana, address="", birth="", **others):
    return SearchDocument(
        names=[name],
        kanas=[kana],
        places=[address],
        birth=parse_birth(birth, TODAY),
        **others,
    )


PEOPLE = {
    "ono": person("小野　実", "オノ　ミノル", "架空市上郷1丁目2番3号", "S29.7.16"),
    "oono": person("大野　薫", "オオノ　カオル", "架空市下郷233番地", "S29.7.15"),
    "sato": person("佐藤　一郎", "サトウ　イチロウ", "架空市川上2339番地", "S25.3.1"),
    "satomi": person("青木　里美", "アオキ　サトミ", "架空市佐藤町5", "H1.1.8"),
    "kawakami": person("川上　純一", "カワカミ　ジュンイチ", "架空市上郷10", "S28.7.15"),
    "watanabe": person("渡邉\U000e0110　太郎", "ワタナベ　タロウ", "緑ヶ丘三丁目", "2000/1/1"),
    "takasaki": person("髙﨑　さくら", "タカサキ　サクラ", "緑が丘", "19991231"),
    "yoshida": person("𠮷田　マリア", "ヨシダ　マリア"),
    "smith": person("ＳＭＩＴＨ　Ｊｏｓé", "スミス　ホセ", phones=["090-1234-5678"]),
    "shoji": person("東海林　新", "ショウジ　アラタ", numbers=["A-1024"]),
    "one": person("マリ", "マリ"),
    "whole": person("鈴木実", "スズキミノル"),
    "newer": person("𲎯原　一", "ハラ　ハジメ"),
}


@contextmanager
def blank_engine(name, folder, request):
    """Give a blank database on one of the two engines."""
    if name == "sqlite":
        engine = open_file(folder / "index.db", bytes(32))
        yield engine
        engine.dispose()
        return
    cluster = request.getfixturevalue("cluster")
    with databases_of(cluster):
        write_database_url(folder, new_database())
        engine = open_engine(OpenInstance(folder, bytes(32)), Part.LOCAL)
        with engine.begin() as connection:
            make_schema(connection, Part.LOCAL)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def search(tmp_path_factory, request):
    metadata = MetaData()
    index = SearchIndex("people", metadata)
    with blank_engine(request.param, tmp_path_factory.mktemp("index"), request) as engine:
        yield from _searching(engine, metadata, index)


def _searching(engine, metadata, index):
    with engine.begin() as connection:
        metadata.create_all(connection)
        index.rebuild(connection, PEOPLE.items())
    with engine.connect() as connection:
        yield lambda query, **options: index.find(
            connection, query, **{"today": TODAY, "limit": 50} | options
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(tmp_path, request):
    with blank_engine(request.param, tmp_path, request) as engine:
        yield engine


def test_an_index_goes_over_to_the_other_engine_and_back(tmp_path, request):
    metadata = MetaData()
    index = SearchIndex("people", metadata)
    names = ["sqlite", "postgresql", "sqlite"]
    rows = [(name, words_of(document)) for name, document in PEOPLE.items()]
    held = [(n, owner, words) for n, (owner, words) in enumerate(rows, start=1)]
    for number, name in enumerate(names):
        folder = tmp_path / str(number)
        folder.mkdir()
        with blank_engine(name, folder, request) as engine, engine.begin() as connection:
            metadata.create_all(connection)
            index.words.load(connection, held)
            assert index.find(connection, "佐藤", today=TODAY, limit=9).owners[0] == "sato"
            index.words.put(connection, "later", "n佐藤 b佐藤四郎")
            index.words.remove(connection, "later")
            held = list(index.words.dump(connection))

    assert [(owner, set(words.split())) for _n, owner, words in held] == [
        (owner, set(words.split())) for owner, words in rows
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("佐藤", ["sato", "satomi"], id="2文字の氏、町名はあと"),
        pytest.param("佐", ["sato", "satomi"], id="1文字"),
        pytest.param("藤", ["sato", "satomi"], id="氏の2文字目"),
        pytest.param("佐藤一郎", ["sato"], id="続けて"),
        pytest.param("佐藤　一郎", ["sato"], id="全角の空白"),
        pytest.param("一郎", ["sato"], id="名だけ"),
        pytest.param("郎", ["sato", "watanabe"], id="名の最後の1文字"),
        pytest.param("渡辺太郎", ["watanabe"], id="異体字と選択子"),
        pytest.param("渡邊", ["watanabe"], id="別の異体字"),
        pytest.param("高崎", ["takasaki"], id="髙と﨑"),
        pytest.param("高崎さくら", ["takasaki"], id="漢字とかな"),
        pytest.param("吉田", ["yoshida"], id="𠮷"),
        pytest.param("𲎯原", ["newer"], id="新しい漢字"),
        pytest.param("さとう", ["sato", "satomi"], id="ひらがな"),
        pytest.param("ｻﾄｳ", ["sato", "satomi"], id="半角"),
        pytest.param("サト", ["sato", "satomi"], id="氏の読みが名の読みより先"),
        pytest.param("さt", ["sato", "satomi"], id="変換の途中"),
        pytest.param("satou", ["sato", "satomi"], id="ローマ字"),
        pytest.param("satoh ichiro", ["sato"], id="ローマ字の氏名"),
        pytest.param("ichiro satou", ["sato"], id="名を先に"),
        pytest.param("satouichirou", ["sato"], id="ローマ字を続けて"),
        pytest.param("junichi", ["kawakami"], id="ん の区切りなし"),
        pytest.param("jun'ichi", ["kawakami"], id="ん の区切りあり"),
        pytest.param("おの", ["ono", "oono"], id="書いたとおりの人が先"),
        pytest.param("おおの", ["oono", "ono"], id="長音も書いたとおりが先"),
        pytest.param("たかざき", ["takasaki"], id="濁点ちがい"),
        pytest.param("tyouji", [], id="いない人"),
        pytest.param("川上", ["kawakami", "sato"], id="氏が地名より先"),
        pytest.param("上郷", ["ono", "kawakami"], id="町名"),
        pytest.param("川上 上郷", ["kawakami"], id="氏と町名"),
        pytest.param("緑が丘", ["watanabe", "takasaki"], id="ヶとが"),
        pytest.param("緑ヶ丘3丁目", ["watanabe"], id="三丁目"),
        pytest.param("上郷1丁目", ["ono"], id="丁目"),
        pytest.param("川上2339", ["sato"], id="番地"),
        pytest.param("下郷233番地", ["oono"], id="番地つき"),
        pytest.param("s25.3.1", ["sato"], id="和暦"),
        pytest.param("昭25 3 1", ["sato"], id="空白のある和暦"),
        pytest.param("19500301", ["sato"], id="西暦8桁"),
        pytest.param("1950/3/1", ["sato"], id="西暦"),
        pytest.param("1950 3 1", ["sato"], id="空白のある西暦"),
        pytest.param("s25", ["sato"], id="年だけ"),
        pytest.param("72歳", ["oono"], id="きょう72歳になった人まで"),
        pytest.param("71歳", ["ono"], id="あす72歳になる人"),
        pytest.param("70代", ["ono", "oono", "sato", "kawakami"], id="年代"),
        pytest.param("川上 73", ["kawakami"], id="氏と年齢"),
        pytest.param("5678", ["smith"], id="電話の下4桁"),
        pytest.param("1234-5678", ["smith"], id="電話の終わり"),
        pytest.param("a1024", ["shoji"], id="札の番号"),
        pytest.param("smith", ["smith"], id="ラテン文字"),
        pytest.param("jose smi", ["smith"], id="順が逆、途中まで、記号なし"),
        pytest.param("まり", ["one", "yoshida"], id="一語の名前"),
        pytest.param("suzuki minoru", ["whole"], id="続けて書いた読みを分けて"),
        pytest.param("すずき　みのる", ["whole"], id="続けて書いたかなを分けて"),
        pytest.param("", [], id="空"),
        pytest.param('" OR * (', [], id="記号だけ"),
    ],
)
def test_one_box_finds(search, query, found):
    assert set(search(query).owners) == set(found)
    assert search(query).owners[:1] == found[:1]


def test_the_order_is_that_of_the_index_within_equal_hits(search):
    assert search("緑が丘").owners == ["watanabe", "takasaki"]


def test_people_of_near_towns_come_first(search):
    assert search("かわ", near=["上郷"]).owners[0] == "kawakami"
    assert search("郎", near=["緑ヶ丘"]).owners == ["watanabe", "sato"]


def test_more_hits_than_shown_are_counted(search):
    hits = search("架空市", limit=2)

    assert (len(hits.owners), hits.total, hits.is_total_exact) == (2, 5, True)


@given(query=st.text(max_size=15))
def test_any_text_can_be_typed(search, query):
    assert len(search(query).owners) <= len(PEOPLE)


def test_people_are_put_replaced_and_removed(blank):
    metadata = MetaData()
    index = SearchIndex("people", metadata)
    engine = blank

    def found(query):
        return index.find(connection, query, today=TODAY, limit=9).owners

    with engine.begin() as connection:
        metadata.create_all(connection)
        index.words.put(connection, "a", "n佐藤 b佐藤一郎")
        index.words.put(connection, "b", "n佐藤 b佐藤花子")
        before = found("佐藤")
        index.words.put(connection, "a", "n鈴木 b鈴木一郎")
        after = found("佐藤"), found("鈴木")
        index.words.remove(connection, "a")
        index.words.remove(connection, "nobody")
        gone = found("鈴木"), found("佐藤")

    assert before == ["a", "b"]
    assert after == (["b"], ["a"])
    assert gone == ([], ["b"])


def test_a_rolled_back_change_is_not_found(blank):
    metadata = MetaData()
    index = SearchIndex("people", metadata)
    engine = blank
    with engine.begin() as connection:
        metadata.create_all(connection)
        index.rebuild(connection, [("a", PEOPLE["sato"])])
    with engine.connect() as connection:
        index.words.put(connection, "b", "n佐藤")
        connection.rollback()

        assert index.find(connection, "佐藤", today=TODAY, limit=9).owners == ["a"]
