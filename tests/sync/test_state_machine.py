"""Machines of both engines do whatever comes into Hypothesis's head, and hold the same afterwards.

``VICTIM_SUPPORT_SOAK`` (``bin/test --soak``) goes on for half an hour, with new plays every time.
"""

import itertools
import os
import time
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.prepared import SCOPES
from tests.sync import any_row
from tests.sync.town import HEADQUARTERS, LAPTOPS, NEWCOMER, Shelf, Town
from tests.sync.town_checks import check
from tests.sync.town_erasure import erase_phone
from victim_support.core.ids import natural_id
from victim_support.victims.models import PersonNeed
from victim_support.victims.rules import NeedKind, Protection

pytestmark = pytest.mark.slow
SOAK = "VICTIM_SUPPORT_SOAK" in os.environ
SOAK_SECONDS = 900  # of each engine
EXAMPLES, STEPS = (2, 30)
YEARS = 10 * 365 * 86400

places = st.integers(0, 4)
people = st.integers(0, 20)
clocks = st.integers(-YEARS, YEARS).map(lambda seconds: timedelta(seconds=seconds))
values = st.one_of(
    st.fixed_dictionaries({"phone": st.sampled_from(("", "000-0000-0000", "00"))}),  # ordinary
    st.fixed_dictionaries({"name_note": st.sampled_from(("", "眼鏡"))}),
    st.fixed_dictionaries({"name": st.sampled_from(("架空 花子", "架空 華子"))}),  # review
    st.fixed_dictionaries({"is_withdrawn": st.booleans()}),
    st.fixed_dictionaries({"protection": st.sampled_from(Protection)}),  # restrictive
)
addresses = st.fixed_dictionaries(  # coupled
    {"postal_code": st.sampled_from(("9800000", "")), "town": st.sampled_from(("北町", "南町"))}
)


class Desks(RuleBasedStateMachine):
    """What may happen in a town in any order."""

    def __init__(self, shelf, folders):
        super().__init__()
        self._shelf, self._folders = shelf, folders
        self.town = None

    @initialize(older=st.sampled_from([(), (HEADQUARTERS,), ("c",), ("b", "c")]))
    def open(self, older):
        self.town = Town(self._shelf, self._folders(), older)

    def place(self, number, *, is_enrolled=False):
        found = [
            place
            for place in self.town.places.values()
            if not (is_enrolled and self.town.is_in_doubt(place))
        ]
        return found[number % len(found)]

    def in_doubt(self):
        """Return who goes on under a new name that the headquarters does not know yet."""
        everybody = self.town.places.values() if self.town else ()
        return [each for each in everybody if not each.is_revoked and self.town.is_in_doubt(each)]

    # --- work at the desks

    @rule(at=places, is_sealed=st.booleans())
    def register(self, at, is_sealed):
        place = self.place(at)
        may = is_sealed and place.name != NEWCOMER
        self.town.add(place, scope=SCOPES.sealed if may else SCOPES.core)

    @rule(at=places, who=people, what=values)
    def edit(self, at, who, what):
        place = self.place(at)
        key = self.town.somebody(place, who)
        if key:
            self.town.edit(place, key, **what)

    @rule(at=places, who=people, what=addresses)
    def move_house(self, at, who, what):
        place = self.place(at)
        key = self.town.somebody(place, who)
        if key and not place.is_older:
            self.town.edit(place, key, **what)

    @rule(at=places, who=people, is_needed=st.booleans())
    def need(self, at, who, is_needed):
        place = self.place(at)
        key = self.town.somebody(place, who)
        if key:
            self.town.put_element(place, *_need_of(key), is_there=is_needed)

    @rule(at=places, key=st.sampled_from(("office_phone", "note")), value=st.text(max_size=3))
    def set_policy(self, at, key, value):
        self.town.put(self.place(at), key, value)

    @rule(
        at=places,
        cls=st.sampled_from(any_row.written_from_metadata()),
        number=st.integers(0, 1),
        is_sealed=st.booleans(),
        dice=st.randoms(use_true_random=False),
    )
    def write_any_table(self, at, cls, number, is_sealed, dice):
        place = self.place(at)
        may = is_sealed and place.name != NEWCOMER
        any_row.save(self.town, place, cls, any_row.key_of(cls, number, is_sealed=may), dice)

    @rule(at=places, who=people)
    def erase(self, at, who):
        place = self.place(at)
        key = self.town.somebody(place, who)
        if key:
            erase_phone(self.town, place, key)

    @rule(at=places)
    def draw_number(self, at):
        place = self.place(at)
        if not place.is_old_state:  # a disk image cannot know; `restore` gives it a new name
            self.town.draw(place)

    @rule(at=places, which=people)
    def decide(self, at, which):
        self.town.decide(self.place(at), which)

    # --- meeting

    @rule(one=places, other=places, lost=st.none() | st.integers(0, 12))
    def meet(self, one, other, lost):
        caller, listener = (self.place(each, is_enrolled=True) for each in (one, other))
        if caller is not listener:
            self.town.meet(caller, listener, lost)

    @rule(at=places)
    def go_to_headquarters(self, at):
        place = self.place(at, is_enrolled=True)
        if place is not self.town.headquarters:
            self.town.meet(place, self.town.headquarters)

    @rule(at=places)
    def write_stick(self, at):
        self.town.write_stick(self.place(at))

    @precondition(lambda self: self.town and self.town.sticks)
    @rule(at=places, stick=people, missing=st.none() | st.integers(0, 5), again=st.booleans())
    def read_stick(self, at, stick, missing, again):
        place = self.place(at, is_enrolled=True)
        stick = self.town.sticks[stick % len(self.town.sticks)]
        if missing is not None:
            _lose_file(stick, missing)
        for _ in range(1 + again):
            self.town.read_stick(place, stick)

    # --- what befalls them

    @rule(at=places, jump=clocks)
    def jump_clock(self, at, jump):
        self.place(at).offset = jump

    @rule(seconds=st.integers(0, 3600))
    def pass_time(self, seconds):
        self.town.pass_time(seconds)

    @rule(one=places, other=places, after=st.integers(0, 20))
    def lose_power_while_meeting(self, one, other, after):
        caller, listener = (self.place(each, is_enrolled=True) for each in (one, other))
        if caller is not listener:
            with self.town.power_cut(after):
                self.town.meet(caller, listener)

    @rule(at=places, after=st.integers(0, 5))
    def lose_power_while_writing(self, at, after):
        with self.town.power_cut(after):
            self.town.add(self.place(at))

    @rule(at=places)
    def take_image(self, at):
        place = self.place(at, is_enrolled=True)
        if place is not self.town.headquarters:
            self.town.take_image(place)

    @rule(at=places)
    def restore_image(self, at):
        place = self.place(at)
        if place.image and not place.is_revoked:
            self.town.restore_image(place)

    @rule(at=places)
    def upgrade(self, at):
        place = self.place(at)
        if place.is_older:
            self.town.upgrade(place)

    @precondition(lambda self: self.town and NEWCOMER not in self.town.places)
    @rule()
    def enrol(self):
        self.town.enrol_newcomer()

    @precondition(lambda self: self.in_doubt())
    @rule(which=places)
    def enrol_again(self, which):
        found = self.in_doubt()
        self.town.enrol_again(found[which % len(found)])

    @precondition(
        lambda self: self.town and not any(each.is_revoked for each in self.town.places.values())
    )
    @rule(at=st.sampled_from(sorted(LAPTOPS)))
    def revoke(self, at):
        if not self.town.is_in_doubt(self.town.places[at]):
            self.town.revoke(self.town.places[at])

    def teardown(self):
        if self.town:
            try:
                check(self.town)
            finally:
                self.town.close()


def _need_of(key):
    scope, person_id = key
    row_id = natural_id("need", SCOPES.municipality, f"{person_id}/care")
    return PersonNeed, (scope, row_id), {"person_id": person_id, "kind": NeedKind.CARE}


def _lose_file(stick, number):
    """Take a file off a stick, as a pulled or worn one does."""
    files = sorted(path for path in stick.rglob("*") if path.is_file())
    if files:
        files[number % len(files)].unlink()


def play(shelf, folders, examples):
    run_state_machine_as_test(
        partial(Desks, shelf, folders),  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            phases=(Phase.generate,),  # the steps are printed; to find shorter ones takes hours
            suppress_health_check=list(HealthCheck),
            database=None,
            deadline=None,
        ),
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def shelf(request, quick_folder):
    cluster = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    return Shelf(quick_folder / "shelf", cluster)


def test_whatever_happens_everybody_holds_the_same(shelf, quick_folder):
    numbers = itertools.count()

    def folders():
        folder = quick_folder / f"town{next(numbers)}"
        folder.mkdir()
        return folder

    play(shelf, folders, EXAMPLES)
    start = time.monotonic()
    while SOAK and time.monotonic() - start < SOAK_SECONDS:
        play(shelf, folders, EXAMPLES)
