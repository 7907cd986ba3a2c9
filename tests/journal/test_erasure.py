"""A lawful erasure: the values are nowhere any more, and nothing brings them back."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tests.blank import KEY
from tests.journal.conftest import SCOPES, opened_program
from tests.journal.worlds import World
from victim_support.core import clock
from victim_support.core.actor import acting
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.journal import start
from victim_support.journal.codec import unpack_group
from victim_support.journal.derived import all_derived
from victim_support.journal.erasure import (
    REASON_TEXT,
    ErasureOverError,
    SameApproverError,
    approve_erasure,
    clean_up,
    propose_erasure,
)
from victim_support.journal.intake import this_intake
from victim_support.journal.models import Erasure
from victim_support.journal.undo import NothingToUndoError, undo_last
from victim_support.journal.verify import verify
from victim_support.victims import services
from victim_support.victims.models import PERSON_INDEX, Person
from victim_support.victims.rules import PersonData

PAGE, RESERVED, SALT = 4096, 80, 16
SECRETS = ("蓼沼　澪標", "タデヌマ　ミオツクシ", "09099887766", "秘密の理由")
FIELDS = ("name", "name_display", "kana", "phone", REASON_TEXT)
ANNA, BEN = new_id(), new_id()


def decrypted(path, key=KEY):
    """Return the pages of a SQLCipher file, free ones included, as they are under the cipher."""
    raw, pages = path.read_bytes(), []
    for start_of_page in range(0, len(raw), PAGE):
        page = raw[start_of_page : start_of_page + PAGE]
        iv = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        text = page[SALT if start_of_page == 0 else 0 : PAGE - RESERVED]
        decryptor = Cipher(AES(key), CBC(iv)).decryptor()
        pages.append(decryptor.update(text) + decryptor.finalize())
    return b"".join(pages)


def seen_in(data):
    """Return which of the secrets, or of their words in the search index, can be read."""
    words = [*SECRETS, "n蓼沼", "p66778899090"]
    return {word for word in words if word.encode() in data}


def order(row, by=ANNA, approved_by=BEN, fields=FIELDS):
    with acting(by), transaction(reason="消去の申し出"):
        erasure = propose_erasure(db.session.merge(row), fields, reason="本人の求め", ground="条例")
    with acting(approved_by), transaction(reason="消去の承認"):
        approve_erasure(db.session.get_one(Erasure, (erasure.scope, erasure.id)))
    db.session.remove()


@pytest.fixture
def laptop(tmp_path):
    with opened_program(tmp_path / "laptop") as app:
        yield app


def register():
    name, kana, phone, reason = SECRETS
    with acting(ANNA), transaction(reason=reason):
        data = PersonData(name=name, kana=kana, phone=phone)
        person = services.create_person(data, household_id=None)
    with acting(ANNA), transaction(reason="訂正"):
        services.update_person(person.id, town="北町")
    with acting(ANNA), transaction(reason="訂正"):
        services.update_person(person.id, phone=phone[::-1])
    with acting(ANNA), transaction(reason="訂正"):
        services.update_person(person.id, phone=phone)
    db.session.remove()
    return person


def hits(word):
    with db.engine.connect() as connection:
        return PERSON_INDEX.find(connection, word, today=clock.today(), limit=5).owners


def noted():
    return b"".join(op.data for raw in this_intake().log for op in unpack_group(raw))


def test_the_values_are_in_no_byte_of_the_files(laptop, tmp_path):
    person = register()
    opened = laptop.extensions["instance"]
    (opened.folder / "intake.log.former-20260715").write_bytes(b"an old copy")
    assert hits("蓼沼")
    assert seen_in(noted()) == set(SECRETS)
    db.engine.dispose()
    assert seen_in(decrypted(opened.main)) >= set(SECRETS)

    order(person)
    assert hits("蓼沼") == []
    assert clean_up() is True
    assert clean_up() is False

    with db.engine.connect() as connection:
        assert not any(each.differences(connection) for each in all_derived())
    assert verify(db.engine).problems == []
    assert seen_in(noted()) == set()
    assert list(opened.folder.glob("intake.log.*")) == []
    row = db.session.get_one(Person, (SCOPES.core, person.id))
    assert (row.name, row.phone, row.town) == (None, None, "北町")
    db.session.remove()
    db.engine.dispose()
    assert seen_in(decrypted(opened.main)) == set()
    assert start() == (0, 0)


def test_the_pages_of_the_file_are_really_read(laptop):
    register()
    db.engine.dispose()

    assert b"CREATE TABLE persons" in decrypted(laptop.extensions["instance"].main)


def test_two_people_are_needed(laptop):
    person = register()

    for approver in (ANNA, None):
        with pytest.raises(SameApproverError):
            order(person, approved_by=approver)
    db.session.remove()
    assert db.session.get_one(Person, (SCOPES.core, person.id)).name == SECRETS[0]
    db.session.remove()
    assert clean_up() is False


def test_an_order_is_carried_out_once_and_never_taken_back(laptop):
    person = register()
    order(person)

    erasure = db.session.query(Erasure).one()
    key = erasure.scope, erasure.id
    db.session.remove()
    with acting(BEN), pytest.raises(ErasureOverError), transaction():
        approve_erasure(db.session.get_one(Erasure, key))
    with acting(BEN), pytest.raises(NothingToUndoError), transaction():
        undo_last(BEN)
    assert db.session.get_one(Person, (SCOPES.core, person.id)).name is None


def row_of(record):
    row = db.session.get_one(*record)
    db.session.remove()
    return row


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = World(tmp_path, (0, 5, 9), lambda now: monkeypatch.setattr(clock, "now", now))
    yield world
    world.close()


def test_a_laptop_that_was_away_does_not_bring_it_back(world):
    name, _, phone, _ = SECRETS
    one = world.at(0).add(Person(scope=SCOPES.core, id=new_id(), name=name))
    world.meet((0, 1))
    world.at(1).edit(one, phone=phone)
    away = world.machines[1].ops()
    world.pass_time(600)
    with world.at(0).here():
        order(row_of(one))
    world.meet((0, 2))

    world.at(2).take(away)
    with world.machines[2].here():
        stored = noted()

    assert seen_in(stored) == set()
    assert seen_in(b"".join(op.data for op in world.machines[2].ops())) == set()
    world.check()
    for machine in world.machines:
        assert seen_in(b"".join(op.data for op in machine.ops())) == set()
        assert machine.read(one)["name"] is None
        with machine.here():
            assert clean_up()
        assert machine.problems() == []


def test_what_is_written_after_the_erasure_stays(world):
    one = world.at(0).add(Person(scope=SCOPES.core, id=new_id(), name="架空 太郎"))
    world.meet_all()
    with world.at(0).here():
        order(row_of(one), fields=("name",))
    world.pass_time(600)
    world.at(1).edit(one, name="架空 花子")
    world.check()

    assert {machine.read(one)["name"] for machine in world.machines} == {"架空 花子"}


@pytest.mark.db
def test_on_either_engine_the_values_leave_rows_search_and_log(program):
    person = register()
    order(person)

    assert hits("蓼沼") == []
    assert clean_up() is True
    assert clean_up() is False
    assert seen_in(noted()) == set()
    assert verify(db.engine).problems == []
