"""Writes of the resident register: imports, and files on their way in."""

from victim_support.residents.rules.errors import IndividualNumberError
from victim_support.residents.services.handing import hand_out, take_in, wipe
from victim_support.residents.services.imports import import_residents, on_import
from victim_support.residents.services.uploads import (
    Upload,
    find_upload_job,
    get_upload,
    import_upload,
    keep_upload,
    register_file_error,
    words_on_screen,
)

__all__ = [
    "IndividualNumberError",
    "Upload",
    "find_upload_job",
    "get_upload",
    "hand_out",
    "import_residents",
    "import_upload",
    "keep_upload",
    "on_import",
    "register_file_error",
    "take_in",
    "wipe",
    "words_on_screen",
]
