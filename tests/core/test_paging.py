"""A long list is shown page by page; a page that is not there is the nearest one."""

import pytest

from victim_support.core.paging import part_of


@pytest.mark.parametrize(
    ("total", "wanted", "page", "pages", "lines"),
    [
        pytest.param(0, 1, 1, 1, [], id="何もない"),
        pytest.param(5, 1, 1, 1, [0, 1, 2, 3, 4], id="1ページ"),
        pytest.param(10, 2, 2, 2, [5, 6, 7, 8, 9], id="ちょうど2ページ"),
        pytest.param(11, 3, 3, 3, [10], id="最後の1行"),
        pytest.param(11, 9, 3, 3, [10], id="最後より先"),
        pytest.param(11, -1, 1, 3, [0, 1, 2, 3, 4], id="初めより前"),
    ],
)
def test_a_page_has_its_own_lines(total, wanted, page, pages, lines):
    part = part_of(total, 5, wanted)

    assert (part.page, part.pages) == (page, pages)
    assert part.of(range(total)) == range(lines[0], lines[-1] + 1) if lines else not total
