"""The sealed scope (保護) reaches machines with the grant only, whichever way records travel."""

import pytest
from sqlalchemy import func, select

from tests.damage.support import make_application, make_people
from tests.prepared import SCOPES
from tests.sync.kit import LIMIT, Machine, enrol_laptop, exchange, send
from tests.sync.test_bundles import read, write
from tests.sync.test_exchange import listening
from tests.sync.test_incarnation import node_of
from victim_support.certificates.models import Certificate
from victim_support.core.clock import now
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.journal.models import Op
from victim_support.journal.sealed import is_sealed
from victim_support.sync.bundles import BundleWriter
from victim_support.sync.client import PeerClient, PeerError
from victim_support.sync.parcels import parcel_for, unpack_parcel
from victim_support.sync.queries import get_enrolment, held_vector
from victim_support.sync.services.exchange import exchange_with
from victim_support.sync.services.receive import Fault, receive
from victim_support.sync.standing import standing
from victim_support.victims import services as victims
from victim_support.victims.models import Household, Person
from victim_support.victims.rules import Protection

NAME = "蓼沼 澪標"


@pytest.fixture
def plain(tmp_path, headquarters):
    """Enrol a laptop that may not hold what is sealed."""
    laptop = Machine.new(tmp_path / "kari", "K1")
    laptop.declare()
    enrol_laptop(headquarters, laptop, scopes=("base", "core"))
    yield laptop
    laptop.stop()


@pytest.fixture
def granted(headquarters, laptops):
    """Protect somebody on a laptop that may; the headquarters has heard of her."""
    protect(laptops[0])
    exchange(laptops[0], headquarters)
    return laptops[0]


def protect(machine):
    with machine.writing():
        make_people(NAME, protected=[NAME])


def sealed_ops(machine, writer=None):
    """Return how many sealed operations a machine holds, of anybody or of one machine."""
    query = select(func.count()).select_from(Op).where(Op.scope == SCOPES.sealed)
    with machine.inside():
        return db.session.scalar(query.where(Op.node == writer) if writer else query)


def everything_of(machine, reader):
    """Return all that a machine would bring to a reader who holds nothing."""
    with machine.inside():
        connection = db.session.connection()
        here = held_vector(connection, reader)
        parcel = parcel_for(connection, {}, here, reader, get_enrolment(), limit=LIMIT).pack()
    return unpack_parcel(parcel)


def test_what_a_laptop_had_been_told_before_is_shown_no_more(headquarters, laptops, plain):
    protector = laptops[0]
    with protector.writing():
        household, (head, other) = make_people("架空 一郎", NAME)
        _household, (stranger,) = make_people("架空 次郎")
        application = make_application(household, [head, other])
        paper = make_paper(application)
        ids = [stranger.id, head.id, household.id, other.id, paper]
    round_of(protector, headquarters, plain)
    kinds = (Person, Person, Household, Person, Certificate)
    assert sealed(plain, kinds, ids) == [False] * 5

    with protector.writing():
        victims.seal_person(ids[3], Protection.HIDE_PRESENCE)
    round_of(protector, headquarters, plain)

    assert sealed(plain, kinds, ids) == [False, False, False, True, True]
    with protector.writing():
        victims.seal_person(ids[1], Protection.HIDE_ADDRESS)
    round_of(protector, headquarters, plain)
    assert sealed(plain, kinds, ids) == [False, True, True, True, True]


def round_of(one, headquarters, other):
    exchange(one, headquarters)
    exchange(headquarters, other)


def sealed(machine, kinds, ids):
    """Return of which records a machine shows no history to those without the grant."""
    with machine.inside():
        return [is_sealed(cls, SCOPES, each) for cls, each in zip(kinds, ids, strict=True)]


def make_paper(application):
    """Write down a paper that names everybody of an application."""
    values = {"members": [{"name": NAME}]}
    paper = Certificate(
        scope=SCOPES.core, id=new_id(), number="A1-000001-B", application_id=application.id,
        kind="risai", snapshot=values, snapshot_hash="", issued_at=now(),
    )  # fmt: skip
    db.session.add(paper)
    return paper.id


def test_neither_pull_nor_first_fill_brings_it(headquarters, granted, plain):
    assert sealed_ops(headquarters) > 0
    with listening(headquarters) as address, plain.inside():
        result = exchange_with(address)
        exchange_with(address)

    assert result.received > 0
    assert not result.refused
    assert sealed_ops(plain) == 0


def test_a_snapshot_of_it_is_refused(headquarters, granted, plain, tmp_path):
    with (
        listening(headquarters) as address,
        plain.inside(),
        PeerClient(address, get_enrolment()) as client,
    ):
        client.hello()
        client.snapshot(SCOPES.core, BundleWriter(tmp_path, new_id()))
        with pytest.raises(PeerError):
            client.snapshot(SCOPES.sealed, BundleWriter(tmp_path, new_id()))


def test_who_pushes_it_all_the_same_is_refused(headquarters, granted, plain):
    send(headquarters, plain)
    with granted.inside():
        enrolment = get_enrolment()
    with headquarters.inside():
        reader = get_enrolment().certificate
    parcel = everything_of(granted, reader)
    assert SCOPES.sealed in {segment.scope for segment in parcel.segments}

    with plain.inside():
        receipt = receive(parcel, enrolment.certificate)

    faults = {each.fault for each in receipt.refused if each.scope == SCOPES.sealed}
    assert faults == {Fault.FOREIGN}
    assert sealed_ops(plain) == 0


def test_a_laptop_that_relays_passes_nothing_of_it_on(headquarters, granted, laptops, plain):
    other = laptops[1]
    exchange(granted, other)
    assert sealed_ops(other) > 0

    exchange(other, plain)

    assert sealed_ops(plain) == 0


def test_a_stick_for_everybody_is_closed_to_it(headquarters, granted, plain, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    write(headquarters, stick, is_all=True)
    (report,) = read(plain, stick)

    assert report.not_for_us > 0
    assert report.applied > 0
    assert sealed_ops(plain) == 0


def test_what_it_sealed_itself_reaches_the_headquarters_and_stays(
    headquarters, granted, laptops, plain
):
    protect(plain)
    written = sealed_ops(plain)
    with listening(headquarters) as address, plain.inside():
        exchange_with(address)
        exchange_with(address)
        assert standing().unsent == 0

    assert sealed_ops(headquarters, node_of(plain)) == written > 0
    assert sealed_ops(plain) == written  # until the machine is wiped
    exchange(plain, laptops[1])
    assert sealed_ops(laptops[1], node_of(plain)) == written  # a machine with the grant
