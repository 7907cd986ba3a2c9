"""What a lost stick or machine held, on paper and as a file: numbers without names."""

from typing import Any

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.context import is_training
from victim_support.core.csv_io import write_csv
from victim_support.core.dates import long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.sync.losses import Contents, Loss

LOSS = "sync/loss.html"
SEALED = {True: "あり", False: "なし"}


def loss_pdf(loss: Loss) -> bytes:
    """Return what a lost thing held, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    values = {
        "title": "紛失したものに入っていた記録",
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
        "summary": summary_of(loss),
        "protections": loss.protections,
        "tables": [
            {"label": each.label, "rows": len(each.rows), "fields": "、".join(each.fields)}
            for each in loss.contents.tables
        ],
    }
    return render_pdf(LOSS, values)


def loss_csv(loss: Loss) -> bytes:
    """Return the same as CSV, for the notice to residents."""
    rows: list[tuple[Any, ...]] = [("区分", "項目", "数・内容")]
    rows += [("まとめ", label, value) for label, value in summary_of(loss)]
    rows += [("守り方", label, value) for label, value in loss.protections]
    for each in loss.contents.tables:
        rows.append(("記録", each.label, f"{len(each.rows)} 件"))
        rows.append(("記録の項目", each.label, "、".join(each.fields)))
    return write_csv(rows)[0]


def summary_of(loss: Loss) -> list[tuple[str, str]]:
    """Return the answers in pairs, in the order in which they are asked."""
    contents = loss.contents
    known = [
        (label, value if isinstance(value, str) else long_time(value))
        for label, value in loss.facts
    ]
    return [
        ("もの", loss.name),
        ("住民データの人数", f"{loss.residents} 人" if loss.residents else "なし"),
        ("人数", f"{len(contents.people)} 人"),
        ("記録の数", f"{contents.ops} 件"),
        ("災害", "、".join(contents.disasters) or "なし(災害によらない台帳だけ)"),
        ("保護されている方の記録", SEALED[contents.has_sealed]),
        ("記録の時期", _times(contents)),
        ("開ける端末", "、".join(loss.readers)),
        *known,
    ]


def _times(contents: Contents) -> str:
    if contents.first_at is None:
        return "なし"
    return f"{long_time(contents.first_at)} から {long_time(contents.last_at)} まで"
