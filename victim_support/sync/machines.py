"""The machines of the municipality (端末) as people see them, and what they have written."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from victim_support.certificates.models import NumberEntry
from victim_support.core import clock
from victim_support.core.db import db, synced_fields
from victim_support.core.keys import LETTERS
from victim_support.core.node import list_lives
from victim_support.journal.models import Op
from victim_support.journal.store import read_heads, read_ops
from victim_support.sync.models import Peer
from victim_support.sync.queries import (
    find_authority,
    find_certificate,
    find_revocation,
    trusted,
)
from victim_support.sync.statements import FINGERPRINT_GROUP, Certificate, Revocation

SCOPE_WORDS = {
    "base": "基本(災害・避難所・職員・設定)",
    "core": "本体(被災者・認定・証明書)",
    "sealed": "保護(支援措置の対象者)",
}
WARNED_DAYS = 30
NAME_SETTING = "machine_name"
_LOOK_ALIKE = str.maketrans("ILOU", "110V")


@dataclass(frozen=True)
class Machine:
    """One machine as the list shows it."""

    certificate: Certificate
    revocation: Revocation | None
    address: str
    last_contact_at: datetime | None
    clock_offset: float | None
    is_here: bool
    is_former: bool  # an earlier life of this machine

    @property
    def node(self) -> UUID:
        return self.certificate.node

    @property
    def is_replaced(self) -> bool:
        """Tell whether the same machine goes on under a new name."""
        return self.revocation is not None and self.revocation.replaced_by is not None

    @property
    def state(self) -> tuple[str, str]:
        """Return the state in words, and the kind of its badge."""
        left = (self.certificate.expires_on - clock.today()).days
        if self.is_replaced:
            return "置き換え済", "quiet"
        if self.revocation is not None:
            return "取り消し済", "error"
        if self.is_former:
            return "この端末の以前の名義", "quiet"
        if left < 0:
            return "期限切れ", "error"
        return ("まもなく期限", "warning") if left <= WARNED_DAYS else ("有効", "success")

    @property
    def scopes(self) -> list[str]:
        """Return what it may hold, in words."""
        return [SCOPE_WORDS.get(scope, "不明(新しい版)") for scope in self.certificate.scopes]


def is_same_fingerprint(typed: str | None, fingerprint: str) -> bool:
    """Tell whether letters read from the other screen, all or the last ones, are these."""
    plain = unicodedata.normalize("NFKC", typed or "").upper().translate(_LOOK_ALIKE)
    letters = "".join(char for char in plain if char in LETTERS)
    whole = fingerprint.replace("-", "")
    return letters in {whole, whole[-FINGERPRINT_GROUP:]}


def list_machines() -> list[Machine]:
    """Return every machine that this one has heard of, by prefix."""
    peers = db.session.scalars(select(Peer))
    machines = [_machine(peer) for peer in peers]
    return sorted(machines, key=lambda each: (each.certificate.prefix, each.node))


def find_machine(node: UUID) -> Machine | None:
    """Return a machine, None when nothing is known of it."""
    peer = db.session.get(Peer, node)
    return _machine(peer) if peer else None


def names_of_one_machine(node: UUID) -> set[UUID]:
    """Return a machine with the earlier names (以前の名義) that it has replaced."""
    heirs = {each.node: each.revocation.replaced_by for each in list_machines() if each.revocation}
    found, fresh = {node}, {node}
    while fresh:
        fresh = {each for each, heir in heirs.items() if heir in fresh} - found
        found |= fresh
    return found


def find_machine_name(node: UUID) -> str | None:
    """Return how the headquarters calls a machine, None when nothing is known of it."""
    certificate = find_certificate(node)
    return certificate.name if certificate else None


def is_headquarters() -> bool:
    """Tell whether this machine signs for the municipality."""
    authority = find_authority()
    return authority is not None and authority.private_key is not None


def list_certificates() -> list[Certificate]:
    """Return every certificate that was ever granted, as far as known here."""
    return [trusted(raw) for raw in db.session.scalars(select(Peer.certificate))]


def doubled_prefixes() -> list[str]:
    """Return prefixes of two machines, as when a restored headquarters forgot one it granted."""
    prefixes = [certificate.prefix for certificate in list_certificates()]
    return sorted({prefix for prefix in prefixes if prefixes.count(prefix) > 1})


def held_heads(node: UUID) -> dict[str, int]:
    """Return, by scope, the last operation of a machine that is held here."""
    heads = read_heads(db.session.connection())
    return {scope: head.seq for (scope, writer), head in heads.items() if writer == node}


def drawn_elsewhere(prefix: str, node: UUID) -> bool:
    """Tell whether another machine has drawn a number with a prefix, as from a kit label."""
    return any(writer != node for writer in _drawers(prefix))


def _drawers(prefix: str) -> Iterator[UUID]:
    number = synced_fields(NumberEntry)["number"].number
    drawn = select(NumberEntry.id).where(NumberEntry.prefix == prefix)
    conditions = (Op.tbl == NumberEntry.__sync__.number, Op.row_id.in_(drawn))
    for op in read_ops(db.session.connection(), *conditions):
        if number in op.payload:
            yield op.node


def _machine(peer: Peer) -> Machine:
    *former, here = list_lives()
    return Machine(
        certificate=trusted(peer.certificate),
        revocation=find_revocation(peer.node),
        address=peer.address,
        last_contact_at=peer.last_contact_at,
        clock_offset=peer.clock_offset,
        is_here=peer.node == here,
        is_former=peer.node in former,
    )
