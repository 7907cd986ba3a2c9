"""Forms of statements, enquiries, messages and of what is given outside."""

from victim_support.safety.forms.enquiries import DeliveryForm, EnquiryForm
from victim_support.safety.forms.offices import OfficeForm, ProvisionForm
from victim_support.safety.forms.people import DeathForm, OpponentForm, ToldForm
from victim_support.safety.forms.statements import SettleForm, StatementForm

__all__ = [
    "DeathForm",
    "DeliveryForm",
    "EnquiryForm",
    "OfficeForm",
    "OpponentForm",
    "ProvisionForm",
    "SettleForm",
    "StatementForm",
    "ToldForm",
]
