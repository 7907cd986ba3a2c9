"""Forms of damage: applications and judgements."""

from victim_support.damage.forms.applying import (
    ApplicationForm,
    ChecksForm,
    FindForm,
    MailForm,
    MembersForm,
    OpenForm,
    UnknownForm,
)
from victim_support.damage.forms.choices import all_chosen, choices_of, chosen
from victim_support.damage.forms.judging import (
    LONGEST_CASE,
    ApprovalForm,
    ApprovalsForm,
    AreaForm,
    JudgementForm,
    PhotosForm,
    RecuseForm,
    ReturnForm,
    SurveyForm,
    WithdrawPhotoForm,
    inundation_field,
)
from victim_support.damage.forms.relations import HEAD, Relations
from victim_support.damage.forms.tables import EditionForm, RowForm, TakeBackForm, WholeForm
from victim_support.damage.forms.weeks import WeeksForm
from victim_support.damage.forms.worksheet import CalculationForm

__all__ = [
    "HEAD",
    "LONGEST_CASE",
    "ApplicationForm",
    "ApprovalForm",
    "ApprovalsForm",
    "AreaForm",
    "CalculationForm",
    "ChecksForm",
    "EditionForm",
    "FindForm",
    "JudgementForm",
    "MailForm",
    "MembersForm",
    "OpenForm",
    "PhotosForm",
    "RecuseForm",
    "Relations",
    "ReturnForm",
    "RowForm",
    "SurveyForm",
    "TakeBackForm",
    "UnknownForm",
    "WeeksForm",
    "WholeForm",
    "WithdrawPhotoForm",
    "all_chosen",
    "choices_of",
    "chosen",
    "inundation_field",
]
