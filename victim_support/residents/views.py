"""Pages of the resident register: try an extract out, look at it, import it."""

from typing import Any

from flask import Blueprint

from victim_support.core.mapping.pages import ImportPages, add_import_pages
from victim_support.residents import queries, services
from victim_support.residents.forms import ExtractForm

bp = Blueprint("residents", __name__, url_prefix="/residents")


def _extracts() -> dict[str, Any]:
    return {"extracts": queries.list_extracts()}


add_import_pages(
    bp,
    ImportPages(
        importer=services.RESIDENTS,
        permission="import.residents",
        first_page="residents/imports.html",
        preview="residents/preview.html",
        form=ExtractForm,
        more=_extracts,
    ),
)
