"""Applications that came in files: by screen and command, once only, and never past a person."""

import io
import json
import re

import pytest
from click.testing import CliRunner

from tests.damage.support import name_issuer, writing_in
from tests.evacuees.support import inside, settle_town
from tests.prepared import SCOPES
from victim_support.cli import cli
from victim_support.core.db import db
from victim_support.core.jobs import Runner
from victim_support.core.steps import result_of
from victim_support.counter.models import FiledApplication
from victim_support.counter.queries import filed as filed_queries
from victim_support.counter.rules.filed import chosen_members, is_yes, names_in
from victim_support.counter.services.imports import import_in_steps
from victim_support.damage import queries
from victim_support.damage.rules.applying import ApplicationSource
from victim_support.residents.models import Resident
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection

HEADERS = (
    "受付番号,申請日時,氏名,フリガナ,生年月日,連絡先,避難先,被災住家の所在地,建物の損壊箇所,"
    "設備の損壊箇所,被害の状況,世帯構成員,同意1,同意2"
)
SURE = (
    "N1,2026-07-20T09:30,佐藤一郎,さとういちろう,1954/4/1,０９０-1111-2222,上郷小学校,"
    "名取市飯野坂１丁目２番３号,屋根・床,トイレ,床上60cm,佐藤花子(妻)、佐藤健太,同意する,同意しない"
)
OTHERS = (
    "N2,,𠮷田髙志,ヨシダ　タカシ,S45.1.10,,,名取市別町9-9,,,,,,",  # elsewhere
    "N3,,渡邉󠄐　静香,ワタナベ　シズカ,S63.3.12,,,名取市愛の杜2-1,,,,,,",  # protected
    "N4,,高橋　実,タカハシ　ミノル,1991/6/15,,,名取市高柳4,,,,見知らぬ人,,",  # a stranger
    "N5,,,,,,,名取市高柳4,,,,,,",  # nobody
    "N1,,佐藤一郎,さとういちろう,1954/4/1,,,名取市飯野坂1-2-3,,,,,,",  # the same number again
)


def table(*rows):
    return "\n".join((HEADERS, *rows)) + "\n"


def load(app, *rows, encoding="utf-8", **options):
    with inside(app):
        stream = io.BytesIO(table(*rows).encode(encoding, "replace"))
        steps = import_in_steps(stream, file_name="申請.csv", **options)
        return result_of(steps)


def filed(app):
    """Return state, scope, and whether the content is there, by the number of the file."""
    with inside(app):
        found = db.session.scalars(db.select(FiledApplication)).all()
        return {
            one.number: (one.state, one.scope, bool(one.content))
            for one in found
            if not one.is_withdrawn
        }


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        ("同意する", True),
        ("はい", True),
        ("○", True),
        ("", False),
        ("同意しない", False),
        ("無", False),
    ],
)
def test_a_cell_says_whether_somebody_agrees(text, agrees):
    assert is_yes(text) is agrees


def test_names_are_read_without_what_stands_in_brackets():
    assert names_in("佐藤 花子（妻・S31生）、佐藤 健太／佐藤 花子(妻)") == (
        "佐藤 花子",
        "佐藤 健太",
    )
    assert chosen_members(["佐藤花子"], [("1", "佐藤　一郎"), ("2", "佐藤　花子")]) == {"2"}
    with pytest.raises(LookupError):
        chosen_members(["だれか"], [("1", "佐藤　一郎")])


def test_what_agrees_is_received_and_the_rest_waits_for_a_person(app, desk_of):
    settle_town(app)
    tried = load(app, SURE, *OTHERS, is_dry_run=True)
    assert (tried.created, filed(app)) == (4, {})

    report = load(app, SURE, *OTHERS, encoding="utf-8-sig")

    assert (report.rows_read, report.created, len(report.refused)) == (6, 4, 2)
    assert [one.row for one in report.refused] == [6, 7]
    assert "列目: 申請者の氏名がありません" in report.refused[0].why
    assert "2行目と同じ申請です" in report.refused[1].why
    core, sealed = SCOPES.core, SCOPES.sealed
    assert filed(app) == {
        "N1": ("received", core, False),
        "N2": ("waiting", core, True),
        "N3": ("waiting", sealed, True),
        "N4": ("waiting", core, True),
    }
    with inside(app):
        [one] = queries.list_applications()
        assert (one.source, one.source_number) == (ApplicationSource.ONLINE, "N1")
        assert (one.contact, one.staying_at) == ("090-1111-2222", "上郷小学校")
        assert one.damaged_parts == "roof,floor,toilet"
        assert (one.agrees_registers, one.agrees_sharing) == (True, False)
        assert len(queries.list_members(one)) == 2
        assert f"{one.received_at:%Y-%m-%d}" == "2026-07-20"
    again = load(app, SURE.replace("床上60cm", "床上80cm"), *OTHERS[:3])
    assert (again.updated, again.unchanged) == (1, 3)
    with inside(app):
        assert queries.list_applications()[0].reported_damage == "床上80cm"
    counter = desk_of("counter").get("/counter/filed")
    assert "別町" in counter.visible
    assert "静香" not in counter.text
    assert "静香" in desk_of("hogo").get("/counter/filed").text


def test_a_person_decides_whose_an_application_is(app, desk_of):
    settle_town(app)
    load(app, OTHERS[0], OTHERS[2], source=ApplicationSource.PAPER)
    with writing_in(app):
        name_issuer()
    desk = desk_of("counter")
    pages = {row[0]: row[1] for row in _links(desk.get("/counter/filed"))}
    page = desk.get(pages["𠮷田髙志"])

    form = desk.submit(page, f"{page.path}/household")
    assert "名取市別町9-9" in form.text
    asked = desk.submit(form, f"{page.path}/receive")
    assert "何で確かめたか" in asked.visible
    done = desk.submit(asked, f"{page.path}/receive", residence_proof="mail", follow=True)

    assert "申請を受け付けました" in done.visible
    with inside(app):
        [one] = queries.list_applications()
        assert (one.source, one.source_number, one.residence_proof) == ("paper", "N2", "mail")
    assert "もう受け付けています" in desk.get(page.path).visible
    stranger = desk.get(pages["高橋実"])
    form = desk.submit(stranger, f"{stranger.path}/household")
    assert dict(form.form(f"{stranger.path}/receive").fields)["others"].strip() == "見知らぬ人"
    nothing = desk.submit(stranger, f"{stranger.path}/set-aside", reason="")
    assert nothing.status == 422
    desk.submit(nothing, f"{stranger.path}/set-aside", reason="二重の申請")
    assert "二重の申請" in desk.get("/counter/filed").visible


def test_somebody_protected_later_goes_with_what_came_about_her(app, desk_of):
    settle_town(app)
    load(app, OTHERS[2])
    with writing_in(app):
        resident = db.session.get(Resident, "1041")
        victims.take_over_household(register_number="505")
        person = Person(
            scope=SCOPES.core, id=resident.id, register_number="1041", name=resident.name
        )
        db.session.add(person)
        db.session.flush()
        victims.seal_person(person.id, Protection.HIDE_PRESENCE)

    assert filed(app)["N4"][1] == SCOPES.sealed
    assert "N4" not in desk_of("counter").get("/counter/filed").visible


def test_all_that_is_not_received_leaves_on_a_list_but_for_who_is_protected(
    app, desk_of, monkeypatch
):
    settle_town(app)
    load(app, SURE, *OTHERS[:3])
    desk, guardian = desk_of("counter"), desk_of("hogo")
    [where] = [path for name, path in _links(desk.get("/counter/filed")) if name == "𠮷田髙志"]
    desk.submit(desk.get(where), f"{where}/set-aside", reason="二重の申請")
    monkeypatch.setattr(filed_queries, "SHOWN", 0)  # a page never holds all of them

    for each in (desk, guardian):
        file = each.get("/counter/filed.csv").body.decode("utf-8-sig")
        lines = file.splitlines()
        assert ["高橋" in lines[1], "𠮷田" in lines[2], len(lines)] == [True, True, 3]
        assert '"名取市別町9-9","N2","オンライン"' in lines[2]
        assert "二重の申請" in lines[2]
    assert desk_of("surveyor").get("/counter/filed.pdf").status == 403
    with writing_in(app):
        resident = db.session.get(Resident, "1041")
        resident.is_protected = True  # the register was read anew, and nothing was moved yet
    assert "高橋" not in desk.get("/counter/filed.csv").body.decode("utf-8-sig")


def test_applications_are_imported_over_the_screen_with_columns_somebody_names(app, desk_of):
    settle_town(app)
    desk = desk_of("hq")
    strange = table(SURE).replace("被災住家の所在地", "家のばしょ").encode("cp932", "replace")
    values = dict(desk.get("/counter/imports").form("/counter/imports").fields)
    values["file"] = (io.BytesIO(strange), "申請.csv")
    preview = desk.get(desk.post("/counter/imports", values, csrf=False).location)
    assert "家のばしょ" in preview.visible

    columns = {"column-8": "address", "profile_name": "オンライン"}
    again = desk.submit(preview, f"{preview.path}/columns", follow=True, **columns)
    job = desk.submit(again, again.path, follow=True, source="online")
    Runner(app).run_due()

    assert "取り込みの結果" in desk.get(desk.get(job.path).location).title
    assert filed(app)["N1"][0] == "received"
    assert "オンライン" in desk.get("/counter/imports").visible


def test_the_command_reports_every_row(instance, tmp_path):
    file, report = tmp_path / "申請.csv", tmp_path / "report.json"
    file.write_text(table(SURE, OTHERS[3]), encoding="utf-8")
    words = ["import", "applications", str(file), "--instance", str(instance.folder)]

    tried = CliRunner().invoke(cli, [*words, "--dry-run"])
    answer = CliRunner().invoke(cli, [*words, "--source", "paper", "--report", str(report)])

    assert "まだ何も書いていません" in tried.output
    assert answer.exit_code == 0, answer.output
    facts = json.loads(report.read_text("utf-8"))
    assert (facts["rows_read"], facts["created"], facts["refused"][0]["row"]) == (2, 1, 3)
    assert CliRunner().invoke(cli, [*words, "--profile", "なし"]).exit_code == 1


def _links(page):
    found = re.findall(r'<a href="(/counter/filed/[^"]+)">(.*?)</a>', page.text, re.DOTALL)
    return [(re.sub(r"<[^>]*>|\s", "", words), path) for path, words in found]
