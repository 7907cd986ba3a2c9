"""S34: on a laptop whose word on protected people is old, a paper with an address needs a call."""

from datetime import timedelta

import pytest

from tests.certificates.conftest import HEAD, reasons_of
from tests.certificates.test_views import issue, paper_of, sample_of
from victim_support.certificates.models import Certificate, CertificateCopy
from victim_support.core import clock, protections
from victim_support.core.protections import OLD, Knowledge

CALLED = "本部　架空 四郎"


@pytest.fixture
def laptop(app, monkeypatch):
    """Return a function that says when the headquarters was last heard from."""

    def heard(at):
        monkeypatch.setattr(protections, "_sources", [lambda: Knowledge(True, at)])

    return heard


@pytest.mark.parametrize(
    ("depends", "hours", "called", "is_old"),
    [
        (False, None, None, False),
        (True, None, None, True),
        (True, 23, None, False),
        (True, 25, None, True),
        (True, 25, 23, False),
        (True, None, 25, True),
    ],
)
def test_the_word_is_old_after_a_day_unless_somebody_called(depends, hours, called, is_old):
    def ago(passed):
        return None if passed is None else clock.now() - timedelta(hours=passed)

    assert Knowledge(depends, ago(hours)).is_old_beside(ago(called)) is is_old


def test_a_fresh_word_asks_nothing(desk_of, case, entries, laptop):
    laptop(clock.now() - OLD + timedelta(minutes=5))
    desk = desk_of("counter")

    assert "電話で確かめた" not in desk.get(sample_of(case)).visible
    assert issue(desk, case).status == 303
    assert len(entries()) == 1


def test_an_old_word_stops_the_paper_and_draws_no_number(desk_of, case, entries, laptop):
    laptop(clock.now() - OLD - timedelta(minutes=5))
    desk = desk_of("counter")

    page = desk.get(sample_of(case))
    done = desk.submit(page, f"{sample_of(case)}/issue")

    assert "保護の情報が古くなっています" in page.visible
    assert "電話で確かめた本部の職員" in page.visible
    assert "本部へ電話で確かめてから出します" in desk.get(done.location).visible
    assert entries() == []


def test_a_call_lets_it_out_and_stays_in_the_record(app, desk_of, case, entries, laptop):
    laptop(None)
    desk = desk_of("counter")

    done = issue(desk, case, called=CALLED)

    assert len(entries()) == 1
    assert "".join(HEAD.split())[:2] in paper_of(desk, done)
    assert any(CALLED in reason for reason in reasons_of(app, Certificate))


def test_a_copy_needs_a_call_of_its_own(app, desk_of, case, laptop, frozen):
    start = clock.now()
    laptop(start)
    desk = desk_of("counter")
    done = issue(desk, case)
    pdf = done.location.replace("/issued?copy=1", "/paper.pdf?copy=1")
    assert desk.get(pdf).headers["Content-Type"] == "application/pdf"
    frozen(start + OLD + timedelta(minutes=5))
    desk = desk_of("counter")
    copy = done.location.replace("/issued?copy=1", "/copy")

    again, page = desk.get(pdf), desk.get(sample_of(case))
    refused = desk.submit(page, copy, reason="紛失")
    allowed = desk.submit(desk.get(sample_of(case)), copy, reason="紛失", called=CALLED)

    assert again.status == 302
    assert "copy=2" not in refused.location
    assert "copy=2" in allowed.location
    assert any("再交付" in each and CALLED in each for each in reasons_of(app, CertificateCopy))
