"""Who may create and manage whom; slips; the secrets that never leave."""

from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.exceptions import Forbidden

from tests.prepared import staff_of
from victim_support.accounts import hashing, queries, services
from victim_support.accounts.models import Credential, Staff
from victim_support.accounts.rules import SecretKind
from victim_support.core.access import system_actor
from victim_support.core.db import db, synced_fields, transaction
from victim_support.core.ids import new_id
from victim_support.core.permissions import matrix

pytestmark = pytest.mark.db

LAST_DAY = date(2030, 8, 31)


def make_helpers(count=3, role="reception", by=None):
    first_secrets = services.new_secrets(count)
    db.session.remove()
    with transaction(reason="試験"):
        return services.create_helpers(
            by=by or system_actor(),
            first_secrets=first_secrets,
            role=role,
            shelter_id=new_id(),
            expires_on=LAST_DAY,
            home_municipality="となり町",
        )


def actor(login_name):
    return queries.actor_of(staff_of(login_name))


def test_helpers_get_numbers_and_pins_of_their_own(ledger):
    slips = make_helpers(5)

    assert len({slip.number for slip in slips}) == 5
    assert len({slip.pin for slip in slips}) == 5
    assert all(len(slip.pin) == 8 and slip.pin.isdigit() for slip in slips)


def test_a_helper_has_role_shelter_expiry_and_home(ledger):
    (slip,) = make_helpers(1)

    staff = staff_of(slip.number)
    assert (staff.role, staff.expires_on, staff.home_municipality) == (
        "reception",
        LAST_DAY,
        "となり町",
    )
    assert staff.shelter_id is not None


def test_a_helper_comes_in_with_number_and_pin(ledger):
    (slip,) = make_helpers(1)

    found = services.authenticate(login_name=slip.number, password=slip.pin, terminal="t")

    assert found == staff_of(slip.number).id


def test_a_pin_is_kept_as_a_hash_only(ledger):
    (slip,) = make_helpers(1)

    row = db.session.get_one(Credential, staff_of(slip.number).id)
    assert row.kind is SecretKind.PIN
    assert row.hash.startswith("$argon2id$")
    assert slip.pin not in row.hash


@pytest.mark.parametrize(
    ("day", "active"),
    [(date(2030, 8, 30), True), (LAST_DAY, True), (date(2030, 9, 1), False)],
    ids=["前日", "最後の日", "翌日"],
)
def test_a_slip_ends_after_its_last_day(ledger, day, active):
    (slip,) = make_helpers(1)

    assert queries.is_active(staff_of(slip.number), day) is active


@pytest.mark.parametrize(
    ("who", "role", "grants", "may"),
    [
        ("shelter_manager", "reception", (), True),
        ("shelter_manager", "shelter_manager", (), False),
        ("shelter_manager", "hq", (), False),
        ("shelter_manager", "reception", ("sealed",), False),
        ("hq", "counter", (), True),
        ("hq", "admin", (), False),
        ("admin", "hq", ("sealed",), True),
    ],
)
def test_nobody_gives_more_than_the_matrix_allows(ledger, who, role, grants, may):
    try:
        services.require_may_manage(actor(who), role, grants)
        allowed = True
    except Forbidden:
        allowed = False

    assert allowed is may


def test_a_manager_cannot_stop_or_reset_a_mightier_person(ledger):
    by = actor("shelter_manager")
    (secret,) = [services.NewSecret("1", "x")]
    db.session.remove()

    with transaction():
        with pytest.raises(Forbidden):
            services.disable_staff(by=by, staff=staff_of("hq"))
        with pytest.raises(Forbidden):
            services.reset_secret(by=by, staff=staff_of("admin"), new=secret)
        with pytest.raises(Forbidden):
            services.change_role(by=by, staff=staff_of("hq"), role="reception", grants=())


def test_nobody_stops_the_own_account(ledger):
    by = actor("admin")
    db.session.remove()

    with transaction(), pytest.raises(Forbidden):
        services.disable_staff(by=by, staff=staff_of("admin"))


def test_login_names_are_taken_once_whatever_their_case(ledger):
    with transaction(), pytest.raises(services.LoginNameTakenError):
        services.create_administrator(login_name=" KANRI ", password="x")


def test_a_reset_ends_the_old_password_and_asks_for_a_new_one(ledger):
    (secret,) = services.new_secrets(1)
    by = actor("admin")
    db.session.remove()
    with transaction():
        services.reset_secret(by=by, staff=staff_of("hq"), new=secret)

    row = db.session.get_one(Credential, staff_of("hq").id)
    assert row.must_change
    assert hashing.is_right(row.hash, secret.pin)


def test_secrets_are_no_part_of_what_laptops_exchange(ledger):
    names = set(synced_fields(Staff))

    assert not names & {"hash", "password", "pin", "token_hash"}
    assert not hasattr(Credential, "__sync__")


def test_everybody_s_role_is_one_of_the_matrix(ledger):
    roles = set(db.session.scalars(select(Staff.role)))

    assert roles == set(matrix().roles)


@pytest.mark.parametrize(("role", "grants"), [("hq", ["sealed"]), ("reception", [])])
def test_nobody_changes_their_own_role(ledger, role, grants):
    by = actor("admin")
    db.session.remove()

    with pytest.raises(Forbidden), transaction(reason="試験"):
        services.change_role(by=by, staff=staff_of("admin"), role=role, grants=grants)
