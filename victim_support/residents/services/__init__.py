"""Writes of the resident register: imports, and files on their way in."""

from victim_support.residents.services.imports import (
    IndividualNumberError,
    import_residents,
    on_import,
)
from victim_support.residents.services.uploads import (
    Upload,
    get_upload,
    import_upload,
    keep_upload,
    register_file_error,
)

__all__ = [
    "IndividualNumberError",
    "Upload",
    "get_upload",
    "import_residents",
    "import_upload",
    "keep_upload",
    "on_import",
    "register_file_error",
]
