"""The server does what ``openapi.json`` says, in every answer that can be provoked."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from werkzeug.test import Client

from tests.prepared import SCOPES
from tests.sync.kit import EVERYTHING, Machine
from victim_support.core.db import db
from victim_support.sync import api, messages
from victim_support.sync.envelope import LIMIT
from victim_support.sync.models import Peer
from victim_support.sync.queries import get_enrolment
from victim_support.sync.services.answers import KINDS, sealed_for
from victim_support.sync.services.enrolment import Terms, accept, enrol, make_request, revoke
from victim_support.sync.services.streams import KINDS as STREAMS

SPEC = json.loads((Path(api.__file__).with_name("openapi.json")).read_text())
JSON = "application/json"
EVERY = (*KINDS, *STREAMS)
PULL = messages.Pull([], 9999)


@pytest.fixture
def client(headquarters):
    return Client(api.ExchangeApp(headquarters.app))


def held_to(response, path, method):
    """Check an answer against the file and return its status."""
    described = SPEC["paths"][path][method]["responses"][str(response.status_code)]
    if "$ref" in described:
        described = SPEC["components"]["responses"][described["$ref"].rsplit("/", 1)[-1]]
    assert response.mimetype in described["content"]
    for name, header in described.get("headers", {}).items():
        number = int(response.headers[name])
        assert header["schema"]["minimum"] <= number <= header["schema"]["maximum"]
    if response.mimetype == JSON:
        body = json.loads(response.data)
        assert set(body) == set(SPEC["components"]["schemas"]["Refusal"]["required"])
    return response.status_code


def asked(client, kind, body, **options):
    return held_to(
        client.post(f"/sync/v1/{kind}", data=body, **options), f"/sync/v1/{kind}", "post"
    )


def envelope(machine, reader, kind, message):
    with reader.inside():
        certificate = get_enrolment().certificate
    with machine.inside():
        text = messages.pack(message)
        return sealed_for(certificate, kind=kind, text=text, enrolment=get_enrolment())


def test_the_file_names_every_route_and_no_other():
    rules = {
        (rule.rule, method.lower()) for rule in api.ROUTES.iter_rules() for method in rule.methods
    }
    described = {(path, method) for path, item in SPEC["paths"].items() for method in item}
    assert {rule for rule in rules if rule[1] not in ("head", "options")} == described


def test_hello(client):
    assert held_to(client.get("/sync/v1/hello"), "/sync/v1/hello", "get") == 200


@pytest.mark.parametrize("kind", EVERY)
def test_a_body_that_is_no_envelope(client, kind):
    assert asked(client, kind, b"nonsense") == 422


@pytest.mark.parametrize("kind", EVERY)
def test_a_body_that_is_too_large(client, kind):
    assert asked(client, kind, b"x" * (LIMIT + 1)) == 413


def test_a_question_that_would_take_minutes(headquarters, laptops, client):
    asks = messages.Question(SCOPES.base, None, list(range(messages.MOST_SEQS + 1)))
    assert asked(client, "digest", envelope(laptops[0], headquarters, "digest", asks)) == 422


@pytest.mark.parametrize("kind", EVERY)
def test_too_many_at_once_are_asked_to_come_again(headquarters, kind):
    app = api.ExchangeApp(headquarters.app)
    for _ in range(api.CONVERSATIONS):
        app._places.acquire()
    assert asked(Client(app), kind, b"") == 429


def test_who_sends_slowly_takes_nobodys_place(headquarters):
    app, free = api.ExchangeApp(headquarters.app), []

    class Body(io.BytesIO):
        def readinto(self, buffer):
            free.append(app._places._value)
            return super().readinto(buffer)

    assert asked(Client(app), "pull", None, input_stream=Body(b"abc"), content_length=3) == 422
    assert set(free) == {api.CONVERSATIONS}


def test_a_laptop_that_is_believed(headquarters, laptops, client):
    one, _ = laptops
    assert asked(client, "pull", envelope(one, headquarters, "pull", PULL)) == 200
    question = messages.Question("042072/base")
    assert asked(client, "digest", envelope(one, headquarters, "digest", question)) == 200
    assert asked(client, "snapshot", envelope(one, headquarters, "snapshot", question)) == 200


def test_an_envelope_for_somebody_else(headquarters, laptops, client):
    one, other = laptops
    assert asked(client, "pull", envelope(one, other, "pull", PULL)) == 422


def test_a_pull_is_not_taken_for_a_push(headquarters, laptops, client):
    one, _ = laptops
    assert asked(client, "push", envelope(one, headquarters, "pull", PULL)) == 422


def test_a_revoked_machine_gets_nothing(headquarters, laptops, client):
    one, _ = laptops
    with one.inside():
        node = get_enrolment().certificate.node
    with headquarters.writing():
        revoke(db.session.get_one(Peer, node), reason="紛失", heads={})
    question = messages.Question("042072/base")
    assert asked(client, "digest", envelope(one, headquarters, "digest", question)) == 403
    assert asked(client, "snapshot", envelope(one, headquarters, "snapshot", question)) == 403
    # Asked for operations, it is told that it is revoked and how far its own ones are here.
    assert asked(client, "pull", envelope(one, headquarters, "pull", PULL)) == 200


def test_a_refused_or_given_up_stream_leaves_its_place_free(headquarters, laptops, client):
    one, _ = laptops
    question = messages.Question("042072/base")
    for _ in range(api.CONVERSATIONS + 1):
        assert asked(client, "snapshot", b"nonsense") == 422
        raw = envelope(one, headquarters, "snapshot", question)
        client.post("/sync/v1/snapshot", data=raw, buffered=False).close()
    assert asked(client, "pull", envelope(one, headquarters, "pull", PULL)) == 200


def test_a_fault_of_the_program_is_noted_and_answered(headquarters, client, monkeypatch):
    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(api, "answer", fails)

    assert asked(client, "pull", b"") == 503
    log = (headquarters.opened.folder / "logs" / "app.log").read_text()
    assert "exchange.failed" in log


def test_a_certificate_that_is_over(tmp_path, headquarters, client):
    laptop = Machine.new(tmp_path / "furui", "F1")
    with laptop.writing():
        request = make_request("古い端末")
    with headquarters.writing():
        grant = enrol(request, Terms("古い端末", "F1", EVERYTHING, date(2020, 1, 1))).pack()
    with laptop.writing():
        accept(grant)
    question = envelope(laptop, headquarters, "pull", PULL)
    assert asked(client, "pull", question) == 403
    laptop.stop()


def test_a_machine_of_nobody(tmp_path):
    alone = Machine.new(tmp_path / "hitori", "N1")
    client = Client(api.ExchangeApp(alone.app))
    assert held_to(client.get("/sync/v1/hello"), "/sync/v1/hello", "get") == 503
    assert asked(client, "pull", b"") == 503
    alone.stop()
