"""A stick is written and read from the pages, by a job that says what became of it."""

import shutil

import pytest

from tests.pages import Desk
from tests.prepared import ADMIN, SCOPES, log_in
from tests.sync.test_bundles import node_of, register
from tests.sync.test_receive import get, put
from victim_support.core.jobs import Runner
from victim_support.core.permissions import matrix
from victim_support.sync import media
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def worked(machine, desk, answer):
    """Let the job run that an answer leads to, and return the page of its end."""
    assert answer.status == 303, answer.visible
    with machine.app.app_context():
        Runner(machine.app).run_due()
    page = desk.get(answer.location)
    return desk.get(page.location) if page.status == 303 else page


def written(machine, stick, **values):
    desk = log_in(Desk(machine.app), ADMIN)
    page = desk.get("/exchange/usb/export")
    sent = page.form("/exchange/usb/export").values(path=stick, **values)
    return worked(machine, desk, desk.post("/exchange/usb/export", sent))


def read(machine, stick):
    desk = log_in(Desk(machine.app), ADMIN)
    page = desk.get("/exchange/usb/import")
    sent = page.form("/exchange/usb/import").values(path=stick)
    return worked(machine, desk, desk.post("/exchange/usb/import", sent))


def test_a_stick_from_page_to_page(headquarters, laptops, stick):
    put(laptops[0], "issuer_title", "みなと市長")
    page = written(laptops[0], stick)
    assert "USBを安全に取り外せます" in page.visible
    assert "本部" in page.visible
    page = read(headquarters, stick)
    assert "すべて取り込みました" in page.visible
    assert get(headquarters, "issuer_title") == "みなと市長"
    page = read(laptops[0], stick)
    assert "受け取りの印が届きました: 本部" in page.visible
    overview = log_in(Desk(laptops[0].app), ADMIN).get("/exchange")
    assert "本部に届いていない記録 0 件" in overview.visible


def test_a_file_that_is_missing_is_named_on_the_page(headquarters, laptops, stick):
    put(laptops[0], "issuer_title", "みなと市長")
    written(laptops[0], stick)
    next(stick.glob("*/0001.seg")).unlink()
    page = read(headquarters, stick)
    assert "この端末の記録は変わっていません" in page.visible
    assert "足りません" in page.visible


def test_nothing_to_carry_is_said_on_the_page_of_the_job(headquarters, laptops, stick):
    written(laptops[0], stick)
    read(headquarters, stick)
    read(laptops[0], stick)
    page = written(laptops[0], stick)
    assert "新しく運ぶ記録はありません" in page.visible


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "/ から始まる"),
        ("usb", "/ から始まる"),
        ("/nirgendwo", "場所が見つかりません"),
        ("/etc/hostname", "フォルダではありません"),
        ("instance", "このシステムのデータの場所"),
        ("/a\0b", "改行"),
    ],
)
@pytest.mark.parametrize("way", ["export", "import"])
def test_a_wrong_folder_is_told_beside_the_field_and_stays(laptops, typed, words, way):
    if typed == "instance":
        typed = str(laptops[0].opened.folder / "logs")
    desk = log_in(Desk(laptops[0].app), ADMIN)
    path = f"/exchange/usb/{way}"
    answer = desk.post(path, desk.get(path).form(path).values(path=typed))
    assert answer.status == 422
    assert words in answer.visible or "使えない文字" in answer.visible
    if "\0" not in typed:
        assert f'value="{typed}"' in answer.text


def test_a_first_fill_needs_a_machine(headquarters, laptops, stick):
    register(headquarters, "湊 花子")
    desk = log_in(Desk(headquarters.app), ADMIN)
    page = desk.get("/exchange/usb/export").form("/exchange/usb/export")
    answer = desk.post("/exchange/usb/export", page.values(path=stick, is_first_fill="y"))
    assert "届け先の端末を選んでください" in answer.visible


def test_mounted_media_are_offered(laptops, monkeypatch, tmp_path):
    (tmp_path / "media" / "desk" / "KINGSTON").mkdir(parents=True)
    monkeypatch.setattr(media, "BASES", (tmp_path / "media",))
    monkeypatch.setattr("os.path.ismount", lambda path: str(path).endswith("KINGSTON"))
    page = log_in(Desk(laptops[0].app), ADMIN).get("/exchange/usb/export")
    assert "KINGSTON(" in page.visible
    assert "空き" in page.visible


def test_what_a_lost_stick_held_is_answered_without_the_stick(headquarters, laptops, stick):
    one, _ = laptops
    register(one, "湊 花子")
    register(one, "潮 太郎", SCOPES.sealed)
    written(one, stick)
    shutil.rmtree(stick)
    desk = log_in(Desk(one.app), ADMIN)
    index = desk.get("/exchange/losses/")
    (link,) = [link for link in index.links if "/losses/usb/" in link]
    page = desk.get(link)
    assert "人数 2 人" in page.visible
    assert "保護されている方の記録 あり" in page.visible
    assert "氏名" in page.visible
    assert "湊" not in page.visible
    assert "潮" not in page.visible
    assert "令和8年7月豪雨" in page.visible
    assert "本部" in page.visible
    content = desk.get(f"{link}.csv").body.decode("utf-8-sig")
    assert '"まとめ","人数","2 人"' in content
    assert "湊" not in content
    assert desk.get(f"{link}.pdf").body.startswith(b"%PDF")


def test_what_a_lost_laptop_held_is_known_at_the_headquarters(headquarters, laptops, stick):
    one, _ = laptops
    register(one, "湊 花子")
    written(one, stick)
    read(headquarters, stick)
    (node,) = node_of(one)
    desk = log_in(Desk(headquarters.app), ADMIN)
    page = desk.get(f"/exchange/losses/machine/{node}")
    assert "人数 1 人" in page.visible
    assert "端末の登録を取り消す" in page.visible
    assert "保護されている方の記録 なし" in page.visible
    with headquarters.writing() as session:  # what was told of her before is on it all the same
        session.query(Person).one().protection = Protection.HIDE_PRESENCE
    page = desk.get(f"/exchange/losses/machine/{node}")
    assert "保護されている方の記録 あり" in page.visible
    assert "守り方の報告はありません" in page.visible


def test_only_the_headquarters_and_the_system_office_ask_for_losses(headquarters):
    assert roles_with("exchange.losses") == {"hq", "admin"}
    assert Desk(headquarters.app).get("/exchange/losses/").status in (302, 303, 401)


def roles_with(permission):
    return set(matrix().permissions[permission].roles)
