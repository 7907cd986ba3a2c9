"""What is known around a conflict and helps to decide it; never a place where somebody is."""

from victim_support.core.dates import short_time
from victim_support.core.disclosure import DisclosedPerson
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import checks, list_stays
from victim_support.victims.queries import list_members

Fact = tuple[str, str]


def facts_of(person: DisclosedPerson) -> list[Fact]:
    """Return what may be shown of a person and of those who belong to her, by label."""
    birth = f"{person.birth} {person.age}" if person.birth.year else person.age
    stays = list_stays([person.id])[person.id]
    facts = [
        ("フリガナ", person.kana),
        ("生年月日・年齢", birth),
        ("続柄", person.relation),
        ("住所", person.address),
        ("電話", person.phone),
        ("同じ世帯の方", _household(person)),
        ("避難", _stay(stays[-1]) if stays else ""),
    ]
    return [(label, words) for label, words in facts if words]


def _household(person: DisclosedPerson) -> str:
    if person.household_id is None:
        return ""
    others = checks.hinting().people(list_members(person.household_id))
    return "、".join(
        f"{one.name}（{one.relation}）" if one.relation else one.name
        for one in others
        if one.id != person.id
    )


def _stay(stay: Stay) -> str:
    if stay.ended_at is None:
        return f"避難中（{short_time(stay.started_at)} から）"
    return f"退所（{short_time(stay.ended_at)}）"
