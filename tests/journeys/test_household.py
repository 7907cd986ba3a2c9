"""One household with hard names the whole way: files, desk, roster, map, judgement, certificate."""

import csv
import io
import re
from html import unescape

import pypdf
import pytest

from tests.damage.support import inside, name_issuer, writing_in
from tests.data_folder import open_data
from tests.evacuees.support import came, open_household, register, stand_at
from victim_support.core.db import transaction
from victim_support.residents.services import import_residents
from victim_support.shelters import queries
from victim_support.shelters.services import import_shelters, read_list
from victim_support.shelters.services.operation import open_shelter

LIST = "shelters/gsi_042072_natori_evacuation.geojson"
HEADERS = "宛名番号,世帯番号,氏名,フリガナ,性別,生年月日,続柄,住所,郵便番号"
ADDRESS = "名取市葛\U000e0100城一丁目2番3号 グランドメゾン邉\U000e0110弐番館1203号"
OWN, LONG = "\ue000田　新", "マリア・デ・ロス・アンヘレス・ガルシア・フェルナンデス・デ・ラ・クルス"
NAMES = (
    "𠮷田　邉\U000e0110太郎",
    "𠮷田　﨑子",
    "髙橋　葛\U000e0100子",
    OWN,
    "スカルノ",
    LONG,
)
RELATIONS = ("世帯主", "妻", "母", "子", "子", "子")
PEOPLE = [
    f"{2001 + at},601,{name},{'ヨシダ　ヘンタロウ' if at == 0 else 'ヨミ'},,1960-01-01,{relation},"
    f"{ADDRESS},"
    for at, (name, relation) in enumerate(zip(NAMES, RELATIONS, strict=True))
]


@pytest.fixture
def shelter(app):
    """Import the list of a town and a register of one household; open one of the shelters."""
    with inside(app):
        with open_data(LIST).open("rb") as stream:
            parsed = read_list(stream)
        with transaction(reason="取込"):
            import_shelters(parsed)
        rows = "\n".join((HEADERS, *PEOPLE)).encode("utf-8-sig")
        import_residents(io.BytesIO(rows), file_name="register.csv", imported_by="試験")
    with writing_in(app):
        name_issuer()
        place = queries.list_shelters()[0]
        open_shelter(place)
        return place.id


def text_of(paper):
    assert paper.headers["Content-Type"] == "application/pdf", paper.visible
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.body)).pages)


def flat(text):
    return "".join(text.split())


def check(desk, number):
    answer = desk.submit(
        desk.get("/certificates/check"), "/certificates/check", number=number.lower()
    )
    return answer.visible


def receive(desk_of, shelter):
    desk = stand_at(desk_of("reception"), shelter)
    page = open_household(desk, "yosida")
    register(desk, page, came=came(page))


def apply_for(counter):
    found = counter.submit(counter.get("/damage/"), "/damage/search", text="よしだ")
    done = counter.submit(
        counter.submit(found, "/damage/applications/open"), "/damage/applications"
    )
    return re.search(r"applications/([0-9a-f-]{36})/receipt", done.location)[1]


def judge(desk_of):
    surveyor, second = desk_of("surveyor"), desk_of("judge")
    place = re.search(r"/damage/dwellings/[0-9a-f-]{36}", surveyor.get("/damage/").text)[0]
    found = {"outcome": "half", "judged_by": "調査1班", "judged_on": "R8.7.25"}
    surveyor.submit(surveyor.get(place), f"{place}/judgements", inundation="above_floor", **found)
    listed = second.get("/damage/")
    approve = next(form.action for form in listed.forms if form.action.endswith("/approve"))
    second.submit(listed, approve)


def issue(counter, case):
    """Find the case, agree on the pen for what no font has, issue; return the page after it."""
    sample = f"/certificates/applications/{case}/risai"
    found = counter.submit(counter.get("/certificates/"), "/certificates/search", text="yoshida")
    assert sample in found.text
    page = counter.get(sample)
    assert "交付して印刷する" not in page.visible
    agreed = counter.submit(page, f"{sample}/sample", **{"way-0": "pen"})
    return counter.submit(agreed, f"{sample}/issue", follow=True, identity_kind="two_papers")


def test_from_files_to_a_checked_certificate(desk_of, shelter):
    receive(desk_of, shelter)
    manager = stand_at(desk_of("shelter_manager"), shelter)
    roster, listed = f"/rosters/{shelter}", [name for name in NAMES if name != OWN]

    paper = flat(text_of(manager.get(f"{roster}/roster.pdf")))
    rows = manager.get(f"{roster}/roster-utf8.csv").body.decode("utf-8-sig")
    old = manager.get(f"{roster}/roster-sjis.csv").body.decode("cp932")
    pins = manager.get("/map/places.js").body.decode()

    assert all(flat(name) in paper for name in (*listed, "〓田　新"))
    assert {row[1] for row in csv.reader(io.StringIO(rows))} >= set(NAMES)
    assert "〓田　邉太郎" in old
    assert pins.count('"Point"') == 37
    assert f'"p": {len(NAMES)}' in pins

    counter = desk_of("counter")
    case = apply_for(counter)
    judge(desk_of)
    done = issue(counter, case)
    link = re.search(r'href="([^"]*paper\.pdf[^"]*)"', done.text)[1]
    number = re.search(r"番号 (T7-\d{6}-\w)", done.visible)[1]
    certificate = text_of(counter.get(unescape(link)))

    assert all(flat(name) in flat(certificate) for name in (*listed, "田　新"))
    assert flat(certificate).count(flat(ADDRESS)) == 2
    assert "■ 半壊" in certificate
    assert number in certificate
    assert f"{number} 有効" in check(counter, number)
    office = desk_of("hq")
    page = office.get(f"/certificates/applications/{case}/risai")
    void = next(form.action for form in page.forms if form.action.endswith("/void"))
    office.submit(page, void, reason="別の世帯に渡した")
    assert f"{number} 無効（誤交付）" in check(counter, number)
