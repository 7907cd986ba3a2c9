"""Every page stands in one group of the menu; each person sees what she may use."""

from victim_support.menu import HOME, ITEMS


def test_entries_lead_to_pages_and_no_key_is_given_twice(app):
    endpoints = [item.endpoint for item in (*ITEMS, HOME)]
    keys = [item.key for item in (*ITEMS, HOME) if item.key]

    assert set(endpoints) <= set(app.view_functions)
    assert len(endpoints) == len(set(endpoints))
    assert len(keys) == len(set(keys))


def test_the_first_page_leads_to_everything_one_may_use_and_nothing_else(app, desk_of):
    page = desk_of("counter").get("/").text

    assert 'href="/certificates/"' in page
    assert "安否照会" in page
    assert "役所の設定" not in page


def test_a_page_without_a_key_shows_where_one_is(desk_of):
    page = desk_of("hq").get("/disasters/").text

    assert 'aria-current="page">災害' in page
