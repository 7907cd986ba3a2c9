"""Conflicts (食い違い) among the things to decide: by kind, a card for each person or record."""

from collections.abc import Callable, Sequence

from flask import url_for

from victim_support.conflicts.queries import Card, list_cards
from victim_support.core.tasks import Task, TaskKind

DECIDE, STAFF = "conflict.decide", "account.manage_any"


def _is_protective(card: Card) -> bool:
    return any(question.is_restrictive for question in card.questions)


def _is_withdrawal(card: Card) -> bool:
    is_withdrawn = any(question.is_withdrawal for question in card.questions)
    return is_withdrawn and not _is_protective(card)


def _is_other(card: Card) -> bool:
    return not _is_protective(card) and not _is_withdrawal(card)


def _tasks(belongs: Callable[[Card], bool], *, of_staff: bool) -> Callable[[], Sequence[Task]]:
    return lambda: [
        Task(
            url_for("conflicts.card", table=card.table, row_id=card.id),
            card.since,
            card.people,
            _words(card),
        )
        for card in list_cards()
        if card.is_about_staff is of_staff and belongs(card)
    ]


def _words(card: Card) -> str:
    labels = "・".join(dict.fromkeys(question.label for question in card.questions))
    return labels if card.people else f"{card.title}: {labels}"


KINDS = (
    TaskKind(
        "conflict-strict",
        "食い違い（保護・伝えてよいか）",
        "決まるまで、厳しいほうが効いています。本人に確かめて決めてください。",
        DECIDE,
        _tasks(_is_protective, of_staff=False),
    ),
    TaskKind(
        "conflict-withdrawn",
        "一方で取り消され、一方で直された記録",
        "取り消したままにするか、残すかを、直した人に聞いて決めてください。",
        DECIDE,
        _tasks(_is_withdrawal, of_staff=False),
    ),
    TaskKind(
        "conflict",
        "食い違い（別々の端末で違うことを記録）",
        "どちらが正しいかを確かめて決めてください。受付・名簿・食事はそのまま続けられます。",
        DECIDE,
        _tasks(_is_other, of_staff=False),
    ),
    TaskKind(
        "conflict-staff",
        "利用者の登録の食い違い",
        "決まるまで、厳しいほう（停止・短い期限）が効いています。",
        STAFF,
        _tasks(lambda _card: True, of_staff=True),
    ),
)
