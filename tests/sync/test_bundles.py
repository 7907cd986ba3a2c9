"""What is carried on a stick arrives whole, or as far as it is sound, and says what is not."""

import os
import shutil
from contextlib import contextmanager
from uuid import uuid4

import pytest

from tests.prepared import SCOPES
from tests.sync.kit import Machine, enrol_laptop, exchange, make_headquarters
from tests.sync.test_receive import digest, get, put
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.settings import put_setting
from victim_support.journal.store import read_heads
from victim_support.sync.bundles import BundleError, BundleWriter
from victim_support.sync.carrying import Order
from victim_support.sync.losses import loss_of_machine
from victim_support.sync.models import Peer, Quarantined, WrittenBundle
from victim_support.sync.queries import get_enrolment
from victim_support.sync.services.bundle_export import export_bundle
from victim_support.sync.services.bundle_import import import_bundles
from victim_support.sync.services.enrolment import revoke
from victim_support.sync.standing import standing
from victim_support.victims.models import Person


def done(steps):
    """Return the result of steps after all of them."""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


def write(machine, folder, **order):
    with machine.inside():
        return done(export_bundle(folder, Order(**order), bundle=uuid4(), by=None))


def read(machine, folder):
    with machine.inside():
        return done(import_bundles(folder, report=uuid4(), by=None))


def fill(machine, count=3000):
    """Write so much that a bundle has several files."""
    for start in range(0, count, 300):
        with machine.writing():
            for number in range(start, start + 300):
                put_setting(key=f"note_{machine.prefix}_{number}", value=os.urandom(400).hex())


def register(machine, name, scope=SCOPES.core):
    with machine.writing() as session:
        session.add(Person(scope=scope, id=new_id(), name=name))


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def only(folder):
    return next(folder.glob("bundle-*"))


@contextmanager
def unchanged(machine):
    """Hold that a machine's ledger is the same afterwards."""
    before = digest(machine)
    yield
    assert digest(machine) == before


def test_a_stick_brings_a_laptop_and_the_headquarters_to_the_same_state(
    headquarters, laptops, stick
):
    one, other = laptops
    put(other, "issuer_title", "みなと市長")
    written = write(other, stick)
    assert written.ops > 0
    (report,) = read(headquarters, stick)
    assert report.is_clean
    assert report.applied == written.ops
    assert report.has_ack
    read(one, stick)
    assert get(headquarters, "issuer_title") == get(one, "issuer_title") == "みなと市長"
    write(one, stick)
    read(headquarters, stick)
    write(headquarters, stick)
    read(one, stick)
    read(other, stick)
    assert digest(one) == digest(other) == digest(headquarters)


def test_only_the_receipt_makes_it_safe_at_the_headquarters(headquarters, laptops, stick):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    write(one, stick)
    read(headquarters, stick)
    with one.inside():
        assert standing().unsent > 0
    (report,) = read(one, stick)
    assert report.acked == ["本部"]
    with one.inside():
        assert standing().unsent == 0
        node = get_enrolment().certificate.node
        (record,) = db.session.query(WrittenBundle)
        assert record.finished_at
        assert len(record.acks) == 1
        assert str(node) not in record.acks


def node_of(machine):
    with machine.inside():
        return (get_enrolment().certificate.node,)


def test_a_bundle_tells_what_its_writer_holds_of_others(headquarters, laptops, stick):
    one, other = laptops
    register(one, "架空　一郎")
    exchange(one, headquarters)
    exchange(one, other)
    write(other, stick)

    read(headquarters, stick)

    writer = node_of(other)
    with headquarters.inside():
        [held] = [each for each in standing().peers if (each.node,) == writer]
        assert held.waiting == 0
        assert len(loss_of_machine(held.node).contents.people) == 1


def test_nothing_is_carried_twice_to_whom_has_said_that_she_holds_it(headquarters, laptops, stick):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    to_headquarters = {"targets": node_of(headquarters)}
    write(one, stick, **to_headquarters)
    read(headquarters, stick)
    read(one, stick)
    with pytest.raises(BundleError, match="新しく運ぶ記録はありません"):
        write(one, stick, **to_headquarters)
    assert write(one, stick, is_all=True, **to_headquarters).ops > 0
    put(one, "office_phone", "0000-00-0000")
    assert 0 < write(one, stick, **to_headquarters).ops < 5


def test_a_file_of_another_bundle_is_named_and_not_read(headquarters, laptops, stick, tmp_path):
    one, _ = laptops
    other = tmp_path / "other"
    other.mkdir()
    write(one, stick)
    put(one, "office_phone", "0000-00-0000")
    write(one, other)
    shutil.copy(only(other) / "0001.seg", only(stick) / "0002.seg")

    (report,) = read(headquarters, stick)

    assert "ほかの束のファイル" in dict(report.problems)["0002.seg"]
    assert get(headquarters, "office_phone") is None


def test_a_name_on_the_stick_tells_nobody_anything(headquarters, laptops, stick):
    one, _ = laptops
    write(one, stick)
    read(headquarters, stick)
    names = {path.name for path in stick.rglob("*") if path.is_file()}
    assert {name for name in names if not name.startswith("ack-")} == {"0001.seg", "manifest"}
    for path in stick.rglob("*"):
        if path.is_file():
            assert b"issuer_title" not in path.read_bytes()


def test_a_machine_without_the_scope_carries_what_it_cannot_open(tmp_path, headquarters, stick):
    laptop = Machine.new(tmp_path / "kari", "K1")
    enrol_laptop(headquarters, laptop, scopes=("base", "core"))
    register(headquarters, "湊 花子")
    register(headquarters, "潮 太郎", SCOPES.sealed)
    write(headquarters, stick, is_all=True)
    (report,) = read(laptop, stick)
    assert report.is_clean
    assert report.not_for_us == 1
    with laptop.inside():
        held = {scope for scope, _ in read_heads(db.session.connection())}
        assert held == {SCOPES.base, SCOPES.core}
    laptop.stop()


def test_a_machine_without_the_protected_scope_brings_what_it_wrote_there(
    tmp_path, headquarters, laptops, stick
):
    laptop = Machine.new(tmp_path / "kari", "K1")
    enrol_laptop(headquarters, laptop, scopes=("base", "core"))
    register(laptop, "潮 太郎", SCOPES.sealed)
    write(laptop, stick)
    (report,) = read(headquarters, stick)
    assert report.is_clean
    (back,) = read(laptop, stick)
    assert back.acked == ["本部"]
    with laptop.inside():
        assert standing().unsent == 0
    with headquarters.inside():
        assert db.session.query(Person.name).filter_by(scope=SCOPES.sealed).scalar() == "潮 太郎"
    laptop.stop()


def test_a_first_fill_is_for_the_new_machine_and_the_headquarters_alone(
    headquarters, laptops, stick
):
    one, other = laptops
    written = write(headquarters, stick, targets=node_of(one), is_first_fill=True)
    (refused,) = read(other, stick)
    assert not refused.is_clean
    assert refused.applied == 0
    (report,) = read(one, stick)
    assert report.is_clean
    assert written.ops >= report.applied > 0


def test_files_that_were_lost_or_mixed_up_bring_what_is_sound(headquarters, laptops, stick):
    one, _ = laptops
    fill(one)
    assert write(one, stick).files >= 3
    folder = only(stick)
    kept = folder / "0002.seg"
    aside = stick / "aside"
    kept.rename(aside)
    (folder / "0001.seg").rename(folder / "0009.seg")
    (report,) = read(headquarters, stick)
    assert report.applied > 0
    assert "足りません" in dict(report.problems)["0002.seg"]
    assert any("この前の記録" in words for _, words in report.problems)
    aside.rename(kept)
    (report,) = read(headquarters, stick)
    assert report.is_clean
    assert get(headquarters, "note_A1_2999") == get(one, "note_A1_2999") != ""
    digest(headquarters)


def test_a_stick_that_was_pulled_early_brings_what_was_on_it(headquarters, laptops, stick):
    one, _ = laptops
    fill(one)
    write(one, stick)
    folder = only(stick)
    (folder / "manifest").unlink()
    max(folder.glob("*.seg")).unlink()
    (report,) = read(headquarters, stick)
    assert report.is_partial
    assert report.applied > 0
    assert not report.has_ack
    digest(headquarters)


@pytest.mark.parametrize("name", ["manifest", "0001.seg"])
@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "huge", "link", "folder"])
def test_damaged_files_change_nothing_and_are_named(headquarters, laptops, stick, name, damage):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    write(one, stick)
    path = only(stick) / name
    spoil(path, damage)
    if name == "manifest":
        (only(stick) / "0001.seg").unlink()
    with unchanged(headquarters):
        (report,) = read(headquarters, stick)
    assert not report.is_clean
    assert report.applied == 0
    assert name in dict(report.problems)


def spoil(path, damage):
    raw = path.read_bytes()
    if damage == "flip":
        path.write_bytes(raw[:-40] + bytes([raw[-40] ^ 1]) + raw[-39:])
    elif damage == "truncate":
        path.write_bytes(raw[: len(raw) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "huge":
        os.truncate(path, 1 << 30)
    else:
        path.unlink()
        path.symlink_to("/dev/zero") if damage == "link" else path.mkdir()


def test_a_bundle_of_another_municipality_is_refused(tmp_path, headquarters, stick):
    stranger = make_headquarters(tmp_path / "yoso")
    laptop = Machine.new(tmp_path / "yoso-1", "Y1")
    enrol_laptop(stranger, laptop)
    write(stranger, stick)
    with unchanged(headquarters):
        (report,) = read(headquarters, stick)
    assert "同じ本部に登録された端末" in report.problems[0][1]
    stranger.stop()
    laptop.stop()


def test_what_a_revoked_machine_wrote_later_waits_for_a_person(headquarters, laptops, stick):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    write(one, stick)
    node = node_of(one)[0]
    with headquarters.writing():
        revoke(db.session.get_one(Peer, node), reason="紛失", heads={})
    (report,) = read(headquarters, stick)
    assert report.is_revoked
    assert "取り消された" in report.problems[0][1]
    assert get(headquarters, "issuer_title") != "みなと市長"
    with headquarters.inside():
        assert db.session.query(Quarantined).count() > 0
    digest(headquarters)


def test_a_revoked_machine_can_open_nothing_that_is_written_later(headquarters, laptops, stick):
    one, _ = laptops
    with headquarters.writing():
        revoke(db.session.get_one(Peer, node_of(one)[0]), reason="紛失", heads={})
    write(headquarters, stick)
    with unchanged(one):
        (report,) = read(one, stick)
    assert "この端末では開けません" in report.problems[0][1]


def test_giving_up_leaves_nothing_on_the_stick(laptops, stick):
    one, _ = laptops
    fill(one, 900)
    with one.inside():
        steps = export_bundle(stick, Order(), bundle=uuid4(), by=None)
        next(steps)
        steps.close()
    assert list(stick.iterdir()) == []
    with one.inside():
        (record,) = db.session.query(WrittenBundle)
        assert record.finished_at is None


def test_a_file_that_comes_back_as_another_is_told(laptops, stick, monkeypatch):
    one, _ = laptops
    monkeypatch.setattr(BundleWriter, "_again", lambda *_: b"worn out")
    with pytest.raises(BundleError, match="別のUSB"):
        write(one, stick)
    assert list(stick.iterdir()) == []


def test_a_folder_without_bundles_says_so(laptops, stick):
    with pytest.raises(BundleError, match="束"):
        read(laptops[0], stick)


def test_two_bundles_in_the_wrong_order_fit_together(headquarters, laptops, stick, tmp_path):
    one, _ = laptops
    to_headquarters = {"targets": node_of(headquarters)}
    put(one, "issuer_title", "みなと市長")
    write(one, stick, **to_headquarters)
    first = only(stick)
    receipts = tmp_path / "copy"
    shutil.copytree(stick, receipts)
    desk = headquarters.copied(tmp_path / "honbu2")
    read(desk, receipts)
    read(one, receipts)
    desk.stop()
    put(one, "office_phone", "0000-00-0000")
    write(one, stick, **to_headquarters)
    first.rename(stick / ("bundle-" + "f" * 32))
    reports = read(headquarters, stick)
    assert all(report.is_clean for report in reports)
    assert get(headquarters, "office_phone") == "0000-00-0000"


def test_a_stick_with_nothing_new_still_says_who_is_revoked_and_who_is_new(
    headquarters, laptops, stick
):
    one, other = laptops
    write(headquarters, stick)
    read(one, stick)
    shutil.rmtree(only(stick))
    with one.inside():
        assert db.session.get(Peer, node_of(other)[0]) is not None
    with headquarters.writing():
        revoke(db.session.get_one(Peer, node_of(other)[0]), reason="紛失", heads={})
    write(headquarters, stick, is_all=True)
    (report,) = read(one, stick)
    assert report.is_held
    with one.inside():
        assert db.session.get_one(Peer, node_of(other)[0]).revocation
