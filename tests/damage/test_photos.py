"""Photographs on the page of a dwelling: taken in, shown to whom, withdrawn, missing, erased."""

import io
import os
import time

import pytest
from werkzeug.datastructures import FileStorage

from tests.damage.support import ADDRESS, inside, make_application, make_people, writing_in
from tests.photographs import SECRET, photograph
from tests.prepared import SCOPES, staff_of
from victim_support.core.actor import acting
from victim_support.core.blobs import files_in, this_store
from victim_support.core.db import db, transaction
from victim_support.damage import photos
from victim_support.damage.models import DamagePhoto
from victim_support.damage.services import ensure_dwelling
from victim_support.journal.erasure import approve_erasure, clean_up, propose_erasure
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection


@pytest.fixture
def dwelling(app):
    with writing_in(app):
        return ensure_dwelling(address=ADDRESS).id


def upload(desk, dwelling_id, *files, note="", follow=True):
    """Choose files as a browser sends them."""
    page = desk.get(f"/damage/dwellings/{dwelling_id}")
    form = page.form(f"/damage/dwellings/{dwelling_id}/photos")
    values = dict(form.values(photo_note=note))
    values["photos"] = [(io.BytesIO(raw), name) for name, raw in files]
    return desk._open(form.action, "POST", follow, data=values, content_type="multipart/form-data")


def rows(app):
    with inside(app):
        found = db.session.scalars(db.select(DamagePhoto).order_by(DamagePhoto.id)).all()
        db.session.expunge_all()
        return found


def pictures(page):
    return [link for link in page.links if link and link.startswith("/damage/photos/")]


def test_photographs_are_kept_small_with_time_and_place(app, desk_of, dwelling):
    page = upload(
        desk_of("surveyor"),
        dwelling,
        ("a.jpg", photograph(1)),
        ("b.jpg", photograph(2, exif=False)),
        note="北側の壁",
    )
    assert "写真を2枚保存しました" in page.visible
    assert "緯度 36.20833 経度 140.10000" in page.visible
    assert "撮影時刻の記録なし" in page.visible
    links = pictures(page)
    assert len(links) == 2
    answer = desk_of("hq").get(links[0])
    assert answer.status == 200
    assert answer.response.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRET not in answer.body
    first, second = rows(app)
    assert {first.note, second.note} == {"北側の壁"}
    assert first.size == len(desk_of("hq").get(f"/damage/photos/{first.id}").body)


def test_a_file_that_is_no_picture_is_named_and_the_others_are_kept(app, desk_of, dwelling):
    page = upload(
        desk_of("surveyor"),
        dwelling,
        ("壁.jpg", photograph()),
        ("見積.pdf", b"%PDF-1.7"),
        ("切れた.jpg", photograph(3)[:3000]),
        note="北側の壁",
    )
    assert page.status == 422
    assert "見積.pdf: JPEGかPNGの写真ではありません" in page.visible
    assert "切れた.jpg: 壊れていて読めません" in page.visible
    assert "ほかの写真1枚は保存しました" in page.visible
    assert 'value="北側の壁"' in page.text
    assert len(rows(app)) == 1


def test_no_file_and_too_many_are_told_beside_the_field(app, desk_of, dwelling):
    desk = desk_of("surveyor")
    assert "ファイルを選んでください" in upload(desk, dwelling).visible
    many = [(f"{number}.jpg", b"x") for number in range(photos.MOST_FILES + 1)]
    assert "一度に20枚まで" in upload(desk, dwelling, *many).visible
    assert not rows(app)


def test_the_same_photograph_again_is_one(app, desk_of, dwelling):
    desk = desk_of("surveyor")
    for _ in range(2):
        upload(desk, dwelling, ("a.jpg", photograph()))
    assert len(rows(app)) == 1


def test_a_form_sent_twice_is_one_upload(app, desk_of, dwelling):
    desk = desk_of("surveyor")
    page = desk.get(f"/damage/dwellings/{dwelling}")
    form = page.form(f"/damage/dwellings/{dwelling}/photos")
    for seed in (1, 2):  # even if a browser sent other files under the same key
        files = {"photos": [(io.BytesIO(photograph(seed)), "a.jpg")]}
        desk._open(form.action, "POST", True, data=dict(form.values()) | files)
    assert len(rows(app)) == 1


def test_who_may_not_judge_takes_no_photograph(desk_of, dwelling):
    desk = desk_of("counter")
    page = desk.get(f"/damage/dwellings/{dwelling}")
    assert "写真を保存する" not in page.visible
    assert desk.post(f"/damage/dwellings/{dwelling}/photos", {}).status == 403


def test_who_may_not_read_damage_sees_no_photograph(app, desk_of, dwelling):
    upload(desk_of("surveyor"), dwelling, ("a.jpg", photograph()))
    (row,) = rows(app)
    assert desk_of("shelter_staff").get(f"/damage/photos/{row.id}").status == 403


def test_a_photograph_is_taken_off_the_page(app, desk_of, dwelling):
    desk = desk_of("surveyor")
    page = upload(desk, dwelling, ("a.jpg", photograph()))
    (link,) = pictures(page)
    page = desk.submit(page, f"{link}/withdraw", follow=True)
    assert "写真を外しました" in page.visible
    assert not pictures(page)
    assert desk.get(link).status == 404
    assert rows(app)[0].is_withdrawn


def test_photographs_of_a_protected_applicants_dwelling_are_sealed(app, desk_of):
    with writing_in(app):
        household, people = make_people("佐藤 花子", protected=["佐藤 花子"])
        dwelling_id = make_application(household, people).dwelling_id
    page = upload(desk_of("surveyor"), dwelling_id, ("a.jpg", photograph()))
    assert "写真は本部で見られます" in page.visible
    assert not pictures(page)
    (row,) = rows(app)
    assert row.scope == SCOPES.sealed
    assert desk_of("surveyor").get(f"/damage/photos/{row.id}").status == 404
    assert desk_of("hogo").get(f"/damage/photos/{row.id}").status == 200


def test_photographs_are_sealed_when_the_applicant_is(app, desk_of):
    with writing_in(app):
        household, people = make_people("佐藤 花子")
        dwelling_id = make_application(household, people).dwelling_id
        person_id = people[0].id
    upload(desk_of("surveyor"), dwelling_id, ("a.jpg", photograph()), note="表札のそば")
    with writing_in(app):
        victims.seal_person(person_id, Protection.HIDE_PRESENCE)
    left, sealed = sorted(rows(app), key=lambda row: row.scope)
    assert (left.scope, left.sha256, left.note, left.latitude) == (SCOPES.core, None, None, None)
    assert (sealed.scope, sealed.note) == (SCOPES.sealed, "表札のそば")
    assert desk_of("surveyor").get(f"/damage/photos/{sealed.id}").status == 404
    assert desk_of("hogo").get(f"/damage/photos/{sealed.id}").status == 200


def test_a_damaged_picture_is_missing_and_makes_room(app, desk_of, dwelling):
    desk = desk_of("surveyor")
    (link,) = pictures(upload(desk, dwelling, ("a.jpg", photograph())))
    (path,) = files_in(app.extensions["instance"].folder / "blobs")
    path.write_bytes(path.read_bytes()[:-1])
    assert desk.get(link).status == 404
    page = desk.get(f"/damage/dwellings/{dwelling}")
    assert "写真のファイルがこの端末にありません" in page.visible
    upload(desk, dwelling, ("a.jpg", photograph()))
    assert desk.get(link).status == 200


def test_an_erased_photograph_leaves_no_file(app, dwelling):
    with inside(app):
        file = FileStorage(io.BytesIO(photograph()), "a.jpg")
        found = photos.take_in_files([file])
        with transaction():
            (row,) = photos.add_photos(dwelling, found.taken, note="", by=None)
        address = row.sha256
        path = next(iter(files_in(app.extensions["instance"].folder / "blobs")))
        an_hour_ago = time.time() - 3600
        os.utime(path, (an_hour_ago, an_hour_ago))
        asks, approves = staff_of("hq").id, staff_of("admin").id
        db.session.remove()
        with transaction(), acting(asks):
            row = db.session.get_one(DamagePhoto, (SCOPES.core, row.id))
            order = propose_erasure(row, ["sha256", "note"], reason="申出", ground="条例")
        with transaction(), acting(approves):
            approve_erasure(db.session.merge(order))
        clean_up()
        assert address
        assert this_store().get(address) is None
