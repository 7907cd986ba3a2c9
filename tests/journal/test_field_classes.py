"""What every synced table declares; a table that does not would be lost or refused in exchange."""

import pytest
import sqlalchemy as sa
from sqlalchemy import inspect

import victim_support.app  # noqa: F401 - brings the models of every slice
from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, synced_classes, synced_fields

CLASSES = list(synced_classes())
KEY = {"scope", "id"}


def of_tables():
    return pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__tablename__)


def test_there_are_synced_tables():
    assert len(CLASSES) >= 10


def test_table_numbers_are_unique():
    numbers = [cls.__sync__.number for cls in CLASSES]

    assert len(set(numbers)) == len(numbers)


@of_tables()
def test_every_column_declares_number_and_class(cls):
    columns = {column.key for column in inspect(cls).columns}

    assert set(synced_fields(cls)) == columns - KEY


@of_tables()
def test_field_numbers_are_unique_and_positive(cls):
    numbers = [spec.number for spec in synced_fields(cls).values()]

    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 0  # 0 and below are the journal's own


@of_tables()
def test_coupled_fields_and_only_they_have_a_group_of_several(cls):
    specs = list(synced_fields(cls).values())
    groups = [spec.group for spec in specs if spec.group]

    for spec in specs:
        assert (spec.group is not None) == (spec.field_class is FieldClass.COUPLED)
    assert all(groups.count(group) > 1 for group in groups)


@of_tables()
def test_nothing_refuses_what_a_newer_laptop_wrote(cls):
    table = inspect(cls).local_table
    kinds = {type(each) for each in table.constraints}

    assert kinds == {sa.PrimaryKeyConstraint}
    assert not any(index.unique for index in table.indexes)
    assert {column.name for column in table.columns if not column.nullable} == KEY
    assert not any(isinstance(column.type, sa.Enum) for column in table.columns)


@of_tables()
def test_restrictive_fields_can_be_ranked(cls):
    """The most restrictive counts: the last member of an enum, True, the earliest last day."""
    columns = inspect(cls).columns
    for name, spec in synced_fields(cls).items():
        if spec.field_class is FieldClass.RESTRICTIVE:
            assert isinstance(columns[name].type, OpenEnum | sa.Boolean | sa.Date), name


@of_tables()
def test_scopes_are_known(cls):
    assert isinstance(cls.__sync__.scope, ScopeKind)
