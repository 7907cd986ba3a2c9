"""Writes of shelters; the caller holds the transaction."""

from victim_support.shelters.services.imports import (
    apply_plan,
    import_shelters,
    plan_shelters,
    read_table,
)
from victim_support.shelters.services.master import (
    ShelterDetails,
    ShelterWithPeopleError,
    add_shelter,
    change_shelter,
    withdraw_shelter,
)
from victim_support.shelters.services.operation import (
    OperationOrderError,
    close_shelter,
    open_shelter,
    record_head_count,
    set_operation_status,
)

__all__ = [
    "OperationOrderError",
    "ShelterDetails",
    "ShelterWithPeopleError",
    "add_shelter",
    "apply_plan",
    "change_shelter",
    "close_shelter",
    "import_shelters",
    "open_shelter",
    "plan_shelters",
    "read_table",
    "record_head_count",
    "set_operation_status",
    "withdraw_shelter",
]
