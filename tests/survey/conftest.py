"""Dwellings that wait for a survey."""

import pytest

from tests.damage.support import make_people, writing_in
from victim_support.damage import services as damage


@pytest.fixture
def apply(app):
    """Return a function: a household applies for the dwelling at an address → (dwelling, head)."""

    def receive(address, *names, protected=(), **more):
        with writing_in(app):
            household, people = make_people(*(names or ("佐藤 一郎",)), protected=protected)
            place = damage.ensure_dwelling(address=address)
            data = damage.ApplicationData(
                household_id=household.id,
                dwelling_id=place.id,
                head_person_id=people[0].id,
                applicant=damage.Applicant(person_id=people[0].id, contact="090-9999-1111"),
                members=[damage.MemberEntry(one.id) for one in people],
                cause="令和8年7月15日の豪雨による",
                **more,
            )
            damage.receive_application(data, by=None)
            return place.id, people[0].id

    return receive
