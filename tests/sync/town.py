"""A town of machines that work alone and meet, each with a clock as wrong as it is.

Everything goes the way it goes in the field: desks write through ``transaction()``, machines meet
by the exchange's own requests (without sockets), sticks carry bundles. The town remembers what was
acknowledged, and holds after every act what must be true at every moment.
"""

import shutil
from contextlib import contextmanager, suppress
from uuid import uuid4

from sqlalchemy import func, select

from tests.prepared import SCOPES
from tests.sync.circumstances import Circumstances, Place
from tests.sync.kit import EVERYTHING, LIMIT, Machine, enrol_laptop, make_headquarters
from victim_support.certificates.models import Certificate, NumberEntry
from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services import issuing
from victim_support.core import clock
from victim_support.core.db import current_write, db
from victim_support.core.ids import new_id
from victim_support.core.instance import OpenInstance, write_database_url
from victim_support.core.node import may_draw_numbers, this_node
from victim_support.core.settings import put_setting, setting
from victim_support.journal.conflicts import open_conflicts, resolve
from victim_support.journal.models import Op
from victim_support.journal.store import read_heads
from victim_support.sync import queries
from victim_support.sync.bundles import BundleError
from victim_support.sync.carrying import Order
from victim_support.sync.client import PeerError
from victim_support.sync.models import Peer
from victim_support.sync.parcels import parcel_for
from victim_support.sync.queries import find_enrolment, get_enrolment, held_vector
from victim_support.sync.services.bundle_export import export_bundle
from victim_support.sync.services.bundle_import import import_bundles
from victim_support.sync.services.enrolment import revoke
from victim_support.sync.services.exchange import exchange_with
from victim_support.sync.services.receive import receive
from victim_support.victims.models import Household, Person

HEADQUARTERS = "honbu"
LAPTOPS = {"a": "A1", "b": "B1", "c": "C1"}
NEWCOMER = "d"
WITHOUT_SEALED = ("base", "core")
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Shelf:
    """Machines that were prepared once; a town works on copies."""

    def __init__(self, folder, cluster=None):
        self.cluster = cluster
        self._database = cluster.create() if cluster else None
        url = cluster.url(self._database) if cluster else None
        headquarters = make_headquarters(folder / HEADQUARTERS, database_url=url)
        self.machines = {HEADQUARTERS: headquarters}
        for name, prefix in {**LAPTOPS, NEWCOMER: "D1"}.items():
            laptop = Machine.new(folder / name, prefix)
            if name != NEWCOMER:
                laptop.declare()
                enrol_laptop(headquarters, laptop)
            self.machines[name] = laptop
        for machine in self.machines.values():
            machine.stop()

    def copy(self, name, folder):
        """Return a running copy of a machine, with a database of its own."""
        source = self.machines[name]
        opened = source.opened
        shutil.copytree(opened.folder, folder / name)
        if opened.database_url:
            write_database_url(folder / name, self.cluster.url(self.cluster.create(self._database)))
        return Machine(OpenInstance(folder / name, opened.key), source.prefix)


class Town(Circumstances):
    """Places that write, meet, fail and come back."""

    def __init__(self, shelf, folder, older=()):
        super().__init__()
        self._shelf, self._folder = shelf, folder
        self._count = 0
        self.acknowledged: dict[bytes, str] = {}  # salt of an operation: where it was written
        self._rows: dict[bytes, object] = {}  # salt of an operation: its record
        self.erased: set[object] = set()  # records of which a value had to go, with its salt
        self.sticks = []
        for name in (HEADQUARTERS, *LAPTOPS):
            self._place(name, is_older=name in older)

    @property
    def headquarters(self):
        return self.places[HEADQUARTERS]

    @property
    def believed(self):
        return [place for place in self.places.values() if not place.is_revoked]

    @property
    def laptops(self):
        return [place for place in self.believed if place is not self.headquarters]

    @contextmanager
    def reading(self, place):
        with self.at(place), place.machine.inside():
            yield

    @contextmanager
    def writing(self, place):
        """Write at a desk; what was committed and answered is acknowledged from then on."""
        with self.at(place):
            with place.machine.writing() as session:
                write = current_write()
                yield session
            self.acknowledged |= {op.salt: place.name for op in write.ops}
            self._rows |= {op.salt: op.row_id for op in write.ops}

    # --- work at one machine ----------------------------------------------------------------

    def add(self, place, **values):
        """Register somebody with a household, in one transaction; return the key."""
        self._count += 1
        scope, household = values.pop("scope", SCOPES.core), None
        with self.writing(place) as session:
            if not place.is_older:
                household = new_id()
                session.add(Household(scope=scope, id=household, note=str(self._count)))
            named = {"name": f"架空 {self._count}"} | values
            person = Person(scope=scope, id=new_id(), household_id=household, **named)
            session.add(person)
            key = person.scope, person.id
        self.look(place)
        return key

    def edit(self, place, key, **values):
        """Change somebody, and see at once what was saved, whatever the clocks say."""
        with self.writing(place) as session:
            row = session.get(Person, key)
            if row is None:
                return False
            for name, value in values.items():
                setattr(row, name, value)
        with self.reading(place):
            row = db.session.get(Person, key)
            found = {name: getattr(row, name) for name in values}
            assert found == values, f"{place.name} does not see what it saved"
        self.look(place)
        return True

    def put_element(self, place, cls, key, values, *, is_there):
        """Add an element to a set, or take it out; two machines make the same row."""
        with self.writing(place) as session:
            row = session.get(cls, key)
            if row is None:
                row = cls(scope=key[0], id=key[1], **values)
                session.add(row)
            row.is_withdrawn = not is_there
        with self.reading(place):
            assert db.session.get_one(cls, key).is_withdrawn is not is_there
        self.look(place)

    def put(self, place, key, value):
        """Change a setting: every machine writes the same row."""
        with self.writing(place):
            put_setting(key=key, value=value)
        with self.reading(place):
            assert setting(key) == value
        self.look(place)

    def somebody(self, place, number):
        """Return the key of one of the people a machine knows, None before there are any."""
        with self.reading(place):
            keys = db.session.execute(select(Person.scope, Person.id).order_by(Person.id)).all()
        return tuple(keys[number % len(keys)]) if keys else None

    def draw(self, place):
        """Issue a paper with the next number; tell whether this machine may."""
        with self.reading(place):
            is_free = may_draw_numbers()
        try:
            with self.writing(place) as session:
                entry = issuing._draw(PaperKind.RECEIPT, by=None)
                paper = Certificate(
                    scope=entry.scope,
                    id=new_id(),
                    number=entry.number,
                    kind=PaperKind.RECEIPT,
                    application_id=new_id(),
                    snapshot={"number": entry.number},
                    snapshot_hash="",
                    issued_at=clock.now(),
                )
                session.add(paper)
        except issuing.CertificateError:
            assert not is_free
            return False
        assert is_free, "a number was drawn that another life may draw too"
        self.look(place)
        return True

    def decide(self, place, number=0):
        """Decide one conflict as a person would: for the first opinion."""
        with self.writing(place) as session:
            found = open_conflicts([SCOPES.base, SCOPES.core, SCOPES.sealed])
            if not found:
                return False
            one = found[number % len(found)]
            row = session.get_one(one.cls, (one.scope, one.row_id))
            resolve(row, one.name, one.opinions[0].value, "確かめた")
        self.look(place)
        return True

    # --- meeting ----------------------------------------------------------------------------

    def meet(self, caller, listener, lost=None):
        """Let a machine exchange with another one; return what it did, None if it failed."""
        self.wire.lost = lost
        try:
            with self.reading(caller):
                result = exchange_with(f"http://{listener.name}")
        except PeerError:
            result = None
        finally:
            self.wire.lost = None
        if result is not None and result.said_again:
            caller.heard = {}  # the end of a chain stands in another one now
        for place in (caller, listener):
            self.look(place)
        return result

    def parcel(self, place, there=None):
        """Return everything a machine can bring to the headquarters, and who brings it."""
        with self.reading(self.headquarters):
            reader = get_enrolment().certificate
        with self.reading(place):
            enrolment, connection = get_enrolment(), db.session.connection()
            here = held_vector(connection, reader)
            return (
                parcel_for(connection, there or {}, here, reader, enrolment, limit=LIMIT),
                enrolment.certificate,
            )

    def held(self, place):
        """Return how far a machine holds every chain."""
        with self.reading(place):
            return held_vector(db.session.connection(), get_enrolment().certificate)

    def take(self, place, parcel, sender):
        """Bring a parcel to a machine past all envelopes."""
        with self.reading(place):
            receipt = receive(parcel, sender)
        self.look(place)
        return receipt

    def write_stick(self, place):
        """Write a bundle of everything onto a new stick."""
        folder = self._folder / f"stick{len(self.sticks)}"
        folder.mkdir()
        with self.reading(place):
            if find_enrolment() is not None:
                order = Order(is_all=True)
                finished(export_bundle(folder, order, bundle=uuid4(), by=None))
                self.sticks.append(folder)
        self.look(place)

    def read_stick(self, place, folder):
        """Take a stick in; return a report of each bundle, none if there is no use."""
        reports = []
        with self.reading(place), suppress(BundleError):
            reports = finished(import_bundles(folder, report=uuid4(), by=None))
        self.look(place)
        return reports

    # --- what befalls them ------------------------------------------------------------------

    def upgrade(self, place):
        place.is_older = False
        self.start_again(place)

    def take_image(self, place):
        """Copy the disk of a machine as it is."""
        number = len(list(self._folder.glob("image-*")))
        folder = self._folder / f"image-{place.name}-{number}"
        shutil.copytree(place.machine.opened.folder, folder)
        place.image = folder

    def restore_image(self, place):
        """Put an old copy of its disk back; what only this machine had is gone."""
        folder = place.machine.opened.folder
        place.machine.stop()
        shutil.rmtree(folder)
        shutil.copytree(place.image, folder)
        with self.at(place):
            place.machine.start()
        place.heard, place.is_old_state, place.has_forgotten = {}, True, True
        self.forget_lost(self.places.values())

    def enrol_newcomer(self):
        """Enrol a laptop that was not there before; it may not hold the sealed scope."""
        place = self._place(NEWCOMER)
        self._enrol(place, place.machine.prefix, WITHOUT_SEALED)

    def enrol_again(self, place):
        """Enrol a machine that goes on under a new name, with numbers of its own."""
        self._count += 1
        scopes = WITHOUT_SEALED if place.name == NEWCOMER else EVERYTHING
        self._enrol(place, f"{place.name.upper()}{_LETTERS[self._count % len(_LETTERS)]}", scopes)
        place.is_old_state = False

    def revoke(self, place):
        """Let the headquarters believe a machine only as far as it has heard of it."""
        self.revoke_at(place, None)
        place.is_revoked = True

    def is_in_doubt(self, place):
        with self.reading(place):
            return find_enrolment() is None

    def look(self, place):
        """Hold what is true at every moment: nothing gets less, transactions are whole."""
        with self.reading(place):
            heads = {key: head.seq for key, head in read_heads(db.session.connection()).items()}
            less = {key for key, seq in place.heard.items() if heads.get(key, 0) < seq}
            assert not less, f"{place.name} has forgotten"
            place.heard = heads
            papers = select(
                func.count(Certificate.number), func.count(Certificate.number.distinct())
            )
            count, different = db.session.execute(papers).one()
            assert count == different, f"one number twice at {place.name}"
            drawn = select(func.count()).select_from(NumberEntry)
            assert db.session.scalar(drawn) == count, f"half a transaction at {place.name}"
            if not place.is_older:
                assert self._homeless() == 0, f"half a transaction at {place.name}"

    # --- inside -----------------------------------------------------------------------------

    def _place(self, name, *, is_older=False):
        place = Place(name, self._shelf.copy(name, self._folder), is_older=is_older)
        self.places[name] = place
        return place

    def _enrol(self, place, prefix, scopes):
        place.machine.prefix = prefix
        with self.at(place):
            enrol_laptop(self.headquarters.machine, place.machine, scopes)

    def revoke_at(self, place, heads):
        nodes = self.nodes_of(place)
        count = 0
        for node in nodes:
            with self.reading(self.headquarters):
                peer = db.session.get(Peer, node)
                known = queries.find_revocation(node)
            if peer is None or (known and (heads is None or known.heads == heads)):
                continue
            with self.writing(self.headquarters):
                revoke(db.session.get_one(Peer, node), reason="紛失", heads=heads)
            count += 1
        return count

    def nodes_of(self, place):
        with self.reading(place):
            return {this_node().id}

    def forget_lost(self, others):
        """Demand no more what a machine wrote that is revoked or lost its disk, and nobody has."""
        gone = {each.name for each in self.places.values() if each.is_revoked or each.has_forgotten}
        held: set[bytes] = set()
        for other in others:
            with self.reading(other):
                held |= set(db.session.scalars(select(Op.salt)))
        self.acknowledged = {
            salt: name
            for salt, name in self.acknowledged.items()
            if salt in held or (name not in gone and self._rows[salt] not in self.erased)
        }

    def _homeless(self):
        known = select(Household.id)
        alone = (
            select(func.count())
            .select_from(Person)
            .where(Person.household_id.is_not(None), Person.household_id.not_in(known))
        )
        return db.session.scalar(alone)


def finished(steps):
    """Go through all steps of a job; return its result."""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value
