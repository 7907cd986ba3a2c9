"""Half-typed forms: kept sealed for their writer, given back into their form, gone when saved."""

import json

from tests.evacuees.support import inside, settle_town, stand_at
from tests.pages import Desk
from tests.prepared import log_in
from victim_support.accounts.models import KeptDraft
from victim_support.core.db import reading

TYPED = [["members-0-name", "鈴木実"], ["idempotency_key", "k" * 24], ["password", "geheim"]]


def test_what_is_half_typed_comes_back_to_its_writer_alone_until_it_is_saved(app):
    place = settle_town(app)[0]
    desk, other = (stand_at(log_in(Desk(app), who), place) for who in ("reception", "hq"))

    kept = desk.post("/drafts", {"_draft": json.dumps(["/desk/new", TYPED])})
    with inside(app), reading() as session:
        sealed = session.query(KeptDraft).one().sealed

    assert kept.status == 200
    assert "鈴木".encode() not in sealed
    assert "続きを入れる" not in other.get("/desk").visible
    offered = desk.get("/desk")
    assert "書きかけの入力が残っています（鈴木実）" in offered.visible
    assert "geheim" not in offered.text

    back = desk.submit(offered, "/desk/new")
    assert back.status == 200
    assert dict(back.form("/desk/new").fields)["members-0-name"] == "鈴木実"
    assert "続きを入れる" not in desk.get("/desk").visible

    desk.post("/drafts", {"_draft": json.dumps(["/desk/new", TYPED])})
    assert "受け付けました" in desk.submit(back, "/desk/new", follow=True).visible
    assert "続きを入れる" not in desk.get("/desk").visible
