"""How long a visit takes, with its source."""

from victim_support.damage.rules import JudgementMethod
from victim_support.survey.queries import minutes_edition, minutes_of
from victim_support.survey.rules import IN_THE_FIELD


def test_every_visit_in_the_field_has_its_minutes_and_desk_work_none():
    edition = minutes_edition()

    assert {method.value for method in IN_THE_FIELD} == set(edition.rows)
    assert minutes_of(edition, JudgementMethod.FIRST_SURVEY) == 10
    assert minutes_of(edition, JudgementMethod.SECOND_SURVEY) == 60
    assert minutes_of(edition, JudgementMethod.PHOTO) == 0
    assert not edition.confirmed
    assert edition.source
