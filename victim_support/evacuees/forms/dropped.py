"""What a phone has sent, as the form of new people: a proposal that the desk looks at and saves."""

from typing import Any

import jaconv
from werkzeug.datastructures import MultiDict

from victim_support.dropbox.rules import Dropped, Language, stored_number
from victim_support.evacuees.forms.pages import NewHouseholdForm
from victim_support.evacuees.queries.dropped import birth_of
from victim_support.evacuees.rules import STAY_KEYS, StayKind
from victim_support.victims.rules import RELATIONS, AnswerKind, AnswerValue, NeedKind, Sex

_HEAD = "members-0-"


def form_of_drop(dropped: Dropped) -> NewHouseholdForm:
    """Return the form of new people filled with what was typed; what is no choice is left out."""
    household = dropped.household
    members = [
        {
            "name": one.name,
            "kana": jaconv.hira2kata(one.kana),
            "birth": birth_of(one),
            "sex": _one_of(Sex, one.sex),
            "relation": one.relation if one.relation in RELATIONS else None,
            "needs": [need for need in one.needs if _one_of(NeedKind, need)],
        }
        for one in household.members
    ]
    members[0] |= {"street": household.address, "phone": household.phone}
    stays = {kind.value for kind in STAY_KEYS.values()}
    return NewHouseholdForm(
        formdata=None,
        members=members,
        kind=household.stay if household.stay in stays else StayKind.SHELTER.value,
        sheet_number=stored_number(dropped.number),
    )


def answers_of_drop(dropped: Dropped) -> MultiDict[str, str]:
    """Return what the head answered, in the fields of the desk, as told by themselves."""
    given = {
        f"{_HEAD}{kind}": value
        for kind, value in dropped.household.answers.items()
        if _one_of(AnswerKind, kind) and _one_of(AnswerValue, value)
    }
    return MultiDict(given | {f"{_HEAD}own": "1"} if given else {})


def language_of_drop(dropped: Dropped) -> Language | None:
    """Return the language in which it was typed, where that is not Japanese."""
    others = (one for one in Language if one is not Language.JAPANESE)
    return next((one for one in others if one.value == dropped.household.language), None)


def _one_of(kinds: Any, value: str) -> str | None:
    return value if value in {kind.value for kind in kinds} else None
