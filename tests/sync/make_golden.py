"""Keep what this release sends, for every later one to read: ``python -m tests.sync.make_golden``.

Run it once for each release and commit the folder; what lies in ``golden`` is never changed. The
keys in it belong to machines that were made for it and exist no more.
"""

import json
import tempfile
from pathlib import Path

import msgspec

import victim_support
from tests.prepared import SCOPES
from tests.sync.kit import LIMIT, make_headquarters
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.settings import put_setting
from victim_support.sync.envelope import CARRIED_LEVEL, seal
from victim_support.sync.parcels import parcel_for
from victim_support.sync.queries import find_authority, get_enrolment, held_vector
from victim_support.victims.models import Household, Person

GOLDEN = Path(__file__).with_name("golden")
KIND = "golden"
NAMES = ("架空 太郎", "架空 花子", "")


def write(folder):
    """Write one envelope, the key that opens it, and what must be read from it."""
    with tempfile.TemporaryDirectory() as name:
        machine = make_headquarters(Path(name) / "honbu")
        with machine.writing() as session:
            put_setting(key="issuer_title", value="みなと市長")
            household = Household(scope=SCOPES.core, id=new_id(), note="3人")
            session.add(household)
            for given in NAMES:
                person = {"name": given, "household_id": household.id, "town": "北町"}
                session.add(Person(scope=SCOPES.core, id=new_id(), **person))
        with machine.inside():
            _keep(folder)
        machine.stop()


def _keep(folder):
    enrolment, connection = get_enrolment(), db.session.connection()
    certificate = enrolment.certificate
    here = held_vector(connection, certificate)
    parcel = parcel_for(connection, {}, here, certificate, enrolment, limit=LIMIT)
    envelope = seal(
        parcel.pack(),
        kind=KIND,
        certificate=enrolment.raw,
        key=enrolment.secrets.sign_key,
        recipients=[certificate.box_key],
        level=CARRIED_LEVEL,
    )
    told = {
        "municipality": certificate.municipality,
        "authority": find_authority().public_key.hex(),
        "identity": str(enrolment.secrets.identity),
        "ops": sum(len(segment.tbls) for segment in parcel.segments),
        "names": sorted(NAMES),
        "heads": {
            f"{scope} {node} {head.seq}": head.hash.hex() for (scope, node), head in here.items()
        },
    }
    folder.mkdir(parents=True)
    (folder / "envelope").write_bytes(envelope)
    (folder / "told.json").write_bytes(msgspec.json.format(json.dumps(told).encode(), indent=2))


if __name__ == "__main__":
    write(GOLDEN / victim_support.__version__)
