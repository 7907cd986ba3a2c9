"""Two machines exchange over a real connection."""

import socket
import threading
from contextlib import contextmanager, suppress

import httpx
import pytest
from cheroot.wsgi import Server

from tests.sync.kit import make_headquarters, send
from tests.sync.test_receive import digest, get, put
from victim_support import background
from victim_support.core.db import db
from victim_support.core.protections import knowledge
from victim_support.sync.api import ExchangeApp
from victim_support.sync.client import PATH, BusyError, PeerClient, PeerError
from victim_support.sync.digests import digest_of_scope
from victim_support.sync.envelope import LIMIT
from victim_support.sync.messages import Pulled
from victim_support.sync.models import Peer, Quarantined
from victim_support.sync.quarantine import lacking
from victim_support.sync.queries import get_enrolment
from victim_support.sync.services.enrolment import revoke
from victim_support.sync.services.exchange import exchange_with
from victim_support.sync.standing import standing

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@contextmanager
def listening(machine):
    with served(ExchangeApp(machine.app)) as address:
        yield address


@contextmanager
def served(app):
    server = Server(("127.0.0.1", 0), app, numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.bind_addr[1]}"
    server.stop()
    thread.join()


@pytest.fixture
def address(headquarters):
    with listening(headquarters) as address:
        yield address


def test_two_laptops_agree_through_the_headquarters(headquarters, laptops, address):
    one, other = laptops
    put(one, "issuer_title", "みなと市長")
    put(other, "office_phone", "0000-00-0000")
    for machine in (one, other, one):
        with machine.inside():
            result = exchange_with(address)
            assert result.peer == "本部"
            assert not result.refused
            assert not result.refused_there
    assert digest(one) == digest(other) == digest(headquarters)
    assert get(other, "issuer_title") == "みなと市長"


@pytest.fixture
def asked(monkeypatch):
    """Return the kinds of questions, as they are asked."""
    kinds = []
    exchanged = PeerClient._exchanged

    def noting(self, method, kind, *content):
        kinds.append(kind)
        return exchanged(self, method, kind, *content)

    monkeypatch.setattr(PeerClient, "_exchanged", noting)
    return kinds


def test_a_machine_that_is_known_is_asked_at_once(headquarters, laptops, asked, monkeypatch):
    """Nothing to bring is one question; who else answers there, or an older one, is asked first."""
    one, other = laptops

    def questions(place):
        asked.clear()
        with one.inside():
            result = exchange_with(place)
        assert not result.refused
        return result.peer, [kind for kind in asked if kind != "push"]

    with listening(headquarters) as before:
        assert questions(before) == ("本部", ["hello", "pull"])
        assert questions(before) == ("本部", ["pull"])
        with one.inside():
            peer = db.session.query(Peer).filter_by(address=before).one()
            assert peer.clock_offset is not None
        with headquarters.inside():  # it hears of a wrong clock too, though it asks nobody
            assert [each.clock_words for each in standing().peers if each.clock_words] == ["なし"]
        with monkeypatch.context() as older:
            says = "victim_support.sync.services.answers.Pulled"
            older.setattr(says, lambda vector, parcel, forked, *_: Pulled(vector, parcel, forked))
            assert questions(before) == ("本部", ["pull", "hello"])
    with listening(other) as place:  # as when addresses are given out anew
        with one.writing() as session:
            session.query(Peer).filter_by(address=before).one().address = place
        assert questions(place) == ("b", ["pull", "hello", "pull"])


def test_an_exchange_with_the_headquarters_makes_the_word_on_protected_people_fresh(
    headquarters, laptops, address
):
    with laptops[0].inside():
        before = knowledge()
        exchange_with(address)
        after = knowledge()
    with headquarters.inside():
        source = knowledge()

    assert (before.depends, before.is_old, before.heard_at) == (True, True, None)
    assert (after.is_old, after.heard_at is not None) == (False, True)
    assert (source.depends, source.is_old) == (False, False)


def test_a_second_exchange_has_nothing_to_do(laptops, address):
    one, _ = laptops
    with one.inside():
        exchange_with(address)
        again = exchange_with(address)
    assert (again.received, again.sent) == (0, 0)


def test_both_show_the_same_rows(headquarters, laptops, address):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    with one.inside():
        exchange_with(address)
        here = digest_of_scope(db.session.connection(), "042072/base")
        with PeerClient(address, get_enrolment()) as client:
            client.hello()
            assert client.digest("042072/base") == here


def test_a_machine_that_is_not_enrolled_gets_nothing(tmp_path, address):
    stranger = make_headquarters(tmp_path / "yoso")
    with stranger.inside(), pytest.raises(PeerError, match="同じ本部"):
        exchange_with(address)
    stranger.stop()


def test_a_revoked_laptop_brings_what_it_has_and_gets_nothing(headquarters, laptops, address):
    one, other = laptops
    with one.inside():
        exchange_with(address)
        node = get_enrolment().certificate.node
    put(other, "office_phone", "0000-00-0000")
    send(other, one)
    with headquarters.writing():
        revoke(db.session.get_one(Peer, node), reason="紛失")
    put(headquarters, "note", "取り消しの後の本部")
    put(one, "issuer_title", "取り消しの後")

    for words in ("残っていた記録", "記録はすべて渡してあります"):
        with one.inside(), pytest.raises(PeerError, match=words):
            exchange_with(address)

    assert (
        get(headquarters, "office_phone") == "0000-00-0000"
    )  # another one's word, as good as ever
    assert get(headquarters, "issuer_title") is None
    assert get(one, "note") is None
    with headquarters.inside():
        waiting = db.session.query(Quarantined).one()
        assert [op.node for op in lacking(waiting)] == [node]
    with one.inside():
        peer = db.session.get_one(Peer, get_enrolment().certificate.node)
        assert peer.revocation is not None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7), ("999999999", 300), ("Wed, 21 Oct 2026 07:28:00 GMT", 30), ("-1", 30), ("", 30)],
)
def test_whatever_answers_busy_is_asked_again_soon(laptops, told, seconds):
    headers = [("Retry-After", told), ("Content-Length", "0")]

    def busy(_environ, start):
        start("429 Too Many Requests", headers)
        return [b""]

    with served(busy) as address, laptops[0].inside(), pytest.raises(BusyError) as error:
        exchange_with(address)
    assert error.value.seconds == seconds


def test_nobody_at_the_address(laptops):
    one, _ = laptops
    with one.inside(), pytest.raises(PeerError, match="つながりません"):
        exchange_with("127.0.0.1:9")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "hello", b"", 200),
        ("POST", "hello", b"", 405),
        ("POST", "pull", b"", 422),
        ("POST", "pull", b"\x00" * 100, 422),
        ("POST", "push", b"\x94\xa4push\xc4\x00\xc4\x00\xc4\x00", 401),
        ("GET", "nothing", b"", 404),
    ],
)
def test_what_strangers_say_is_refused(address, method, path, body, status):
    answer = httpx.request(method, address + PATH + path, content=body)
    assert answer.status_code == status


def test_what_comes_in_pieces_ends_where_it_is_too_large(address):
    host, port = address.removeprefix("http://").split(":")
    piece = b"10000\r\n" + b"a" * (1 << 16) + b"\r\n"
    sent = 0
    with socket.create_connection((host, int(port)), timeout=20) as stranger:
        head = b"POST /sync/v1/pull HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        stranger.sendall(head)
        with suppress(BrokenPipeError, ConnectionResetError):
            while sent < 8 * LIMIT:
                stranger.sendall(piece)
                sent += len(piece)
    assert sent < 2 * LIMIT + (8 << 20)  # what the system had on its way


def test_a_server_keeps_no_endless_header():
    server = background.listening(lambda *_: [], background.Address("127.0.0.1", 0), 1)
    server.stop()
    assert 0 < server.max_request_header_size <= 1 << 16


def test_the_desk_is_not_at_this_port(address):
    assert httpx.get(address + "/").status_code == 404
