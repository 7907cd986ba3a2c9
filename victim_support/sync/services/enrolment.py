"""Enrolment (端末の登録): the headquarters says which machines belong to the municipality."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.node import create_node, is_prefix, take_prefix, this_node
from victim_support.core.reads import log_security
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import machine_setting
from victim_support.sync.machines import drawn_elsewhere, held_heads, list_certificates
from victim_support.sync.models import Authority, Peer
from victim_support.sync.queries import find_authority, find_certificate, find_revocation
from victim_support.sync.secrets import find_secrets, make_secrets, sealed, unsealed
from victim_support.sync.services import lives
from victim_support.sync.services.incarnation import bring_unknown_lives
from victim_support.sync.services.peers import learn
from victim_support.sync.statements import (
    BadStatementError,
    Certificate,
    Grant,
    Request,
    Revocation,
    read,
    read_request,
    sign,
)

YEARS_OF_HEADQUARTERS = 10
REPLACED = "登録し直しました(新しい名義に置き換え)。"
_MOMENT = timedelta(microseconds=1)


class EnrolmentError(Exception):
    """A machine is not enrolled or revoked so; the message is for the desk, in Japanese."""


class TrainingError(EnrolmentError):
    """A machine in training mode never exchanges: nothing invented may reach a real ledger."""

    def __init__(self) -> None:
        super().__init__("訓練モードの端末は、登録も同期もできません。本番の端末で行ってください。")


class NoAuthorityError(EnrolmentError):
    """This machine is not the headquarters: it has no authority to sign with."""

    def __init__(self) -> None:
        super().__init__("この端末は本部ではありません。本部の端末で行ってください。")


class AuthorityThereError(EnrolmentError):
    """This machine believes another authority already; it never believes two."""

    def __init__(self) -> None:
        super().__init__("この端末は、すでに別の本部に登録されています。本部は1つだけです。")


class OtherMunicipalityError(EnrolmentError):
    """A request or grant is of another municipality."""

    def __init__(self) -> None:
        super().__init__("ほかの市区町村の端末のものです。")


class OtherMachineError(EnrolmentError):
    """A grant is for another machine, or for a former life of this one."""

    def __init__(self) -> None:
        super().__init__("ほかの端末への証です。この端末の申し込みから作った証を入れてください。")


class SameMachineError(EnrolmentError):
    """Another machine is enrolled under the same name, with other keys: one is a copy."""

    def __init__(self) -> None:
        super().__init__(
            "同じ識別番号の端末が登録済みです(準備した端末の複製)。この端末で"
            "「別の端末として始め直す」を行い、もう一度申し込んでください。"
        )


class PrefixError(EnrolmentError):
    """A number prefix cannot be granted."""


@dataclass(frozen=True)
class Terms:
    """What the headquarters allows a machine."""

    name: str
    prefix: str
    scopes: tuple[str, ...]
    expires_on: date


def found_authority() -> bytes:
    """Make this machine the headquarters (本部); return the authority's public key.

    Raises:
        AuthorityThereError: It believes an authority already.
        TrainingError: It is for training.
    """
    _refuse_training()
    if find_authority() is not None:
        raise AuthorityThereError
    key = Ed25519PrivateKey.generate()
    authority = Authority(
        municipality=current_scopes().municipality,
        public_key=key.public_key().public_bytes_raw(),
        private_key=sealed(key.private_bytes_raw()),
        accepted_at=clock.now(),
    )
    db.session.add(authority)
    db.session.flush()
    _note("machine.founded")
    return authority.public_key


def found_headquarters(name: str, prefix: str, scopes: tuple[str, ...]) -> Certificate:
    """Make this machine the headquarters, or enrol it again after it was restored.

    Raises:
        AuthorityThereError: It believes another machine's authority.
        PrefixError: The prefix was granted before.
    """
    authority = find_authority()
    if authority is None:
        found_authority()
    elif authority.private_key is None:
        raise AuthorityThereError
    today = clock.today()
    terms = Terms(name, prefix, scopes, _years_after(today, YEARS_OF_HEADQUARTERS))
    grant = enrol(make_request(name), terms, is_headquarters=True)
    return accept(grant.pack())


def make_request(name: str) -> bytes:
    """Return this machine's request to be enrolled, signed with its own key.

    A machine that may draw no more numbers goes on under a new name, and gets a series of its own.

    Raises:
        TrainingError: It is for training.
    """
    _refuse_training()
    node = create_node(is_suspended=True) if lives.needs_new_life() else this_node()
    keys = find_secrets(node.id) or make_secrets(node.id)
    request = Request(
        municipality=current_scopes().municipality,
        node=node.id,
        incarnation=node.incarnation,
        name=name,
        sign_key=keys.public_sign_key,
        box_key=keys.box_key,
        created_at=clock.now(),
        prefix="" if node.is_provisional else node.number_prefix,
        former=lives.successions_to(node.id, keys.public_sign_key),
    )
    return sign(keys.sign_key, request)


def check_request(raw: bytes) -> Request:
    """Return a request that this headquarters may grant.

    Raises:
        BadStatementError: It is damaged.
        EnrolmentError: It is of another municipality, or of a copy of an enrolled machine.
    """
    request = read_request(raw)
    if request.municipality != current_scopes().municipality:
        raise OtherMunicipalityError
    known = find_certificate(request.node)
    if known is not None and known.sign_key != request.sign_key:
        raise SameMachineError
    return request


def enrol(
    raw: bytes, terms: Terms, *, is_headquarters: bool = False, is_replacing: bool = True
) -> Grant:
    """Sign the certificate of a machine whose fingerprint two people have compared.

    Args:
        raw: The request.
        terms: What it is allowed.
        is_headquarters: It signs for the municipality.
        is_replacing: Its earlier names lose their force; not while another machine has one.

    Raises:
        BadStatementError: The request is damaged.
        EnrolmentError: It cannot be granted so.
        NoAuthorityError: This machine is not the headquarters.
    """
    request = check_request(raw)
    _authority()
    _check_prefix(terms.prefix, request.node)
    certificate = Certificate(
        municipality=request.municipality,
        node=request.node,
        incarnation=request.incarnation,
        name=terms.name,
        sign_key=request.sign_key,
        box_key=request.box_key,
        prefix=terms.prefix,
        scopes=sorted(terms.scopes),
        issued_at=_now_after(find_certificate(request.node)),
        expires_on=terms.expires_on,
        is_headquarters=is_headquarters,
    )
    _issue(certificate)
    _note("machine.enrolled", node=str(request.node), prefix=terms.prefix)
    for _known, said in lives.earlier_lives(request) if is_replacing else ():
        _end(said.node, REPLACED, lives.known_heads(said), said.heir)
        _note("machine.replaced", node=str(said.node), heir=str(said.heir))
    return grant_of(request.node.bytes)


def renew(node: UUID, *, name: str, scopes: tuple[str, ...], expires_on: date) -> None:
    """Sign the certificate of an enrolled machine anew, with other terms (期限・範囲の変更).

    Raises:
        EnrolmentError: It was never enrolled.
        NoAuthorityError: This machine is not the headquarters.
    """
    known = find_certificate(node)
    if known is None:
        raise EnrolmentError("登録されていない端末です。")
    terms = {"name": name, "scopes": sorted(scopes), "expires_on": expires_on}
    _issue(msgspec.structs.replace(known, issued_at=_now_after(known), **terms))
    _note("machine.renewed", node=str(node))


def grant_of(node: bytes, *, is_short: bool = False) -> Grant:
    """Return what a machine of this headquarters gets, its own certificate first.

    Args:
        node: The machine.
        is_short: Only its own certificate and the headquarters', to fit into a QR code; the others
            come with the first exchange.
    """
    authority, _key = _authority()
    peers = sorted(db.session.query(Peer), key=lambda peer: (peer.node.bytes != node, peer.node))
    if is_short:
        peers = [peer for peer in peers if peer.node in {UUID(bytes=node), this_node().id}]
    return Grant(
        municipality=authority.municipality,
        authority_key=authority.public_key,
        certificates=[peer.certificate for peer in peers],
        revocations=[peer.revocation for peer in peers if peer.revocation],
    )


def check_grant(raw: bytes) -> tuple[Grant, Certificate]:
    """Return a grant and the certificate in it that is for this machine.

    Raises:
        BadStatementError: It is damaged.
        EnrolmentError: It is for another machine, or of another authority than the one believed.
    """
    grant = _read_grant(raw)
    authority = find_authority()
    if authority is not None and authority.public_key != grant.authority_key:
        raise AuthorityThereError
    certificate = read(grant.certificates[0], Certificate, grant.authority_key)
    if certificate.municipality != grant.municipality:
        raise OtherMunicipalityError
    keys = find_secrets(this_node().id)
    if certificate.node != this_node().id or keys is None:
        raise OtherMachineError
    if certificate.sign_key != keys.public_sign_key:
        raise OtherMachineError
    return grant, certificate


def accept(raw: bytes) -> Certificate:
    """Believe a headquarters from now on, and be known by the certificate it has signed.

    Two people have compared the fingerprint of its authority on both screens before. From now on
    papers get the granted prefix; numbers that were drawn stay.

    Raises:
        BadStatementError: The grant is damaged.
        EnrolmentError: It is of another municipality or for another machine.
        AuthorityThereError: This machine believes another authority already.
    """
    grant, certificate = check_grant(raw)
    if find_authority() is None:
        db.session.add(
            Authority(
                municipality=grant.municipality,
                public_key=grant.authority_key,
                accepted_at=clock.now(),
            )
        )
        db.session.flush()
    learn(grant.certificates, grant.revocations)
    db.session.flush()
    take_prefix(certificate.prefix)
    bring_unknown_lives()
    _note("machine.accepted", prefix=certificate.prefix)
    return certificate


def revoke(
    revoked: Peer, *, reason: str, heads: dict[str, int] | None = None, by: UUID | None = None
) -> None:
    """Believe a machine only up to these operations from now on (登録の取り消し).

    Said again with higher ones, the later statement counts, on every machine that hears of it.

    Args:
        revoked: The machine.
        reason: In the words of who revokes.
        heads: By scope, the last operation that is believed; without it what is held here now.
        by: Who revokes.

    Raises:
        NoAuthorityError: This machine is not the headquarters.
        EnrolmentError: It is the headquarters itself.
    """
    if revoked.node == this_node().id:
        raise EnrolmentError("本部の端末そのものは取り消せません。")
    earlier = find_revocation(revoked.node)
    believed = held_heads(revoked.node) if heads is None else heads
    _end(revoked.node, reason, believed, earlier.replaced_by if earlier else None)
    log_security("machine.revoked", staff_id=by, node=str(revoked.node))


def _note(event: str, **facts: str) -> None:
    log_security(event, staff_id=current_actor_id(), **facts)


def _end(node: UUID, reason: str, heads: dict[str, int], replaced_by: UUID | None) -> None:
    """Sign that a machine is believed up to these operations only."""
    authority, key = _authority()
    earlier = find_revocation(node)
    moment = max(clock.now(), earlier.revoked_at + _MOMENT if earlier else clock.now())
    end = Revocation(authority.municipality, node, moment, reason, heads, replaced_by)
    learn([], [sign(key, end)])


def _refuse_training() -> None:
    if machine_setting("training"):
        raise TrainingError


def _issue(certificate: Certificate) -> None:
    _, key = _authority()
    learn([sign(key, certificate)], [])
    db.session.flush()


def _check_prefix(prefix: str, node: UUID) -> None:
    """Refuse a prefix that was ever another machine's, and another one than it has."""
    if not is_prefix(prefix):
        raise PrefixError("発行番号の頭は、I・L・O・Uのほかの英字と数字の2文字です。")
    for known in list_certificates():
        if known.node == node and known.prefix != prefix:
            raise PrefixError(f"この端末の発行番号の頭は {known.prefix} です。変えられません。")
        if known.node != node and known.prefix == prefix:
            raise PrefixError(f"{prefix} は「{known.name}」に割り当て済みです。使い回せません。")
    if drawn_elsewhere(prefix, node):
        raise PrefixError(f"{prefix} の番号は、ほかの端末がすでに使っています。")


def _now_after(known: Certificate | None) -> datetime:
    now = clock.now()
    return max(now, known.issued_at + _MOMENT) if known else now


def _years_after(day: date, years: int) -> date:
    return day + timedelta(days=365 * years + years // 4)


def _authority() -> tuple[Authority, Ed25519PrivateKey]:
    authority = find_authority()
    if authority is None or authority.private_key is None:
        raise NoAuthorityError
    return authority, Ed25519PrivateKey.from_private_bytes(unsealed(authority.private_key))


def _read_grant(raw: bytes) -> Grant:
    try:
        grant = msgspec.msgpack.decode(raw, type=Grant)
    except msgspec.DecodeError as error:
        raise BadStatementError from error
    if not grant.certificates:
        raise BadStatementError
    if grant.municipality != current_scopes().municipality:
        raise OtherMunicipalityError
    return grant
