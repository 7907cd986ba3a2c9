"""The items of 消防庁's 安否情報 as a file, in columns that the town saves once."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import asks_again, current_actor, requires
from victim_support.core.csv_io import write_csv
from victim_support.core.db import transaction
from victim_support.core.exports import release
from victim_support.safety import services
from victim_support.safety.queries.enquiries import default_headers, laws
from victim_support.safety.queries.exporting import Mapped, get_columns, list_rows
from victim_support.safety.rules import ExportItem, Ground, Means, column_order
from victim_support.safety.views.blueprint import bp

RECIPIENT = "消防庁・都道府県（安否情報）"
NO_COLUMNS = "列の順を1つ以上入れてください。"
NOT_DECIDED = "書き出しを決めた方の氏名を入れてください。"


@bp.get("/enquiries/export")
@requires("safety.export")
def export() -> str:
    columns = get_columns()
    orders = {one.item: str(place) for place, one in enumerate(columns, start=1)}
    return _page(orders, {one.item: one.header for one in columns}, columns)


@bp.post("/enquiries/export")
@requires("safety.export")
def save_export() -> ResponseReturnValue:
    orders = {item: request.form.get(f"order-{item.value}", "") for item in ExportItem}
    headers = {item: request.form.get(f"header-{item.value}", "").strip() for item in ExportItem}
    try:
        chosen = column_order(orders)
    except ValueError as error:
        return _page(orders, headers, get_columns(), str(error)), 422
    if not chosen:
        return _page(orders, headers, get_columns(), NO_COLUMNS), 422
    defaults = default_headers()
    with transaction(reason="安否情報の書き出しの列"):
        services.save_columns([(item, headers[item] or defaults[item]) for item in chosen])
    flash("列を保存しました。", "success")
    return redirect(url_for(".export"), 303)


@bp.post("/enquiries/export/file")
@asks_again
@requires("safety.export")
def export_file() -> ResponseReturnValue:
    decided_by = request.form.get("decided_by", "").strip()
    if not decided_by:
        flash(NOT_DECIDED, "error")
        return redirect(url_for(".export"), 303)
    with transaction(reason="安否情報の書き出し"):
        found = list_rows()
        release("safety.export", found.person_ids, "安否情報の書き出し", is_paper=False)
        services.record_provision(_given(len(found.person_ids), found.rows[0], decided_by))
    content, _lost = write_csv(found.rows, "utf-8-sig")
    name = f"safety-{clock.local(clock.now()):%Y%m%d-%H%M}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type="text/csv; charset=utf-8", headers=disposition)


def _given(people: int, headers: list[str], decided_by: str) -> services.Given:
    return services.Given(
        recipient=RECIPIENT,
        items="・".join(headers),
        ground=Ground.CIVIL,
        law=laws()[Ground.CIVIL],
        purpose="安否情報の収集と報告",
        decided_by=decided_by,
        means=Means.FILE,
        people=people,
    )


def _page(
    orders: dict[ExportItem, str],
    headers: dict[ExportItem, str],
    columns: list[Mapped],
    error: str = "",
) -> str:
    return render_template(
        "safety/export.html",
        items=list(ExportItem),
        orders=orders,
        headers=default_headers() | headers,
        columns=columns,
        error=error,
        me=current_actor().name,
    )
