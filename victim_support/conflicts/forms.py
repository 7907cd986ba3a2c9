"""The form of a conflict: one choice for each value that differs, and one reason."""

import json
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import Optional

from victim_support.conflicts.queries import Card, Question
from victim_support.core.forms import DeskForm, Length, LineField, required

TYPED = "typed"
LATER = "later"


class CardForm(DeskForm):
    """What somebody decides about a record, and how it was found out."""

    versions = HiddenField()
    reason = LineField(
        "どのように確かめたか",
        validators=[required("どのように確かめたかを入れてください。"), Length(max=200)],
    )

    def tokens(self) -> dict[str, str]:
        """Return what the reader of the page saw; nothing when it is not as the page sent it."""
        try:
            found = json.loads(self.versions.data or "")
        except ValueError:
            return {}
        return {str(key): str(token) for key, token in found.items()} if _is_map(found) else {}

    def decisions(self, card: Card) -> dict[str, Any] | None:
        """Return the chosen value of each question; None with an error beside a field."""
        decided: dict[str, Any] = {}
        for question in card.questions:
            field = self[question.key]
            if field.data == TYPED:
                typed = self[typed_key(question)]
                if not typed.data:
                    typed.errors = ["正しい値を入れてください。"]
                    return None
                decided[question.key] = typed.data
            elif chosen := [one for one in question.choices if one.key == field.data]:
                decided[question.key] = chosen[0].value
        if not decided:
            self[card.questions[0].key].errors = ["どれが正しいかを選んでください。"]
            return None
        return decided


def form_of(card: Card, **values: Any) -> CardForm:
    """Return the form of a card; what is not chosen stays open."""
    fields: dict[str, Any] = {}
    for question in card.questions:
        fields[question.key] = RadioField(
            question.label, choices=_choices(question), default=LATER, validators=[Optional()]
        )
        if question.may_type:
            fields[typed_key(question)] = LineField(f"正しい{question.label}")
    form: CardForm = type("FormOfCard", (CardForm,), fields)(**values)
    return form


def typed_key(question: Question) -> str:
    """Return the name of the field into which another value is typed."""
    return f"{question.key}-{TYPED}"


def _choices(question: Question) -> list[tuple[str, str]]:
    given = [(one.key, one.words) for one in question.choices if not one.refusal]
    other = [(TYPED, "どちらでもない（下に入れる）")] if question.may_type else []
    return [*given, *other, (LATER, "まだ決めない")]


def _is_map(value: object) -> bool:
    return isinstance(value, dict)
