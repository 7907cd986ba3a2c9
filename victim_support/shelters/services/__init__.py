"""Writes of shelters; the caller holds the transaction."""

from victim_support.shelters.services.imports import (
    apply_plan,
    import_shelters,
    plan_shelters,
    read_list,
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
from victim_support.shelters.services.uploads import (
    Upload,
    get_upload,
    keep_report,
    keep_upload,
)

__all__ = [
    "OperationOrderError",
    "ShelterDetails",
    "ShelterWithPeopleError",
    "Upload",
    "add_shelter",
    "apply_plan",
    "change_shelter",
    "close_shelter",
    "get_upload",
    "import_shelters",
    "keep_report",
    "keep_upload",
    "open_shelter",
    "plan_shelters",
    "read_list",
    "read_table",
    "record_head_count",
    "set_operation_status",
    "withdraw_shelter",
]
