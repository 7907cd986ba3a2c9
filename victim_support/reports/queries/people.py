"""Who the people of a report are, as numbers: sex, age bands, needs; nobody is named."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from victim_support.core.japanese.dates import BirthValue, age_on
from victim_support.reports.rules import AgeBand, Figure
from victim_support.victims.queries import Features, list_needs
from victim_support.victims.rules import NeedKind, Sex

UNKNOWN_NOTE = "氏名のない方を含む"


def sex_figures(people: Sequence[Features], total: int) -> tuple[Figure, ...]:
    """Return men, women and others; whoever has no name is among the unknown."""
    counts = Counter(str(person.sex or "") for person in people)
    told = [Figure(f"sex.{sex.value}", sex.label, counts[sex.value], "人") for sex in Sex]
    known = sum(counts[sex.value] for sex in Sex)
    return (*told, Figure("sex.unknown", "不明", max(0, total - known), "人", UNKNOWN_NOTE))


def age_figures(
    people: Sequence[Features], total: int, bands: Sequence[AgeBand], day: date
) -> tuple[Figure, ...]:
    """Return the people of each age band on a day; whose age fits no band surely is unknown."""
    ages = [age for person in people if (age := ages_of(person.birth, day)) is not None]
    counted = [
        (band, sum(band.holds(least) and band.holds(most) for least, most in ages))
        for band in bands
    ]
    known = sum(number for _band, number in counted)
    figures = [Figure(f"age.{band.key}", band.label, number, "人") for band, number in counted]
    return (*figures, Figure("age.unknown", "不明", max(0, total - known), "人", UNKNOWN_NOTE))


def need_figures(people: Sequence[Features]) -> tuple[Figure, ...]:
    """Return how many people have which urgent need; somebody with two counts in both."""
    needs = list_needs([person.id for person in people])
    counts = Counter(str(need) for kinds in needs.values() for need in kinds)
    return tuple(
        Figure(f"needs.{kind.value}", kind.label, counts[kind.value], "人") for kind in NeedKind
    )


def ages_of(birth: BirthValue, day: date) -> tuple[int, int] | None:
    """Return the least and the greatest age in whole years somebody may have, or None."""
    if birth.date is not None:
        return _both(age_on(birth.date, day))
    if birth.year is not None:
        most = day.year - birth.year
        is_later = birth.month is not None and birth.month > day.month
        return max(0, most - 1), max(0, most - is_later)
    if birth.months is not None:
        return _both(birth.months // 12)
    if birth.age is not None:
        return _both(birth.age)
    return (birth.band, birth.band + 9) if birth.band is not None else None


def _both(age: int) -> tuple[int, int]:
    return age, age
