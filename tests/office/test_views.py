"""The page of the office's settings."""


def test_settings_are_kept_and_shown_again(desk_of):
    desk = desk_of("hq")

    desk.submit(desk.get("/office"), "/office", municipality_name="架空市", issuer_title="架空市長")

    values = dict(desk.get("/office").form().fields)
    assert (values["municipality_name"], values["issuer_title"]) == ("架空市", "架空市長")


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
