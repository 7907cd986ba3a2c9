"""Pages of importing the support register: try a file out, look at it, take it in."""

from flask import Blueprint

from victim_support.core.mapping.pages import ImportPages, add_import_pages
from victim_support.vulnerable import services
from victim_support.vulnerable.forms.register import SupportImportForm

support_bp = Blueprint("support", __name__, url_prefix="/support")

add_import_pages(
    support_bp,
    ImportPages(
        importer=services.SUPPORT,
        permission="import.support",
        first_page="vulnerable/imports.html",
        preview="vulnerable/preview.html",
        form=SupportImportForm,
    ),
)
