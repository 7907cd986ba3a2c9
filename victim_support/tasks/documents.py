"""The things to decide as a list: what, whose, since when; whoever is protected stands on none."""

from collections.abc import Sequence
from uuid import UUID

from victim_support.core.dates import long_time
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.lists import PlainList
from victim_support.core.tasks import Task, TaskKind
from victim_support.victims.queries import list_people

COLUMNS = (("確かめること", 66), ("だれの", 60), ("わかっていること", None), ("いつから", 48))
Line = tuple[TaskKind, Task]


def tasks_list(lines: Sequence[Line], names: dict[UUID, str], about: str) -> PlainList:
    """Return things to decide as a list.

    Args:
        lines: The things, as :func:`released` lets them out.
        names: Who may be named on it.
        about: What it was narrowed to.
    """
    rows = [
        (
            kind.label,
            "、".join(names[person.id] for person in task.people),
            task.words,
            long_time(task.since) if task.since else "",
        )
        for kind, task in lines
    ]
    note = "保護されている方のことは、この一覧に載りません。"
    return PlainList("要確認", COLUMNS, rows, note=note, about=about)


def released(lines: Sequence[Line], audience: Audience) -> tuple[list[Line], dict[UUID, str]]:
    """Return the things that may leave the program, and the names of whom they are about.

    What is about anybody who may not be named there is left out as a whole, whoever asks.
    """
    ids = [person.id for _kind, task in lines for person in task.people]
    disclosure = view(audience, Purpose.PRESENCE)
    names = {
        person.id: shown.name
        for person in list_people(ids)
        if disclosure.shows_address(person) and (shown := disclosure.person(person))
    }
    found = [
        (kind, task)
        for kind, task in lines
        if all(person.id in names and not person.is_marked for person in task.people)
    ]
    return found, names
