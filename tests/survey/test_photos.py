"""The card of a camera: its pictures go to the dwellings, the doubtful ones to a person."""

import io
import os
import time
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
import segno
from PIL import ExifTags, Image
from werkzeug.datastructures import FileStorage

from tests.damage.support import inside, writing_in
from tests.photographs import SECRET, photograph
from tests.survey.test_views import STREET, plan
from victim_support.core import incoming, jobs
from victim_support.core.blobs import this_store
from victim_support.core.clock import JAPAN
from victim_support.core.db import db
from victim_support.core.jobs import Runner
from victim_support.core.steps import result_of
from victim_support.damage.models import DamagePhoto
from victim_support.presence.rules import draw_number
from victim_support.survey import cards, services
from victim_support.survey.models import IncomingPhoto
from victim_support.survey.photos import Source, take_in_card
from victim_support.survey.rules import PhotoDoubt, scan_text
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection

NINE = datetime(2026, 7, 20, 9, 0, tzinfo=JAPAN)


def camera(picture, minutes):
    """Return a file as a camera writes it, so many minutes after nine."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model], exif[ExifTags.Base.Artist] = "TG-6", SECRET.decode()
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    shot[ExifTags.Base.DateTimeOriginal] = f"{NINE + timedelta(minutes=minutes):%Y:%m:%d %H:%M:%S}"
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif)
    return written.getvalue()


def of_sheet(number, minutes):
    """Return the picture of a sheet, turned as people hold cameras."""
    code = io.BytesIO()
    segno.make_qr(scan_text(number), error="m").save(code, "png", scale=7, border=4)
    paper = Image.new("RGB", (800, 1100), "white")
    paper.paste(Image.open(code), (520, 40))
    return camera(paper.rotate(12, expand=True, fillcolor="grey"), minutes)


def of_damage(seed, minutes):
    return camera(Image.open(io.BytesIO(photograph(seed, exif=False))), minutes)


@pytest.fixture
def street(apply):
    return [apply(address)[0] for address in STREET]


def take_in(app, files):
    with inside(app):
        db.session.remove()
        sources = [Source(name, partial(bytes, raw)) for name, raw in files.items()]
        return result_of(take_in_card(uuid4(), sources, by=None))


def rows(app, model):
    with inside(app):
        found = list(db.session.scalars(db.select(model).order_by(model.id)))
        db.session.expunge_all()
        return found


def test_a_card_fills_two_dwellings_once_and_names_what_it_cannot_read(app, street):
    first, second, _third = plan(app, *street)
    files = {
        "100/IMG_1.JPG": of_damage(1, 0),
        "100/IMG_2.JPG": of_sheet(first, 1),
        "100/IMG_3.JPG": of_damage(2, 2),
        "100/IMG_4.JPG": of_sheet(second, 20),
        "100/IMG_5.JPG": of_damage(3, 21),
        "100/IMG_6.JPG": of_damage(4, 22)[:2000],
        "100/MOV.MP4": b"no picture",
    }
    report = take_in(app, files)

    assert (report.given, report.waiting, report.numbers) == (4, 1, {first: 2, second: 2})
    assert [words.split(":")[0] for words in report.refused] == ["100/IMG_6.JPG", "100/MOV.MP4"]
    found = rows(app, DamagePhoto)
    assert sorted((one.dwelling_id, one.note or "") for one in found) == sorted(
        [(street[0], "調査票"), (street[0], ""), (street[1], "調査票"), (street[1], "")]
    )
    assert all(one.taken_at for one in found)
    with inside(app):
        assert all(SECRET not in (this_store().get(one.sha256) or b"") for one in found)
    [waiting] = [one for one in rows(app, IncomingPhoto) if one.dwelling_id is None]
    assert waiting.doubt is PhotoDoubt.BEFORE_FIRST

    again = take_in(app, files)
    assert (again.known, again.given, again.waiting) == (5, 0, 0)
    assert len(rows(app, DamagePhoto)) == 4


def test_doubtful_pictures_are_sorted_with_the_last_letters_of_a_number(app, desk_of, street):
    [number] = plan(app, street[0])
    take_in(app, {f"{n}.jpg": of_damage(n, n) for n in range(3)})
    desk = desk_of("surveyor")
    page = desk.get("/survey/photos/sorting")
    assert "あと3枚" in page.visible
    assert desk.get(f"/survey/photos/waiting/{rows(app, IncomingPhoto)[0].id}").status == 200
    ticked = [str(one.id) for one in rows(app, IncomingPhoto)]

    told = desk.submit(page, "/survey/photos/sorting", number="00000000", photos=ticked)
    assert "この端末にはありません" in told.visible
    desk.submit(page, "/survey/photos/sorting", number=number[4:], photos=ticked[:2])
    rest = desk.get("/survey/photos/sorting")
    assert "あと1枚" in rest.visible
    last = next(one for one in rows(app, IncomingPhoto) if str(one.id) == ticked[2])
    with inside(app):
        this_store()._path(last.sha256).write_bytes(b"damaged")
    assert desk.get(f"/survey/photos/waiting/{last.id}").status == 404
    assert "写真のファイルがこの端末にありません" in desk.get("/survey/photos/sorting").visible
    desk.post(
        "/survey/photos/aside", dict(rest.form("/survey/photos/sorting").values(photos=ticked[2:]))
    )

    assert "仕分けを待つ写真はありません" in desk.get("/survey/photos/sorting").visible
    assert [one.dwelling_id for one in rows(app, DamagePhoto)] == [street[0]] * 2
    assert take_in(app, {"2.jpg": of_damage(2, 2)}).known == 1
    assert desk_of("counter").get("/survey/photos/sorting").status == 403


def test_pictures_of_a_protected_house_are_sealed_and_wait_nowhere(app, desk_of, apply):
    dwelling_id, head = apply(STREET[0], "秘密 花子")
    [number] = plan(app, dwelling_id)
    take_in(app, {"1.jpg": of_sheet(number, 0), "2.jpg": of_damage(1, 1)})
    with writing_in(app):
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    assert take_in(app, {"3.jpg": of_sheet(number, 30), "4.jpg": of_damage(2, 31)}).given == 2

    for model, count in ((IncomingPhoto, 4), (DamagePhoto, 3)):  # the sheet looks the same
        found = rows(app, model)
        assert sum(one.scope.endswith("/sealed") and not one.is_withdrawn for one in found) == count
        assert all(
            one.is_withdrawn and not one.sha256 for one in found if one.scope.endswith("core")
        )


def test_pictures_of_a_sheet_that_comes_later_are_matched_then(app, desk_of, street, monkeypatch):
    number = draw_number()
    assert take_in(app, {"1.jpg": of_sheet(number, 0), "2.jpg": of_damage(1, 1)}).waiting == 2
    monkeypatch.setattr(services, "draw_number", lambda: number)
    plan(app, street[0])
    desk = desk_of("surveyor")
    page = desk.get("/survey/photos/sorting")
    assert f"{number[:4]}-{number[4:]}" in page.visible

    desk.submit(page, "/survey/photos/match")
    assert [one.dwelling_id for one in rows(app, DamagePhoto)] == [street[0]] * 2


def test_files_that_no_job_read_are_gone_after_two_days(app, desk_of):
    with inside(app):
        [path] = _brought(app)
        os.utime(path, (time.time() - 3 * 86400,) * 2)
        jobs.start(incoming.FORGET, by=None)
    Runner(app).run_due()

    assert not path.exists()


def test_a_large_file_lies_in_parts_and_stays_while_another_job_needs_it(app, monkeypatch):
    monkeypatch.setattr(incoming, "PART", 1000)
    raw = bytes(range(256)) * 12
    with inside(app):
        for each in (first := uuid4(), second := uuid4()):
            refused = incoming.keep_files(
                each, cards.JOB, [FileStorage(io.BytesIO(raw), "1.jpg")], staff_id=None
            )
            assert refused == []
        large = [FileStorage(io.BytesIO(raw), "2.jpg")]
        assert (
            "2.jpg: 大きすぎます"
            in incoming.keep_files(first, cards.JOB, large, staff_id=None, most_bytes=3000)[0]
        )
        incoming.finish(first, {"refused": []})

        [kept] = incoming.files_of(second)
        assert (len(kept.parts), incoming.files_of(first)) == (4, [])
        with incoming.open_kept(kept) as stream:
            stream.seek(-300, io.SEEK_END)
            assert stream.read() == raw[-300:]
        assert incoming.read_kept(kept) == raw
        incoming.finish(second, {"refused": []})
        assert not list((this_store()._folder.parent / "incoming").glob("??/*"))
        assert (
            "大きすぎます"
            in incoming.get_brought(first, cards.JOB, staff_id=None).report["refused"][0]
        )


def _brought(app):
    file = FileStorage(io.BytesIO(of_damage(1, 0)), "1.jpg")
    incoming.keep_files(uuid4(), cards.JOB, [file], staff_id=None)
    return list((this_store()._folder.parent / "incoming").glob("??/*"))


def test_an_upload_is_read_by_a_job_and_can_be_taken_back(app, desk_of, street):
    [number] = plan(app, street[0])
    desk = desk_of("surveyor")
    page = desk.get("/survey/photos")
    form = page.form("/survey/photos")
    values = dict(form.values())
    values["photos"] = [(io.BytesIO(of_sheet(number, 0)), "1.jpg"), (io.BytesIO(b"x"), "2.txt")]
    desk._open(form.action, "POST", False, data=values, content_type="multipart/form-data")
    Runner(app).run_due()
    report = desk.get(f"/survey/photos/cards/{values['card']}")

    assert "2.txt" in report.visible
    assert f"{number[:4]}-{number[4:]}" in report.visible
    with inside(app):
        assert not list((this_store()._folder.parent / "incoming").glob("??/*"))
    desk.submit(report, f"/survey/photos/cards/{values['card']}/back")
    assert "仕分けに戻されました" in desk.get("/survey/photos/sorting").visible
    assert all(one.is_withdrawn for one in rows(app, DamagePhoto))
