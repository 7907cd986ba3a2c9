"""Papers and files of running a shelter."""

from victim_support.operations.documents.registers import (
    REGISTERS,
    Register,
    register_csv,
    register_pdf,
)
from victim_support.operations.documents.slips import (
    Slip,
    diary_pdf,
    night_slip,
    slip_pdf,
    transfer_slip,
    wish_slip,
)

__all__ = [
    "REGISTERS",
    "Register",
    "Slip",
    "diary_pdf",
    "night_slip",
    "register_csv",
    "register_pdf",
    "slip_pdf",
    "transfer_slip",
    "wish_slip",
]
