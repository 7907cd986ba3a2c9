"""What the desk says of single people, in fields that carry their id."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from werkzeug.datastructures import MultiDict

from victim_support.evacuees.services import Asked, Details
from victim_support.victims.rules import (
    AnswerKind,
    AnswerValue,
    Edition,
    NeedKind,
    StatementKind,
)

_NEEDS = frozenset(kind.value for kind in NeedKind)
_SAYINGS = frozenset(kind.value for kind in StatementKind)
_ANSWERS = frozenset(value.value for value in AnswerValue)


def details_of(
    form: MultiDict[str, str],
    person_ids: Collection[UUID],
    edition: Edition,
    *,
    typed: Sequence[Asked] = (),
) -> Details:
    """Read needs, statements and answers of each person from the fields that carry its id.

    Args:
        form: What was sent.
        person_ids: The people who were known.
        edition: Which form was asked by.
        typed: What was asked about those who were typed in.
    """
    needs: dict[UUID, frozenset[NeedKind]] = {}
    sayings: dict[UUID, StatementKind] = {}
    answers: dict[UUID, Mapping[AnswerKind, AnswerValue]] = {}
    own: set[UUID] = set()
    for person_id in person_ids:
        needs[person_id] = frozenset(
            NeedKind(value) for value in form.getlist(f"needs-{person_id}") if value in _NEEDS
        )
        if (saying := form.get(f"saying-{person_id}", "")) in _SAYINGS:
            sayings[person_id] = StatementKind(saying)
        if given := answers_of(form, str(person_id)):
            answers[person_id] = given
        if form.get(f"own-{person_id}"):
            own.add(person_id)
    return Details(
        needs=needs,
        sayings=sayings,
        answers=answers,
        own=frozenset(own),
        typed=typed,
        edition=edition,
    )


def answers_of(form: MultiDict[str, str], suffix: str) -> dict[AnswerKind, AnswerValue]:
    """Read the four answers of one person; what was not asked is left out."""
    return {
        kind: AnswerValue(value)
        for kind in AnswerKind
        if (value := form.get(f"{kind.value}-{suffix}", "")) in _ANSWERS
    }


def ids_of(form: MultiDict[str, str], name: str) -> list[UUID]:
    """Read the ids in the boxes of one name; what is no id is left out."""
    ids = []
    for text in form.getlist(name):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
