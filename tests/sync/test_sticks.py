"""The ledger of sticks: named as they are written, known everywhere, refused when they must be."""

import re
import shutil

from tests.pages import Desk
from tests.prepared import ADMIN, log_in
from tests.sync.kit import exchange
from tests.sync.test_receive import put
from tests.sync.test_usb_pages import read, written
from victim_support.core.db import db
from victim_support.sync import sticks
from victim_support.sync.models import Stick


def page_of(desk):
    """Return where the one stick of the ledger is shown."""
    return re.search(r"/exchange/sticks/[0-9a-f-]{36}", desk.get("/exchange/sticks/").text)[0]


def test_a_stick_is_named_once_and_followed_from_machine_to_machine(
    headquarters, laptops, tmp_path
):
    one = laptops[0]
    stick, nameless = tmp_path / "usb", tmp_path / "other"
    stick.mkdir()
    nameless.mkdir()
    put(one, "issuer_title", "みなと市長")
    desk = log_in(Desk(one.app), ADMIN)
    form = desk.get("/exchange/usb/export").form("/exchange/usb/export")
    assert dict(form.values())["stick_label"] == "USB-A1-1"  # one key, and it is in the ledger

    page = written(one, stick)
    assert "USB-A1-1" in page.visible
    assert "台帳にない" not in page.visible
    page = read(headquarters, stick)  # from the mark, before the row has come
    assert "USB-A1-1" in page.visible
    page = read(one, stick)
    ledger = desk.get("/exchange/sticks/")
    assert "USB-A1-1" in ledger.visible
    assert "使用中" in ledger.visible
    page = desk.get(page_of(desk))
    assert "本部" in page.visible  # who took it in
    assert "の束に入っている記録" in page.visible

    put(one, "issuer_title", "みなと市長代理")
    page = written(one, nameless, stick_label="")
    assert "台帳にありません" in page.visible  # a warning: the work goes on

    at_hq = log_in(Desk(headquarters.app), ADMIN)
    page = at_hq.get(page_of(at_hq))
    lost = page.form(f"{page_of(at_hq)}/lost")
    answer = at_hq.post(lost.action, lost.values(note="車の中か"))
    assert "紛失として記録しました" in at_hq.get(answer.location).visible
    exchange(one, headquarters)
    for way in ("export", "import"):
        path = f"/exchange/usb/{way}"
        answer = desk.post(path, desk.get(path).form(path).values(path=stick))
        assert answer.status == 422
        assert "紛失と記録されたUSBです" in answer.visible
    page = at_hq.get(page_of(at_hq))
    returned = page.form(f"{page_of(at_hq)}/returned")
    answer = at_hq.post(returned.action, returned.values(note="見つかった"))
    assert "また使えます" in at_hq.get(answer.location).visible


def test_where_only_sticks_of_the_ledger_are_used_others_are_refused(
    headquarters, laptops, tmp_path, monkeypatch
):
    one = laptops[0]
    stick, copy = tmp_path / "usb", tmp_path / "copy"
    stick.mkdir()
    copy.mkdir()
    put(one, "issuer_title", "みなと市長")
    put(one, sticks.ONLY_REGISTERED, value=True)
    exchange(one, headquarters)
    desk = log_in(Desk(headquarters.app), ADMIN)
    path = "/exchange/usb/import"

    def refused(folder):
        answer = desk.post(path, desk.get(path).form(path).values(path=folder))
        return answer.visible if answer.status == 422 else ""

    assert "このUSBは台帳にありません" in refused(stick)
    monkeypatch.setattr(sticks, "volume_of", lambda folder: folder.name)
    monkeypatch.setattr("victim_support.sync.services.sticks.volume_of", lambda each: each.name)
    written(one, stick)  # the administrator names it: the ledger has it
    shutil.copytree(stick, copy, dirs_exist_ok=True)
    assert "印を写したUSB" in refused(copy)
    assert not refused(stick)
    (stick / sticks.MARK).write_bytes(b"\x92\xc4\x00\xc4\x00")
    assert "台帳にありません" in refused(stick)
    with one.inside():
        assert db.session.query(Stick).count() == 1
