"""Wipe the register here and prove it (住民データの消去), and take in the proofs of others."""

from collections.abc import Collection, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from flask import current_app

from victim_support.backup.services import replace_backups
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.db.bulk import compact
from victim_support.core.db.engine import Part
from victim_support.core.ids import new_id
from victim_support.core.jobs import Progress
from victim_support.core.reads import log_security
from victim_support.core.scopes import current_scopes
from victim_support.residents.queries import find_provenance
from victim_support.residents.services import wipe
from victim_support.sync.client import PeerError
from victim_support.sync.machines import held_heads
from victim_support.sync.queries import NotEnrolledError, find_enrolment, list_signers
from victim_support.sync.secrets import Secrets
from victim_support.sync.services.exchange import exchange_with
from victim_support.sync.statements import Wipe, sign
from victim_support.takeouts.models import WipeProof
from victim_support.takeouts.queries import (
    handed_to,
    headquarters_address,
    open_takeouts,
    proven,
)
from victim_support.takeouts.services.halfway import find_halfway, forget_halfway

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance


class NotProvenError(Exception):
    """A proof is damaged, or not signed by a machine that is known here."""


def wipe_register(backups: Path, *, by: UUID | None) -> Generator[Progress, None, bool]:
    """Leave nothing of the register on this machine, backups included, and prove it.

    Begins transactions of its own. The proof is written last: it is true whenever it is there.

    Args:
        backups: Where this machine's own backups lie; they are replaced by a new one.
        by: Who does it.

    Returns:
        Whether the proof is at the headquarters; else it comes with the next exchange or bundle.

    Raises:
        CopyError: No new backup was taken; the old ones are there, and no proof is.
        OSError: As above.
    """
    wiped = _takeouts_here()
    db.session.remove()
    yield Progress(words="住民データを消しています")
    wipe()
    yield from forget_traces(backups)
    log_security("register.wiped", staff_id=by)
    if not wiped:
        return False
    prove_wiped(wiped, by=by)
    yield Progress(words="消した証明を本部に届けています")
    return _told_headquarters()


def _takeouts_here() -> set[UUID]:
    """Return what this machine was handed, also what has come halfway."""
    enrolment = find_enrolment()
    halfway = find_halfway(enrolment) if enrolment else None
    found = (find_provenance(), halfway.provenance if halfway else None)
    return {each.takeout for each in found if each is not None}


def _told_headquarters() -> bool:
    """Bring the proof to the headquarters at once, where it was met before."""
    address = headquarters_address()
    db.session.remove()
    if not address:
        return False
    try:
        exchange_with(address)
    except (NotEnrolledError, PeerError):
        return False
    return True


def forget_traces(backups: Path) -> Generator[Progress]:
    """Leave nothing of an earlier register in free pages and in this machine's own backups."""
    opened: OpenInstance = current_app.extensions["instance"]
    db.session.remove()
    forget_halfway()
    yield Progress(words="消したところを書き直しています")
    for part in (Part.REFERENCE, Part.LOCAL):
        compact(db.engines[part])
    yield Progress(words="古い控えを、住民データのない新しい控えに替えています")
    for path in replace_backups(opened, backups):
        yield Progress(words=f"古い控え {path.name} を消しました")


def prove_wiped(takeouts: Collection[UUID], *, by: UUID | None) -> None:
    """Say, signed, that this machine holds no longer what it was handed; it travels as a record."""
    with transaction(reason="住民データの消去"):
        municipality = current_scopes().municipality
        for keys, node, wiped in _by_life(takeouts):
            statement = Wipe(municipality, node, clock.now(), wiped, by=by)
            _keep(sign(keys.sign_key, statement), statement)


def _by_life(takeouts: Collection[UUID]) -> Iterator[tuple[Secrets, UUID, list[UUID]]]:
    """Yield the keys of each life of this machine, and what was sealed to it.

    One that was enrolled anew after its disk was put back (控えからの復元) has another name; only
    the keys that a register was sealed to prove that it is gone.
    """
    sealed_to, signers = handed_to(takeouts), list_signers()
    by_node: dict[UUID, list[UUID]] = {}
    for takeout in sorted(takeouts) if signers else ():
        by_node.setdefault(sealed_to.get(takeout, signers[-1][0]), []).append(takeout)
    keys_of = dict(signers)
    for node, wiped in by_node.items():
        if node in keys_of:
            yield keys_of[node], node, wiped


def last_statement() -> bytes | None:
    """Return this machine's word that all of it is wiped; None when it was never enrolled.

    Under every name that it had, each signed with the keys of that name: registers were sealed to
    them. The newest name's statement holds those of the others.
    """
    signers, former = list_signers(), list[bytes]()
    for node, keys in signers:
        statement = Wipe(
            current_scopes().municipality,
            node,
            clock.now(),
            open_takeouts(node),
            is_machine=True,
            heads=held_heads(node),
            former=former if node == signers[-1][0] else [],
        )
        former.append(sign(keys.sign_key, statement))
    return former[-1] if former else None


def keep_proof(raw: bytes) -> Wipe:
    """Keep a proof among the records, and what earlier lives say in it; in ``transaction()``.

    Raises:
        NotProvenError: It is damaged, or its machine is not known here.
    """
    statement = proven(raw)
    if statement is None:
        raise NotProvenError
    for earlier in statement.former:
        if said := proven(earlier):
            _keep(earlier, said)
    _keep(raw, statement)
    return statement


def _keep(raw: bytes, statement: Wipe) -> None:
    if db.session.query(WipeProof.id).filter_by(statement=raw).first() is None:
        proof = WipeProof(
            scope=current_scopes().base,
            id=new_id(),
            node=statement.node,
            wiped_at=statement.wiped_at,
            is_machine=statement.is_machine,
            statement=raw,
        )
        db.session.add(proof)
