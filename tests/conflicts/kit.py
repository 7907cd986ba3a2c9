"""An office: one machine with staff at its desks."""

from tests.pages import Desk
from tests.prepared import SCOPES, _add_person, log_in, staff_of
from tests.sync.kit import exchange
from victim_support.accounts.hashing import hash_secret
from victim_support.core.actor import acting
from victim_support.core.permissions import matrix
from victim_support.journal.conflicts import count_conflicts
from victim_support.shelters.queries import list_shelters
from victim_support.shelters.services import add_shelter
from victim_support.shelters.services.operation import open_shelter
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.queries import get_person
from victim_support.victims.rules import PersonData

PASSWORD = "やまのうえのちいさなえき"


class Office:
    """One machine and who works at it."""

    def __init__(self, machine):
        self.machine = machine

    def employ(self):
        """Give every role one person."""
        hashed = hash_secret(PASSWORD)
        with self.machine.writing("利用者の登録"):
            for role in matrix().roles:
                _add_person(role, hashed)
            _add_person("hogo", hashed, role="hq", grants=["sealed"])

    def open_shelter(self):
        with self.machine.writing("避難所"):
            shelter = add_shelter(name=f"{self.machine.prefix}の避難所")
            open_shelter(shelter)

    def shelter_id(self):
        """Return the shelter of this machine."""
        name = f"{self.machine.prefix}の避難所"
        return next(one.id for one in list_shelters() if one.name == name)

    def desk(self, login_name):
        """Return the browser of somebody who works on the disaster here."""
        return log_in(Desk(self.machine.app), login_name)

    def writing(self, reason="訂正", role="hq"):
        return _Acting(self.machine, reason, role)

    def add(self, **data):
        """Write somebody down; return the id."""
        with self.writing("受付"):
            return victims.create_person(PersonData(**data), household_id=None).id

    def update(self, person_id, reason="訂正", **values):
        with self.writing(reason):
            victims.update_person(person_id, **values)

    def person(self, person_id):
        with self.machine.inside():
            return {name: getattr(get_person(person_id), name) for name in ("name", "phone")}

    def withdraw(self, person_id):
        with self.writing("取り消し") as session:
            session.get_one(Person, (SCOPES.core, person_id)).is_withdrawn = True

    def count(self):
        with self.machine.inside():
            return count_conflicts([SCOPES.base, SCOPES.core, SCOPES.sealed])


class _Acting:
    """A transaction of somebody of the staff."""

    def __init__(self, machine, reason, role):
        self.machine, self.reason, self.role = machine, reason, role

    def __enter__(self):
        with self.machine.inside():
            staff_id = staff_of(self.role).id
        self._acting = acting(staff_id)
        self._acting.__enter__()
        self._writing = self.machine.writing(self.reason)
        return self._writing.__enter__()

    def __exit__(self, *error):
        result = self._writing.__exit__(*error)
        self._acting.__exit__(None, None, None)
        return result


def meet(*offices):
    """Let all of them hold the same."""
    first, *others = offices
    for other in [*others, *others]:
        exchange(first.machine, other.machine)
