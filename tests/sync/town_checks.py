"""What holds in a town after everybody has met, whatever happened before."""

import pytest
from sqlalchemy import select

from tests.prepared import SCOPES
from tests.sync.town import NEWCOMER
from victim_support.certificates.models import NumberEntry
from victim_support.core.db import db
from victim_support.core.settings import setting
from victim_support.journal import verify
from victim_support.journal.conflicts import all_conflicts
from victim_support.journal.models import Op
from victim_support.journal.store import read_heads
from victim_support.sync import digests
from victim_support.sync.queries import get_enrolment, may_hold

ROUNDS = 8  # of everybody with the headquarters; more is a stall


def check(town):
    """Let everybody meet: then all hold the same, and everything that was acknowledged."""
    _settle_down(town)
    _check_equal(town)
    _check_nothing_lost(town)
    _check_numbers(town)
    _check_twice_is_once(town)
    _check_not_stalled(town)


def _settle_down(town):
    for place in town.believed:
        if place.is_older:
            town.upgrade(place)
    for _ in range(ROUNDS):
        if not _round(town):
            return
    pytest.fail(f"still not the same after {ROUNDS} rounds")


def _round(town):
    """Let everybody meet the headquarters once; tell whether anything moved."""
    moved = 0
    for place in town.believed:
        if place is town.headquarters:
            continue
        if town.is_in_doubt(place):
            town.enrol_again(place)
            moved += 1
        result = town.meet(place, town.headquarters)
        assert result is not None, f"{place.name} cannot meet the headquarters"
        moved += result.received + result.sent + result.said_again
        moved += len(result.refused) + len(result.refused_there)
    return moved + _believe_waiting(town)


def _believe_waiting(town):
    """Decide, as a person would, that what a revoked machine had written before counts."""
    count = 0
    for place in town.places.values():
        if place.is_revoked:
            count += town.revoke_at(place, _waiting(town, place))
    return count


def _waiting(town, place):
    """Return how far the chains of a revoked machine go anywhere among the others."""
    nodes = town.nodes_of(place)
    ends: dict[str, int] = {}
    for other in town.believed:
        with town.reading(other):
            for (scope, node), head in read_heads(db.session.connection()).items():
                if node in nodes:
                    ends[scope] = max(ends.get(scope, 0), head.seq)
    return ends


def _check_equal(town):
    expected = _state(town, town.headquarters)
    for place in town.believed:
        found = _state(town, place)
        for scope, state in found.items():
            assert state == expected[scope], f"{place.name} differs in {scope}"
        with town.reading(place):
            report = verify.verify(db.engine)
        assert report.problems == [], place.name


def _state(town, place):
    """Return everything that must be the same on all machines, by scope."""
    with town.reading(place):
        connection, certificate = db.session.connection(), get_enrolment().certificate
        heads, tasks = read_heads(connection), all_conflicts(connection)
        return {
            scope: (
                digests.digest_of_scope(connection, scope),
                sorted(
                    (node, head.seq, head.hash) for (at, node), head in heads.items() if at == scope
                ),
                sorted((*key, opened) for key, opened in tasks.items() if key[0] == scope),
            )
            for scope in (SCOPES.base, SCOPES.core, SCOPES.sealed)
            if may_hold(certificate, scope)
        }


def _check_nothing_lost(town):
    town.forget_lost(town.believed)
    with town.reading(town.headquarters):
        held = set(db.session.scalars(select(Op.salt)))
    lost = [name for salt, name in town.acknowledged.items() if salt not in held]
    assert not lost, f"{len(lost)} acknowledged operations are lost, of {sorted(set(lost))}"
    for place in town.believed:
        with town.reading(place):
            certificate = get_enrolment().certificate
            scopes = set(db.session.scalars(select(Op.scope).distinct()))
        assert all(may_hold(certificate, scope) for scope in scopes), f"{place.name} holds too much"


def _check_numbers(town):
    """Every number has its entry, and the counters of a series have no gap."""
    with town.reading(town.headquarters):
        rows = db.session.execute(select(NumberEntry.prefix, NumberEntry.counter)).all()
    series: dict[str, list[int]] = {}
    for prefix, counter in rows:
        series.setdefault(prefix, []).append(counter)
    if not any(place.image for place in town.places.values()):
        for prefix, counters in series.items():
            assert sorted(counters) == list(range(1, len(counters) + 1)), prefix


def _check_twice_is_once(town):
    parcel, sender = town.parcel(town.headquarters)
    for place in town.believed:
        before = _state(town, place)
        if place.name != NEWCOMER:
            assert town.take(place, parcel, sender).applied == 0
            assert _state(town, place) == before


def _check_not_stalled(town):
    """One more write at each machine arrives at every other one, in two rounds."""
    for place in town.believed:
        town.put(place, f"last_{place.name}", str(town.now))
    for _ in range(2):
        for place in town.believed:
            if place is not town.headquarters:
                town.meet(place, town.headquarters)
    for place in town.believed:
        with town.reading(place):
            for other in town.believed:
                assert setting(f"last_{other.name}") == str(town.now)
