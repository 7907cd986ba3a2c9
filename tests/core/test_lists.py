"""Lists leave the program in two forms, and nothing of them is lost on the way."""

from io import BytesIO

import pypdf

from tests.evacuees.support import inside
from victim_support.core import lists
from victim_support.core.lists import PlainList, list_csv, list_pdf

WHERE = ("/batches", "/counter", "/damage", "/houses", "/survey", "/tasks")
# Papers that are no lists: a sheet, a form, slips to cut, one house or paper each.
PAPERS = {
    "batches.papers",
    "batches.test_page",
    "counter.queue_slips",
    "damage.application_form",
    "damage.explanation",
    "damage.leaflet",
    "damage.workings",
    "survey.sheets",
    "survey.slips",
}


def test_every_list_of_damage_and_certificates_is_there_on_paper_and_as_a_file(app):
    found = {
        rule.rule: rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(WHERE) and rule.rule.endswith((".pdf", ".csv"))
    }
    lists = {path for path, endpoint in found.items() if endpoint not in PAPERS}
    one_form = {
        path for path in lists if f"{path[:-4]}.pdf" not in found or f"{path[:-4]}.csv" not in found
    }

    assert one_form == set()
    assert len(lists) >= 26
    assert set(found.values()) >= PAPERS


def test_a_long_list_keeps_all_its_lines_and_no_cell_becomes_a_formula(app, monkeypatch):
    monkeypatch.setattr(lists, "PART", 40)
    rows = [(number, "=1+1", None) for number in range(1, 61)]
    columns = (("番号", 30), ("言葉", None), ("空", 20))
    listed = PlainList("試験の一覧", columns, rows, note="終わり")

    with inside(app):
        file = list_csv(listed).decode("utf-8-sig").splitlines()
        pages = pypdf.PdfReader(BytesIO(list_pdf(listed))).pages
    words = "".join(page.extract_text() for page in pages)

    assert len(file) == 61
    assert not [line for line in file if ',"=' in line or line.startswith("=")]
    numbers = [page.extract_text().splitlines() for page in pages]
    assert sum(line.split(" ")[0].isdigit() and "=1+1" in line for each in numbers for line in each)
    assert len(pages) > 1
    assert ["1~40件目" in words, "41~60件目" in words] == [True, True]
    assert all(part in words for part in ("試験の一覧", "60件", "終わり"))
