"""What reception leaves for a person to decide (要確認)."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from flask import url_for

from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.tasks import Task, TaskKind
from victim_support.evacuees.queries import checks
from victim_support.victims.queries import list_people

if TYPE_CHECKING:
    from uuid import UUID

EDIT, DECIDE, SEALED = "person.edit", "person.decide", "sealed.read"


def _record(find: Callable[[], list[checks.Marked]]) -> Callable[[], Sequence[Task]]:
    """Return tasks that are decided on the record of a person."""
    return lambda: [Task(_record_url(one.person), one.since, (one.person,)) for one in find()]


def _identify(find: Callable[[], list[checks.Marked]]) -> Callable[[], Sequence[Task]]:
    """Return tasks that are decided by comparing somebody with the resident register."""
    return lambda: [
        Task(url_for("evacuees.identify", person_id=one.person.id), one.since, (one.person,))
        for one in find()
    ]


def _doubles() -> list[Task]:
    return [
        Task(
            url_for("evacuees.compare", first_id=pair.first.id, second_id=pair.second.id),
            pair.since,
            (pair.first, pair.second),
            "同じ: " + "・".join(feature.label for feature in pair.features),
        )
        for pair in checks.list_pairs()
    ]


def _contradictions() -> list[Task]:
    disclosure = checks.hinting()
    found = []
    for link in checks.list_contradictions():
        people = list_people([one for one in (link.first_id, link.second_id) if one])
        shown = tuple(disclosure.people(one for one in people if checks.may_see(one, disclosure)))
        if len(shown) > 1:
            url = url_for("evacuees.compare", first_id=shown[0].id, second_id=shown[1].id)
            found.append(Task(url, link.decided_at, shown))
    return found


def _in_two_places() -> list[Task]:
    """Return a task for each household: a family that moved is one thing to look at."""
    of_household: dict[UUID, list[tuple[checks.Marked, int]]] = defaultdict(list)
    for one, count in checks.list_in_two_places():
        of_household[one.person.household_id or one.person.id].append((one, count))
    return [
        Task(
            _record_url(found[0][0].person),
            found[0][0].since,
            tuple(one.person for one, _count in found),
            f"終わっていない避難が {max(count for _one, count in found)} つ",
        )
        for found in of_household.values()
    ]


def _record_url(person: DisclosedPerson) -> str:
    return url_for("evacuees.person", person_id=person.id)


KINDS = (
    TaskKind(
        "places",
        "2か所に避難中",
        "いる所を確かめ、もう一方の避難を終えてください。",
        EDIT,
        _in_two_places,
    ),
    TaskKind(
        "doubles",
        "同じ人かもしれない記録",
        "2つの記録を見くらべ、同じ人か別の人かを決めてください。",
        DECIDE,
        _doubles,
    ),
    TaskKind(
        "contradictions",
        "食い違う判断",
        "ほかの判断では同じ人になる2つの記録が、別の人とされています。どちらかを取り消してください。",
        DECIDE,
        _contradictions,
    ),
    TaskKind(
        "register",
        "住民の台帳との照合",
        "台帳に似た方がいます。どの方か、台帳にいない方かを確かめてください。",
        EDIT,
        _identify(checks.list_to_compare),
    ),
    TaskKind(
        "protected",
        "保護の設定があり台帳と結ばれていない方",
        "台帳のどの方かを確かめてください。",
        SEALED,
        _identify(checks.list_protected_unlinked),
    ),
    TaskKind(
        "unnamed",
        "氏名がわからない方",
        "氏名がわかったら、記録に入れるか、台帳のどの方かを選んでください。",
        EDIT,
        _identify(checks.list_unnamed),
    ),
    TaskKind(
        "gaiji",
        "氏名に表示できない字",
        "氏名の字を本人か身分証で確かめ、正しい字に直してください。",
        EDIT,
        _record(checks.list_with_gaiji),
    ),
    TaskKind(
        "kana",
        "フリガナのない方",
        "フリガナがないと、読みでさがせません。本人に聞いて入れてください。",
        EDIT,
        _record(checks.list_without_kana),
    ),
    TaskKind(
        "address",
        "住所を聞いていない方",
        "住所を聞いて入れてください。住所なし・言わないも選べます。",
        EDIT,
        _record(checks.list_without_address),
    ),
)
