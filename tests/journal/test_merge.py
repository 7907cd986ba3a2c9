"""The fold of operations into a row: the same on every machine, in any order of arrival."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim_support.accounts.models import Staff
from victim_support.core.db import Synced, synced_fields
from victim_support.journal.codec import OpRecord, pack, pack_payload, pack_seen
from victim_support.journal.merge import heads, project
from victim_support.victims.models import Answer, Person, PersonNeed
from victim_support.victims.rules import AnswerValue, Protection

ROW = UUID(int=1)
NODES = [UUID(int=100), UUID(int=200)]


def op(cls: type[Synced], node: int, seq: int, hlc: int, seen=None, **values):
    """Return an operation of one machine."""
    fields = synced_fields(cls)
    return OpRecord(
        scope="042072/20260715A/core",
        node=NODES[node],
        seq=seq,
        txn=UUID(int=seq),
        hlc=hlc,
        schema=1,
        tbl=cls.__sync__.number,
        row_id=ROW,
        data=pack_payload({fields[name].number: pack(value) for name, value in values.items()}),
        salt=bytes(12),
        seen=pack_seen({fields[name].number: refs for name, refs in (seen or {}).items()}),
        actor=None,
        recorded_at=datetime(2026, 7, 15, tzinfo=UTC),
        hash=b"",
    )


def test_ordinary_fields_merge_one_by_one():
    here, there = op(Person, 0, 1, 5, phone="111"), op(Person, 1, 1, 6, kana="カクウ")

    assert project(Person, [here, there]) == {"phone": "111", "kana": "カクウ"}


def test_the_last_writer_of_a_field_wins_and_ties_go_to_the_higher_node():
    ops = [op(Person, 1, 1, 5, relation="b"), op(Person, 0, 1, 5, relation="a")]

    assert project(Person, ops)["relation"] == "b"


def test_a_coupled_group_is_never_mixed():
    here = op(Person, 0, 1, 5, address="北町1", postal_code="9810001", town=None)
    there = op(Person, 1, 1, 6, address="南町2", postal_code=None, town="南町")

    values = project(Person, [here, there])

    assert (values["address"], values["postal_code"], values["town"]) == ("南町2", None, "南町")


def test_review_fields_keep_both_heads_until_somebody_saw_both():
    first = op(Person, 0, 1, 1, name="架空 太郎")
    seen = {"name": [first.ref]}
    here = op(Person, 0, 2, 5, seen, name="架空 次郎")
    there = op(Person, 1, 1, 6, seen, name="架空 三郎")
    decided = op(Person, 0, 3, 7, {"name": [here.ref, there.ref]}, name="架空 三郎")
    number = synced_fields(Person)["name"].number

    assert heads([first, here, there], number) == [here, there]
    assert heads([first, here, there, decided], number) == [decided]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_most_restrictive_head_is_in_force(order):
    clocks = dict(zip(order, (5, 6), strict=True))
    hide = op(Person, 0, 1, clocks[0], protection=Protection.HIDE_PRESENCE)
    show = op(Person, 1, 1, clocks[1], protection=Protection.NONE)

    assert project(Person, [hide, show])["protection"] == Protection.HIDE_PRESENCE


def test_a_no_stands_against_a_yes_given_at_once():
    yes, no = op(Answer, 1, 1, 9, value=AnswerValue.YES), op(Answer, 0, 1, 5, value=AnswerValue.NO)

    assert project(Answer, [yes, no])["value"] == AnswerValue.NO


def test_a_protection_that_only_a_newer_version_knows_is_the_strictest():
    newer = op(Person, 0, 1, 5, protection="hide_everything")
    known = op(Person, 1, 1, 6, protection=Protection.HIDE_PRESENCE)

    assert project(Person, [newer, known])["protection"] == "hide_everything"


def test_the_earlier_last_day_counts():
    early = op(Staff, 0, 1, 5, expires_on=date(2026, 7, 20))
    late, never = (op(Staff, 1, n, 5 + n, expires_on=day) for n, day in ((1, date.max), (2, None)))

    assert project(Staff, [early, late, never])["expires_on"] == date(2026, 7, 20)


def test_an_element_added_and_removed_at_once_is_there():
    added = op(PersonNeed, 0, 1, 5, is_withdrawn=False)
    removed = op(PersonNeed, 1, 1, 6, is_withdrawn=True)

    assert project(PersonNeed, [added, removed])["is_withdrawn"] is False


def test_fields_of_a_newer_version_are_left_in_the_operation():
    newer = op(Person, 0, 1, 5, phone="111")
    unknown = pack_payload({15: pack("222"), 777: pack("new")})
    both = OpRecord(
        **{name: getattr(newer, name) for name in newer.__struct_fields__} | {"data": unknown}
    )

    assert project(Person, [both]) == {"phone": "222"}


values = st.sampled_from([None, "", "a", "b"])
histories = st.lists(
    st.tuples(st.integers(0, 1), st.integers(1, 4), values, values, st.sampled_from(Protection)),
    max_size=6,
)


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(history, random):
    ops = [
        op(Person, node, n, hlc, phone=phone, name=name, protection=protection)
        for n, (node, hlc, phone, name, protection) in enumerate(history)
    ]
    shuffled = list(ops)
    random.shuffle(shuffled)

    assert project(Person, shuffled) == project(Person, ops)
