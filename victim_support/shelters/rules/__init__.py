"""Pure rules of the slice: read any list of shelters, repair it, say what was repaired."""

from victim_support.shelters.rules.columns import is_list
from victim_support.shelters.rules.extent import Extent, count_extents, cut, usual_extent
from victim_support.shelters.rules.geojson import table_from_geojson
from victim_support.shelters.rules.identity import (
    fold_address,
    fold_name,
    natural_key,
    same_name,
)
from victim_support.shelters.rules.matching import (
    Candidate,
    Known,
    NewCount,
    Outcome,
    Plan,
    Step,
    plan_import,
)
from victim_support.shelters.rules.parsing import parse
from victim_support.shelters.rules.phases import Phase, status_at, status_by_count
from victim_support.shelters.rules.records import (
    Count,
    ParsedFile,
    RawRow,
    RawTable,
    Refusal,
    Repair,
    ShelterRecord,
    UnknownLayoutError,
)
from victim_support.shelters.rules.vocabulary import (
    Hazard,
    HeadCountSource,
    OperationStatus,
    ShelterKind,
)

__all__ = [
    "Candidate",
    "Count",
    "Extent",
    "Hazard",
    "HeadCountSource",
    "Known",
    "NewCount",
    "OperationStatus",
    "Outcome",
    "ParsedFile",
    "Phase",
    "Plan",
    "RawRow",
    "RawTable",
    "Refusal",
    "Repair",
    "ShelterKind",
    "ShelterRecord",
    "Step",
    "UnknownLayoutError",
    "count_extents",
    "cut",
    "fold_address",
    "fold_name",
    "is_list",
    "natural_key",
    "parse",
    "plan_import",
    "same_name",
    "status_at",
    "status_by_count",
    "table_from_geojson",
    "usual_extent",
]
