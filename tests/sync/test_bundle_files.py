"""Photographs travel on a stick with the records that name them."""

from uuid import uuid4

import pytest

from tests.sync.test_bundles import only, read, write
from tests.sync.test_files import held, laptop_without_sealed, take, take_sealed
from victim_support.sync.carrying import Order, plan_bundle
from victim_support.sync.files import carried_files
from victim_support.sync.services.bundle_export import export_bundle


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def test_sticks_bring_photographs_to_the_headquarters_and_from_there_to_a_laptop(
    headquarters, laptops, stick, tmp_path
):
    one, other = laptops
    taken = take(one, 1, 2)
    assert write(one, stick).pictures == 2
    back = tmp_path / "usb2"
    back.mkdir()
    for machine, folder in ((headquarters, stick), (other, back)):
        if machine is other:
            assert write(headquarters, back).pictures == 2
        (report,) = read(machine, folder)
        assert report.is_clean
        assert report.pictures == 2
        assert "写真 2 枚を受け取りました。" in report.remarks
        assert held(machine) == set(taken)
    (again,) = read(other, back)
    assert again.is_clean
    assert again.pictures == 0


def test_names_and_contents_on_the_stick_tell_nothing(laptops, stick):
    one, _ = laptops
    (taken,) = take(one, 1)
    write(one, stick)
    paths = sorted(only(stick).rglob("*"))
    assert not any(taken in path.name for path in paths)
    (blob,) = only(stick).glob("blobs/*")
    assert b"JFIF" not in blob.read_bytes()


def test_photographs_may_stay_behind_and_come_later(headquarters, laptops, stick):
    one, _ = laptops
    taken = take(one, 1)
    assert write(one, stick, has_files=False).pictures == 0
    assert read(headquarters, stick)[0].is_clean
    assert held(headquarters) == set()
    write(one, stick, is_all=True)
    reports = read(headquarters, stick)
    assert all(report.is_clean for report in reports)
    assert held(headquarters) == set(taken)


def test_what_everybody_has_received_is_not_carried_again(headquarters, laptops, stick):
    take(headquarters, 1)
    write(headquarters, stick)
    for machine in (*laptops, headquarters):
        read(machine, stick)
    with headquarters.inside():
        assert carried_files(plan_bundle(Order())) == []


def test_a_sealed_photograph_opens_only_where_it_may_lie(tmp_path, headquarters, laptops, stick):
    laptop = laptop_without_sealed(tmp_path, headquarters)
    (open_one,), sealed = take(headquarters, 1), take_sealed(headquarters, 2)
    assert write(headquarters, stick).pictures == 2
    (report,) = read(laptop, stick)
    assert held(laptop) == {open_one}
    assert report.not_for_us > 0
    assert not report.problems
    laptop.stop()
    # What it carries further it still cannot open.
    other = laptops[0]
    read(other, stick)
    assert held(other) == {open_one, sealed}


def test_a_flipped_byte_costs_one_photograph(headquarters, laptops, stick):
    one, _ = laptops
    take(one, 1, 2)
    write(one, stick)
    first, _ = sorted(only(stick).glob("blobs/*"))
    raw = bytearray(first.read_bytes())
    raw[5000] ^= 1
    first.write_bytes(raw)
    (report,) = read(headquarters, stick)
    assert not report.is_clean
    assert report.pictures == 1
    assert [name for name, _ in report.problems] == ["blobs/00001.blob"]
    write(one, stick, is_all=True)
    read(headquarters, stick)
    assert len(held(headquarters)) == 2


def test_a_stick_that_lost_a_photograph_says_so(headquarters, laptops, stick):
    one, _ = laptops
    take(one, 1, 2)
    write(one, stick)
    first, _ = sorted(only(stick).glob("blobs/*"))
    first.unlink()
    (report,) = read(headquarters, stick)
    assert [name for name, _ in report.problems] == ["blobs/00001.blob"]
    assert report.pictures == 1


def test_the_size_of_what_would_be_carried_is_known_before(laptops):
    one, _ = laptops
    taken = take(one, 1, 2)
    with one.inside():
        carried = carried_files(plan_bundle(Order()))
    assert sorted(each.address for each in carried) == sorted(taken)
    assert all(10_000 < each.size < 210_000 for each in carried)


def test_a_stick_that_was_given_up_leaves_nothing(laptops, stick):
    one, _ = laptops
    take(one, 1)
    with one.inside():
        steps = export_bundle(stick, Order(), bundle=uuid4(), by=None)
        for progress in steps:
            if "写真" in progress.words:
                steps.close()
    assert list(stick.iterdir()) == []
