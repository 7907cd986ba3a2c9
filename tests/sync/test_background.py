"""The exchange by itself: with whom is known, rarer and rarer where nobody answers."""

from datetime import timedelta

import pytest

from victim_support.core import clock
from victim_support.sync import background
from victim_support.sync.background import INTERVAL, LONGEST_WAIT, PeriodicExchange
from victim_support.sync.client import BusyError, PeerError
from victim_support.sync.services.exchange import Exchanged

ADDRESS = "192.0.2.10:8766"
WRONG = "192.0.2.11:8766"


@pytest.fixture
def answers(monkeypatch):
    """What the other machine does, one after the other."""
    coming: list[Exception | Exchanged] = []

    def meet(_address):
        found = coming.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(background, "exchange_with", meet)
    monkeypatch.setattr("random.uniform", lambda *_: 1.0)
    return coming


def test_it_waits_longer_each_time_and_as_before_once_somebody_answers(
    laptops, answers, frozen_now
):
    exchanges = PeriodicExchange(laptops[0].app)
    exchanges.request(ADDRESS)
    silent = [PeerError("つながりません")] * 6
    answers += [*silent, BusyError(17), Exchanged(peer="本部")]
    waits = []
    while answers:
        before = len(answers)
        exchanges.run_once()
        assert len(answers) == before - 1
        exchanges.run_once()  # not due yet: nobody is asked
        [attempt] = exchanges.attempts().values()
        waits.append(attempt.wait)
        frozen_now.shift(timedelta(seconds=attempt.wait))

    doubled = [INTERVAL * 2**times for times in range(1, 4)]
    assert waits == [*doubled, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT, 17, INTERVAL]
    assert (attempt.fault, attempt.result.peer) == ("", "本部")
    assert attempt.due_at == clock.now()


def test_a_wrong_address_is_forgotten_when_another_is_typed(laptops, answers, frozen_now):
    exchanges = PeriodicExchange(laptops[0].app)
    answers += [PeerError("つながりません"), Exchanged(peer="本部")]
    exchanges.request(WRONG)
    exchanges.run_once()
    exchanges.request(f" {ADDRESS}/ ")
    exchanges.run_once()

    assert list(exchanges.attempts()) == [f"http://{ADDRESS}"]


@pytest.fixture
def frozen_now(frozen):
    return frozen(clock.now())
