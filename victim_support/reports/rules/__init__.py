"""Pure rules of reports: their words, moments, figures, corrections and dated forms."""

from victim_support.reports.rules.forms import (
    AgeBand,
    Form,
    FormRow,
    age_bands,
    damage_form,
    entry_form,
)
from victim_support.reports.rules.moments import MomentError, read_as_of
from victim_support.reports.rules.situation import (
    Correction,
    Figure,
    Section,
    ShelterLine,
    Situation,
    corrections,
    from_content,
    to_content,
)
from victim_support.reports.rules.words import (
    FEW,
    Crowding,
    Lifeline,
    LifelineState,
    ReliefKind,
    ReportKind,
    ReportWay,
)

__all__ = [
    "FEW",
    "AgeBand",
    "Correction",
    "Crowding",
    "Figure",
    "Form",
    "FormRow",
    "Lifeline",
    "LifelineState",
    "MomentError",
    "ReliefKind",
    "ReportKind",
    "ReportWay",
    "Section",
    "ShelterLine",
    "Situation",
    "age_bands",
    "corrections",
    "damage_form",
    "entry_form",
    "from_content",
    "read_as_of",
    "to_content",
]
