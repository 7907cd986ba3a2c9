"""The page 「ほかの端末から使う」, and the setting of the pause."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from victim_support.core import clock
from victim_support.terminals.queries import EXTENSION
from victim_support.terminals.rules import StaffLan, in_groups
from victim_support.terminals.services import ensure_certificate

NAMES = ("shelter17.example.jp", "192.0.2.7")


@pytest.fixture
def lan(app):
    """Say that the staff LAN is open, as the server does."""
    made = ensure_certificate(app.extensions["instance"], NAMES)
    until = clock.now() + timedelta(hours=12)
    opened = StaffLan(NAMES, 8443, made.fingerprint, made.pem, until)
    app.extensions[EXTENSION] = opened
    return opened


def test_without_the_switch_the_page_says_how_to_open_the_lan(desk_of):
    desk = desk_of("hq")

    assert "bin/serve --lan" in desk.get("/terminals").visible
    assert desk.get("/terminals/slip.pdf").status == 404
    assert desk.get("/terminals/certificate.pem").status == 404


def test_it_shows_addresses_and_the_fingerprint(desk_of, lan):
    page = desk_of("hq").get("/terminals")

    assert "https://shelter17.example.jp:8443/ https://192.0.2.7:8443/" in page.visible
    assert " ".join(in_groups(lan.fingerprint)) in page.visible


def test_the_slip_has_the_whole_fingerprint(desk_of, lan):
    body = desk_of("hq").get("/terminals/slip.pdf").body

    text = PdfReader(io.BytesIO(body)).pages[0].extract_text()
    assert "https://shelter17.example.jp:8443/" in text
    assert lan.fingerprint.upper() in "".join(text.split())


def test_the_certificate_can_be_installed_beforehand(desk_of, lan):
    page = desk_of("admin").get("/terminals/certificate.pem")

    assert page.body == lan.certificate
    assert page.body.startswith(b"-----BEGIN CERTIFICATE-----")


def test_it_is_closed_when_its_time_is_over(desk_of, lan, frozen):
    frozen(lan.until)

    assert "bin/serve --lan" in desk_of("hq").get("/terminals").visible


@pytest.mark.parametrize("minutes", ["0", "16", "たくさん", ""])
def test_a_wrong_pause_is_refused_beside_the_field(desk_of, minutes):
    desk = desk_of("admin")

    page = desk.submit(desk.get("/terminals"), "/terminals/pause", minutes=minutes)

    assert page.status == 422
    assert "画面を閉じるまでの分: " in page.visible


def test_the_pause_is_kept(desk_of):
    desk = desk_of("admin")

    desk.submit(desk.get("/terminals"), "/terminals/pause", minutes="12")

    assert dict(desk.get("/terminals").form("/terminals/pause").fields)["minutes"] == "12"


def test_a_manager_sees_the_page_but_changes_nothing(desk_of):
    desk = desk_of("shelter_manager")

    assert "分で画面を閉じます" in desk.get("/terminals").visible
    assert desk.post("/terminals/pause", {"minutes": "9"}).status == 403
