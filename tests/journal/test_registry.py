"""What must stay true of tables and fields: their numbers, and what people call them."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

import victim_support.app
from victim_support.accounts.models import Staff
from victim_support.core.db import db, synced_classes, synced_fields
from victim_support.journal.history import label_of, title_of
from victim_support.journal.wording import words_of
from victim_support.victims.rules import Protection, Sex

NUMBERS = tomllib.loads(Path(__file__).with_name("numbers.toml").read_text())
LABELS = Path(victim_support.__file__).parent / "journal" / "labels.toml"
CLASSES = list(synced_classes())


def test_numbers_never_change_and_are_never_reused():
    """Add a line to numbers.toml for a new field; never change one."""
    found = {
        cls.__tablename__: {"table": cls.__sync__.number}
        | {name: spec.number for name, spec in synced_fields(cls).items() if name != "is_withdrawn"}
        for cls in CLASSES
    }

    assert found == NUMBERS


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__tablename__)
def test_every_field_has_a_name_that_people_use(cls):
    assert title_of(cls) != "記録"
    for name in synced_fields(cls):
        assert not label_of(cls, name).startswith("項目"), name


def test_no_label_is_of_nothing():
    labels = tomllib.loads(LABELS.read_text(encoding="utf-8"))
    fields = {cls.__tablename__: {"", *synced_fields(cls)} for cls in CLASSES}

    assert labels.pop("every").keys() == {"is_withdrawn"}
    assert labels.keys() == fields.keys()
    assert [
        f"{table}.{name}"
        for table, names in labels.items()
        for name in names.keys() - fields[table]
    ] == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "（なし）"),
        ("", "（なし）"),
        ([], "（なし）"),
        (Protection.NONE, "（なし）"),
        (True, "はい"),
        (False, "いいえ"),
        (0, "0"),
        (Sex.MALE, "男"),
        ("newer_value", "newer_value"),
        (date(2026, 7, 15), "令和8年(2026年)7月15日"),
        (datetime(2026, 7, 15, 3, 4, tzinfo=UTC), "令和8年(2026年)7月15日 12:04"),
        (["北町", "南町"], "北町、南町"),
        ({"a": 1}, "1 項目"),
    ],
)
def test_values_are_shown_in_words(value, words):
    assert words_of(value) == words


def test_a_record_is_named_by_its_last_digits_and_staff_by_name(ledger):
    staff = db.session.scalars(select(Staff).where(Staff.login_name == "hq")).one()

    assert words_of(UUID(int=0x12345678)) == "記録 12345678"
    assert words_of(staff.id) == "試験 hq"
