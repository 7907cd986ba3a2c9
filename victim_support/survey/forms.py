"""Forms of surveys; messages in Japanese."""

from typing import Any
from uuid import UUID

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from victim_support.core.clock import today
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    TextField,
    WarekiDateField,
    required,
)
from victim_support.damage.forms import LONGEST_CASE, choices_of, chosen, inundation_field
from victim_support.damage.rules import (
    GRADES_IN_FORM_ORDER,
    DamageGrade,
    Inundation,
    JudgementMethod,
)
from victim_support.survey import queries
from victim_support.survey.models import SurveyVisit
from victim_support.survey.rules import VisitResult, parse_ending, parse_sheet
from victim_support.survey.services import Sheet, Slot

OUTCOMES = [
    (value, f"{number % 10} {label}")
    for number, (value, label) in enumerate(
        [
            *choices_of(GRADES_IN_FORM_ORDER),
            *choices_of([one for one in VisitResult if one is not VisitResult.DONE]),
        ],
        start=1,
    )
]
"""What a sheet can say, each with the digit that chooses it."""
NOT_FOUND = (
    "この番号の調査票は、この端末にはありません。番号を確かめるか、同期のあとで入力してください。"
)
MOST_AT_ONCE = 200
"""So many pictures are sent in one request without scripts."""
MOST = 200
"""So many dwellings are given to a team in one act."""


class AssignForm(DeskForm):
    """Which dwellings a team visits on a day."""

    idempotency_key = IdempotencyField()
    team = LineField("班", validators=[required("班の名前を入れてください。"), Length(max=40)])
    day = WarekiDateField("訪問する日", validators=[required("訪問する日を入れてください。")])
    method = SelectField(
        "方法", choices=[("", "提案のとおり"), *choices_of(JudgementMethod)], default=""
    )
    first = IntegerField(
        "上から何件",
        validators=[Optional(), NumberRange(1, MOST, f"1〜{MOST}件にしてください。")],
    )
    dwellings = SelectMultipleField("住家", coerce=UUID, validate_choice=False)

    def validate_day(self, field: Any) -> None:
        """Refuse a day that is over."""
        if field.data and field.data < today():
            raise ValidationError("過ぎた日付です。今日からの日付にしてください。")

    def validate_dwellings(self, field: Any) -> None:
        """Ask which dwellings are meant."""
        if not field.data and self.first.data is None:
            raise ValidationError("住家に印を付けるか、上から何件かを入れてください。")

    @property
    def ticked(self) -> list[UUID]:
        """Return the dwellings that are ticked."""
        return list(self.dwellings.data or ())

    @property
    def slot(self) -> Slot:
        """Return the team and the day."""
        return Slot(self.team.data or "", self.day.data or today())

    @property
    def chosen_method(self) -> JudgementMethod | None:
        """Return the method, None for what is proposed."""
        return chosen(JudgementMethod, self.method.data)


class AddForm(DeskForm):
    """A dwelling that no application and no ledger knows, met on the way."""

    idempotency_key = IdempotencyField()
    address = LineField("所在地", validators=[required("所在地を入れてください。")])
    unit = LineField("建物名・部屋番号", validators=[Length(max=100)])


class AgainForm(DeskForm):
    """One more survey of a dwelling."""


class NumberForm(DeskForm):
    """The number of a sheet, scanned or typed; its last four characters when only one has them."""

    number = CodeField("調査票の番号", validators=[required("調査票の番号を入れてください。")])
    visit: SurveyVisit | None = None

    def validate_number(self, field: Any) -> None:
        """Find the sheet; refuse what is no number or fits none or several, and say what to do."""
        text = field.data or ""
        number, ending = parse_sheet(text), parse_ending(text)
        if number is None and ending is None:
            message = "番号と合いません。調査票の右上の8文字か、終わりの4文字を入れてください。"
            raise ValidationError(message)
        found = queries.list_visits_numbered(number, ending)
        if not found:
            raise ValidationError(NOT_FOUND)
        if len(found) > 1:
            message = f"終わりの4文字が同じ調査票が{len(found)}枚あります。8文字を入れてください。"
            raise ValidationError(message)
        self.visit = found[0]


class CardForm(DeskForm):
    """Pictures of a camera's card; a browser with scripts sends them some at a time."""

    card = HiddenField()
    more = HiddenField()
    """Further pictures of the card follow."""
    photos = MultipleFileField("カードの写真")

    def validate_photos(self, field: Any) -> None:
        """Ask for pictures, and not for more than one request may carry."""
        if len(self.chosen_files) > MOST_AT_ONCE:
            raise ValidationError(f"一度に{MOST_AT_ONCE}枚までです。分けて選んでください。")

    def validate_card(self, field: Any) -> None:
        """Refuse what is no id."""
        try:
            UUID(field.data or "")
        except ValueError as error:
            raise ValidationError("画面を開き直して、もう一度選んでください。") from error

    @property
    def card_id(self) -> UUID:
        """Return the id under which the pictures are kept until they are read."""
        return UUID(self.card.data)

    @property
    def chosen_files(self) -> list[FileStorage]:
        """Return the files; a browser sends an empty one when none was chosen."""
        return [each for each in self.photos.data or () if getattr(each, "filename", "")]


class _Ticked:
    """The pictures that are ticked on the sorting page."""

    photos = SelectMultipleField("写真", coerce=UUID, validate_choice=False)

    def validate_photos(self, field: Any) -> None:
        """Ask which pictures are meant."""
        if not field.data:
            raise ValidationError("写真に印を付けてください。")

    @property
    def ticked(self) -> list[UUID]:
        """Return the pictures that are ticked."""
        return list(self.photos.data or ())


class AsideForm(_Ticked, DeskForm):
    """Waiting pictures that belong to no dwelling."""


class SortForm(_Ticked, NumberForm):
    """Waiting pictures, and the sheet of the dwelling that they show."""


class MatchForm(DeskForm):
    """Try the numbers of waiting pictures once more."""


class BackForm(DeskForm):
    """Let the pictures of one sheet be sorted again."""

    number = HiddenField(validators=[required()])


class SheetForm(DeskForm):
    """What a team wrote on a sheet."""

    idempotency_key = IdempotencyField()
    outcome = RadioField(
        "結果",
        choices=OUTCOMES,
        validators=[required("結果を選んでください。")],
    )
    visited_on = WarekiDateField("訪問した日", validators=[required()])
    team = LineField("調査した班・人", validators=[required(), Length(max=100)])
    inundation = inundation_field()
    note = TextField("備考", validators=[Length(max=1000)])
    again = HiddenField()
    """Set on the page that says that the sheet was typed before: it is typed once more."""
    case = HiddenField(validators=[Length(max=LONGEST_CASE)])
    """The calculation beside it, as a case of ``damage grade``."""
    acknowledged = HiddenField()

    def validate_visited_on(self, field: Any) -> None:
        """Refuse a day that has not come yet in Japan."""
        if field.data and field.data > today():
            raise ValidationError("先の日付です。訪問した日は今日までの日付にしてください。")

    @property
    def sheet(self) -> Sheet:
        """Return what was met."""
        return Sheet(
            result=chosen(VisitResult, self.outcome.data) or VisitResult.DONE,
            visited_on=self.visited_on.data or today(),
            team=self.team.data or "",
            grade=chosen(DamageGrade, self.outcome.data),
            inundation=chosen(Inundation, self.inundation.data),
            note=self.note.data or "",
        )
