"""The house ledger: import by screen and command, who lives where, what stays hidden."""

import io
import json

import pytest
from click.testing import CliRunner

from tests.evacuees.support import inside, settle_town
from victim_support.cli import cli
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.jobs import Runner
from victim_support.houses import views
from victim_support.houses.models import House, HouseLink, HouseOccupant
from victim_support.houses.services import import_dwellings

HEADERS = "物件番号,所在地,地番,所有者宛名番号,所有者,所有者住所,構造,階数,緯度,経度"
LEDGER = (
    "H1,名取市飯野坂1丁目2番3号,飯野坂字山8,1001,佐藤　一郎,,木造,2,38.17,140.88",
    "H2,名取市手倉田字山１番地,,9999,遠方　太郎,架空町1,木造,1,,",
    "H3,名取市愛の杜2-1,,1021,渡邉󠄐　静香,名取市愛の杜2-1,木造,2,,",
    "H4,,名取市高柳3,,,,木造,1,,",
    "H6,名取市愛の杜2-1,,,渡邉󠄐静香,名取市愛の杜2-1,木造,1,,",
    "H5,名取市下余田9,,1021,渡邉󠄐　静香,名取市愛の杜2-1,木造,1,,",
)


def ledger(*rows):
    return "\n".join((HEADERS, *rows)) + "\n"


def load(app, *rows, **options):
    with inside(app):
        stream = io.BytesIO(ledger(*rows).encode())
        return import_dwellings(stream, file_name="家屋.csv", imported_by="試験", **options)


def rows(app, model):
    with inside(app):
        found = db.session.scalars(db.select(model)).all()
        db.session.expunge_all()
    return found


def proposals(app):
    found = rows(app, HouseOccupant)
    return {(one.house_number, one.household_number): one.likeness for one in found}


@pytest.fixture
def town(app):
    settle_town(app)
    load(app, *LEDGER)
    return app


def test_every_row_is_counted_and_a_second_time_changes_nothing(app):
    first = load(app, *LEDGER, ",架空市1,,,,,,,,", LEDGER[0])
    again = load(app, LEDGER[0].replace("木造", "鉄骨"), *LEDGER[1:4])

    assert (first.rows_read, first.created, len(first.refused), first.placed) == (8, 6, 2, 1)
    assert (again.created, again.updated, again.unchanged, again.missing) == (0, 1, 3, 2)
    assert {one.number for one in rows(app, House) if one.missing_since} == {"H5", "H6"}


def test_a_dry_run_writes_nothing(app):
    assert load(app, *LEDGER, is_dry_run=True).created == 6
    assert rows(app, House) == []


def test_households_are_proposed_by_address_and_lot(town):
    found = {
        (one.house_number, one.household_number): one.likeness for one in rows(town, HouseOccupant)
    }

    assert found["H1", "501"] == "address"
    assert found["H2", "502"] == "address"
    assert found["H4", "504"] == "lot"


def test_a_house_shows_who_lives_there_and_what_is_doubtful(town, desk_of):
    desk = desk_of("counter")
    found = desk.submit(desk.get("/houses/"), "/houses/", text="飯野坂1-2-3")
    assert "名取市飯野坂1丁目2番3号" in found.visible

    own, rented = desk.get("/houses/H1"), desk.get("/houses/H2")
    assert f"台帳の取り込み 令和{clock.today().year - 2018}年" in own.visible
    assert "佐藤 一郎" in own.visible
    assert "確かめること" not in own.visible
    assert "所有者が住んでいる人と違う" in rented.visible
    assert "住所ではなく地番が同じ" in desk.get("/houses/H4").visible
    assert "住む人がいない" in desk.get("/houses/H5").visible


def test_nobody_protected_is_seen_through_a_house(town, desk_of):
    desk, guardian = desk_of("counter"), desk_of("hogo")

    for number in ("H3", "H5", "H6"):
        page = desk.get(f"/houses/{number}")
        assert "静香" not in page.text
        assert "蓮" not in page.text
    assert "愛の杜" not in desk.get("/houses/H5").visible
    assert "静香" in guardian.get("/houses/H3").visible


def test_the_ledger_leaves_as_a_list_that_names_nobody(town, desk_of, monkeypatch):
    desk = desk_of("counter")
    monkeypatch.setattr(views, "SHOWN", 2)
    page = desk.get("/houses/list")
    assert "6棟のうち、はじめの2棟" in page.visible

    files = desk_of("hq").get("/houses/files.csv").body.decode("utf-8-sig").splitlines()
    assert files[1].endswith('"家屋.csv","試験","6","6","0","0","0","0"')
    for who in (desk, desk_of("hogo")):
        file = who.get("/houses/list.csv").body.decode("utf-8-sig")
        assert len(file.splitlines()) == 7
        assert not [name for name in ("佐藤", "遠方", "静香", "架空町") if name in file]
        assert '"H1","名取市飯野坂1丁目2番3号","飯野坂字山8"' in file
        [hidden] = [line for line in file.splitlines() if line.startswith('"H3"')]
        assert "わからない" in hidden  # who lives there is protected
    nobody = desk.get("/houses/list.csv?choice=nobody").body.decode("utf-8-sig")
    assert ['"H5"' in nobody, '"H1"' in nobody] == [True, False]
    there = desk.get("/houses/list?town=飯野坂").visible
    assert ["飯野坂1丁目2番3号" in there, "高柳" in there.partition("住む世帯")[2]] == [True, False]
    desk.submit(desk.get("/houses/H2"), "/houses/H2", decision="lives", reason="本人に聞いた")
    [line] = [
        one
        for one in desk.get("/houses/list.csv").body.decode("utf-8-sig").splitlines()
        if one.startswith('"H2"')
    ]
    assert '"1世帯"' in line
    assert desk_of("reception").get("/houses/list.csv").status == 403


def test_a_decision_is_kept_with_its_reason(town, desk_of):
    desk = desk_of("counter")
    page = desk.get("/houses/H2")
    wrong = desk.submit(page, "/houses/H2", decision="lives")
    assert wrong.status == 422
    assert "確かめ方を入れてください" in wrong.visible

    done = desk.submit(
        page, "/houses/H2", follow=True, decision="lives", since="H30.4.1", reason="本人に聞いた"
    )

    assert "本人に聞いた" in done.visible
    [link] = rows(town, HouseLink)
    assert (link.household_number, link.decision, link.since.year) == ("502", "lives", 2018)


def test_no_decision_is_written_about_a_protected_household(town, desk_of):
    desk = desk_of("hogo")
    page = desk.get("/houses/H3")

    refused = desk.submit(page, "/houses/H3", decision="lives", reason="聞いた")

    assert refused.status == 404
    assert rows(town, HouseLink) == []


def test_a_new_register_is_compared_at_once(app):
    load(app, *LEDGER)
    assert rows(app, HouseOccupant) == []

    settle_town(app)

    assert ("H1", "501") in {
        (one.house_number, one.household_number) for one in rows(app, HouseOccupant)
    }


def test_a_ledger_is_imported_over_the_screen(app, desk_of):
    desk = desk_of("hq")
    values = dict(desk.get("/houses/imports").form("/houses/imports").fields)
    values["file"] = (io.BytesIO(ledger(*LEDGER).encode("cp932", "replace")), "家屋.csv")
    preview = desk.get(desk.post("/houses/imports", values, csrf=False).location)
    assert "まだ何も書いていません" in preview.visible

    job = desk.submit(preview, preview.path, follow=True)
    Runner(app).run_due()

    assert "取り込みの結果" in desk.get(desk.get(job.path).location).title
    assert len(rows(app, House)) == 6


def test_the_command_reports_every_row(instance, tmp_path):
    file, report = tmp_path / "家屋.csv", tmp_path / "report.json"
    file.write_text(ledger(*LEDGER, ",x1,,,,,,,,"), encoding="utf-8")
    words = ["import", "dwellings", str(file), "--instance", str(instance.folder)]

    answer = CliRunner().invoke(cli, [*words, "--report", str(report)])

    facts = json.loads(report.read_text("utf-8"))
    assert answer.exit_code == 0, answer.output
    assert (facts["rows_read"], facts["created"]) == (7, 6)
    assert facts["refused"][0]["row"] == 8
    assert CliRunner().invoke(cli, [*words, "--profile", "なし"]).exit_code == 1
