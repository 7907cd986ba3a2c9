"""Register extracts on their way in over the screen (see ``core.mapping.uploads``)."""

from io import BytesIO
from typing import Any

from victim_support.core.mapping import MappingFile
from victim_support.core.mapping.uploads import Importer, Steps, register
from victim_support.residents.rules.columns import targets
from victim_support.residents.rules.coverage import Coverage
from victim_support.residents.services.imports import import_in_steps


def _steps(
    stream: BytesIO,
    *,
    file_name: str,
    imported_by: str,
    mapping: MappingFile,
    options: dict[str, Any],
    is_dry_run: bool,
) -> Steps:
    coverage = options.get("coverage")
    report = yield from import_in_steps(
        stream,
        file_name=file_name,
        imported_by=imported_by,
        mapping=mapping,
        coverage=Coverage(coverage) if coverage else None,
        is_dry_run=is_dry_run,
    )
    return report


RESIDENTS = register(
    Importer("residents", "住民データ", targets, _steps, "/residents/imports", passes=2)
)
