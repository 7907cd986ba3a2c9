"""The pages of an import, the same for every kind of table; a slice hangs them on its blueprint.

::

    add_import_pages(bp, ImportPages(HOUSES, "import.dwellings", "houses/imports.html",
                                     "houses/preview.html"))

Endpoints: ``imports`` (first page and upload), ``preview``, ``read_columns``, ``import_``,
``drop_profile``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import accepts_upload, current_actor, requires
from victim_support.core.csv_io import CsvError
from victim_support.core.db import transaction
from victim_support.core.mapping import profiles, uploads
from victim_support.core.mapping.forms import ColumnsForm, ImportForm, UploadForm
from victim_support.core.mapping.layouts import MappingFile, guess_header_row
from victim_support.core.mapping.sources import RawTable, open_table
from victim_support.core.mapping.targets import is_never_read
from victim_support.core.mapping.uploads import Importer, Upload
from victim_support.core.mapping.workbooks import list_sheets

MEGABYTES = 128
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ImportPages:
    """What differs between kinds: permission, templates, what is asked before the import."""

    importer: Importer
    permission: str
    first_page: str
    preview: str
    form: type[ImportForm] = ImportForm
    more: Callable[[], dict[str, Any]] = dict
    """Values of the first page beside ``form``, ``headings`` and ``profiles``."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column to be chosen: its header, its first values, what it is read as."""

    position: int
    header: str
    samples: list[str]
    field: str | None
    is_never_read: bool


def add_import_pages(bp: Blueprint, pages: ImportPages) -> None:
    """Hang the pages of one kind of table on a blueprint."""
    routes = _Routes(pages, bp.name)
    for rule, name, view, method in (
        ("/imports", "imports", routes.imports, "GET"),
        ("/imports", "upload", routes.upload, "POST"),
        ("/imports/<uuid:upload_id>", "preview", routes.preview, "GET"),
        ("/imports/<uuid:upload_id>/columns", "read_columns", routes.read_columns, "POST"),
        ("/imports/<uuid:upload_id>", "import_", routes.import_, "POST"),
        ("/imports/profiles/drop", "drop_profile", routes.drop_profile, "POST"),
    ):
        own = requires(pages.permission)(_own(view))
        if name == "upload":
            own = accepts_upload(MEGABYTES)(own)
        bp.add_url_rule(rule, name, own, methods=[method])


def _own(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Return a function of its own, which can carry the marks of who may call it."""

    def call(**values: Any) -> ResponseReturnValue:
        return view(**values)

    return call


@dataclass(frozen=True, slots=True)
class _Routes:
    pages: ImportPages
    blueprint: str

    def imports(self) -> ResponseReturnValue:
        return self._first_page(self._upload_form(formdata=None))

    def upload(self) -> ResponseReturnValue:
        form = self._upload_form()
        if not form.validate_on_submit():
            return self._first_page(form), 422
        content = form.file.data.read()
        try:
            mapping, profile = self._mapping_of(form, content)
            upload_id = uploads.keep_upload(
                self._importer,
                staff_id=current_actor().id,
                file_name=form.file_name,
                content=content,
                mapping=mapping,
                profile=profile,
            )
        except uploads.file_error as error:
            form.file.errors = [uploads.words_on_screen(error)]
            return self._first_page(form), 422
        return redirect(self._url("preview", upload_id=upload_id), 303)

    def preview(self, upload_id: UUID) -> ResponseReturnValue:
        kept = self._get(upload_id)
        job_id = uploads.find_upload_job(self._importer, upload_id)
        if job_id is not None:
            return redirect(url_for("jobs.show", job_id=job_id), 303)
        if not kept.is_read and not kept.problem:
            flash("ファイルを最後まで読んでいません。もう一度選んでください。", "warning")
            return redirect(self._url("imports"), 303)
        return self._preview(kept)

    def read_columns(self, upload_id: UUID) -> ResponseReturnValue:
        kept = self._get(upload_id)
        form, targets = self._columns_form(kept), self._importer.targets()
        if kept.is_imported or not form.validate_on_submit():
            return self._preview(kept, columns_form=form), 422
        headers = _headers_in(kept, form.header_row.data)
        try:
            mapping = form.wanted(kept.mapping, targets, headers)
            staff_id = current_actor().id
            uploads.read_again(self._importer, upload_id, staff_id=staff_id, mapping=mapping)
        except uploads.file_error as error:
            form.form_errors.append(uploads.words_on_screen(error))
            return self._preview(kept, columns_form=form), 422
        if form.profile_name.data:
            self._keep_profile(form.profile_name.data.strip(), mapping, headers)
        return redirect(self._url("preview", upload_id=upload_id), 303)

    def import_(self, upload_id: UUID) -> ResponseReturnValue:
        kept = self._get(upload_id)
        if kept.is_imported or not kept.is_read:
            return redirect(self._url("preview", upload_id=upload_id), 303)
        form = self.pages.form(report=kept.report)
        if not form.validate_on_submit():
            return self._preview(kept, form=form), 422
        job_id = uploads.import_upload(
            self._importer, upload_id, staff_id=current_actor().id, options=form.options
        )
        return redirect(url_for("jobs.show", job_id=job_id), 303)

    def drop_profile(self) -> ResponseReturnValue:
        name = request.form.get("name", "")
        with transaction(reason="保存した読み方の削除"):
            profiles.drop_profile(kind=self._importer.kind, name=name)
        flash(f"読み方「{name}」を消しました。", "success")
        return redirect(self._url("imports"), 303)

    @property
    def _importer(self) -> Importer:
        return self.pages.importer

    def _get(self, upload_id: UUID) -> Upload:
        return uploads.get_upload(self._importer, upload_id, staff_id=current_actor().id)

    def _url(self, name: str, **values: Any) -> str:
        return url_for(f"{self.blueprint}.{name}", **values)

    def _upload_form(self, **values: Any) -> UploadForm:
        kept = profiles.list_profiles(self._importer.kind)
        return UploadForm(self._importer.targets(), kept, **values)

    def _columns_form(self, kept: Upload, **values: Any) -> ColumnsForm:
        return ColumnsForm(list_sheets(BytesIO(kept.content)), **values)

    def _mapping_of(self, form: UploadForm, content: bytes) -> tuple[MappingFile, str]:
        """Return the mapping that was chosen, or the saved one that fits these headers."""
        profile = form.chosen_profile
        if profile is None and not form.mapping_file.data and form.profiles:
            first = open_table(BytesIO(content)).first
            rows = [row.cells for row in first]
            profile = profiles.match_profile(self._importer.targets(), rows)
        mapping = profile.mapping if profile else form.mapping
        return form.with_confirmed(mapping), profile.name if profile else ""

    def _keep_profile(self, name: str, mapping: MappingFile, headers: Sequence[str]) -> None:
        with transaction(reason="読み方の保存"):
            profiles.keep_profile(
                kind=self._importer.kind, name=name, mapping=mapping, headers=headers
            )
        flash(f"読み方「{name}」を保存しました。次から同じ見出しの表に使います。", "success")

    def _first_page(self, form: UploadForm) -> str:
        return render_template(
            self.pages.first_page,
            form=form,
            headings=self._importer.targets().headings,
            profiles=form.profiles,
            **self.pages.more(),
        )

    def _preview(
        self,
        kept: Upload,
        *,
        form: ImportForm | None = None,
        columns_form: ColumnsForm | None = None,
    ) -> str:
        targets = self._importer.targets()
        choices, header_row = _choices(self._importer, kept)
        shown = columns_form or self._columns_form(
            kept, formdata=None, header_row=header_row, sheet=kept.mapping.sheet
        )
        return render_template(
            self.pages.preview,
            upload=kept,
            form=form or self.pages.form(formdata=None, report=kept.report),
            columns_form=shown,
            choices=choices,
            labels=targets.labels,
        )


def _raw(kept: Upload) -> RawTable | None:
    try:
        return open_table(BytesIO(kept.content), kept.mapping) if kept.content else None
    except CsvError:
        return None


def _headers_in(kept: Upload, header_row: int | None) -> list[str]:
    raw = _raw(kept)
    if raw is None or not header_row or header_row > len(raw.first):
        return []
    return raw.first[header_row - 1].cells


def _choices(importer: Importer, kept: Upload) -> tuple[list[ColumnChoice], int]:
    """Return the columns of an upload with their first values, and the row of their headers."""
    raw, targets = _raw(kept), importer.targets()
    if raw is None:
        return [], 0
    rows = [row.cells for row in raw.first]
    header_row = _header_row(importer, kept, rows)
    headers = rows[header_row - 1] if header_row else []
    used = {column["position"]: column["field"] for column in kept.report.get("columns", [])}
    if not kept.report:
        guessed = targets.by_header(headers)
        used = {position + 1: name for name, position in guessed.items()}
    width = max((len(row) for row in rows), default=0)
    data = rows[header_row : header_row + _SAMPLES]
    never = {column["position"] for column in kept.report.get("columns", []) if _is_never(column)}
    return [
        _choice(position, headers, data, used.get(position), is_never=position in never)
        for position in range(1, width + 1)
    ], header_row


def _is_never(column: dict[str, Any]) -> bool:
    return bool(column["note"] == "読みません")


def _choice(
    position: int,
    headers: Sequence[str],
    data: Sequence[Sequence[str]],
    field: str | None,
    *,
    is_never: bool,
) -> ColumnChoice:
    header = headers[position - 1] if position <= len(headers) else ""
    hidden = is_never or is_never_read(header)
    samples = [] if hidden else [row[position - 1] for row in data if position <= len(row)]
    return ColumnChoice(position, header, [one[:20] for one in samples], field, hidden)


def _header_row(importer: Importer, kept: Upload, rows: Sequence[Sequence[str]]) -> int:
    if kept.mapping.header_row is not None:
        return min(kept.mapping.header_row, len(rows))
    guessed = guess_header_row(importer.targets(), rows)
    if guessed or kept.report:
        return guessed
    return next((number for number, row in enumerate(rows, 1) if _is_like_header(row)), 0)


def _is_like_header(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return len(filled) >= 2 and not any(cell.strip().isdigit() for cell in filled)
