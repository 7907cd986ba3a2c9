"""Forms of reception: what the desk typed, as values; messages in Japanese."""

from victim_support.evacuees.forms.deciding import (
    SPLIT,
    CompareForm,
    HouseholdForm,
    IdentifyForm,
)
from victim_support.evacuees.forms.details import answers_of, details_of, ids_of
from victim_support.evacuees.forms.fields import BirthField, typed_birth
from victim_support.evacuees.forms.pages import (
    COUNTED,
    MOST_PEOPLE,
    ArrivalForm,
    GroupForm,
    HeadCountForm,
    KnownHouseholdForm,
    LeavingForm,
    LiftingForm,
    NewHouseholdForm,
    PersonForm,
    RollCallForm,
    SettleDepartureForm,
    UnfoundLeavingForm,
    UnnamedForm,
)

__all__ = [
    "COUNTED",
    "MOST_PEOPLE",
    "SPLIT",
    "ArrivalForm",
    "BirthField",
    "CompareForm",
    "GroupForm",
    "HeadCountForm",
    "HouseholdForm",
    "IdentifyForm",
    "KnownHouseholdForm",
    "LeavingForm",
    "LiftingForm",
    "NewHouseholdForm",
    "PersonForm",
    "RollCallForm",
    "SettleDepartureForm",
    "UnfoundLeavingForm",
    "UnnamedForm",
    "answers_of",
    "details_of",
    "ids_of",
    "typed_birth",
]
