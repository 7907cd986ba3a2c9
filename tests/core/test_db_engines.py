"""What both engines must do alike, seen from below the slices."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid, func, select
from sqlalchemy.exc import DBAPIError

from tests.prepared import SCOPES
from victim_support.core.db import db, local_writing, synced_classes, transaction
from victim_support.core.db.bulk import insert_rows, upsert_rows
from victim_support.core.db.search import Word, WordIndex
from victim_support.core.ids import new_id
from victim_support.journal.models import Op
from victim_support.victims.models import Person

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("ledger")]
MANY = 120  # beyond the number from which PostgreSQL is sent a stream


def scratch(connection):
    """Return a table of this test only."""
    metadata = MetaData()
    columns = (Column("id", Uuid, primary_key=True), Column("n", Integer), Column("text", Text))
    table = Table("scratch", metadata, *columns)
    metadata.create_all(connection)
    return table


def test_scope_leads_every_key_and_index_of_synced_tables():
    """Citus and partitions ask for it, and a query never reads the rows of another town."""
    for cls in synced_classes():
        table = cls.metadata.tables[cls.__tablename__]
        assert [column.name for column in table.primary_key] == ["scope", "id"], table.name
        firsts = {next(iter(index.columns)).name for index in table.indexes}
        assert firsts <= {"scope"}, table.name
        assert list(table.constraints) == [table.primary_key], table.name


@pytest.mark.parametrize("count", [3, MANY])
def test_rows_are_inserted_and_replaced_in_bulk(count):
    ids = [new_id() for _ in range(count)]
    with db.engine.begin() as connection:
        table = scratch(connection)
        insert_rows(connection, table, [(each, 1, "古\t\\N\n") for each in ids[1:]])
        upsert_rows(connection, table, [(each, 2, None) for each in ids[:2]], ("id", "n", "text"))
        found = {row.id: (row.n, row.text) for row in connection.execute(select(table))}
        table.drop(connection)

    assert found == dict.fromkeys(ids[2:], (1, "古\t\\N\n")) | dict.fromkeys(ids[:2], (2, None))


@pytest.mark.parametrize("known", [0, MANY // 2])
def test_a_stream_of_rows_replaces_those_that_are_there(known):
    ids = [new_id() for _ in range(MANY)]
    with db.engine.begin() as connection:
        table = scratch(connection)
        insert_rows(connection, table, [(each, 1, "古") for each in ids[:known]])
        upsert_rows(connection, table, [(each, 2, None) for each in ids])
        found = {row.id: (row.n, row.text) for row in connection.execute(select(table))}
        table.drop(connection)

    assert found == dict.fromkeys(ids, (2, None))


def test_words_of_many_are_indexed_in_their_order_and_in_place_of_earlier_ones():
    metadata = MetaData()
    index = WordIndex("scratch", metadata)
    with db.engine.begin() as connection:
        metadata.create_all(connection)
        index.put(connection, "b", "n古い x1")
        index.put_many(
            connection, [("c", "n町 n港"), ("b", "n町"), ("a", "n町  n\\' k" + "字" * 600)]
        )
        index.put(connection, "d", "n町")
        found = {
            word: index.find(connection, Word(word, is_prefix=False), 9)
            for word in ("n町", "n古い", "n港")
        }
        longest = index.find(connection, Word("k" + "字" * 400, is_prefix=True), 9)
        metadata.drop_all(connection)

    assert found == {"n町": ["b", "c", "a", "d"], "n古い": [], "n港": ["c"]}
    assert longest == ["a"]


def test_what_is_missing_comes_first_and_last_when_descending():
    with db.engine.begin() as connection:
        table = scratch(connection)
        insert_rows(
            connection, table, [(new_id(), n, text) for n, text in ((1, "ン"), (None, "ア"))]
        )
        up = connection.scalars(select(table.c.n).order_by(table.c.n)).all()
        down = connection.scalars(select(table.c.n).order_by(table.c.n.desc())).all()
        words = connection.scalars(select(table.c.text).order_by(table.c.text)).all()
        table.drop(connection)

    assert (up, down, words) == ([None, 1], [1, None], ["ア", "ン"])


def test_a_name_with_the_character_nul_is_kept_with_a_mark():
    person_id = new_id()
    with transaction() as session:
        session.add(Person(scope=SCOPES.core, id=person_id, name="架空\0太郎"))

    db.session.expire_all()
    assert db.session.get_one(Person, (SCOPES.core, person_id)).name == "架空\ufffd太郎"


def test_a_failed_local_write_leaves_the_next_one_free():
    with pytest.raises(DBAPIError), local_writing() as session:
        session.connection(bind_arguments={"bind": db.engines["local"]}).exec_driver_sql("nonsense")

    with local_writing():
        pass


def test_the_order_of_arrival_is_that_of_commits():
    for name in ("一", "二", "三"):
        with transaction() as session:
            session.add(Person(scope=SCOPES.core, id=new_id(), name=name))

    rows = db.session.execute(select(Op.lsn, Op.hlc).order_by(Op.lsn)).all()
    assert [row.hlc for row in rows] == sorted(row.hlc for row in rows)
    assert db.session.scalar(select(func.max(Op.lsn))) == rows[-1].lsn
