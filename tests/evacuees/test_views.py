"""Pages of reception over HTTP, without a browser."""

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/presence",
        "/desk",
        "/desk/new",
        "/desk/count",
        "/desk/leaving",
        "/rosters",
        "/rescue",
        "/map",
    ],
)
def test_every_page_opens_for_the_manager(desk_of, path):
    page = desk_of("shelter_manager").get(path)

    assert page.status == 200
