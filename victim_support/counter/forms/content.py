"""The form that puts right what an application says, and so what its next paper says."""

from uuid import UUID

from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.forms import (
    DeskForm,
    Length,
    LineField,
    TextField,
    required,
)
from victim_support.counter.queries.case import Screen
from victim_support.damage.forms import HEAD, Relations, choices_of, chosen
from victim_support.damage.rules import RequestedPaper
from victim_support.damage.rules.applying import HeadState
from victim_support.damage.services import Content


class ContentForm(Relations, DeskForm):
    """Cause, place, head and damage of an application that is received already."""

    cause = LineField("罹災原因", validators=[required(), Length(max=200)])
    address = LineField("被災した住家の所在地", validators=[required(), Length(max=200)])
    unit = LineField("建物名・部屋番号", validators=[Length(max=100)])
    head = SelectField("証明書に世帯主として書く方")
    head_state = SelectField("世帯主のこと", choices=choices_of(HeadState))
    reported_damage = TextField("被害の状況", validators=[Length(max=400)])
    content_reason = LineField(
        "直す理由", validators=[required("直す理由を入れてください。"), Length(max=200)]
    )
    content_version = HiddenField()
    is_report = False

    CHANGED = frozenset({"cause", "dwelling_id", "head_person_id", "head_state", "reported_damage"})

    def offer(self, screen: Screen) -> None:
        """Offer who may stand as head, and show what is written down in a form not sent yet."""
        application, dwelling = screen.case.application, screen.case.dwelling
        people = {screen.case.head.id: screen.case.head.name}
        people |= {person.id: person.name for person, _row in screen.members}
        self.head.choices = [(str(each), name) for each, name in people.items()]
        self.is_report = application.requested != RequestedPaper.RISAI
        self.offer_relations(
            {person.id: person.name for person, _row in screen.members},
            {
                person.id: self._relation(screen, person, row.relation)
                for person, row in screen.members
            },
        )
        if self.content_reason.data is not None:
            return
        self.cause.data = application.cause
        self.address.data, self.unit.data = dwelling.address, dwelling.unit
        self.head.data = str(screen.case.head.id)
        self.head_state.data = application.head_state or HeadState.PRESENT.value
        self.reported_damage.data = application.reported_damage

    def validate_reported_damage(self, field: TextField) -> None:
        """Ask what was damaged where the paper certifies a report."""
        if self.is_report and not field.data:
            raise ValidationError("被災証明書では、届出の被害を入れてください。")

    def validate_head(self, field: SelectField) -> None:
        """Ask for the relations that a new head makes wrong."""
        self.refuse_relations(field.data, [str(each) for each in self.names])

    def content(self) -> Content:
        """Return what was said."""
        return Content(
            cause=self.cause.data or "",
            address=self.address.data or "",
            unit=self.unit.data or "",
            head_person_id=UUID(self.head.data),
            head_state=chosen(HeadState, self.head_state.data),
            reported_damage=self.reported_damage.data or "",
            relations=self.relations,
        )

    @staticmethod
    def _relation(screen: Screen, person: DisclosedPerson, relation: str | None) -> str:
        return HEAD if person.id == screen.case.head.id else relation or person.relation
