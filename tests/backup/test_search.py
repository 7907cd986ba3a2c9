"""What people and dwellings are found by is computed anew: after a restore, and when it differs."""

import pytest
from sqlalchemy import delete

from tests.backup.conftest import SCOPES
from victim_support.app import create_app
from victim_support.backup.services import back_up
from victim_support.core.db import db, transaction
from victim_support.core.instance import OpenInstance, exclusive
from victim_support.core.scopes import using_scopes
from victim_support.damage.models import DwellingKey
from victim_support.damage.queries import find_dwelling_at
from victim_support.damage.services import ensure_dwelling
from victim_support.victims.models import PERSON_INDEX
from victim_support.victims.queries import search_people
from victim_support.victims.rules import PersonData
from victim_support.victims.services import create_person

pytestmark = pytest.mark.db


def receive(name):
    with transaction(reason="受付"):
        return create_person(PersonData(name=name), household_id=None).id


def forget(person_id):
    """Take somebody out of the index, as a fault of the program or the disk would."""
    with transaction(reason="故障") as session:
        PERSON_INDEX.remove(session, str(person_id))


def forget_dwellings():
    """Lose what dwellings are found by, as after a fault."""
    with transaction(reason="故障") as session:
        session.execute(delete(DwellingKey))


def found():
    people, _total = search_people("架空", 10)
    ids = {person.id for person in people}
    db.session.rollback()
    return ids


def test_verify_tells_that_the_search_differs_and_computes_it_anew(program, made, run):
    people = {receive(f"架空 {name}") for name in ("太郎", "花子")}
    with transaction(reason="申請"):
        ensure_dwelling(address="上郷3-2-1")
    forget(min(people))
    forget_dwellings()
    assert found() == {max(people)}

    told = run("verify", "--json", instance=made.opened.folder, code=1)
    again = run("verify", "--json", instance=made.opened.folder)

    assert (told["search_differences"], told["search_rebuilt"]) == (2, True)
    assert (again["search_differences"], again["ok"]) == (0, True)
    assert found() == people


def test_while_the_server_runs_verify_only_tells(program, made, run):
    person = receive("架空 太郎")
    forget(person)

    with exclusive(made.opened.folder):
        told = run("verify", "--json", instance=made.opened.folder, code=1)

    assert (told["search_differences"], told["search_rebuilt"]) == (1, False)
    assert found() == set()


def test_who_comes_from_the_intake_log_is_found_after_a_restore(program, made, run, tmp_path):
    before = receive("架空 太郎")
    forget(before)
    back_up(made.opened, tmp_path / "usb")
    after = receive("架空 花子")
    with transaction(reason="申請"):
        place = ensure_dwelling(address="上郷3-2-1").id
    log = made.opened.intake_log

    run("restore", tmp_path / "usb", "--intake", log, instance=tmp_path / "new")

    app = create_app(OpenInstance(tmp_path / "new", made.opened.key))
    with app.app_context(), using_scopes(SCOPES):
        assert found() == {before, after}
        assert getattr(find_dwelling_at("上郷三丁目2番1号", None), "id", None) == place
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
