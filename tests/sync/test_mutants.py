"""The exchange with deliberate faults: the play visits what its rules are about, and must fail.

A play that passes with a rule broken would prove nothing. The journal's own rules have their
mutants in ``tests/journal/test_machines.py``; those here go through the whole exchange.
"""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import current_app

from tests.prepared import SCOPES
from tests.sync.town import Shelf, Town
from tests.sync.town_checks import check
from victim_support.core.db import current_write, transaction
from victim_support.core.db.bulk import upsert_rows
from victim_support.core.ids import natural_id, new_id
from victim_support.core.node import this_node
from victim_support.journal import apply, capture, chain, codec, conflicts, merge
from victim_support.journal.clock import next_hlc
from victim_support.journal.codec import OpRecord
from victim_support.journal.rows import table_of
from victim_support.journal.store import read_heads
from victim_support.sync import queries, segments
from victim_support.sync.models import Seal
from victim_support.sync.segments import pack_segment
from victim_support.sync.services import answers, exchange, receive
from victim_support.sync.services.receive import Fault
from victim_support.victims.models import PersonNeed
from victim_support.victims.rules import NeedKind, Protection

pytestmark = pytest.mark.slow
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def town(shelf, quick_folder):
    town = Town(shelf, quick_folder)
    yield town
    town.close()


def to_headquarters(town, *names):
    for name in names:
        assert town.meet(town.places[name], town.headquarters) is not None


# --- the play -------------------------------------------------------------------------------


def wrong_clocks(town):
    """Who saves after having seen a value replaces it, ten years behind as well."""
    town.places["a"].offset, town.places["b"].offset = 3650 * DAY, -3650 * DAY
    key = town.add(town.places["a"], name="架空 太郎", name_note="眼鏡")
    to_headquarters(town, "a", "b")
    town.edit(town.places["b"], key, phone="000-0000-0000")
    town.edit(town.places["b"], key, name_note="")
    to_headquarters(town, "b", "a")
    town.places["a"].offset = town.places["b"].offset = timedelta()


def same_instant(town):
    """The same moment on two machines ends the same everywhere, whoever brings it first."""
    town.pass_time(20 * 365 * 86400)
    for name in ("a", "b"):
        town.put(town.places[name], "office_phone", name)
    to_headquarters(town, "a", "b", "a")


def decisions(town):
    """Whoever saw both opinions has decided; two who did not leave a task."""
    key = town.add(town.places["a"], name="架空 花子")
    to_headquarters(town, "a", "b", "c")
    town.pass_time()
    for name in ("a", "b"):
        town.edit(town.places[name], key, name=f"架空 {name}", protection=Protection.HIDE_ADDRESS)
    to_headquarters(town, "a", "b", "c")
    assert town.decide(town.places["c"])
    to_headquarters(town, "c")
    assert not town.decide(town.headquarters)


def elements(town):
    """Two make the same element; one takes it away, knowing of no other."""
    person = town.add(town.places["a"])
    scope, row_id = SCOPES.core, natural_id("need", SCOPES.municipality, f"{person[1]}/care")
    need = PersonNeed, (scope, row_id), {"person_id": person[1], "kind": NeedKind.CARE}
    to_headquarters(town, "a", "b")
    town.put_element(town.places["a"], *need, is_there=True)
    town.put_element(town.places["b"], *need, is_there=False)


def cut_in_the_middle(town):
    """Power and wire fail while a laptop brings its work; what it had saved arrives."""
    place = town.places["c"]
    for after in range(12):
        town.add(place)
        town.draw(place)
        with town.power_cut(2 * after):
            town.meet(place, town.headquarters)
        town.meet(place, town.headquarters, lost=after % 4)
        to_headquarters(town, "a")
        here, there = town.held(town.headquarters), town.held(town.places["a"])
        assert {key: there.get(key) for key in here} == here, "what is here cannot be passed on"


def holes(town):
    """A stick with a hole in it gives what comes before the hole."""
    giver, taker = town.places["a"], town.places["b"]
    for _ in range(3):
        town.add(giver)
    parcel, sender = town.parcel(giver)
    mine = [each for each in parcel.segments if each.node == sender.node]
    of_core = [each for each in mine if each.scope == SCOPES.core]
    receipt = town.take(taker, msgspec.structs.replace(parcel, segments=of_core[-1:]), sender)
    assert [each.fault for each in receipt.refused] == [Fault.GAP]


def forgeries(town):
    """What a carrier changed, or wrote in another one's name, is refused."""
    to_headquarters(town, "a")
    town.add(town.places["a"])
    parcel, sender = town.parcel(town.places["a"], town.held(town.headquarters))
    last = parcel.segments[-1]
    forged = [
        msgspec.structs.replace(
            last, data=[codec.pack_payload({2: codec.pack("偽")})] * len(last.data)
        ),
        _in_anothers_name(last),
    ]
    for segment in forged:
        receipt = town.take(
            town.headquarters, msgspec.structs.replace(parcel, segments=[segment]), sender
        )
        assert [each.fault for each in receipt.refused] == [Fault.DAMAGED]


def _in_anothers_name(segment):
    """Return a segment whose chain is right and whose end its machine has not signed."""
    previous, ops = segment.previous, []
    for op in segments._chained(segment):
        changed = msgspec.structs.replace(op, txn=new_id())
        previous = chain.link(previous, changed)
        ops.append(msgspec.structs.replace(changed, hash=previous))
    return pack_segment(ops, segment.previous, segment.signature)


def limits(town):
    """Who may not hold the sealed scope gets nothing of it."""
    town.add(town.places["a"], scope=SCOPES.sealed)
    to_headquarters(town, "a")
    town.enrol_newcomer()
    to_headquarters(town, "d")


def revocation(town):
    """What a revoked machine writes afterwards waits for a person; it gets nothing any more."""
    lost = town.places["c"]
    town.add(lost)
    to_headquarters(town, "c", "a", "b")
    for after in range(0, 16, 3):  # a colleague's laptop took some of it before
        town.add(lost)
        with town.power_cut(after):
            town.meet(town.places["a"], lost)
    town.revoke(lost)
    town.add(lost)
    assert town.meet(lost, town.headquarters) is None
    parcel, sender = town.parcel(lost)
    receipt = town.take(town.headquarters, parcel, sender)
    assert receipt.applied == 0
    assert Fault.REVOKED in {each.fault for each in receipt.refused}


def old_image(town):
    """A laptop goes on from an old disk; both pasts' work is kept."""
    place = town.places["b"]
    to_headquarters(town, "b")
    town.take_image(place)
    town.add(place)
    to_headquarters(town, "b")
    town.restore_image(place)
    town.pass_time()
    town.add(place)
    to_headquarters(town, "b")
    assert not town.draw(place)
    town.enrol_again(place)
    assert town.draw(place)


PLAY = (
    wrong_clocks,
    same_instant,
    decisions,
    elements,
    cut_in_the_middle,
    holes,
    forgeries,
    limits,
    old_image,
    revocation,
)


def play(town):
    for part in PLAY:
        town.pass_time()
        part(town)
    check(town)


def test_the_play_passes(town):
    play(town)


# --- the faults -----------------------------------------------------------------------------


def gaps_accepted(patch):
    patch.setattr(receive, "_check_past", lambda *_: None)
    patch.setattr(apply, "_following", lambda head, ops, _: [op for op in ops if op.seq > head.seq])


def chain_not_computed(patch):
    patch.setattr(receive, "chained_ops", _believed)


def _believed(segment):
    ops = list(segments._chained(segment))
    return [*ops[:-1], msgspec.structs.replace(ops[-1], hash=segment.hash)]


def signature_not_checked(patch):
    class Anybody:
        @staticmethod
        def from_public_bytes(_key):
            return Anybody()

        def verify(self, *_):
            """Believe."""

    patch.setattr(segments, "Ed25519PublicKey", Anybody)


def forks_not_seen(patch):
    check_past = receive._check_past

    def careless(*args):
        try:
            check_past(*args)
        except receive._RefusedError as refused:
            if refused.fault is not Fault.FORKED:
                raise

    patch.setattr(receive, "_check_past", careless)
    patch.setattr(answers, "_forked_chains", lambda *_: [])


def vector_without_hashes(patch):
    """Only numbers are compared: a copy would send nothing, and nobody would know."""
    patch.setattr(answers, "_forked_chains", lambda *_: [])
    patch.setattr(exchange, "_settle", lambda *_: None)


def tie_by_arrival(patch):
    patch.setattr(OpRecord, "stamp", property(lambda op: op.hlc))


def wall_clock(patch):
    patch.setattr(capture, "next_hlc", lambda _newest: next_hlc(0))


def heads_without_supersession(patch):
    for module in (merge, conflicts):
        patch.setattr(module, "heads", lambda ops, number: [o for o in ops if number in o.payload])


def seen_emptied(patch):
    patch.setattr(codec, "pack_seen", lambda _seen: None)


def empty_text_elided(patch):
    pack_payload, empty = codec.pack_payload, codec.pack("")

    def short(values):
        return pack_payload({number: raw for number, raw in values.items() if raw != empty})

    patch.setattr(codec, "pack_payload", short)


def revocation_not_checked(patch):
    for module in (receive, answers):
        patch.setattr(module, "find_revocation", lambda _node: None)


def scopes_not_checked(patch):
    for module in (queries, receive, answers):
        patch.setattr(module, "may_hold", lambda *_: True)


def vector_committed_apart(patch):
    """A machine says that it holds what it has only begun to write."""
    announced: dict[Any, queries.Position] = {}
    append, held = receive._append, queries.held_vector

    def early(run, waiting):
        last = run[-1].segment
        announced[current_app.extensions["instance"].folder, last.scope, last.node] = (
            queries.Position(last.last_seq, last.hash)
        )
        return append(run, waiting)

    def ahead(connection, certificate):
        here = current_app.extensions["instance"].folder
        said = {
            key[1:]: at
            for key, at in announced.items()
            if key[0] == here and queries.may_hold(certificate, key[1])
        }
        return {
            key: max(at, said.get(key, at))
            for key, at in (said | held(connection, certificate)).items()
        }

    patch.setattr(receive, "_append", early)
    for module in (answers, exchange):
        patch.setattr(module, "held_vector", ahead)


def transaction_split(patch):
    """The sender cuts anywhere, and the receiver does not happen to put it together again."""
    patch.setattr(receive, "_goes_on", lambda *_: False)
    patch.setattr(queries, "_acts", lambda ops: ([op] for op in ops))
    patch.setattr(queries, "OPS_OF_SEGMENT", 1)


def signature_committed_apart(patch):
    """Operations come in before the signature that lets others have them."""
    sealed = receive._seal

    def apart(run, _waiting):
        first, there = run[0].segment, list(run)
        with transaction() as session:
            head = read_heads(session.connection()).get((first.scope, first.node))
            held = head.seq if head else 0
            new = [op for each in there for op in each.ops if op.seq > held]
            current_write().ops += apply.apply_ops(session.connection(), new, is_proven=True).ops
        with transaction() as session:
            if first.node != this_node().id:
                seals = [sealed(each.segment) for each in there]
                upsert_rows(session.connection(), table_of(Seal), seals)
        return len(new)

    patch.setattr(receive, "_append", apart)


def applied_twice(patch):
    patch.setattr(receive, "read_heads", lambda _connection: {})
    patch.setattr(apply, "read_heads", lambda _connection: {})


MUTANTS = (
    gaps_accepted,
    chain_not_computed,
    signature_not_checked,
    forks_not_seen,
    vector_without_hashes,
    tie_by_arrival,
    wall_clock,
    heads_without_supersession,
    seen_emptied,
    empty_text_elided,
    revocation_not_checked,
    scopes_not_checked,
    vector_committed_apart,
    signature_committed_apart,
    transaction_split,
    applied_twice,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_deliberate_fault_is_found(town, mutant):
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        with pytest.raises((AssertionError, pytest.fail.Exception)):  # not by the fault itself
            play(town)
