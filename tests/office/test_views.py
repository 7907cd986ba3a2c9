"""The page of the office's settings, and of its limits of safety."""

from datetime import timedelta

from tests.evacuees.support import inside
from victim_support.core.db import transaction
from victim_support.core.limits import EXPORT_ROWS, LIMITS, PROTECTION_HOURS, limit
from victim_support.core.protections import Knowledge, knowledge
from victim_support.core.reads import read_log
from victim_support.core.settings import put_setting


def test_settings_are_kept_and_shown_again(desk_of):
    desk = desk_of("hq")

    desk.submit(desk.get("/office"), "/office", municipality_name="架空市", issuer_title="架空市長")

    values = dict(desk.get("/office").form().fields)
    assert (values["municipality_name"], values["issuer_title"]) == ("架空市", "架空市長")


def test_two_who_change_settings_at_once_both_win_or_see_each_other(desk_of):
    desk, other = desk_of("hq"), desk_of("admin")
    desk.submit(desk.get("/office"), "/office", municipality_name="架空市", issuer_title="架空市長")
    mine, stale = desk.get("/office"), other.get("/office")

    desk.submit(mine, "/office", issuer_name="試験 次郎", office_phone="000-1111-1111")
    clash = other.submit(stale, "/office", office_phone="000-2222-2222")
    between = dict(desk.get("/office").form().fields)
    saved = other.submit(clash, "/office", office_name="防災課")

    assert clash.status == 409
    assert "先にほかの方が「000-1111-1111」に変えています" in clash.visible
    assert dict(clash.form().fields)["office_phone"] == "000-2222-2222"
    assert between["office_phone"] == "000-1111-1111"
    assert saved.status == 303
    after = dict(desk.get("/office").form().fields)
    names = ("issuer_name", "office_phone", "office_name")
    assert [after[name] for name in names] == ["試験 次郎", "000-2222-2222", "防災課"]


def test_missing_issuer_is_told_and_nothing_typed_is_lost(desk_of):
    desk = desk_of("hq")

    page = desk.submit(desk.get("/office"), "/office", municipality_name="架空市", issuer_title="")

    assert page.status == 422
    assert dict(page.form().fields)["municipality_name"] == "架空市"
    assert "発行者の職名" in page.visible


def test_reception_does_not_change_settings(desk_of):
    assert desk_of("reception").get("/office").status == 403


def test_the_machine_says_its_number_series(desk_of):
    page = desk_of("hq").get("/office")

    assert "発行番号の頭 T7" in page.visible


def test_s36_an_administrator_sets_the_limits_of_safety_between_their_bounds(app, desk_of):
    admin = desk_of("admin")
    page = admin.get("/office/limits")

    wide = admin.submit(page, "/office/limits", export_rows="100000", reason="大きい避難所")
    saved = admin.submit(page, "/office/limits", export_rows="500", reason="大きい避難所")

    assert (wide.status, "50から1000までの数を入れてください" in wide.visible) == (422, True)
    assert dict(wide.form("/office/limits").fields)["export_rows"] == "100000"
    assert saved.status == 303
    assert dict(admin.get("/office/limits").form("/office/limits").fields)["export_rows"] == "500"
    opened = app.extensions["instance"]
    [event] = [
        one for one in read_log(opened.reads_log, opened.key) if one["event"] == "limit.changed"
    ]
    assert (event["limit"], event["before"], event["after"]) == ("export_rows", 300, 500)
    assert desk_of("hq").get("/office/limits").status == 403


def test_s34_s36_what_another_machine_set_beyond_the_bounds_counts_as_the_bound(app, monkeypatch):
    with inside(app):
        assert [limit(which) for which in LIMITS] == [which.usual for which in LIMITS]
        with transaction(reason="試験"):
            put_setting(key=EXPORT_ROWS.key, value=10**6)
            put_setting(key=PROTECTION_HOURS.key, value=48)
        assert limit(EXPORT_ROWS) == EXPORT_ROWS.most
        monkeypatch.setattr(
            "victim_support.core.protections._sources", [lambda: Knowledge(depends=True)]
        )
        assert knowledge().holds_for == timedelta(hours=48)
