"""Pages of the resident register: imports, and one import from the preview to its report."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import accepts_upload, current_actor, requires
from victim_support.residents import queries, services
from victim_support.residents.forms import ImportForm, UploadForm
from victim_support.residents.rules.columns import headings, labels

bp = Blueprint("residents", __name__, url_prefix="/residents")


@bp.get("/imports")
@requires("import.residents")
def imports() -> str:
    return _imports(UploadForm(formdata=None))


@bp.post("/imports")
@requires("import.residents")
@accepts_upload(128)
def upload() -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate_on_submit():
        return _imports(form), 422
    actor = current_actor()
    try:
        upload_id = services.keep_upload(
            staff_id=actor.id,
            file_name=form.file_name,
            content=form.file.data.read(),
            mapping=form.wanted_mapping,
        )
    except services.register_file_error as error:
        form.file.errors = [services.words_on_screen(error)]
        return _imports(form), 422
    return redirect(url_for("residents.preview", upload_id=upload_id), 303)


@bp.get("/imports/<uuid:upload_id>")
@requires("import.residents")
def preview(upload_id: UUID) -> ResponseReturnValue:
    kept = services.get_upload(upload_id, staff_id=current_actor().id)
    job_id = services.find_upload_job(upload_id)
    if job_id is not None:
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    if not kept.is_read:
        flash("ファイルを最後まで読んでいません。もう一度選んでください。", "warning")
        return redirect(url_for("residents.imports"), 303)
    return _preview(kept, ImportForm(formdata=None))


@bp.post("/imports/<uuid:upload_id>")
@requires("import.residents")
def import_(upload_id: UUID) -> ResponseReturnValue:
    staff_id = current_actor().id
    kept = services.get_upload(upload_id, staff_id=staff_id)
    if kept.is_imported or not kept.is_read:
        return redirect(url_for("residents.preview", upload_id=upload_id), 303)
    form = ImportForm(must_choose=bool(kept.report["missing"]))
    if not form.validate_on_submit():
        return _preview(kept, form), 422
    job_id = services.import_upload(upload_id, staff_id=staff_id, coverage=form.chosen)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def _preview(kept: services.Upload, form: ImportForm) -> str:
    return render_template("residents/preview.html", upload=kept, form=form, labels=labels())


def _imports(form: UploadForm) -> str:
    return render_template(
        "residents/imports.html",
        form=form,
        extracts=queries.list_extracts(),
        headings=headings(),
    )
