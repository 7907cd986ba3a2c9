"""Two lives of one disk image draw one number: both papers are shown until it is void."""

import pytest

from tests.damage.support import CLERK, make_application, make_judgement, make_people, name_issuer
from tests.sync.kit import enrol_laptop, exchange
from tests.sync.test_exchange import listening
from tests.sync.test_incarnation import copy_of
from victim_support.certificates import queries
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.certificates.services import (
    NumbersSuspendedError,
    issue_paper,
    void_paper,
)
from victim_support.core.db import transaction
from victim_support.damage.queries import get_application
from victim_support.sync.services.exchange import exchange_with


def receive_household(machine, name):
    with machine.writing():
        application = make_application(*make_people(name))
        make_judgement(application)
        return application.id


def issue(machine, application_id):
    with machine.writing():
        application = get_application(application_id)
        return issue_paper(application, PaperKind.RISAI, by=CLERK, called="本部").number


@pytest.fixture
def lives(tmp_path, headquarters, laptops):
    one, _ = laptops
    with one.writing():
        name_issuer()
    exchange(one, headquarters)
    copy = copy_of(one, tmp_path / "copy")
    yield one, copy
    copy.stop()


def test_one_number_on_two_papers_is_shown_until_it_is_void(headquarters, lives):
    one, copy = lives
    first, second = (
        receive_household(machine, name)
        for machine, name in ((one, "架空 一郎"), (copy, "架空 花子"))
    )
    number = issue(one, first)
    assert issue(copy, second) == number
    exchange(one, headquarters)
    with listening(headquarters) as address, copy.inside():
        assert exchange_with(address).needs_enrolment
    with pytest.raises(NumbersSuspendedError):
        issue(copy, receive_household(copy, "架空 次郎"))
    copy.prefix = "C1"
    enrol_laptop(headquarters, copy)
    exchange(copy, headquarters)

    with headquarters.inside():
        assert queries.list_doubled_numbers() == [number]
        assert queries.check_number(number).is_doubled
        assert {case.application.id for case in queries.find_cases(number)} == {first, second}
    with headquarters.inside(), transaction():
        paper = queries.find_paper(number)
        assert paper is not None
        void_paper(paper, reason="番号の重複", by=CLERK)
    with headquarters.inside():
        assert queries.list_doubled_numbers() == []
        assert queries.check_number(number).state == NumberState.VOID
    exchange(copy, headquarters)
    exchange(one, headquarters)
    assert issue(copy, second).startswith("C1-")
    assert issue(one, first).startswith("A1-")
